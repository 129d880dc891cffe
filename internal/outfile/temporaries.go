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
	names map[string]bool
	over  bool
}

// Abandon removes the temporary files and the locks, for a program that is about
// to end in the middle of its work.
func Abandon() {
	unfinished.Lock()
	defer unfinished.Unlock()
	unfinished.over = true
	for temp := range unfinished.names {
		_ = files.Remove(temp) // the program ends: there is no one to report to
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

// create makes a temporary file.
func (t *temporaries) create(temp string, mode fs.FileMode) (diskFile, error) {
	t.wait()
	defer t.Unlock()
	f, err := create(temp, mode)
	if err == nil {
		if t.names == nil {
			t.names = map[string]bool{}
		}
		t.names[temp] = true
	}
	return f, err
}

// settle does what a temporary file was for, or gives it up.
func (t *temporaries) settle(temp string, do func() error) error {
	t.wait()
	defer t.Unlock()
	delete(t.names, temp)
	return do()
}

// create makes a new file. One that is there already is left over from a program
// that was killed; it may not be ours to write to, or be a link to elsewhere.
func create(temp string, mode fs.FileMode) (diskFile, error) {
	const flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	f, err := files.Open(temp, flags, mode)
	if errors.Is(err, fs.ErrExist) {
		if err := files.Remove(temp); err != nil {
			return nil, err
		}
		f, err = files.Open(temp, flags, mode)
	}
	return f, err
}
