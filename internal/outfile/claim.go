package outfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
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
	target string
	lock   string   // the lock's own name
	file   diskFile // nil: this file system has no locks
	users  int

	writing sync.Mutex // two goroutines may not share the temporary file either
}

// claims are the outputs of this process, by absolute path. One that is claimed
// twice, as when --checkpoint and -o name one file, is released twice.
var claims = struct {
	sync.Mutex
	held map[string]*Claimed
}{held: map[string]*Claimed{}}

// Busy is the error of an output that another process is writing.
type Busy struct{ Path, Holder string }

func (b *Busy) Error() string {
	return fmt.Sprintf("%s: another run is writing it: %s", b.Path, b.Holder)
}

var (
	errHeld   = errors.New("locked by another process")
	errNoLock = errors.New("no locks on this file system")
)

// Claim claims path and proves that it can be written, without touching what
// is there. What is no regular file, such as /dev/stdout, is not claimed: then the
// result is nil, and has nothing to release.
func Claim(path string) (*Claimed, error) {
	p, err := locate(path)
	if err != nil || p.through {
		return nil, err
	}
	c, err := p.claim()
	if err != nil {
		return nil, err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	temp := c.temp()
	f, err := unfinished.create(temp, 0o644)
	if err == nil {
		err = unfinished.settle(temp, func() error { return cmp.Or(f.Close(), files.Remove(temp)) })
	}
	if err != nil {
		c.Release()
		return nil, plain(path, err)
	}
	return c, nil
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
		c = &Claimed{target: p.target, lock: beside(p.target, ".lock")}
		if err := c.acquire(p.path); err != nil {
			return nil, err
		}
		claims.held[key] = c
	}
	c.users++
	return c, nil
}

// acquire takes the lock. The file may be removed by its holder between our
// opening it and our locking it: then what is locked is no longer
// at that path, and all begins anew.
func (c *Claimed) acquire(path string) error {
	for {
		f, err := files.Open(c.lock, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return plain(path, err)
		}
		switch err := f.Lock(); {
		case errors.Is(err, errHeld):
			holder := holder(f)
			return cmp.Or[error](&Busy{Path: path, Holder: holder}, f.Close())
		case errors.Is(err, errNoLock):
			_ = files.Remove(c.lock) // nothing depends on it
			return plain(path, f.Close())
		case err != nil:
			return plain(path, cmp.Or(err, f.Close()))
		}
		ours, err := f.Stat()
		if err != nil {
			return plain(path, cmp.Or(err, f.Close()))
		}
		there, err := files.Lstat(c.lock)
		switch {
		case err == nil && there.Mode()&fs.ModeSymlink != 0:
			return plain(path, cmp.Or(fmt.Errorf("its lock %s is a symbolic link", c.lock), f.Close()))
		case err == nil && os.SameFile(ours, there):
			c.file = f
			sign(f)
			return nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return plain(path, cmp.Or(err, f.Close()))
		}
		if err := f.Close(); err != nil {
			return plain(path, err)
		}
	}
}

// sign says in the lock whose it is. A lock without a name holds all the same, so
// a full disk does not matter here.
func sign(f diskFile) {
	text := fmt.Sprintf("%d\n%d\n%s\n", os.Getpid(), time.Now().Unix(), strings.Join(os.Args, " "))
	if f.Truncate(0) == nil {
		_, _ = f.Write([]byte(text))
	}
}

// holder reads whose a lock is. It may have been taken this moment: then it holds
// no text yet, or that of a process that was killed, which is not to be named.
func holder(f diskFile) string {
	for range 200 {
		text, err := readStart(f)
		if err != nil {
			break
		}
		if lines := strings.Split(text, "\n"); len(lines) >= 4 {
			pid, err := strconv.Atoi(lines[0])
			since, err2 := strconv.ParseInt(lines[1], 10, 64)
			if cmp.Or(err, err2) == nil && running(pid) {
				return fmt.Sprintf("process %d, since %s: %s", pid, time.Unix(since, 0).Format("2006-01-02 15:04:05"), lines[2])
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	return "which process that is could not be read"
}

// readStart reads the text of a lock from its start: it may change while it is
// read again and again.
func readStart(f diskFile) (string, error) {
	var text [4096]byte
	n, err := f.ReadAt(text[:], 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return string(text[:n]), err
}

// temp is the temporary file of the output. Its name is fixed, so that what a
// killed process leaves is replaced by the next one; without a lock two processes
// must not share it.
func (c *Claimed) temp() string {
	if c.file == nil {
		return beside(c.target, fmt.Sprintf(".%d.tmp", os.Getpid()))
	}
	return beside(c.target, ".tmp")
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
	for key, held := range claims.held {
		if held == c {
			delete(claims.held, key)
		}
	}
	if c.file == nil {
		return
	}
	first, then := func() error { return files.Remove(c.lock) }, c.file.Close
	if runtime.GOOS == "windows" {
		first, then = then, first
	}
	_, _ = first(), then()
	c.file = nil
}
