package outfile

import (
	"errors"
	"io/fs"
	"os"
	"sync"
)

// unfinished are the temporary files that are being written. Once the program is
// about to end none is made any more, nor put in its place: writers wait for the
// end.
var unfinished temporaries

type temporaries struct {
	sync.Mutex
	all  map[temporary]bool
	over bool
}

type temporary struct {
	in   folder
	name string
}

// Abandon removes the temporary files and the locks, for a program that is about
// to end in the middle of its work.
func Abandon() {
	unfinished.Lock()
	defer unfinished.Unlock()
	unfinished.over = true
	for temp := range unfinished.all {
		_ = temp.in.Remove(temp.name) // the program ends: there is no one to report to
	}
	ReleaseAll()
}

// wait takes the lock, unless the program is about to end: then it never returns.
func (t *temporaries) wait() {
	t.Lock()
	if t.over {
		t.Unlock()
		select {}
	}
}

// create makes a temporary file. One that is there already is left over from a
// program that was killed; it may not be ours to write to, or be a link to elsewhere.
func (t *temporaries) create(in folder, name string) (diskFile, error) {
	t.wait()
	defer t.Unlock()
	const flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	f, err := in.Open(name, flags, 0o644)
	if errors.Is(err, fs.ErrExist) {
		if err := in.Remove(name); err != nil {
			return nil, err
		}
		f, err = in.Open(name, flags, 0o644)
	}
	if err == nil {
		if t.all == nil {
			t.all = map[temporary]bool{}
		}
		t.all[temporary{in, name}] = true
	}
	return f, err
}

// settle does what a temporary file was for, or gives it up.
func (t *temporaries) settle(in folder, name string, do func() error) error {
	t.wait()
	defer t.Unlock()
	delete(t.all, temporary{in, name})
	return do()
}
