package outfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// A disk is all that this package does to the file system when it writes, so that
// a test can let any single call fail.
type disk interface {
	Lstat(path string) (fs.FileInfo, error)
	Stat(path string) (fs.FileInfo, error)
	Follow(path string) (string, error) // where a symbolic link ends
	Open(path string, flag int, mode fs.FileMode) (diskFile, error)
	Rename(from, to string) error
	Remove(path string) error
	SyncDir(dir string) error // makes a rename in dir durable
}

type diskFile interface {
	io.ReadWriteCloser
	io.ReaderAt
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Sync() error
	Lock() error // for this process alone; errHeld if another one has it
}

// files is the disk that everything here goes through.
var files disk = steady{osDisk{}}

// osDisk is the disk of this machine.
type osDisk struct{}

type osFile struct{ *os.File }

func (osDisk) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }
func (osDisk) Stat(path string) (fs.FileInfo, error)  { return os.Stat(path) }
func (osDisk) Follow(path string) (string, error)     { return filepath.EvalSymlinks(path) }
func (osDisk) Rename(from, to string) error           { return os.Rename(from, to) }
func (osDisk) Remove(path string) error               { return os.Remove(path) }

func (osDisk) Open(path string, flag int, mode fs.FileMode) (diskFile, error) {
	f, err := os.OpenFile(path, flag, mode)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// SyncDir does nothing on Windows, which has no such thing, and some file systems
// refuse it.
func (osDisk) SyncDir(dir string) error {
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

// steady repeats what a signal has interrupted (EINTR). Package os does so for
// most calls on most systems.
type steady struct{ disk }

type steadyFile struct{ diskFile }

func again(call func() error) error {
	for {
		if err := call(); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func (s steady) Lstat(path string) (info fs.FileInfo, err error) {
	err = again(func() (err error) { info, err = s.disk.Lstat(path); return err })
	return info, err
}

func (s steady) Stat(path string) (info fs.FileInfo, err error) {
	err = again(func() (err error) { info, err = s.disk.Stat(path); return err })
	return info, err
}

func (s steady) Follow(path string) (target string, err error) {
	err = again(func() (err error) { target, err = s.disk.Follow(path); return err })
	return target, err
}

func (s steady) Open(path string, flag int, mode fs.FileMode) (f diskFile, err error) {
	err = again(func() (err error) { f, err = s.disk.Open(path, flag, mode); return err })
	if err != nil {
		return nil, err
	}
	return steadyFile{f}, nil
}

func (s steady) Rename(from, to string) error {
	return again(func() error { return s.disk.Rename(from, to) })
}
func (s steady) Remove(path string) error { return again(func() error { return s.disk.Remove(path) }) }
func (s steady) SyncDir(dir string) error { return again(func() error { return s.disk.SyncDir(dir) }) }

func (f steadyFile) Write(p []byte) (n int, err error) {
	err = again(func() error {
		m, err := f.diskFile.Write(p[n:])
		n += m
		return err
	})
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}

func (f steadyFile) Stat() (info fs.FileInfo, err error) {
	err = again(func() (err error) { info, err = f.diskFile.Stat(); return err })
	return info, err
}

func (f steadyFile) Truncate(size int64) error {
	return again(func() error { return f.diskFile.Truncate(size) })
}
func (f steadyFile) Sync() error { return again(f.diskFile.Sync) }
func (f steadyFile) Lock() error { return again(f.diskFile.Lock) }

// Close is not repeated: the file is closed even if a signal comes, and its number
// may be another file's by now.
func (f steadyFile) Close() error {
	if err := f.diskFile.Close(); !errors.Is(err, syscall.EINTR) {
		return err
	}
	return nil
}
