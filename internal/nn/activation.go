package nn

import (
	"fmt"

	"mlp/internal/form"
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/stats"
	"mlp/internal/tensor"
)

// An Activation acts on a whole batch, since softmax is not pointwise.
type Activation struct {
	Name string

	// Range is what the values lie in, its ends perhaps only approached; zero: any
	// number.
	Range stats.Interval

	// Parametric: the layer learns a share α of it, at Rate times the learning rate;
	// the functions below compute the activation itself.
	Parametric bool
	Rate       float64

	// NeedsInput: Backward reads x. If false, y alone suffices, and x may have been
	// overwritten by y.
	NeedsInput bool

	// Forward computes y (batch, n) from x (batch, n). y may be x unless NeedsInput.
	Forward func(k *kernel.Engine, y, x tensor.Mat)
	// Backward computes dx (batch, n) from dy, x and y, all (batch, n). dx may be dy.
	Backward func(k *kernel.Engine, dx, dy, x, y tensor.Mat)

	// Express writes down what Forward computes; nil: it has no form outside.
	Express func(b *form.Builder, x form.Value) form.Value

	// parametric is a faster way to the same function, for where it is parametric; nil:
	// there is none. The other way stays, for models are the same to the last bit.
	parametric *way
}

// A way is one of computing an activation.
type way struct {
	express  func(b *form.Builder, x form.Value) form.Value
	forward  func(k *kernel.Engine, y, x tensor.Mat)
	backward func(k *kernel.Engine, dx, dy, x, y tensor.Mat)
}

// Activations are registered here and in activation_smooth.go,
// activation_piecewise.go and activation_row.go.
var Activations = spec.NewRegistry[Activation]("activation", "activations")

func init() {
	// What a layer says that stands in the place of an activation.
	Activations.Moot("name", "an activation has no name")
	Activations.Moot("trainable", "an activation has nothing to train")
	Activations.Moot("dtype", "numbers are of 32 bits", "float32", "none")
	Activations.Elsewhere(func(name string) string {
		layer, ok := Layers.Describe(name)
		if !ok {
			return ""
		}
		return fmt.Sprintf("%s is a layer: leave the activation out here and write `- %s` as the next layer", name, layer.Name)
	})
}

// within returns the activation with its range.
func (a Activation) within(low, high float64) Activation {
	a.Range = stats.Interval{Low: low, High: high}
	return a
}

// as returns the activation with its form.
func (a Activation) as(express func(b *form.Builder, x form.Value) form.Value) Activation {
	a.Express = express
	return a
}

// simple registers an activation without settings. (The linear one has none: a share of
// the identity is the identity.)
func simple(doc string, a Activation, aliases ...string) spec.Registered {
	return Activations.Add(a.Name, doc, func(*spec.Fields) Activation { return a }, aliases...)
}

// fixed registers an activation that acts element by element and has no settings of
// its own.
func fixed(doc string, a Activation, aliases ...string) spec.Registered {
	return elementwise(a.Name, doc, func(*spec.Fields) Activation { return a }, aliases...)
}

// elementwise registers an activation f that acts element by element; read reads its
// own fields. Each may be parametric: x + α(f(x) − x).
func elementwise(name, doc string, read func(*spec.Fields) Activation, aliases ...string) spec.Registered {
	return Activations.Add(name, doc, func(f *spec.Fields) Activation {
		a := read(f)
		a.Parametric = f.Bool("parametric", false, "true: x + α(f(x) − x) in place of f(x), with a share α learned for each column, from 1 on")
		a.Rate = f.Float("learning_rate_multiplier", 0.1, "factor of α's learning rate", spec.Positive, spec.AtMost(maxFactor))
		if f.Has("learning_rate_multiplier") && !a.Parametric {
			f.Problem("learning_rate_multiplier", "add `parametric: true`, or drop it", "the activation learns nothing")
		}
		if a.Parametric && a.parametric != nil {
			a.Forward, a.Backward, a.Express = a.parametric.forward, a.parametric.backward, a.parametric.express
		}
		f.Unsaid("parametric", "learning_rate_multiplier")
		return a
	}, aliases...)
}

// pointwise makes an activation of f and its derivative df, which is given x and
// y = f(x) and may read x only if needsInput.
func pointwise(name string, needsInput bool, f func(x float32) float32, df func(x, y float32) float32) Activation {
	return vectored(name, needsInput, func(_ *kernel.Engine, y, x []float32) {
		for i, v := range x {
			y[i] = f(v)
		}
	}, df)
}

// vectored is pointwise with a function of whole slices, so that the engine's
// vector methods can be used.
func vectored(name string, needsInput bool, f func(k *kernel.Engine, y, x []float32), df func(x, y float32) float32) Activation {
	return Activation{Name: name, NeedsInput: needsInput,
		Forward: func(k *kernel.Engine, y, x tensor.Mat) { f(k, y.Data, x.Data) },
		Backward: func(_ *kernel.Engine, dx, dy, x, y tensor.Mat) {
			for i, d := range dy.Data {
				dx.Data[i] = d * df(x.Data[i], y.Data[i])
			}
		},
	}
}

// Linear returns the identity.
func Linear() Activation {
	copyTo := func(y, x tensor.Mat) {
		if len(y.Data) > 0 && &y.Data[0] != &x.Data[0] {
			copy(y.Data, x.Data)
		}
	}
	return Activation{Name: "linear",
		Express:  func(_ *form.Builder, x form.Value) form.Value { return x },
		Forward:  func(_ *kernel.Engine, y, x tensor.Mat) { copyTo(y, x) },
		Backward: func(_ *kernel.Engine, dx, dy, _, _ tensor.Mat) { copyTo(dx, dy) },
	}
}

// These four have vector methods of their own in both directions.
var (
	_ = simple("x", Linear())

	_ = elementwise("relu",
		"x for x > threshold, at most max_value; else negative_slope·(x − threshold)",
		readReLU)

	// σ' = y(1 − y)
	_ = fixed("1/(1 + exp(−x))", Activation{Name: "sigmoid", Range: stats.Interval{Low: 0, High: 1},
		Forward:  func(k *kernel.Engine, y, x tensor.Mat) { k.Sigmoid(y.Data, x.Data) },
		Express:  func(b *form.Builder, x form.Value) form.Value { return b.Call(form.Sigmoid, x) },
		Backward: func(k *kernel.Engine, dx, dy, _, y tensor.Mat) { k.SigmoidGrad(dx.Data, dy.Data, y.Data) },
	})

	// tanh' = 1 − y²
	_ = fixed("(exp(x) − exp(−x))/(exp(x) + exp(−x))", Activation{Name: "tanh", Range: stats.Interval{Low: -1, High: 1},
		Forward:  func(k *kernel.Engine, y, x tensor.Mat) { k.Tanh(y.Data, x.Data) },
		Express:  func(b *form.Builder, x form.Value) form.Value { return b.Call(form.Tanh, x) },
		Backward: func(k *kernel.Engine, dx, dy, _, y tensor.Mat) { k.TanhGrad(dx.Data, dy.Data, y.Data) },
	})
)

// readReLU reads the general form; without parameters it is max(x, 0).
func readReLU(f *spec.Fields) Activation {
	limit := f.OptFloat("max_value", "the largest value; none when empty", spec.NonNegative)
	slope := f.Float("negative_slope", 0, "slope up to the threshold", spec.NonNegative)
	threshold := f.Float("threshold", 0, "where the positive part begins", spec.NonNegative)
	if limit == nil && slope == 0 && threshold == 0 {
		return Activation{Name: "relu", Range: stats.From(0),
			Forward:  func(k *kernel.Engine, y, x tensor.Mat) { k.ReLU(y.Data, x.Data) },
			Express:  func(b *form.Builder, x form.Value) form.Value { return b.AtLeast(x, b.Const32(0)) },
			Backward: func(k *kernel.Engine, dx, dy, _, y tensor.Mat) { k.ReLUGrad(dx.Data, dy.Data, y.Data) },
		}
	}
	top := float32(inf)
	if limit != nil {
		top = float32(*limit)
	}
	return hinged("relu", float32(slope), float32(threshold), top)
}
