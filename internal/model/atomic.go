package model

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
)

// WriteAtomic makes path hold what write writes, all of it or nothing: the bytes
// go to a temporary file in the same directory, which is synced and renamed over
// path, and then the directory is synced (the order of PostgreSQL's
// durable_rename). A failure leaves the old file as it was. A path that is not a
// regular file, such as a pipe or /dev/stdout, is written straight through.
func WriteAtomic(path string, write func(io.Writer) error) error {
	target, err := resolve(path)
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(target); err == nil {
		if info.IsDir() {
			return fmt.Errorf("%s is a directory", path)
		}
		if !info.Mode().IsRegular() {
			return writeThrough(target, write)
		}
		mode = info.Mode().Perm()
	}
	dir := filepath.Dir(target)
	temp := filepath.Join(dir, "."+filepath.Base(target)+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return plain(path, err)
	}
	unfinished.Store(temp, true)
	defer unfinished.Delete(temp)
	if err := fill(f, write); err != nil {
		_ = os.Remove(temp) // the write's own error says more
		return plain(path, err)
	}
	if err := os.Rename(temp, target); err != nil {
		_ = os.Remove(temp)
		return plain(path, err)
	}
	return plain(path, syncDir(dir))
}

// unfinished are the temporary files that are being written.
var unfinished sync.Map

// RemoveUnfinished removes them, for a program that is about to end in the middle
// of its work.
func RemoveUnfinished() {
	unfinished.Range(func(temp, _ any) bool {
		_ = os.Remove(temp.(string)) // nobody is left to be told
		return true
	})
}

// CheckWritable reports whether WriteAtomic could make path now, without
// touching what is there: it creates the temporary file and removes it.
func CheckWritable(path string) error {
	target, err := resolve(path)
	if err != nil {
		return err
	}
	if info, err := os.Stat(target); err == nil {
		if info.IsDir() {
			return fmt.Errorf("%s is a directory", path)
		}
		if !info.Mode().IsRegular() {
			return nil
		}
	}
	temp := filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return plain(path, err)
	}
	return plain(path, errors.Join(f.Close(), os.Remove(temp)))
}

// resolve follows path if it is a symbolic link, so that the link stays one.
func resolve(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return path, nil // what does not exist yet is made
	}
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil // a dangling link is replaced
	}
	var pe *fs.PathError
	if err != nil && !errors.As(err, &pe) {
		err = errors.New("its symbolic links go round in a circle") // the only error without a path
	}
	return target, plain(path, err)
}

// fill writes, syncs and closes f; the first error counts.
func fill(f *os.File, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(f, 1<<16)
	err := write(b)
	if err == nil {
		err = b.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func writeThrough(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return plain(path, err)
	}
	b := bufio.NewWriter(f)
	err = write(b)
	if err == nil {
		err = b.Flush()
	}
	return plain(path, errors.Join(err, f.Close()))
}

// syncDir makes a rename durable. Windows has no such thing, and some file
// systems refuse it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// plain reduces a *PathError, which would name the temporary file, to the path
// the user gave and the reason.
func plain(path string, err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pe):
		err = pe.Err
	case errors.As(err, &le):
		err = le.Err
	}
	return fmt.Errorf("%s: cannot be written: %w", path, err)
}
