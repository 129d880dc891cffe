package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/oracle"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// activationCases are the settings to check besides the defaults. The two that
// have no defaults stand here only.
var activationCases = map[string][]oracle.Params{
	"relu":        {{"negative_slope": 0.1, "max_value": 1.1, "threshold": 0.3}, {"max_value": 1}, {"negative_slope": 0.25}, {"threshold": 1}},
	"leaky_relu":  {{"negative_slope": 0.3}},
	"elu":         {{"alpha": 0.5}},
	"celu":        {{"alpha": 0.5}},
	"squareplus":  {{"b": 1}},
	"gelu":        {{"approximate": 1}},
	"hard_shrink": {{"threshold": 1.25}},
	"soft_shrink": {{"threshold": 1.25}},
	"mean_sd":     {{"floor": 0.25}},
	"threshold":   {{"threshold": 0.25, "default_value": -1.5}},
}

// makeActivation builds an activation of a registry from oracle's settings.
func makeActivation(t *testing.T, name string, p oracle.Params) Activation {
	t.Helper()
	n := spec.NewMap()
	n.Put("type", spec.NewString(name))
	for k, v := range p {
		if k == "approximate" || k == "parametric" {
			n.Put(k, spec.NewBool(v != 0))
		} else {
			n.Put(k, spec.NewFloat(v))
		}
	}
	a, err := Activations.Build(n)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestActivations(t *testing.T) {
	k := engine(t)
	r := rand.New(rand.NewPCG(3, 4))
	x, dy := grid(r, 300, 7, 4), grid(r, 300, 7, 1)
	far := tensor.View(4, 7, []float32{
		-80, -50, -17, -9, 9, 17, 30, 60, -30, 20, -20, 7, -7, 12,
		-6.5, 6.5, 3.1, -3.1, 15, -15, 21, 1e-3, -1e-3, 4, 0.6, 0.7, -0.6, -0.7})
	for _, name := range Activations.Names() {
		cases := activationCases[name]
		if name != "threshold" {
			cases = append(slices.Clone(cases), nil)
		}
		for _, p := range cases {
			a := makeActivation(t, name, p)
			if a.Name != name {
				t.Errorf("%s calls itself %q", name, a.Name)
			}
			twin := &oracle.Activate{Act: oracle.Act(name, p)}
			for _, x := range []tensor.Mat{x, far} {
				if name == "exponential" && x.Rows == far.Rows {
					continue // e⁶⁰ beside e⁻⁸⁰: nothing to be relative to
				}
				dy := dy.Slice(0, x.Rows)
				y, dx := tensor.New(x.Rows, x.Cols), tensor.New(x.Rows, x.Cols)
				a.Forward(k, y, x)
				a.Backward(k, dx, dy, x, y)
				compare(t, name+": y", y, twin.Forward(wide(x), true))
				compare(t, name+": dx", dx, slopes(twin, wide(x), wide(dy)))
				overlap(t, k, a, x, dy, y, dx)
				if n := testing.AllocsPerRun(5, func() {
					a.Forward(k, y, x)
					a.Backward(k, dx, dy, x, y)
				}); n != 0 {
					t.Errorf("%s allocates %v times", name, n)
				}
			}
		}
	}
}

// slopes takes ∂(dy·act(x))/∂x by central differences, row by row.
func slopes(a *oracle.Activate, x, dy oracle.Mat) oracle.Mat {
	dx := make(oracle.Mat, len(x))
	for i := range x {
		dx[i] = oracle.Gradient(func() float64 {
			sum := 0.0
			for j, v := range a.Act.Forward(x[i]) {
				sum += dy[i][j] * v
			}
			return sum
		}, x[i:i+1])[0]
	}
	return dx
}

// overlap checks that y may be x unless NeedsInput, and that dx may be dy.
func overlap(t *testing.T, k *kernel.Engine, a Activation, x, dy, y, dx tensor.Mat) {
	t.Helper()
	if !a.NeedsInput {
		in := x.Clone()
		a.Forward(k, in, in)
		same(t, a.Name+" in place: y", in.Data, y.Data)
		x = in // Backward must do without x
	}
	d := dy.Clone()
	a.Backward(k, d, d, x, y)
	same(t, a.Name+" in place: dx", d.Data, dx.Data)
}

// NaN and infinities pass through rather than vanish: a run that diverges is seen.
func TestActivationsKeepNaN(t *testing.T) {
	k := engine(t)
	for _, name := range Activations.Names() {
		p := oracle.Params(nil)
		if name == "threshold" {
			p = activationCases[name][0]
		}
		a := makeActivation(t, name, p)
		x := tensor.View(1, 3, []float32{1, float32(math.NaN()), -1})
		y := tensor.New(1, 3)
		a.Forward(k, y, x)
		if !math.IsNaN(float64(y.Data[1])) && name != "threshold" {
			t.Errorf("%s turns NaN into %v", name, y.Data[1])
		}
	}
}
