package train

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/outfile"
	"mlp/internal/problem"
)

// Generations are what a run is saved as and, beside it, what it was saved as before:
// of a file that the disk has damaged, the run goes on from the older one. What
// another run has left is never taken for an older one of this. A nil Generations
// keeps none.
type Generations struct {
	mu   sync.Mutex
	here map[string]bool // the files that hold this run; false: only the older one does
}

// previous is the end of the name of the older of two generations.
const previous = ".previous"

// Previous returns the name of the generation before that in path.
func Previous(path string) string { return outfile.Named(path, previous) }

// Resumed notes that the run goes on from what is saved in path, or, with older, from
// the generation before it.
func (g *Generations) Resumed(path string, older bool) {
	g.here = map[string]bool{place(path): !older}
}

// Save writes the run as it stands. A new run first gives up the older generation of
// another one, which the user has given up.
func (g *Generations) Save(m *model.Model, path string) error {
	if g == nil {
		return m.Save(path)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	at := place(path)
	whole, known := g.here[at]
	var err error
	switch {
	case whole:
		err = m.SaveOver(path, Previous(path))
	case known: // the older one stays until there is a newer one
		err = m.Save(path)
	default:
		if err = GiveUpPrevious(path); err == nil {
			err = m.Save(path)
		}
	}
	if err == nil || errors.Is(err, outfile.ErrUnsynced) {
		if g.here == nil {
			g.here = map[string]bool{}
		}
		g.here[at] = true
	}
	return err
}

// GiveUpPrevious removes the older generation of what is in path, if there is one.
func GiveUpPrevious(path string) error {
	older := Previous(path)
	if modelfile.FindUnfinished(older) == nil {
		return nil
	}
	if err := os.Remove(older); err != nil {
		return problem.Model(older, "delete it by hand", "nobody waits for this older state of a run any more, and it cannot be removed: %s", problem.Reason(err))
	}
	return nil
}

// place is a path by which a file is known, however it was written.
func place(path string) string {
	dir, name := filepath.Split(path)
	if followed, err := filepath.EvalSymlinks(filepath.Clean(dir)); err == nil {
		dir = followed
	}
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	return filepath.Join(dir, name)
}
