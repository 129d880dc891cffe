package nn

import (
	"testing"

	"mlp/internal/tensor"
)

func TestSummary(t *testing.T) {
	n := build(t, `[{"units": 4}, "batch_normalization", {"residual": [{"units": 4}, "re_lu"]}, {"units": 2, "trainable": false}]`, 3)
	s := n.Summary()
	want := []SummaryRow{
		{0, "dense", "Dense", 4, 16, 16},
		{0, "batch_normalization", "BatchNormalization", 4, 16, 8},
		{0, "residual", "Residual", 4, 20, 20},
		{1, "dense_1", "Dense", 4, 20, 20},
		{1, "re_lu", "ReLU", 4, 0, 0},
		{0, "dense_2", "Dense", 2, 10, 0},
	}
	if len(s.Rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(s.Rows), len(want))
	}
	for i := range want {
		if s.Rows[i] != want[i] {
			t.Errorf("row %d is %v, want %v", i, s.Rows[i], want[i])
		}
	}
	if s.Total != 62 || s.Trainable != 44 || s.NonTrainable != 18 {
		t.Errorf("totals %d, %d, %d, want 62, 44, 18", s.Total, s.Trainable, s.NonTrainable)
	}
}

// The tutorial's network with ReLU and a sigmoid at its end, layer by layer.
func TestTrace(t *testing.T) {
	n := build(t, `[{"units": 2, "kernel": [[1, -1], [1, -1]], "activation": "relu"}, {"residual": [{"type": "rescaling", "scale": 2}]}, {"units": 1, "kernel": [2, -1], "activation": "sigmoid"}]`, 2)
	w := n.NewWorkspace(engine(t), 1)
	n.Init(w, 1)
	w.Training = true
	steps := n.Trace(w, tensor.View(1, 2, []float32{2, -1.5}), 0)
	if !w.Training {
		t.Error("Trace changed the mode")
	}
	want := []Step{
		{0, "dense", "Dense", "relu", []float32{2, -1.5}, []float32{0.5, -0.5}, []float32{0.5, 0}, nil},
		{1, "rescaling", "Rescaling", "", []float32{0.5, 0}, nil, []float32{1, 0}, nil},
		{0, "residual", "Residual", "", []float32{0.5, 0}, nil, []float32{1.5, 0}, nil},
		{0, "dense_1", "Dense", "sigmoid", []float32{1.5, 0}, []float32{3}, []float32{0.95257413}, nil},
	}
	if len(steps) != len(want) {
		t.Fatalf("%d steps, want %d", len(steps), len(want))
	}
	for i, s := range steps {
		if s.Name != want[i].Name || s.Class != want[i].Class || s.Depth != want[i].Depth || s.Activation != want[i].Activation {
			t.Errorf("step %d is %+v, want %+v", i, s, want[i])
		}
		same(t, s.Name+" input", s.Input, want[i].Input)
		same(t, s.Name+" sums", s.Sums, want[i].Sums)
		same(t, s.Name+" output", s.Output, want[i].Output)
	}
}
