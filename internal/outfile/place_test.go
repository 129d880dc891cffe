package outfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func put(path, text string) error {
	return Write(path, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	if text, err := os.ReadFile(path); err != nil || string(text) != want {
		t.Errorf("%s: %q, %v, want %q", path, text, err, want)
	}
}

// A stiff disk refuses every rename over a file that is there.
type stiff struct {
	osDisk
	why error
}

type stiffFolder struct {
	folder
	why error
}

func (d stiff) Folder(path string) (folder, error) {
	in, err := d.osDisk.Folder(path)
	return stiffFolder{in, d.why}, err
}

func (d stiffFolder) Rename(from, to string) error {
	if _, err := d.folder.Lstat(to); err == nil {
		return &os.LinkError{Op: "renameat", Old: from, New: to, Err: d.why}
	}
	return d.folder.Rename(from, to)
}

// What cannot take its place is kept beside it, and named; the old file stays. A file
// on which something is mounted is written in place.
func TestRenameRefused(t *testing.T) {
	defer func(old disk) { files = old }(files)
	for _, c := range []struct {
		why     error
		inPlace bool
	}{{syscall.EPERM, false}, {syscall.EACCES, false}, {syscall.EBUSY, true}, {syscall.EXDEV, true}} {
		files = steady{osDisk{}}
		dir := t.TempDir()
		path := filepath.Join(dir, "m.bin")
		if err := put(path, "old"); err != nil {
			t.Fatal(err)
		}
		files = steady{stiff{why: c.why}}
		err := put(path, "new and longer")
		if c.inPlace {
			if err != nil {
				t.Errorf("%v: %v", c.why, err)
			}
			holds(t, path, "new and longer")
			continue
		}
		var kept *Kept
		if !errors.As(err, &kept) || !errors.Is(err, c.why) || kept.Path != path+".new" {
			t.Fatalf("%v: %v", c.why, err)
		}
		holds(t, path, "old")
		holds(t, kept.Path, "new and longer")
		err = put(path, "newest")
		if !errors.As(err, &kept) || kept.Path != path+".new2" {
			t.Errorf("again: %v", err)
		}
		holds(t, path+".new", "new and longer")
		if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

// A folder that is moved under a run takes its claims along: what is written goes where
// it went, and the user is told unless his path still leads there.
func TestFolderMoved(t *testing.T) {
	root := t.TempDir()
	before, after := filepath.Join(root, "before"), filepath.Join(root, "after")
	if err := os.Mkdir(before, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(before)
	absolute := filepath.Join(before, "a.bin")
	for _, path := range []string{absolute, "r.bin"} {
		c, err := Claim(path)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Release()
	}
	if err := os.Rename(before, after); err != nil {
		t.Fatal(err)
	}
	if err := put("r.bin", "relative"); err != nil {
		t.Errorf("a relative path leads there as before: %v", err)
	}
	holds(t, filepath.Join(after, "r.bin"), "relative")
	err := put(absolute, "absolute")
	var kept *Kept
	if !errors.As(err, &kept) || !strings.Contains(err.Error(), absolute+": its folder has been moved") {
		t.Fatalf("%v", err)
	}
	holds(t, filepath.Join(after, "a.bin"), "absolute")
	if runtime.GOOS == "linux" && kept.Path != filepath.Join(after, "a.bin") {
		t.Errorf("it is said to be in %s", kept.Path)
	}
}

// A new file has the mode of the old one, whatever the umask, and its attributes.
func TestInherits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.bin")
	if err := put(path, "old"); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o666, 0o640, 0o600} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if err := put(path, "new"); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%v, %v, want %v", info.Mode(), err, mode)
		}
	}
}

// A lock that is a link, to a file or to nothing, is neither followed nor written to.
func TestLockIsALink(t *testing.T) {
	for _, target := range []string{"precious", "nothing"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "m.bin")
		precious := filepath.Join(dir, "precious")
		if err := os.WriteFile(precious, []byte("text"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(dir, ".m.bin.lock")); err != nil {
			t.Fatal(err)
		}
		err := put(path, "new")
		if err == nil || !strings.Contains(err.Error(), "its lock .m.bin.lock is no regular file: remove it") {
			t.Errorf("%v", err)
		}
		holds(t, precious, "text")
		if _, err := os.Lstat(filepath.Join(dir, "nothing")); err == nil {
			t.Error("the link was followed")
		}
		if err := os.Remove(filepath.Join(dir, ".m.bin.lock")); err != nil { // what is suggested works
			t.Fatal(err)
		}
		if err := put(path, "new"); err != nil {
			t.Error(err)
		}
	}
}

// Other names of a file, and a disk that is too small, are told before there is
// anything to write.
func TestOutlook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.bin")
	if err := put(path, "old"); err != nil {
		t.Fatal(err)
	}
	c, err := Claim(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	if notes, err := Outlook(path, 1); len(notes) > 0 || err != nil {
		t.Errorf("%q, %v", notes, err)
	}
	if err := os.Link(path, path+".other"); err != nil {
		t.Fatal(err)
	}
	notes, err := Outlook(path, 1)
	if facts := c.folder.Facts("m.bin"); facts.links > 0 && (len(notes) != 1 || !strings.Contains(notes[0], "has 2 names")) || err != nil {
		t.Errorf("%q, %v", notes, err)
	}
	free, known := c.folder.Free()
	if !known {
		return
	}
	if _, err := Outlook(path, int64(free)*2); err == nil || !strings.Contains(err.Error(), "its disk has room for") {
		t.Errorf("%v", err)
	}
	if notes, err := Outlook(path, int64(free/5)); err != nil || len(notes) != 2 {
		t.Errorf("%q, %v", notes, err)
	}
}
