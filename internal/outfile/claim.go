package outfile

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// A Claimed output is kept for this process until it is released: a second run
// that would write the same file is refused, before it has done any work. It is a lock
// on the hidden file .NAME.lock beside the output. The system frees it when the
// process ends, however it ends; the file is removed by whoever releases it, so
// one that is left over by a process that was killed does no harm.
//
// File systems without locks have none: there, of two runs on one output, the last
// to end wins, with a whole file.
type Claimed struct {
	target string   // where the path led when it was claimed
	folder folder   // held open: a claim holds when the folder is moved, too
	name   string   // of the output in it
	lock   string   // the lock's own name
	file   diskFile // nil: this file system has no locks
	keys   []string // under which it is found: the path as it was written, and the absolute one
	users  int

	writing sync.Mutex // two goroutines may not share the temporary file either
}

// claims are the outputs of this process. They are found by the path that was written
// when they were made, which leads elsewhere once a folder has been moved. One that is
// claimed twice, as when --checkpoint and -o name one file, is released twice.
var claims = struct {
	sync.Mutex
	held map[string]*Claimed
}{held: map[string]*Claimed{}}

// Busy is the error of an output that another process is writing.
type Busy struct{ Path, Lock, Holder string }

func (b *Busy) Error() string {
	return fmt.Sprintf("%s: another run is writing it: %s (its lock is %s)", b.Path, b.Holder, b.Lock)
}

var (
	errHeld   = errors.New("locked by another process")
	errNoLock = errors.New("no locks on this file system")
)

// Claim claims path and proves that it can be written, without touching what
// is there. What is no regular file, such as /dev/stdout, is not claimed: then the
// result is nil, and has nothing to release.
func Claim(path string) (*Claimed, error) {
	c := claimed(path)
	if c == nil {
		p, err := locate(path)
		if err != nil || p.through {
			return nil, err
		}
		if c, err = p.claim(); err != nil {
			return nil, err
		}
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.prove(); err != nil {
		c.Release()
		return nil, plain(path, err)
	}
	return c, nil
}

// prove makes a temporary file and removes it, and asks what stands against its
// taking the place of the output.
func (c *Claimed) prove() error {
	facts := c.folder.Facts(c.name)
	if facts.fixed != "" {
		return errors.New(facts.fixed)
	}
	if facts.mount {
		f, err := c.folder.Open(c.name, os.O_WRONLY, 0)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return err
		}
	}
	temp := c.temp()
	f, err := unfinished.create(c.folder, temp)
	if err != nil {
		return err
	}
	return unfinished.settle(c.folder, temp, func() error { return cmp.Or(f.Close(), c.folder.Remove(temp)) })
}

// claimed returns the claim that this process has on path, to be released once more;
// nil for none.
func claimed(path string) *Claimed {
	unfinished.wait()
	defer unfinished.Unlock()
	claims.Lock()
	defer claims.Unlock()
	c := claims.held[path]
	if c != nil {
		c.users++
	}
	return c
}

func (p place) claim() (*Claimed, error) {
	key, err := filepath.Abs(p.target)
	if err != nil {
		return nil, plain(p.path, err)
	}
	unfinished.wait()
	defer unfinished.Unlock()
	claims.Lock()
	defer claims.Unlock()
	c := claims.held[key]
	if c == nil {
		dir, name := filepath.Split(p.target)
		in, err := files.Folder(cmp.Or(dir, "."))
		if err != nil {
			return nil, plain(p.path, err)
		}
		c = &Claimed{target: p.target, folder: in, name: name, lock: beside(name, ".lock"), keys: []string{p.path, key}}
		if err := c.acquire(p.path); err != nil {
			return nil, cmp.Or(err, in.Close())
		}
		for _, key := range c.keys {
			claims.held[key] = c
		}
	}
	c.users++
	return c, nil
}

// temp is the temporary file of the output. Its name is fixed, so that what a
// killed process leaves is replaced by the next one; without a lock two processes
// must not share it.
func (c *Claimed) temp() string {
	if c.file == nil {
		return beside(c.name, fmt.Sprintf(".%d.tmp", os.Getpid()))
	}
	return beside(c.name, ".tmp")
}

// Release gives the output up.
func (c *Claimed) Release() {
	if c == nil {
		return
	}
	claims.Lock()
	defer claims.Unlock()
	if c.users--; c.users == 0 {
		c.unlock()
	}
}

// ReleaseAll gives every output up, for a program that ends.
func ReleaseAll() {
	claims.Lock()
	defer claims.Unlock()
	for _, c := range claims.held {
		c.unlock()
	}
}

// unlock removes the lock while it is held, so that no process can hold what is
// removed; Windows removes no open file. What fails here leaves an empty lock.
func (c *Claimed) unlock() {
	for _, key := range c.keys {
		delete(claims.held, key)
	}
	if c.file != nil {
		first, then := func() error { return c.folder.Remove(c.lock) }, c.file.Close
		if runtime.GOOS == "windows" {
			first, then = then, first
		}
		_, _ = first(), then()
		c.file = nil
	}
	_ = c.folder.Close() // nothing was written through it
}

// Outlook tells, before there is anything to write, what a user should know of path and
// of a file of so many bytes, or three times as many: that it cannot be replaced but only written in place,
// that it has other names, which stay with the old file, or that its disk has little
// room. The error is that there is none. A path that is not claimed has no outlook.
func Outlook(path string, size int64) (notes []string, err error) {
	c := claimed(path)
	if c == nil {
		return nil, nil
	}
	defer c.Release()
	facts := c.folder.Facts(c.name)
	if facts.mount {
		notes = append(notes, fmt.Sprintf("%s is a mount point: it is written in place, and a power cut meanwhile can tear it", path))
	} else if facts.links > 1 {
		notes = append(notes, fmt.Sprintf("%s has %d names (hard links): the others stay with the file that is there now", path, facts.links))
	}
	switch free, known := c.folder.Free(); {
	case !known:
	case free < uint64(size):
		return notes, fmt.Errorf("%s: its disk has room for %d bytes, and %d or more are to be written", path, free, size)
	case free/9 < uint64(size):
		notes = append(notes, fmt.Sprintf("%s: its disk has little room: %d bytes, for a file of %d to %d", path, free, size, 3*size))
	}
	return notes, nil
}
