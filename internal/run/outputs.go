package run

import (
	"fmt"
	"os"

	"mlp/internal/modelfile"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/train"
)

// Outputs are the files that a training writes its model to.
type Outputs struct {
	Output     string // takes the model once it is trained
	Checkpoint string // takes the run while it goes on; "" for none
	Resume     string // is the run that is gone on with; "" for none
	Force      bool   // a run that has not ended may be given up
}

// Unfinished is the end of the name of a run that is saved aside.
const Unfinished = ".unfinished"

// Aside is where a run without a checkpoint is saved when it is ended before its
// time. In Output a finished model may stand, or a script may look for one: half a
// training is never met there. What is no regular file takes the run itself.
func (o Outputs) Aside() string {
	if info, err := os.Stat(o.Output); err == nil && !info.Mode().IsRegular() {
		return o.Output
	}
	return outfile.Named(o.Output, Unfinished)
}

// Check refuses to begin where a run that has not ended would be lost.
func (o Outputs) Check() error {
	if o.Force {
		return nil
	}
	for _, path := range []string{o.Output, o.Checkpoint, o.Aside()} {
		if path == "" || o.Resume != "" && (path == o.Resume || outfile.Same(path, o.Resume)) {
			continue
		}
		at, u := path, modelfile.FindUnfinished(path)
		if older := train.Previous(path); u == nil && !(o.Resume != "" && outfile.Same(older, o.Resume)) {
			at, u = older, modelfile.FindUnfinished(older)
		}
		if u != nil {
			p := problem.Model(at, "", "it holds a run that has not ended%s, and would be lost", progress(u))
			p.Remedy = problem.Remedy{Kind: problem.ResumeUnfinished, Value: path} // which falls back to the older one
			return p
		}
	}
	return nil
}

// progress says how far a run has come.
func progress(u *modelfile.Unfinished) string {
	switch {
	case u.Members > 0:
		return fmt.Sprintf(", %d members of an ensemble", u.Members)
	case u.Target > 0:
		return fmt.Sprintf(", after epoch %d of %d", u.Epoch, u.Target)
	}
	return ""
}

// settle clears up once the model is in Output: nobody has to go on with what was
// saved on the way.
func (o Outputs) settle(timeUp bool) error {
	if aside := o.Aside(); aside != o.Output && modelfile.Is(aside) {
		if err := os.Remove(aside); err != nil {
			return problem.Model(aside, "delete it by hand", "the run has ended; what was saved of it before cannot be removed: %s", problem.Reason(err))
		}
	}
	if o.Checkpoint != "" && timeUp {
		return nil
	}
	for _, path := range []string{o.Aside(), o.Checkpoint} {
		if path != "" {
			if err := train.GiveUpPrevious(path); err != nil {
				return err
			}
		}
	}
	if o.Checkpoint == "" || outfile.Same(o.Checkpoint, o.Output) {
		return nil
	}
	return modelfile.EndCheckpoint(o.Checkpoint)
}
