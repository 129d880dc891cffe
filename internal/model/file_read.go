package model

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/preprocess"
	"mlp/internal/kernel"
	"mlp/internal/modelfile"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// Read loads a model file. threads is for the engine, 0 for all cores. Whatever
// the file holds, Read neither runs it nor allocates more than its size allows.
func Read(path string, threads int) (*Model, error) {
	a, err := modelfile.Read(path)
	return open(path, a, err, threads)
}

// ReadFrom loads the bytes of a model file, which complaints call name.
func ReadFrom(name string, file []byte, threads int) (*Model, error) {
	a, err := modelfile.Layout.Read(bytes.NewReader(file), int64(len(file)))
	return open(name, a, err, threads)
}

// open makes a model of what was read; failed is why nothing was.
func open(name string, a *safetensors.File, failed error, threads int) (*Model, error) {
	if failed != nil {
		return nil, modelfile.Problem(name, failed)
	}
	m, err := fromArchive(a, threads)
	if err != nil {
		return nil, modelfile.Problem(name, err)
	}
	return m, nil
}

// fromArchive rebuilds the model that an archive describes and refuses whatever
// does not fit together.
func fromArchive(a *safetensors.File, threads int) (*Model, error) {
	md := a.Metadata
	if md["format"] != modelfile.FormatName {
		return nil, safetensors.ErrOther
	}
	if md["format_version"] != modelfile.FormatVersion {
		return nil, &modelfile.NewerFormat{Text: fmt.Sprintf("format version %.60q is not known to this mlp, which reads %q: a newer mlp wrote it", md["format_version"], modelfile.FormatVersion)}
	}
	if err := checkFeatures(md["requires"]); err != nil {
		return nil, err
	}
	m := &Model{Stage: Stage(md["stage"]), unknown: map[string]string{}}
	if !slices.Contains([]Stage{Built, Compiled, Fitted}, m.Stage) {
		return nil, fmt.Errorf("unknown stage %.60q", md["stage"])
	}
	for k, v := range md {
		if !slices.Contains(modelfile.Known, k) {
			m.unknown[k] = v
		}
	}
	if err := m.readSpec(md); err != nil {
		return nil, err
	}
	if err := m.readPipeline(md, a); err != nil {
		return nil, err
	}
	if err := m.Data.Decode(md["data"]); err != nil {
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
		if err = m.History.Decode(md["history"]); err == nil {
			_, _, err = m.decodeRun(md["run"])
		}
	}
	if err == nil {
		err = m.readHeldOut(md, modelfile.NewContents(a))
	}
	if err != nil {
		m.Close()
	}
	return err
}

func (m *Model) readSpec(md map[string]string) error {
	if len(md["spec"]) > modelfile.MaxSpec {
		return fmt.Errorf("the spec has %d bytes, more than %d", len(md["spec"]), modelfile.MaxSpec)
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
	if n := len(md["schema"]); n > modelfile.MaxSchema {
		return fmt.Errorf("the schema has %d bytes, more than %d", n, modelfile.MaxSchema)
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
