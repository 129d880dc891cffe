package outfile_test

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"mlp/internal/outfile"
)

// A fault is what may happen to one call of the file system.
type fault struct {
	name   string
	err    error
	only   string // "write": other calls cannot fail so
	short  bool   // half of what is written arrives
	onward bool   // and nothing works from then on, as after a crash
}

var faults = []fault{
	{name: "EIO", err: syscall.EIO},
	{name: "ENOSPC", err: syscall.ENOSPC},
	{name: "EROFS", err: syscall.EROFS},
	{name: "EINTR", err: syscall.EINTR},
	{name: "short write", only: "write", short: true},
	{name: "half a write, then ENOSPC", only: "write", short: true, err: syscall.ENOSPC},
	{name: "crash", err: errCrash, onward: true},
	{name: "crash in a write", only: "write", err: errCrash, short: true, onward: true},
}

var errCrash = errors.New("the program is dead")

// A faulty disk lets the call number at fail; at 0 none does. It counts the calls,
// and keeps a list of them.
type faulty struct {
	outfile.OSDisk
	fault fault
	at    int
	calls []string // "write", "rename", …
	open  []*faultyFile
	hit   string // the call that failed
}

type faultyFile struct {
	outfile.DiskFile
	disk *faulty
}

func (d *faulty) fails(op string) bool {
	d.calls = append(d.calls, op)
	n := len(d.calls)
	if n == d.at && (d.fault.only == "" || d.fault.only == op) {
		d.hit = op
		return true
	}
	return d.dead()
}

// dead reports whether the program has crashed.
func (d *faulty) dead() bool { return d.fault.onward && d.hit != "" }

// bury frees what a dead process held.
func (d *faulty) bury() {
	for _, f := range d.open {
		_ = f.DiskFile.Close() // many are closed already
	}
}

func (d *faulty) do(op string, call func() error) error {
	if d.fails(op) {
		return d.fault.err
	}
	return call()
}

func (d *faulty) Lstat(path string) (info fs.FileInfo, err error) {
	err = d.do("lstat", func() (err error) { info, err = d.OSDisk.Lstat(path); return err })
	return info, err
}

func (d *faulty) Stat(path string) (info fs.FileInfo, err error) {
	err = d.do("stat", func() (err error) { info, err = d.OSDisk.Stat(path); return err })
	return info, err
}

func (d *faulty) Follow(path string) (target string, err error) {
	err = d.do("follow", func() (err error) { target, err = d.OSDisk.Follow(path); return err })
	return target, err
}

func (d *faulty) Open(path string, flag int, mode outfile.FileMode) (f outfile.DiskFile, err error) {
	err = d.do("open", func() (err error) { f, err = d.OSDisk.Open(path, flag, mode); return err })
	if err != nil {
		return nil, err
	}
	opened := &faultyFile{f, d}
	d.open = append(d.open, opened)
	return opened, nil
}

// A faultyFolder is one of its folders.
type faultyFolder struct {
	outfile.Folder
	disk *faulty
}

func (d *faulty) Folder(path string) (in outfile.Folder, err error) {
	err = d.do("folder", func() (err error) { in, err = d.OSDisk.Folder(path); return err })
	if err != nil {
		return nil, err
	}
	return faultyFolder{in, d}, nil
}

func (d faultyFolder) Lstat(name string) (info fs.FileInfo, err error) {
	err = d.disk.do("lstat", func() (err error) { info, err = d.Folder.Lstat(name); return err })
	return info, err
}

func (d faultyFolder) Open(name string, flag int, mode outfile.FileMode) (f outfile.DiskFile, err error) {
	err = d.disk.do("open", func() (err error) { f, err = d.Folder.Open(name, flag, mode); return err })
	if err != nil {
		return nil, err
	}
	opened := &faultyFile{f, d.disk}
	d.disk.open = append(d.disk.open, opened)
	return opened, nil
}

func (d faultyFolder) Inherit(f outfile.DiskFile, from string) {
	if own, ok := f.(*faultyFile); ok && !d.disk.dead() {
		d.Folder.Inherit(own.DiskFile, from)
	}
}

func (d faultyFolder) Link(from, to string) error {
	return d.disk.do("link", func() error { return d.Folder.Link(from, to) })
}

func (d faultyFolder) Rename(from, to string) error {
	return d.disk.do("rename", func() error { return d.Folder.Rename(from, to) })
}

func (d faultyFolder) Remove(name string) error {
	return d.disk.do("remove", func() error { return d.Folder.Remove(name) })
}

func (d faultyFolder) Sync() error {
	return d.disk.do("syncdir", func() error { return nil }) // what a power cut does is another test's
}

func (f *faultyFile) Read(p []byte) (int, error) {
	if f.disk.fails("read") {
		return 0, f.disk.fault.err
	}
	return f.DiskFile.Read(p)
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if dead := f.disk.dead(); f.disk.fails("write") {
		if f.disk.fault.short && !dead {
			n, err := f.DiskFile.Write(p[:len(p)/2])
			return n, errors.Join(err, f.disk.fault.err)
		}
		return 0, f.disk.fault.err
	}
	return f.DiskFile.Write(p)
}

func (f *faultyFile) WriteAt(p []byte, off int64) (int, error) {
	if f.disk.fails("writeat") {
		return 0, f.disk.fault.err
	}
	return f.DiskFile.WriteAt(p, off)
}

func (f *faultyFile) Stat() (info fs.FileInfo, err error) {
	err = f.disk.do("fstat", func() (err error) { info, err = f.DiskFile.Stat(); return err })
	return info, err
}

func (f *faultyFile) Truncate(size int64) error {
	return f.disk.do("truncate", func() error { return f.DiskFile.Truncate(size) })
}

func (f *faultyFile) Sync() error { return f.disk.do("sync", func() error { return nil }) }
func (f *faultyFile) Lock() error { return f.disk.do("lock", f.DiskFile.Lock) }

// Close closes the file even if it fails, as Unix does. A dead program closes
// nothing; bury does it.
func (f *faultyFile) Close() error {
	if f.disk.dead() {
		f.disk.fails("close")
		return errCrash
	}
	failed := f.disk.fails("close")
	if f.disk.dead() {
		return errCrash
	}
	if err := f.DiskFile.Close(); !failed {
		return err
	}
	return f.disk.fault.err
}

var _ io.Writer = (*faultyFile)(nil)

// reasonOf is the word that an error message must have for a fault.
func reasonOf(f fault) string {
	if f.err == nil {
		return "short write"
	}
	return strings.ToLower(f.err.Error())
}
