package model

import (
	"slices"

	"mlp/internal/nn"
	"mlp/internal/tensor"
)

// A TraceStep is what one layer makes of one row.
type TraceStep struct {
	Name, Class string
	Sums        []float32 // a dense layer's x·W + b; nil for other layers
	Activation  string    // of a dense layer, or of an activation layer
	Output      []float32
}

// Trace runs the first row of x through the network, layer by layer.
func (m *Model) Trace(x tensor.Mat) []TraceStep {
	m.reserve(evalRows)
	m.Work.Training = false
	row := x.Slice(0, 1)
	_, pred := m.Net.Forward(m.Work, row)
	var steps []TraceStep
	for i, e := range m.Net.Elements {
		s := TraceStep{Name: e.Name, Class: e.Class}
		in := row
		row = e.Forward(m.Work, in)
		if d, ok := e.Layer.(*nn.Dense); ok {
			s.Sums, s.Activation = slices.Clone(d.Sums(m.Work, in).Row(0)), d.Activation.Name
		}
		s.Output = slices.Clone(row.Row(0))
		if i == len(m.Net.Elements)-1 {
			s.Activation, s.Output = m.Net.Last.Name, slices.Clone(pred.Row(0))
		}
		steps = append(steps, s)
	}
	return steps
}
