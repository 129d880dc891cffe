// Package nn is the network: layers, their parameters, and the memory of a step.
//
// A layer holds no numbers. It is configuration, plus the handles it was given
// when the network was planned; parameters, gradients and intermediate results
// live in a Workspace. So one Network can be used by several goroutines, each
// with a Workspace of its own, and a training step allocates nothing.
package nn

import (
	"fmt"

	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Layer maps a batch of rows to a batch of rows.
type Layer interface {
	// Plan is called once, in network order, with the width of the input. It
	// declares parameters and buffers, and returns the width of the output.
	Plan(p *Plan, in int) (out int)
	// Forward computes the output, which lives in w until the next Forward. It
	// leaves x as it is, and may return it.
	Forward(w *Workspace, x tensor.Mat) tensor.Mat
	// Backward takes ∂loss/∂output of the last Forward, which it may overwrite,
	// writes the gradients of the parameters, and returns ∂loss/∂input; an empty
	// matrix where Plan.InputGrad said that nobody needs it.
	Backward(w *Workspace, dy tensor.Mat) tensor.Mat
}

// An Element is a layer with what every layer has.
type Element struct {
	Layer
	Type      string // "dense": its name in the registry
	Class     string // "Dense": Keras's name
	Name      string // "dense_1": unique in the network; empty until it is planned, unless the spec gives it
	Trainable bool
	Path      string      // where the spec declares it: "layers[1]"
	Pos       problem.Pos // the same, as a place in a file

	activity activity // the penalty on its output
	late     bool     // the penalty waits for the activation that the network keeps apart
}

// forward computes the layer's output and the penalty on it.
func (e *Element) forward(w *Workspace, x tensor.Mat) tensor.Mat {
	if e.late || e.activity.Regularizer == nil {
		return e.Layer.Forward(w, x)
	}
	y := e.Layer.Forward(w, x)
	e.activity.measure(w, y)
	return y
}

// backward adds the penalty's gradient to dy before the layer sees it.
func (e *Element) backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !e.late && e.activity.Regularizer != nil {
		e.activity.addGrad(w, dy)
	}
	return e.Layer.Backward(w, dy)
}

// Layers are registered in the files of this package, one file a layer.
var Layers = spec.NewRegistry[Element]("layer", "layers")

func init() {
	Layers.Imply("units", "dense")
	Layers.Elsewhere(func(name string) string {
		if _, ok := Activations.Describe(name); !ok {
			return ""
		}
		return fmt.Sprintf("%s is an activation: write it in the layer before, as `activation: %s`, or as a layer of its own, `{type: activation, activation: %s}`", name, name, name)
	})
}

// register adds a layer under its Keras class name; read reads the fields that
// are the layer's own, and the ones that every layer has come after them.
func register(name, class, doc string, read func(*spec.Fields) Layer, aliases ...string) spec.Registered {
	return Layers.Add(name, doc, func(f *spec.Fields) Element {
		layer := read(f)
		return Element{
			Layer: layer, Type: name, Class: class, Path: f.Path(), Pos: f.Pos(),
			Name:      f.String("name", "", "unique name of the layer; made from its type when empty"),
			Trainable: f.Bool("trainable", true, "false keeps the layer's parameters as they are, and its statistics too"),
			activity: activity{Regularizer: spec.One(f, "activity_regularizer", Regularizers, "",
				"penalty on the output, divided by the number of rows")},
		}
	}, aliases...)
}

// A Head is a layer that ends in an activation. The network takes the last
// layer's activation away from it and applies it itself, because a loss may be
// computed before it.
type Head interface {
	TakeActivation() Activation
}

// An Adapter is a layer that takes statistics of its input before training. x
// holds all training rows as the layers before it leave them.
type Adapter interface {
	Adapts() bool // false where the statistics are given
	Adapt(w *Workspace, x tensor.Mat)
}
