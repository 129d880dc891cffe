package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"

	"mlp/internal/optim"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// model.bin is a safetensors archive : data and nothing else. No name
// in it is looked up in the program but in the registries of components, and no
// path in it is opened here. The same model gives the same bytes: there is no
// date, path or host in it. Its metadata, all text:
//
//	format          mlp-model
//	format_version  1; a reader refuses a number it does not know
//	requires        comma list of features a reader must know: calibration, ensemble, shared_members, number_encoders, clip_target, float64 (of a column)
//	writer          the first version of mlp that writes such a file
//	stage           built, compiled or fitted
//	spec            canonical JSON of the resolved spec
//	schema          canonical JSON of columns, encoders, target and labels
//	history         {"names": […], "epochs": [[…], …]}
//	run             {"epoch", "batch" within one, "best_epoch", "target", "done", "stopped" by a callback, "iterations", "learning_rate", "callbacks"}
//	threshold       {"value", "rule", "on", "rows"}, where a rule was asked for
//	calibration     {"temperature", "softmax", "on", "rows", "before", "after"}, where one was asked for
//	conformal       {"rows", "on", "targets", "folds"}, where intervals were asked for
//	members         {"round", "members": [{"number", "variant", "fold", "weight", "round", "seed", "set", "history", "run"}, …]} of an ensemble
//	out_of_fold     {"rows", "values": [{"name", "value", "low", "high"}, …]}: what its answers are worth on rows that a member left out
//	data            {"sha256", "rows", "columns", "train", "validation", "test"}
//
// Its tensors: <layer>/<parameter> F32, optimizer/<name>/<slot>/<parameter> F32,
// best/<parameter> F32 during a run, epoch.loss and epoch.metrics.<metric> F64 and
// perhaps epoch.start/… F32 within an epoch (partial.go),
// conformal/<target>/<fold> F64,
// preprocess/<column>/<statistic> F64, preprocess/seen F64: min, max and share
// missing of each input column. Of an ensemble, all but the last two begin with
// member_1/, member_2/ and so on.
//
// Metadata that a reader does not know survives a rewrite; a tensor that it does
// not know is refused. What an older reader must not overlook is named in requires.
// testdata/released holds files of every version, which must load for ever.
const (
	formatName    = "mlp-model"
	formatVersion = "1"
	writer        = "mlp 0.1.0"   // changes with what a file holds, never with the build: the same run gives the same bytes
	maxSpec       = 1 << 20       // bytes of the spec
	maxSchema     = maxHeader / 2 // bytes of the schema
	maxHeader     = 64 << 20
	maxTensors    = 1 << 18 // a table of 20 000 columns has three learned numbers for each
)

// Layout is how a model file uses the safetensors container.
var Layout = safetensors.Layout{Align: 64, MaxHeader: maxHeader, MaxTensors: maxTensors}

var knownMetadata = []string{"format", "format_version", "requires", "writer", "stage", "spec", "schema", "history", "run", "threshold", "calibration", "conformal", "data", "members", "out_of_fold", "left_out_by"}

// Write writes the model to w.
func (m *Model) Write(w io.Writer) error {
	schema, numbers := m.Pipeline.Save()
	f := safetensors.File{Metadata: map[string]string{
		"format": formatName, "format_version": formatVersion, "requires": m.features(), "writer": writer,
		"stage":  string(m.Stage),
		"spec":   string(spec.CanonicalJSON(m.Spec)),
		"schema": string(spec.CanonicalJSON(schema)),
		"data":   m.Data.encode(),
	}}
	if m.Stage == Fitted {
		f.Metadata["history"] = m.History.encode()
		f.Metadata["run"] = m.encodeRun()
	}
	if m.Threshold != nil {
		f.Metadata["threshold"] = encodeThreshold(*m.Threshold)
	}
	if m.Calibration != nil {
		f.Metadata["calibration"] = encodeCalibration(m.Calibration)
	}
	if m.Scores != nil {
		f.Metadata["conformal"] = encodeScores(m.Scores)
		if m.Scores.Members != nil {
			text, _ := json.Marshal(m.Scores.Members) // of whole numbers
			f.Metadata["left_out_by"] = string(text)
		}
		f.Tensors = append(f.Tensors, scoreTensors(m.Scores)...)
	}
	maps.Copy(f.Metadata, m.unknown)
	for _, n := range numbers {
		f.Tensors = append(f.Tensors, safetensors.Tensor{Name: n.Name, Shape: []int{len(n.Data)}, F64: n.Data})
	}
	if m.Members != nil {
		m.writeMembers(&f)
	} else {
		f.Tensors = append(f.Tensors, m.tensors()...)
	}
	_, err := Layout.Write(w, &f)
	return err
}

// tensors are the weights and the state of training.
func (m *Model) tensors() []safetensors.Tensor {
	tensors := m.arrays("", m.Work.Params, false)
	if m.Stage == Fitted {
		tensors = append(tensors, m.optimizerTensors()...)
		tensors = append(tensors, m.partialTensors()...)
	}
	if m.Best != nil {
		tensors = append(tensors, m.arrays("best/", m.Best, false)...)
	}
	return tensors
}

// arrays names the parts of a vector laid out like the parameters.
func (m *Model) arrays(prefix string, v []float32, trainableOnly bool) []safetensors.Tensor {
	var tensors []safetensors.Tensor
	for _, p := range m.Net.Params {
		if p.Trainable || !trainableOnly {
			tensors = append(tensors, safetensors.Tensor{Name: prefix + p.Name, Shape: p.Shape(), F32: v[p.Off : p.Off+p.Len()]})
		}
	}
	return tensors
}

// optimizerTensors names the optimizer's state. A slot as long as the vector of
// trainable parameters is saved parameter by parameter.
func (m *Model) optimizerTensors() []safetensors.Tensor {
	return m.slotTensors("", m.Optimizer.State().Slots)
}

func (m *Model) slotTensors(prefix string, slots []optim.Slot) []safetensors.Tensor {
	prefix += "optimizer/" + m.optimizerName() + "/"
	var tensors []safetensors.Tensor
	for _, s := range slots {
		if len(s.Data) == m.Net.Trainable && m.Net.Trainable > 0 {
			tensors = append(tensors, m.arrays(prefix+s.Name+"/", s.Data, true)...)
		} else {
			tensors = append(tensors, safetensors.Tensor{Name: prefix + s.Name, Shape: []int{len(s.Data)}, F32: s.Data})
		}
	}
	return tensors
}

func (m *Model) optimizerName() string {
	n := m.Spec.Get("compile").Get("optimizer")
	if n != nil && n.Kind == spec.Map {
		n = n.Get("type")
	}
	if n == nil {
		return "" // of a file that was tampered with: reading refuses it
	}
	return n.Text
}

// Save writes the model to path, atomically. Weights that are not finite are not
// written: such a file could not be read.
func (m *Model) Save(path string) error { return m.SaveOver(path, "") }

// SaveOver is Save that leaves the file that was there under another name, if that is
// not "".
func (m *Model) SaveOver(path, older string) error {
	if !m.Finite() {
		return &problem.Problem{Domain: problem.InModel, Msg: path + ": is not written: the weights are not finite", Hint: unchanged}
	}
	return saved(outfile.WriteOver(path, older, m.Write))
}

const unchanged = "the file that was there, if any, is unchanged"

// saved is the complaint about a model that could not be written.
func saved(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, outfile.ErrUnsynced):
		return &problem.Problem{Domain: problem.InModel, Msg: err.Error(), Cause: err}
	}
	return &problem.Problem{Domain: problem.InModel, Msg: err.Error(), Hint: unchanged, Cause: err}
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
	if !IsModel(path) {
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
	if err != nil || Stage(md["stage"]) != Fitted {
		return nil
	}
	var run savedRun
	if unmarshal(md["run"], &run) != nil || run.Done || run.Over {
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
	a, err := readFile(path)
	if err != nil {
		return modelProblem(path, err)
	}
	var run savedRun
	if err := unmarshal(a.Metadata["run"], &run); err != nil {
		return modelProblem(path, err)
	}
	run.Over = true
	a.Metadata["run"] = run.encode()
	var file bytes.Buffer
	if _, err := Layout.Write(&file, a); err != nil {
		return err
	}
	return saved(outfile.Write(path, func(w io.Writer) error { _, err := file.WriteTo(w); return err }))
}
