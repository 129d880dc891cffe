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
	Folder(path string) (folder, error)
}

// A folder is held open. What is done to a name in it is done there, also when the
// folder has been moved, or another one has taken its path.
type folder interface {
	Lstat(name string) (fs.FileInfo, error)
	Open(name string, flag int, mode fs.FileMode) (diskFile, error)
	Rename(from, to string) error
	Link(from, to string) error
	Remove(name string) error
	Sync() error                      // makes a rename in it durable
	Facts(name string) facts          // what stands against replacing the file, as far as this system tells
	Inherit(f diskFile, from string)  // gives f the owner, the mode and the extended attributes of a file, where that is permitted
	Free() (bytes uint64, known bool) // room on the disk
	Path() string                     // where the folder is now; as it was opened, where that cannot be told
	Close() error
}

// facts are what the system knows of a file that a run is about to replace.
type facts struct {
	mount bool   // something is mounted on it, so that it cannot be replaced, only written in place
	fixed string // why it can be neither replaced nor written: "immutable"; "" otherwise
	links int    // its names; 0 for unknown
}

type diskFile interface {
	io.ReadWriteCloser
	io.ReaderAt
	io.WriterAt
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Sync() error
	Lock() error // for this process alone; errHeld if another one has it
}

// files is the disk that everything here goes through.
var files disk = steady{osDisk{}}

// osDisk is the disk of this machine.
type osDisk struct{}

type osFolder struct{ *os.Root }

type osFile struct{ *os.File }

func (osDisk) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }
func (osDisk) Stat(path string) (fs.FileInfo, error)  { return os.Stat(path) }
func (osDisk) Follow(path string) (string, error)     { return filepath.EvalSymlinks(path) }

func (osDisk) Open(path string, flag int, mode fs.FileMode) (diskFile, error) {
	f, err := os.OpenFile(path, flag, mode)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (osDisk) Folder(path string) (folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return osFolder{root}, nil
}

func (d osFolder) Open(name string, flag int, mode fs.FileMode) (diskFile, error) {
	f, err := d.OpenFile(name, flag, mode)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Sync does nothing on Windows, which has no such thing, and some file systems
// refuse it.
func (d osFolder) Sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	self, err := d.Root.Open(".")
	if err != nil {
		return err
	}
	err = self.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, self.Close())
}

// number calls with the file descriptor of the folder, which is open meanwhile only:
// a process may have few.
func (d osFolder) number(call func(fd int)) {
	if self, err := d.Root.Open("."); err == nil {
		call(int(self.Fd()))
		_ = self.Close() // nothing was written
	}
}
