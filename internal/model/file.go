package model

import (
	"encoding/json"
	"io"
	"maps"

	"mlp/internal/modelfile"
	"mlp/internal/optim"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// Write writes the model to w.
func (m *Model) Write(w io.Writer) error {
	schema, numbers := m.Pipeline.Save()
	f := safetensors.File{Metadata: map[string]string{
		"format": modelfile.FormatName, "format_version": modelfile.FormatVersion, "requires": m.features(), "writer": modelfile.Writer,
		"stage":  string(m.Stage),
		"spec":   string(spec.CanonicalJSON(m.Spec)),
		"schema": string(spec.CanonicalJSON(schema)),
		"data":   m.Data.Encode(),
	}}
	if m.Stage == Fitted {
		f.Metadata["history"] = m.History.Encode()
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
	_, err := modelfile.Layout.Write(w, &f)
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
		return &problem.Problem{Domain: problem.InModel, Msg: path + ": is not written: the weights are not finite", Hint: modelfile.Unchanged}
	}
	return modelfile.Saved(outfile.WriteOver(path, older, m.Write))
}
