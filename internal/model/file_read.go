package model

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/preprocess"
	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// Read loads a model file. threads is for the engine, 0 for all cores. Whatever
// the file holds, Read neither runs it nor allocates more than its size allows.
func Read(path string, threads int) (*Model, error) {
	a, err := readFile(path)
	return open(path, a, err, threads)
}

// ReadFrom loads the bytes of a model file, which complaints call name.
func ReadFrom(name string, file []byte, threads int) (*Model, error) {
	a, err := Layout.Read(bytes.NewReader(file), int64(len(file)))
	return open(name, a, err, threads)
}

// open makes a model of what was read; failed is why nothing was.
func open(name string, a *safetensors.File, failed error, threads int) (*Model, error) {
	if failed != nil {
		return nil, modelProblem(name, failed)
	}
	m, err := fromArchive(a, threads)
	if err != nil {
		return nil, modelProblem(name, err)
	}
	return m, nil
}

// modelProblem is the complaint about a model file that cannot be read.
func modelProblem(path string, err error) error {
	p := problem.Model(path, "", "%s", err)
	p.Remedy.Kind = problem.ReplaceModel
	var problems problem.Problems
	var newer *newerFormat
	var refused syscall.Errno
	switch {
	case errors.As(err, &newer):
		p.Remedy.Kind = problem.UpdateProgram
	case errors.As(err, &refused) && !errors.Is(err, os.ErrNotExist): // nothing is known of the file
		p.Msg, p.Remedy, p.Cause = "cannot be read: "+err.Error(), problem.Remedy{}, err
	case errors.Is(err, os.ErrNotExist):
		p.Msg, p.Remedy = "no such model file", problem.Remedy{Kind: problem.MakeModel, Value: path}
	case errors.Is(err, safetensors.ErrOther):
		p.Msg, p.Remedy.Kind = "this is not a model file", problem.NameModel
	case errors.As(err, &problems):
		p.Msg = "its spec is not valid: " + strings.ReplaceAll(problems.Error(), "\n", "; ")
	}
	return p
}

// Damaged reports whether the file that an error of Read is about is not there, or does
// not hold what was written, so that another copy of it is wanted.
func Damaged(err error) bool {
	var p *problem.Problem
	return errors.As(err, &p) && (p.Remedy.Kind == problem.ReplaceModel || p.Remedy.Kind == problem.MakeModel || p.Remedy.Kind == problem.NameModel || errors.Is(err, syscall.EIO))
}

func readFile(path string) (*safetensors.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, problem.Reason(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, problem.Reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	switch is, err := Recognize(path); {
	case err != nil:
		return nil, err
	case !is:
		return nil, safetensors.ErrOther // a packed table has the same layout, and would be called damaged
	}
	return Layout.Read(f, info.Size())
}

// fromArchive rebuilds the model that an archive describes and refuses whatever
// does not fit together.
func fromArchive(a *safetensors.File, threads int) (*Model, error) {
	md := a.Metadata
	if md["format"] != formatName {
		return nil, safetensors.ErrOther
	}
	if md["format_version"] != formatVersion {
		return nil, &newerFormat{fmt.Sprintf("format version %.60q is not known to this mlp, which reads %q: a newer mlp wrote it", md["format_version"], formatVersion)}
	}
	if err := checkFeatures(md["requires"]); err != nil {
		return nil, err
	}
	m := &Model{Stage: Stage(md["stage"]), unknown: map[string]string{}}
	if !slices.Contains([]Stage{Built, Compiled, Fitted}, m.Stage) {
		return nil, fmt.Errorf("unknown stage %.60q", md["stage"])
	}
	for k, v := range md {
		if !slices.Contains(knownMetadata, k) {
			m.unknown[k] = v
		}
	}
	if err := m.readSpec(md); err != nil {
		return nil, err
	}
	if err := m.readPipeline(md, a); err != nil {
		return nil, err
	}
	if err := m.Data.decode(md["data"]); err != nil {
		return nil, fmt.Errorf("damaged data record: %w", err)
	}
	if err := m.decodeThreshold(md["threshold"]); err != nil {
		return nil, fmt.Errorf("damaged threshold record: %w", err)
	}
	if md["members"] != "" {
		return m, m.readEnsemble(md, a, threads)
	}
	if err := m.plan(threads); err != nil {
		return nil, err
	}
	err := m.checkSize(a)
	if err == nil {
		m.reserve(0)
		err = m.readState(md, a)
	}
	if err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// readEnsemble makes the members, and plans the ensemble by the first of them: the
// network of the spec itself need not be among those that were chosen.
func (m *Model) readEnsemble(md map[string]string, a *safetensors.File, threads int) (err error) {
	if m.Engine, err = kernel.New(m.Config.Compile.Backend, threads); err != nil {
		return err
	}
	if err = m.readMembers(md, a); err == nil {
		m.Net = m.Members[0].Net
		m.reserve(0)
		copy(m.Work.Params, m.Members[0].Work.Params)
		err = m.Compile()
	}
	if err == nil {
		m.Stage = Fitted
		if err = m.History.decode(md["history"]); err == nil {
			_, _, err = m.decodeRun(md["run"])
		}
	}
	if err == nil {
		err = m.readHeldOut(md, newContents(a))
	}
	if err != nil {
		m.Close()
	}
	return err
}

func (m *Model) readSpec(md map[string]string) error {
	if len(md["spec"]) > maxSpec {
		return fmt.Errorf("the spec has %d bytes, more than %d", len(md["spec"]), maxSpec)
	}
	tree, err := spec.ParseJSON([]byte(md["spec"]), "spec", "model file")
	if err != nil {
		return err
	}
	m.Spec = tree
	_, problems := spec.Decode(tree, func(f *spec.Fields) {
		m.Config = Decode(f)
		f.Skip("fit", "evaluate")
	})
	if err := problems.Err(); err != nil {
		return err
	}
	// What is saved is resolved: a section that is not there was taken away.
	for _, section := range []string{"seed", "data", "layers", "compile", "fit", "evaluate"} {
		if tree.Get(section) == nil {
			return fmt.Errorf("the spec has no %s", section)
		}
	}
	if m.optimizerName() == "" {
		return errors.New("the spec names no optimizer")
	}
	return nil
}

func (m *Model) readPipeline(md map[string]string, a *safetensors.File) error {
	if n := len(md["schema"]); n > maxSchema {
		return fmt.Errorf("the schema has %d bytes, more than %d", n, maxSchema)
	}
	schema, err := spec.ParseJSON([]byte(md["schema"]), "schema", "model file")
	if err != nil {
		return err
	}
	var numbers []preprocess.Numbers
	for _, t := range a.Tensors {
		if strings.HasPrefix(t.Name, "preprocess/") {
			if t.F64 == nil {
				return fmt.Errorf("tensor %.60q is not F64", t.Name)
			}
			numbers = append(numbers, preprocess.Numbers{Name: t.Name, Data: t.F64})
		}
	}
	m.Pipeline, err = pipeline.LoadPipeline(schema, numbers)
	return err
}

// checkSize proves that the weights of the network are in the file, before
// memory is made for them: a few bytes of spec can name a billion units.
func (m *Model) checkSize(a *safetensors.File) error {
	have := 0
	for _, t := range a.Tensors {
		have += len(t.F32)
	}
	if m.Net.Size > have {
		return fmt.Errorf("the spec asks for %d weights, the file has %d", m.Net.Size, have)
	}
	return nil
}

// IsModel reports whether the file at path begins as a model file does; false also for
// one that cannot be read.
func IsModel(path string) bool {
	is, err := Recognize(path)
	return is && err == nil
}

// Recognize reports whether the file at path begins as a model file does: packed
// tables and other people's safetensors files are none. The format stands near
// the front of the metadata, whose keys are sorted. The error is why it cannot be read.
func Recognize(path string) (bool, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false, problem.Reason(err) // what is read of a pipe is gone from it
	}
	f, err := os.Open(path)
	if err != nil {
		return false, problem.Reason(err)
	}
	defer f.Close()
	var head [1024]byte
	n, err := io.ReadFull(f, head[:])
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
	case err != nil:
		return false, problem.Reason(err)
	}
	return n >= 16 && binary.LittleEndian.Uint64(head[:8]) <= maxHeader && bytes.Contains(head[8:n], []byte(`"format":"`+formatName+`"`)), nil
}

// newerFormat is the error of a file that a later version has written.
type newerFormat struct{ text string }

func (e *newerFormat) Error() string { return e.text }
