package outfile

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// steady repeats what a signal has interrupted (EINTR). Package os does so for
// most calls on most systems.
type steady struct{ disk }

type steadyFolder struct{ folder }

type steadyFile struct{ diskFile }

func again(call func() error) error {
	for {
		if err := call(); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// persist is again for a call that has a result.
func persist[T any](call func() (T, error)) (result T, err error) {
	err = again(func() (err error) { result, err = call(); return err })
	return result, err
}

func (s steady) Lstat(path string) (fs.FileInfo, error) {
	return persist(func() (fs.FileInfo, error) { return s.disk.Lstat(path) })
}

func (s steady) Stat(path string) (fs.FileInfo, error) {
	return persist(func() (fs.FileInfo, error) { return s.disk.Stat(path) })
}

func (s steady) Follow(path string) (string, error) {
	return persist(func() (string, error) { return s.disk.Follow(path) })
}

func (s steady) Open(path string, flag int, mode fs.FileMode) (diskFile, error) {
	f, err := persist(func() (diskFile, error) { return s.disk.Open(path, flag, mode) })
	if err != nil {
		return nil, err
	}
	return steadyFile{f}, nil
}

func (s steady) Folder(path string) (folder, error) {
	d, err := persist(func() (folder, error) { return s.disk.Folder(path) })
	if err != nil {
		return nil, err
	}
	return steadyFolder{d}, nil
}

func (s steadyFolder) Lstat(name string) (fs.FileInfo, error) {
	return persist(func() (fs.FileInfo, error) { return s.folder.Lstat(name) })
}

func (s steadyFolder) Open(name string, flag int, mode fs.FileMode) (diskFile, error) {
	f, err := persist(func() (diskFile, error) { return s.folder.Open(name, flag, mode) })
	if err != nil {
		return nil, err
	}
	return steadyFile{f}, nil
}

func (s steadyFolder) Inherit(f diskFile, from string) {
	if own, ok := f.(steadyFile); ok {
		f = own.diskFile
	}
	s.folder.Inherit(f, from)
}

func (s steadyFolder) Rename(from, to string) error {
	return again(func() error { return s.folder.Rename(from, to) })
}
func (s steadyFolder) Link(from, to string) error {
	return again(func() error { return s.folder.Link(from, to) })
}
func (s steadyFolder) Remove(name string) error {
	return again(func() error { return s.folder.Remove(name) })
}
func (s steadyFolder) Sync() error { return again(s.folder.Sync) }

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

// WriteAt begins anew where it was interrupted: the bytes are the same.
func (f steadyFile) WriteAt(p []byte, off int64) (n int, err error) {
	return persist(func() (int, error) { return f.diskFile.WriteAt(p, off) })
}

func (f steadyFile) Stat() (fs.FileInfo, error) { return persist(f.diskFile.Stat) }
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
