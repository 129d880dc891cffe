package callback

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/train"
)

var _ = Callbacks.Add("backup_and_restore", "saves the whole run every so many epochs, so that it can be resumed; removed when the run ends", func(f *spec.Fields) *train.Hooks {
	b := &backup{
		dir:    f.String("backup_dir", "", "folder for the backup, latest.bin"),
		freq:   readSaveFreq(f),
		remove: f.Bool("delete_checkpoint", true, "remove the backup when the run has ended"),
	}
	h := &train.Hooks{Name: "backup_and_restore", File: "backup_dir", State: b.save, End: b.end}
	h.Begin = func(r *train.Run) error { return b.begin(r, h) }
	return h
})

// backup is a thin layer over what a checkpoint of the run is. Unlike Keras's it never
// resumes by itself: a run that finds the backup of another one is refused, and the
// user decides. (Keras also forgets to clear the epoch that it resumed from, and
// starts later runs there.)
type backup struct {
	dir    string
	freq   int
	remove bool
}

func (b *backup) path() string { return filepath.Join(b.dir, "latest.bin") }

func (b *backup) begin(r *train.Run, h *train.Hooks) error {
	if b.dir == "" {
		return h.Problem("backup_dir", "add `backup_dir: backup`", "%q is missing", "backup_dir")
	}
	if _, err := os.Stat(b.dir); err == nil { // else it is made for the first backup
		if err := r.Claim(b.path()); err != nil {
			return h.Problem("backup_dir", "choose another place", "%v", err)
		}
	}
	if r.Resumed() {
		return nil
	}
	_, err := os.Stat(b.path())
	switch {
	case err == nil:
		unfinished := h.Problem("backup_dir", "", "%s holds a run that did not end", b.path())
		unfinished[0].Remedy = problem.Remedy{Kind: problem.ResumeBackup, Value: b.path()}
		return unfinished
	case !errors.Is(err, fs.ErrNotExist):
		return h.Problem("backup_dir", "", "%v", err)
	}
	return nil
}

func (b *backup) save(r *train.Run) error {
	if r.Epoch()%b.freq != 0 {
		return nil
	}
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	return r.Save(b.path())
}

// end keeps the backup of a run that was interrupted.
func (b *backup) end(r *train.Run) error {
	if !b.remove || !r.Done() {
		return nil
	}
	if err := os.Remove(b.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
