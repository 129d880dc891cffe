package outfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// lockless is a disk without locks, as some network file systems are.
type lockless struct {
	osDisk
	names *[]string // of the files that were made
}

type locklessFile struct{ diskFile }

func (locklessFile) Lock() error { return errNoLock }

type locklessFolder struct {
	folder
	names *[]string
}

func (d lockless) Folder(path string) (folder, error) {
	in, err := d.osDisk.Folder(path)
	return locklessFolder{in, d.names}, err
}

func (d locklessFolder) Open(name string, flag int, mode fs.FileMode) (diskFile, error) {
	*d.names = append(*d.names, name)
	f, err := d.folder.Open(name, flag, mode)
	if err != nil {
		return nil, err
	}
	return locklessFile{f}, nil
}

// Without locks a file is written all the same, by way of a name that no other
// process has.
func TestWithoutLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.bin")
	var names []string
	defer func(old disk) { files = old }(files)
	files = steady{lockless{names: &names}}
	if err := Write(path, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "new" {
		t.Errorf("%q, %v", text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if len(names) != 2 || names[0] != ".m.bin.lock" || names[1] == ".m.bin.tmp" {
		t.Errorf("the files made are %v", names)
	}
}

// Within a process several may write one file; each time it is whole.
func TestWritersOfOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.bin")
	var wait sync.WaitGroup
	for i := range 8 {
		text := bytes.Repeat([]byte{byte('a' + i)}, 100_000)
		wait.Go(func() {
			for range 20 {
				if err := Write(path, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
					t.Error(err)
				}
				got, err := os.ReadFile(path)
				if err != nil || len(got) != len(text) || !bytes.Equal(got, bytes.Repeat(got[:1], len(text))) {
					t.Errorf("%d bytes, %v", len(got), err)
				}
			}
		})
	}
	wait.Wait()
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A claim that was given up is free at once, also for another process; one that is
// claimed twice is given up twice.
func TestClaims(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.bin")
	lock := beside(path, ".lock")
	held := func() bool {
		f, err := osDisk{}.Open(lock, os.O_RDWR, 0)
		if err != nil {
			return false
		}
		defer f.Close()
		return f.Lock() == errHeld
	}
	a, err := Claim(path)
	if err != nil || !held() {
		t.Fatalf("not held: %v", err)
	}
	b, err := Claim(path)
	if err != nil {
		t.Fatal(err)
	}
	a.Release()
	if !held() {
		t.Error("given up once, it is free")
	}
	b.Release()
	if _, err := os.Stat(lock); err == nil {
		t.Error("given up twice, its lock is still there")
	}
	c, err := Claim(path)
	if err != nil {
		t.Errorf("given up, it cannot be claimed: %v", err)
	}
	c.Release()
}

// A lock that was taken this moment may still hold the text of a process that was
// killed: it is not named, and the one that has the lock is, once it has signed.
func TestADeadHolderIsNotNamed(t *testing.T) {
	dead := exec.Command(os.Args[0], "-test.run=^$")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m.bin")
	left := fmt.Sprintf("%d\n%d\n%s\n", dead.Process.Pid, 1, "the dead one")
	if err := os.WriteFile(beside(path, ".lock"), []byte(left), 0o644); err != nil {
		t.Fatal(err)
	}
	taken, err := osDisk{}.Open(beside(path, ".lock"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := taken.Lock(); errors.Is(err, errNoLock) {
		t.Skip("no locks on this file system")
	} else if err != nil {
		t.Fatal(err)
	}
	signed := time.AfterFunc(100*time.Millisecond, func() { sign(taken) })
	defer signed.Stop()
	_, err = Claim(path)
	var busy *Busy
	if !errors.As(err, &busy) || !strings.Contains(busy.Holder, fmt.Sprintf("process %d,", os.Getpid())) {
		t.Errorf("got %v, want a refusal that names process %d", err, os.Getpid())
	}
}
