// Package outfile writes files whole or not at all: by way of a temporary file that
// is synced and renamed into place, under a lock that keeps a second process from
// the same output. What grows line by line is appended so that no line is torn.
package outfile

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"unicode/utf8"

	"mlp/internal/problem"
)

// Write makes path hold what write writes, all of it or nothing: the bytes go to a
// temporary file in the same directory, which is synced and renamed over path, and
// then the directory is synced (the order of PostgreSQL's durable_rename). A failure
// leaves the old file as it was. A path that is not a regular file, such as a pipe or
// /dev/stdout, is written straight through. While it is written, path is claimed, so
// that no other process does so too. The new file has the owner, the mode and the
// extended attributes of the old one, as far as that is permitted.
func Write(path string, write func(io.Writer) error) error { return WriteOver(path, "", write) }

// WriteOver is Write that leaves the file that was there under another name in its
// folder, older, in the place of what has that name; "" is none. At every moment there
// is the new file or that which was there, under its own name; only where a file cannot
// have two names it may be under the older one alone.
func WriteOver(path, older string, write func(io.Writer) error) error {
	return replace(path, older, write, nil)
}

// WriteHeaded is Write of a file whose first bytes are known last: what head returns in
// the end takes the place of as many bytes at its front. A path that is not a regular file
// is refused, for in it there is no going back.
func WriteHeaded(path string, write func(io.Writer) error, head func() []byte) error {
	return replace(path, "", write, head)
}

func replace(path, older string, write func(io.Writer) error, head func() []byte) error {
	c := claimed(path)
	if c == nil {
		p, err := locate(path)
		if err != nil {
			return err
		}
		if p.through && head != nil {
			return fmt.Errorf("%s: cannot be written: it is no regular file, and how the file begins is known at its end", path)
		}
		if p.through {
			return writeThrough(p, write)
		}
		if c, err = p.claim(); err != nil {
			return err
		}
	}
	defer c.Release()
	c.writing.Lock()
	defer c.writing.Unlock()
	temp := c.temp()
	f, err := unfinished.create(c.folder, temp)
	if err != nil {
		return plain(path, err)
	}
	c.folder.Inherit(f, c.name)
	err = fill(f, write, head)
	err = unfinished.settle(c.folder, temp, func() error {
		if err != nil {
			_ = c.folder.Remove(temp) // the first error says more
			return plain(path, err)
		}
		if older != "" {
			c.keep(filepath.Base(older))
		}
		return c.place(path, temp)
	})
	if err != nil {
		return err
	}
	if err := c.folder.Sync(); err != nil {
		return fmt.Errorf("%s: %w: %w", path, ErrUnsynced, problem.Reason(err))
	}
	return c.moved(path)
}

// keep gives what is in the place of the output another name too. That it cannot is no
// reason to write nothing.
func (c *Claimed) keep(older string) {
	_ = c.folder.Remove(older) // often there is none
	if err := c.folder.Link(c.name, older); err != nil && !errors.Is(err, fs.ErrNotExist) {
		_ = c.folder.Rename(c.name, older)
	}
}

// place puts the temporary file where it belongs. What is written, synced and cannot
// take its place is kept beside it.
func (c *Claimed) place(path, temp string) error {
	err := c.folder.Rename(temp, c.name)
	if err == nil {
		return nil
	}
	if errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EXDEV) { // something is mounted there
		if err = c.overwrite(temp); err == nil {
			_ = c.folder.Remove(temp) // what stays is only in the way of nobody
			return nil
		}
	}
	for n := range 100 {
		name := c.name + ".new"
		if n > 0 {
			name += fmt.Sprint(n + 1)
		}
		if _, there := c.folder.Lstat(name); !errors.Is(there, fs.ErrNotExist) {
			continue
		}
		if c.folder.Rename(temp, name) == nil {
			return &Kept{Path: filepath.Join(filepath.Dir(path), name), err: plain(path, err)}
		}
		break
	}
	return &Kept{Path: filepath.Join(filepath.Dir(path), temp), err: plain(path, err)}
}

// overwrite copies the temporary file into the file itself: a name on which something
// is mounted cannot be given to another file.
func (c *Claimed) overwrite(temp string) error {
	from, err := c.folder.Open(temp, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	to, err := c.folder.Open(c.name, os.O_WRONLY|os.O_TRUNC, 0)
	if err == nil {
		if _, err = io.Copy(to, from); err == nil {
			err = to.Sync()
		}
		err = cmp.Or(err, to.Close())
	}
	return cmp.Or(err, from.Close())
}

// moved reports that path does not lead to the file that was written, because its
// folder has been moved meanwhile.
func (c *Claimed) moved(path string) error {
	ours, err := c.folder.Lstat(c.name)
	if err != nil {
		return nil // it was there a moment ago
	}
	there, err := files.Lstat(c.target)
	if err == nil && os.SameFile(ours, there) || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return &Kept{Path: filepath.Join(c.folder.Path(), c.name), err: fmt.Errorf("%s: its folder has been moved", path)}
}

// ErrUnsynced is the error of a file that is there, new and whole.
var ErrUnsynced = errors.New("is written, but a power cut may undo that, for its folder cannot be synced")

// Kept is the error of a file that is written, synced and whole, but not where it
// should be.
type Kept struct {
	Path string // where it is
	err  error
}

func (k *Kept) Error() string {
	return fmt.Sprintf("%s; what was written is whole, in %s", k.err, k.Path)
}
func (k *Kept) Unwrap() error { return k.err }

// A place is where a path leads to.
type place struct {
	path    string // as the user wrote it
	target  string // after symbolic links, so that a link stays one
	through bool   // there is something that is no regular file: it is written to, not replaced
}

// locate follows path, and refuses what nothing can be written to.
func locate(path string) (place, error) {
	p := place{path: path, target: path}
	link, err := files.Lstat(path)
	if err == nil && link.Mode()&fs.ModeSymlink != 0 {
		p.target, err = files.Follow(path)
		var pe *fs.PathError
		switch {
		case errors.Is(err, fs.ErrNotExist):
			p.target = path // a dangling link is replaced
		case err != nil && !errors.As(err, &pe):
			return p, plain(path, errors.New("its symbolic links go round in a circle")) // the only error without a path
		case err != nil:
			return p, plain(path, err)
		}
	}
	info, err := files.Stat(p.target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, nil
	case err != nil:
		return p, plain(path, err)
	case info.IsDir():
		return p, fmt.Errorf("%s is a directory", path)
	case info.Mode()&fs.ModeSocket != 0:
		return p, fmt.Errorf("%s is a socket", path)
	}
	p.through = !info.Mode().IsRegular()
	return p, nil
}

// Same reports whether two paths name one regular file that is there.
func Same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && x.Mode().IsRegular() && os.SameFile(x, y)
}

// nameLimit is how many bytes a file name may have on the usual file systems.
const nameLimit = 255

// beside returns the name of a hidden file next to path that belongs to it.
func beside(path, suffix string) string {
	dir, name := filepath.Split(path)
	return dir + "." + shortened(name, len(suffix)+1) + suffix
}

// Named returns path with a suffix, for a file that belongs to it.
func Named(path, suffix string) string {
	dir, name := filepath.Split(path)
	return dir + shortened(name, len(suffix)) + suffix
}

// shortened leaves room in a name for so many bytes more. A name that would be too long
// is cut, and told from others by its hash.
func shortened(name string, more int) string {
	if len(name)+more <= nameLimit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	cut := 200
	for cut > 190 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return fmt.Sprintf("%s~%x", name[:cut], sum[:6])
}

// fill writes, syncs and closes f; the first error counts. head, if there is one, says
// what f begins with.
func fill(f diskFile, write func(io.Writer) error, head func() []byte) error {
	b := bufio.NewWriterSize(f, 1<<16)
	err := write(b)
	if err == nil {
		err = b.Flush()
	}
	if err == nil && head != nil {
		_, err = f.WriteAt(head(), 0)
	}
	if err == nil {
		err = f.Sync()
	}
	return cmp.Or(err, f.Close())
}

func writeThrough(p place, write func(io.Writer) error) error {
	f, err := openThrough(p.target, os.O_WRONLY)
	if err != nil {
		return plain(p.path, err)
	}
	b := bufio.NewWriter(patience.Writer(f))
	err = write(b)
	if err == nil {
		err = b.Flush()
	}
	return plain(p.path, cmp.Or(err, f.Close()))
}

// plain reduces a *PathError, which would name the temporary file, to the path
// the user gave and the reason.
func plain(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: cannot be written: %w", path, problem.Reason(err))
}
