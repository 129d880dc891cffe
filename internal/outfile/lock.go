package outfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// acquire takes the lock. The file may be removed by its holder between our
// opening it and our locking it: then what is locked is no longer
// at that path, and all begins anew.
func (c *Claimed) acquire(path string) error {
	for {
		f, ours, err := c.openLock()
		if err != nil {
			return plain(path, err)
		}
		switch err := f.Lock(); {
		case errors.Is(err, errHeld):
			holder := holder(f)
			return cmp.Or[error](&Busy{Path: path, Lock: filepath.Join(filepath.Dir(path), c.lock), Holder: holder}, f.Close())
		case errors.Is(err, errNoLock):
			_ = c.folder.Remove(c.lock) // nothing depends on it
			return plain(path, f.Close())
		case err != nil:
			return plain(path, cmp.Or(err, f.Close()))
		}
		locked, err := f.Stat()
		if err != nil {
			return plain(path, cmp.Or(err, f.Close()))
		}
		there, err := c.folder.Lstat(c.lock)
		switch {
		case err == nil && os.SameFile(locked, there):
			if !ours && c.folder.Remove(c.lock) == nil { // of a user whose process has died: ours takes its place
				break
			}
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

// openLock makes the lock, or opens the one that is there. A link is not followed, nor
// anything written before the lock is held. One of another user can be locked, but not
// signed: then ours is false.
func (c *Claimed) openLock() (f diskFile, ours bool, err error) {
	for {
		f, err = c.folder.Open(c.lock, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return f, true, err
		}
		there, err := c.folder.Lstat(c.lock)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // it has just been released
		case err != nil:
			return nil, false, err
		case !there.Mode().IsRegular():
			return nil, false, fmt.Errorf("its lock %s is no regular file: remove it", c.lock)
		}
		f, err = c.folder.Open(c.lock, os.O_RDWR, 0)
		if errors.Is(err, fs.ErrPermission) {
			f, err = c.folder.Open(c.lock, os.O_RDONLY, 0)
			return f, false, err
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return f, true, err
		}
	}
}

// sign says in the lock whose it is. A lock without a name holds all the same, so
// a full disk does not matter here.
func sign(f diskFile) {
	pid := os.Getpid()
	text := fmt.Sprintf("%d\n%d\n%s\n%s\n", pid, time.Now().Unix(), strings.Join(os.Args, " "), started(pid))
	if f.Truncate(0) == nil {
		_, _ = f.Write([]byte(text))
	}
}

// holder reads whose a lock is. It may have been taken this moment: then it holds
// no text yet, or that of a process that was killed, which is not to be named; nor is
// another one that has its number by now.
func holder(f diskFile) string {
	for range 200 {
		text, err := readStart(f)
		if err != nil {
			break
		}
		if lines := strings.Split(text, "\n"); len(lines) >= 5 {
			pid, err := strconv.Atoi(lines[0])
			since, err2 := strconv.ParseInt(lines[1], 10, 64)
			if cmp.Or(err, err2) == nil && running(pid) && lines[3] == started(pid) {
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
