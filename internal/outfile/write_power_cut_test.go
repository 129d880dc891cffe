package outfile

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A call is one that changes the disk.
type call struct {
	op       string // create, write, sync, rename, remove, link, syncdir; done: Write has returned
	name, to string
	inode    int
	at       int
	data     []byte
}

// A recorder is a disk that keeps a list of what was done to it.
type recorder struct {
	osDisk
	calls  []call
	inodes map[string]int // of the names there are
	next   int
}

type recordedFile struct {
	diskFile
	r         *recorder
	inode, at int
}

// A recordedFolder is one of its folders.
type recordedFolder struct {
	folder
	r *recorder
}

func (r *recorder) Folder(path string) (folder, error) {
	d, err := r.osDisk.Folder(path)
	return recordedFolder{d, r}, err
}

func (d recordedFolder) Open(name string, flag int, mode fs.FileMode) (diskFile, error) {
	f, err := d.folder.Open(name, flag, mode)
	if err != nil {
		return nil, err
	}
	r := d.r
	if _, there := r.inodes[name]; !there {
		r.next++
		r.inodes[name] = r.next
		r.calls = append(r.calls, call{op: "create", name: name, inode: r.next})
	}
	return &recordedFile{diskFile: f, r: r, inode: r.inodes[name]}, nil
}

func (d recordedFolder) Inherit(f diskFile, from string) {
	if own, ok := f.(*recordedFile); ok {
		d.folder.Inherit(own.diskFile, from)
	}
}

func (d recordedFolder) Rename(from, to string) error {
	r := d.r
	r.calls = append(r.calls, call{op: "rename", name: from, to: to, inode: r.inodes[from]})
	r.inodes[to] = r.inodes[from]
	delete(r.inodes, from)
	return d.folder.Rename(from, to)
}

func (d recordedFolder) Link(from, to string) error {
	r := d.r
	if err := d.folder.Link(from, to); err != nil {
		return err
	}
	r.calls = append(r.calls, call{op: "link", name: from, to: to, inode: r.inodes[from]})
	r.inodes[to] = r.inodes[from]
	return nil
}

func (d recordedFolder) Remove(name string) error {
	d.r.calls = append(d.r.calls, call{op: "remove", name: name})
	delete(d.r.inodes, name)
	return d.folder.Remove(name)
}

func (d recordedFolder) Sync() error {
	d.r.calls = append(d.r.calls, call{op: "syncdir"})
	return nil
}

func (f *recordedFile) Write(p []byte) (int, error) {
	f.r.calls = append(f.r.calls, call{op: "write", inode: f.inode, at: f.at, data: slices.Clone(p)})
	f.at += len(p)
	return f.diskFile.Write(p)
}

func (f *recordedFile) WriteAt(p []byte, off int64) (int, error) {
	f.r.calls = append(f.r.calls, call{op: "write", inode: f.inode, at: int(off), data: slices.Clone(p)})
	return f.diskFile.WriteAt(p, off)
}

func (f *recordedFile) Sync() error {
	f.r.calls = append(f.r.calls, call{op: "sync", inode: f.inode})
	return nil
}

// sector is what a disk writes whole.
const sector = 512

// afterPowerCut returns the files there are when the power goes after calls. Of
// what was not synced each sector and each change of the folder has arrived or not
// as coin says, in any order; a file may be as long as it should be and hold zeros.
func afterPowerCut(calls []call, coin func() bool) map[string][]byte {
	type content struct {
		data    []byte
		waiting []call // writes that were not synced
	}
	files := map[int]*content{}
	folder := map[string]int{}
	var waiting []call // changes of the folder that were not synced
	land := func(c call) {
		switch c.op {
		case "create":
			folder[c.name] = c.inode
		case "link":
			folder[c.to] = c.inode
		case "rename":
			delete(folder, c.name)
			folder[c.to] = c.inode
		case "remove":
			delete(folder, c.name)
		}
	}
	put := func(f *content, at int, data []byte) {
		if missing := at + len(data) - len(f.data); missing > 0 {
			f.data = append(f.data, make([]byte, missing)...)
		}
		copy(f.data[at:], data)
	}
	for _, c := range calls {
		switch c.op {
		case "create":
			files[c.inode] = &content{}
			waiting = append(waiting, c)
		case "rename", "remove", "link":
			waiting = append(waiting, c)
		case "write":
			files[c.inode].waiting = append(files[c.inode].waiting, c)
		case "sync":
			for _, w := range files[c.inode].waiting {
				put(files[c.inode], w.at, w.data)
			}
			files[c.inode].waiting = nil
		case "syncdir":
			for _, w := range waiting {
				land(w)
			}
			waiting = nil
		}
	}
	for _, w := range waiting {
		if coin() {
			land(w)
		}
	}
	for _, f := range files {
		for _, w := range f.waiting {
			for lo := 0; lo < len(w.data); lo += sector {
				part := w.data[lo:min(lo+sector, len(w.data))]
				if coin() {
					put(f, w.at+lo, part)
				} else if coin() {
					put(f, w.at+lo, make([]byte, len(part)))
				}
			}
		}
	}
	left := map[string][]byte{}
	for name, inode := range folder {
		left[name] = files[inode].data
	}
	return left
}

// generations are what a file holds, one after the other, of some twenty sectors each.
func generations(n int) [][]byte {
	list := make([][]byte, n)
	for g := range list {
		list[g] = bytes.Repeat([]byte(fmt.Sprintf("generation %d. ", g)), 700+70*g)
	}
	return list
}

// cut replays every prefix of the calls under so many tosses of the coin, and returns
// how many states it has seen and what was wrong with them.
func cut(calls []call, name string, gens [][]byte, tosses int) (states int, wrong []string) {
	done := 0
	for k := 0; k <= len(calls); k++ {
		if k > 0 && calls[k-1].op == "done" {
			done++
		}
		for toss := range tosses {
			random := rand.New(rand.NewPCG(uint64(k), uint64(toss)))
			coin := func() bool { return random.IntN(2) == 1 }
			switch toss {
			case 0:
				coin = func() bool { return true }
			case 1:
				coin = func() bool { return false }
			}
			states++
			got, there := afterPowerCut(calls[:k], coin)[name]
			g := slices.IndexFunc(gens, func(want []byte) bool { return there && bytes.Equal(got, want) })
			switch {
			case !there && done == 0: // the first one is not there yet
			case !there:
				wrong = append(wrong, fmt.Sprintf("after call %d there is no file", k))
			case g < 0:
				wrong = append(wrong, fmt.Sprintf("after call %d the file is torn", k))
			case g < done-1:
				wrong = append(wrong, fmt.Sprintf("after call %d generation %d is back, and %d was reported written", k, g, done-1))
			}
		}
	}
	return states, wrong
}

// The power may go at any time: what Write has reported written stays, and
// what it was writing is there whole or not at all. That the calls it makes for
// this are needed is shown by leaving each kind out.
func TestPowerCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.bin")
	r := &recorder{inodes: map[string]int{}}
	defer func(old disk) { files = old }(files)
	files = steady{r}
	gens := generations(5)
	for _, g := range gens {
		if err := Write(path, func(w io.Writer) error { _, err := w.Write(g); return err }); err != nil {
			t.Fatal(err)
		}
		r.calls = append(r.calls, call{op: "done"})
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, gens[len(gens)-1]) {
		t.Fatalf("the file is not written: %v", err)
	}
	states, wrong := cut(r.calls, "m.bin", gens, 300)
	if len(wrong) > 0 {
		t.Errorf("%d of %d states are wrong, the first: %s", len(wrong), states, wrong[0])
	}
	if states < 10_000 {
		t.Errorf("only %d states", states)
	}
	for _, op := range []string{"sync", "syncdir", "rename"} {
		without := slices.DeleteFunc(slices.Clone(r.calls), func(c call) bool { return c.op == op })
		_, wrong := cut(without, "m.bin", gens, 30)
		if len(wrong) == 0 {
			t.Errorf("without %s nothing is wrong: the test finds nothing", op)
		}
		t.Logf("without %s: %d states are wrong", op, len(wrong))
	}
	t.Logf("%d states after a power cut, %d calls: %d of them without a whole file", states, len(r.calls), len(wrong))
}

// A file that is written over another one leaves it beside: whatever the power cut
// leaves of either, and be the newer one damaged on top of it, no more than one
// generation is lost.
func TestPowerCutLeavesTheOlder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.bin")
	r := &recorder{inodes: map[string]int{}}
	defer func(old disk) { files = old }(files)
	files = steady{r}
	gens := generations(5)
	for _, g := range gens {
		if err := WriteOver(path, path+".older", func(w io.Writer) error { _, err := w.Write(g); return err }); err != nil {
			t.Fatal(err)
		}
		r.calls = append(r.calls, call{op: "done"})
	}
	for name, want := range map[string][]byte{path: gens[4], path + ".older": gens[3]} {
		if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not the generation it should be: %v", name, err)
		}
	}
	states, wrong := cut(r.calls, "m.bin", gens, 300)
	if len(wrong) > 0 {
		t.Errorf("%d of %d states are wrong, the first: %s", len(wrong), states, wrong[0])
	}
	done := 0
	for k, c := range r.calls {
		if c.op == "done" {
			done++
			left := afterPowerCut(r.calls[:k], func() bool { return false })
			if older := left["m.bin.older"]; done > 1 && !bytes.Equal(older, gens[done-2]) {
				t.Errorf("after generation %d is written, the older one is not the one before it", done-1)
			}
		}
	}
}
