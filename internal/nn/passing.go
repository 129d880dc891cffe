package nn

import (
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var (
	_ = register("input", "InputLayer", "says how many inputs there are, which the table knows; hands them on",
		func(f *spec.Fields) Layer {
			f.Moot("sparse", "a row has all its inputs", "false")
			f.Moot("ragged", "a row has all its inputs", "false")
			f.Moot("optional", "a row has all its inputs", "false")
			f.Moot("batch_size", "the size of a batch stands under fit")
			f.Alias("input_shape", "shape")
			f.Alias("batch_input_shape", "batch_shape")
			return passing{}
		}, "input_layer")
	_ = register("flatten", "Flatten", "hands its input on: a row is flat", func(f *spec.Fields) Layer {
		f.Moot("data_format", "a row has one axis")
		return passing{}
	})
	_ = register("identity", "Identity", "hands its input on", func(*spec.Fields) Layer { return passing{} })
)

// passing is a layer that computes nothing: y = x.
type passing struct{}

// Plan keeps the width.
func (passing) Plan(_ *Plan, in int) int { return in }

// Forward returns x.
func (passing) Forward(_ *Workspace, x tensor.Mat) tensor.Mat { return x }

// Backward returns dy.
func (passing) Backward(_ *Workspace, dy tensor.Mat) tensor.Mat { return dy }

func (passing) madeOf(columns []string) []string { return columns }
