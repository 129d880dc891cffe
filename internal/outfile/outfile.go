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
	"unicode/utf8"

	"mlp/internal/problem"
)

// Write makes path hold what write writes, all of it or nothing: the bytes go to a
// temporary file in the same directory, which is synced and renamed over path, and
// then the directory is synced (the order of PostgreSQL's durable_rename). A failure leaves the old file as it was. A path that is not a
// regular file, such as a pipe or /dev/stdout, is written straight through. While
// it is written, path is claimed, so that no other process does so too.
func Write(path string, write func(io.Writer) error) error {
	p, err := locate(path)
	if err != nil {
		return err
	}
	if p.through {
		return writeThrough(p, write)
	}
	claim, err := p.claim()
	if err != nil {
		return err
	}
	defer claim.Release()
	claim.writing.Lock()
	defer claim.writing.Unlock()
	temp := claim.temp()
	f, err := unfinished.create(temp, p.mode)
	if err != nil {
		return plain(path, err)
	}
	err = fill(f, write)
	err = unfinished.settle(temp, func() error {
		if err == nil {
			err = files.Rename(temp, p.target)
		}
		if err != nil {
			_ = files.Remove(temp) // the first error says more
		}
		return err
	})
	if err != nil {
		return plain(path, err)
	}
	if err := files.SyncDir(filepath.Dir(p.target)); err != nil {
		return fmt.Errorf("%s: %w: %w", path, ErrUnsynced, problem.Reason(err))
	}
	return nil
}

// ErrUnsynced is the error of a file that is there, new and whole.
var ErrUnsynced = errors.New("is written, but a power cut may undo that, for its folder cannot be synced")

// A place is where a path leads to.
type place struct {
	path    string // as the user wrote it
	target  string // after symbolic links, so that a link stays one
	through bool   // there is something that is no regular file: it is written to, not replaced
	mode    fs.FileMode
}

// locate follows path, and refuses what nothing can be written to.
func locate(path string) (place, error) {
	p := place{path: path, target: path, mode: 0o644}
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
	p.mode = info.Mode().Perm()
	return p, nil
}

// nameLimit is how many bytes a file name may have on the usual file systems.
const nameLimit = 255

// beside returns the name of a hidden file next to path that belongs to it. A name
// that would be too long is cut, and told from others by its hash.
func beside(path, suffix string) string {
	dir, name := filepath.Split(path)
	if len(name)+len(suffix)+1 > nameLimit {
		sum := sha256.Sum256([]byte(name))
		cut := 200
		for cut > 190 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = fmt.Sprintf("%s~%x", name[:cut], sum[:6])
	}
	return dir + "." + name + suffix
}

// fill writes, syncs and closes f; the first error counts.
func fill(f diskFile, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(f, 1<<16)
	err := write(b)
	if err == nil {
		err = b.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	return cmp.Or(err, f.Close())
}

func writeThrough(p place, write func(io.Writer) error) error {
	f, err := files.Open(p.target, os.O_WRONLY, 0)
	if err != nil {
		return plain(p.path, err)
	}
	b := bufio.NewWriter(f)
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
