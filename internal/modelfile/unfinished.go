package modelfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"

	"mlp/internal/outfile"
	"mlp/internal/problem"
)

// Unchanged is the hint where nothing was written.
const Unchanged = "the file that was there, if any, is unchanged"

// Saved is the complaint about a model that could not be written.
func Saved(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, outfile.ErrUnsynced):
		return &problem.Problem{Domain: problem.InModel, Msg: err.Error(), Cause: err}
	}
	return &problem.Problem{Domain: problem.InModel, Msg: err.Error(), Hint: Unchanged, Cause: err}
}

// Unfinished is a run that is saved before its end, as the metadata of its file have
// it.
type Unfinished struct {
	Epoch, Target int // whole epochs done, and asked for; both 0 for an ensemble
	Members       int // of an ensemble, those that are in the file
}

// FindUnfinished returns the run that is saved in path and waits for being resumed; nil
// if there is none, be it that the file is no model, holds a finished one, or is a
// checkpoint of a run that has come to its end since. The weights are not read.
func FindUnfinished(path string) *Unfinished {
	if !Is(path) {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	md, err := Layout.ReadMetadata(f, info.Size())
	if err != nil {
		return nil
	}
	var run Run
	if Unmarshal(md["run"], &run) != nil || run.Done || run.Over {
		return nil
	}
	u := &Unfinished{Epoch: run.Epoch, Target: run.Target}
	if text := md["members"]; text != "" {
		var saved struct{ Members []json.RawMessage }
		if json.Unmarshal([]byte(text), &saved) != nil {
			return nil
		}
		u.Epoch, u.Target, u.Members = 0, 0, len(saved.Members)
	}
	return u
}

// EndCheckpoint notes in the checkpoint at path that its run is over: nobody waits for
// it any more, and the next run may take its place. It can be resumed all the same.
func EndCheckpoint(path string) error {
	if FindUnfinished(path) == nil {
		return nil
	}
	a, err := Read(path)
	if err != nil {
		return Problem(path, err)
	}
	var run Run
	if err := Unmarshal(a.Metadata["run"], &run); err != nil {
		return Problem(path, err)
	}
	run.Over = true
	a.Metadata["run"] = run.Encode()
	var file bytes.Buffer
	if _, err := Layout.Write(&file, a); err != nil {
		return err
	}
	return Saved(outfile.Write(path, func(w io.Writer) error { _, err := file.WriteTo(w); return err }))
}
