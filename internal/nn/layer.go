// Package nn is the network: layers, activations, initializers, regularizers and
// constraints, and the memory of a training step. In flows a batch (batch, in), out
// come logits and predictions (batch, out); then in flows ∂loss/∂logits (batch, out)
// and out come the gradients of all trainable parameters.
//
// A layer holds no numbers. It is configuration, plus the handles it was given
// when the network was planned; parameters, gradients and intermediate results
// live in a Workspace. So one Network can be used by several goroutines, each
// with a Workspace of its own, and a training step allocates nothing.
//
// Comments in the bodies give the shapes of matrices, (rows, columns): batch is the
// number of rows of the batch, in and out are widths.
package nn

import (
	"fmt"
	"slices"

	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Layer maps a batch (batch, in) to a batch (batch, out).
type Layer interface {
	// Plan is called once, in network order, with the width of the input. It
	// declares parameters and buffers, and returns the width of the output.
	Plan(p *Plan, in int) (out int)
	// Forward computes the output (batch, out) of x (batch, in), which lives in w
	// until the next Forward. It leaves x as it is, and may return it.
	Forward(w *Workspace, x tensor.Mat) tensor.Mat
	// Backward takes ∂loss/∂output (batch, out) of the last Forward, which it may
	// overwrite, writes the gradients of the parameters, and returns ∂loss/∂input
	// (batch, in), or an empty matrix if Plan.InputGrad was false.
	Backward(w *Workspace, dy tensor.Mat) tensor.Mat
}

// An Element is a layer in a network: with its name, and the fields every layer has.
type Element struct {
	Layer
	Type      string // "dense": its name in the registry
	Class     string // "Dense": Keras's name
	Name      string // "dense_1": unique in the network; empty until it is planned, unless the spec gives it
	Trainable bool
	Rate      float64     // factor of the learning rate of its parameters; 0 stands for 1
	BiasRate  float64     // further factor of that of its bias; 0 stands for 1
	Path      string      // where the spec declares it: "layers[1]"
	Pos       problem.Pos // the same, as a place in a file

	stated             width               // how many inputs the spec says it has
	activity           activityRegularizer // the penalty on its output
	penalizedAfterLast bool                // Network.Forward adds it, after the last activation
}

// rateOf returns the factor of the learning rate that the spec gives a parameter.
func (e *Element) rateOf(name string) float64 {
	if name == "bias" {
		return orOne(e.Rate) * orOne(e.BiasRate)
	}
	return orOne(e.Rate)
}

// checkRates refuses a factor for parameters that the layer does not have.
func (e *Element) checkRates(p *Plan, params []Param) {
	switch {
	case orOne(e.Rate) != 1 && len(params) == 0:
		p.Problem("drop learning_rate_multiplier", "the layer has no parameters, so it has no learning rate")
	case orOne(e.BiasRate) != 1 && !slices.ContainsFunc(params, func(q Param) bool { return q.Name == e.Name+"/bias" }):
		p.Problem("drop bias_learning_rate_multiplier", "the layer has no bias")
	}
}

// A mover is a layer whose parameters move at a learning rate of their own where the
// spec is silent.
type mover interface{ defaultRate() float64 }

// forward computes the layer's output and the penalty on it.
func (e *Element) forward(w *Workspace, x tensor.Mat) tensor.Mat {
	if e.penalizedAfterLast || e.activity.Regularizer == nil {
		return e.Layer.Forward(w, x)
	}
	y := e.Layer.Forward(w, x)
	e.activity.measure(w, y)
	return y
}

// backward adds the penalty's gradient to dy before the layer sees it.
func (e *Element) backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !e.penalizedAfterLast && e.activity.Regularizer != nil {
		e.activity.addGrad(w, dy)
	}
	return e.Layer.Backward(w, dy)
}

// Layers are registered in the files of this package, one file a layer.
var Layers = spec.NewRegistry[Element]("layer", "layers")

func init() {
	Layers.Imply("units", "dense")
	Layers.Moot("dtype", "numbers are of 32 bits", "float32", "none")
	Layers.Moot("autocast", "numbers are of 32 bits")
	Layers.Moot("quantization_config", "weights are of 32 bits", "null")
	Layers.Elsewhere(func(name string) string {
		if _, ok := Activations.Describe(name); !ok {
			return ""
		}
		return fmt.Sprintf("%s is an activation: write it in the layer before, as `activation: %s`, or as a layer of its own, `{type: activation, activation: %s}`", name, name, name)
	})
}

// register adds a layer, class being its class in Keras; read reads the fields of its
// own, before those that every layer has.
func register(name, class, doc string, read func(*spec.Fields) Layer, aliases ...string) spec.Registered {
	return Layers.Add(name, doc, func(f *spec.Fields) Element {
		layer := read(f)
		rate := 1.0
		if m, ok := layer.(mover); ok {
			rate = m.defaultRate()
		}
		e := Element{
			Layer: layer, Type: name, Class: class, Path: f.Path(), Pos: f.Pos(),
			Name:      f.String("name", "", "unique name of the layer; made from its type when empty"),
			Trainable: f.Bool("trainable", true, "false keeps the layer's parameters as they are, and its statistics too"),
			activity: activityRegularizer{Regularizer: spec.One(f, "activity_regularizer", Regularizers, "",
				"penalty on the output, divided by the number of rows")},
			Rate: f.Float("learning_rate_multiplier", rate, "factor of the learning rate of the layer's parameters",
				spec.Positive, spec.AtMost(maxFactor)),
			BiasRate: f.Float("bias_learning_rate_multiplier", 1, "further factor of the learning rate of its bias",
				spec.Positive, spec.AtMost(maxFactor)),
		}
		if !f.Reads("input_dim") {
			e.stated = readWidth(f)
		}
		f.Instead("the inputs come from the table: leave it out", "input_size", "in_features", "input")
		f.Unsaid("learning_rate_multiplier", "bias_learning_rate_multiplier")
		return e
	}, aliases...)
}

// maxFactor is the largest factor of a learning rate: what is beyond is no factor but
// another rate.
const maxFactor = 1e6

// A Head is a layer that ends in an activation. Build takes the activation of the
// last layer, which becomes linear, and Network.Forward applies it: a loss may be
// computed from the logits before it.
type Head interface {
	TakeActivation() Activation
}

// An Adapter is a layer that looks at the training rows before training: it takes
// statistics of its input, or its first weights. x is (rows, in), the output of the
// layers before it.
type Adapter interface {
	Adapts() Rows // NoRows where there is nothing to learn
	Adapt(w *Workspace, x tensor.Mat)
}

// Rows is how many of the training rows an Adapter looks at.
type Rows int

// Statistics that stay are of all rows; for a start, maxSample of them are enough.
const (
	NoRows Rows = iota
	SomeRows
	AllRows
)
