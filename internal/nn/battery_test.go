package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/oracle"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// The batteries: what every registered layer must do, checked on layerCases.

const (
	caseRows = 5
	caseSeed = 5
	caseStep = 3

	// agree is how far a float32 result may be from the float64 one, relative to
	// the largest number of the matrix or 1: some thirty roundings of 2⁻²⁴, which
	// is what the longest chains here (normalisations of normalisations) add up to.
	agree = 2e-6
)

// A rig is a layer on its own, with random parameters, in a network that asks it
// for ∂loss/∂input. The identity after it keeps its activation from being taken
// for the network's last.
type rig struct {
	c    *layerCase
	net  *Network
	w    *Workspace
	x    tensor.Mat
	dy   tensor.Mat
	name string // of the layer
}

func newRig(t testing.TB, c *layerCase, k *kernel.Engine) *rig {
	t.Helper()
	n, err := buildWith(elements(t, "["+c.spec+`, {"type": "rescaling", "scale": 1}]`), c.in, &Plan{learning: true})
	if err != nil {
		t.Fatalf("%s: %v", c.spec, err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	g := &rig{c: c, net: n, w: n.NewWorkspace(k, caseRows), x: grid(r, caseRows, c.in, 2), dy: grid(r, caseRows, n.Out, 1), name: n.Elements[0].Name}
	for i := range g.x.Rows {
		for _, j := range c.codes {
			g.x.Set(i, j, float32(r.IntN(5))+0.5) // the fraction is cut off; differences stay within a code
		}
	}
	n.Init(g.w, caseSeed)
	for i, p := range n.Params {
		v := g.w.Param(ParamID(i))
		copy(v.Data, grid(r, v.Rows, v.Cols, 1).Data)
		if strings.HasSuffix(p.Name, "/ends") {
			riseBetween(v)
			continue
		}
		if strings.HasSuffix(p.Name, "variance") {
			for j, s := range v.Data {
				v.Data[j] = float32(math.Abs(float64(s))) + 0.25
			}
		}
	}
	g.w.Training, g.w.Seed, g.w.Step = true, caseSeed, caseStep
	return g
}

// grid draws numbers in ±span that stay 1/64 away from the multiples of 1/4,
// where the kinks of the piecewise functions are.
func grid(r *rand.Rand, rows, cols int, span float64) tensor.Mat {
	m := tensor.New(rows, cols)
	for i := range m.Data {
		for near := true; near; {
			v := span * (2*r.Float64() - 1)
			m.Data[i], near = float32(v), math.Abs(v-math.Round(v*4)/4) < 1.0/64
		}
	}
	return m
}

// step is forward and backward; it returns the output and ∂loss/∂input for
// ∂loss/∂output = dy.
func (g *rig) step() (y, dx tensor.Mat) {
	_, y = g.net.Forward(g.w, g.x)
	return y, g.net.chain.backward(g.w, g.dy.Clone())
}

// param returns the values of a parameter of the layer.
func (g *rig) param(name string) tensor.Mat {
	i := slices.IndexFunc(g.net.Params, func(p Param) bool { return p.Name == g.name+"/"+name })
	return g.w.Param(ParamID(i))
}

// wide returns m in float64.
func wide(m tensor.Mat) oracle.Mat {
	o := oracle.Zeros(m.Rows, m.Cols)
	for i := range o {
		for j := range o[i] {
			o[i][j] = float64(m.At(i, j))
		}
	}
	return o
}

func roots(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = math.Sqrt(v)
	}
	return y
}

// maskOf is the mask that a dropout layer of rate ½ draws in a rig.
func maskOf(stream string, cols int) oracle.Mat {
	m := tensor.New(caseRows, cols)
	k, _ := kernel.New("", 1)
	defer k.Close()
	k.DropMask(m.Data, rng.New(caseSeed, stream).At(caseStep), 0.5, 2)
	return wide(m)
}

// twin makes the float64 layer, with parameters in float64 by name.
func (g *rig) twin() (oracle.Layer, map[string]*oracle.Param) {
	params := map[string]*oracle.Param{}
	for i, p := range g.net.Params {
		name := strings.TrimPrefix(p.Name, g.name+"/")
		params[name] = oracle.NewParam(name, wide(g.w.Param(ParamID(i))))
	}
	var factor, shift oracle.Mat
	if g.c.draws { // y = x·factor + shift, seen at x = 0 and at x = 1
		_, y := g.net.Forward(g.w, tensor.New(caseRows, g.c.in))
		shift = wide(y)
		ones := tensor.New(caseRows, g.c.in)
		constant(1).Fill(ones.Data, nil, rng.Stream{})
		_, y = g.net.Forward(g.w, ones)
		factor = wide(y)
		for i := range factor {
			for j := range factor[i] {
				factor[i][j] -= shift[i][j]
			}
		}
	}
	return g.c.oracle(func(name string) *oracle.Param { return params[name] }, factor, shift), params
}

// compare complains where got is further from want than agree allows.
func compare(t *testing.T, what string, got tensor.Mat, want oracle.Mat) {
	t.Helper()
	scale := 1.0
	for _, row := range want {
		for _, v := range row {
			scale = math.Max(scale, math.Abs(v))
		}
	}
	if got.Rows != len(want) || got.Cols != len(want[0]) {
		t.Errorf("%s is %d × %d, want %d × %d", what, got.Rows, got.Cols, len(want), len(want[0]))
		return
	}
	for i, row := range want {
		for j, v := range row {
			if g := float64(got.At(i, j)); !(math.Abs(g-v) <= agree*scale) {
				t.Errorf("%s[%d][%d] is %.9g, want %.9g", what, i, j, g, v)
				return
			}
		}
	}
}

// Outputs agree with the float64 layer, and the gradients of the input and of
// every parameter with central differences of it.
func TestLayersAgainstOracle(t *testing.T) {
	k := engine(t)
	for _, c := range layerCases {
		againstOracle(t, k, &c)
	}
}

func againstOracle(t *testing.T, k *kernel.Engine, c *layerCase) {
	t.Helper()
	g := newRig(t, c, k)
	twin, params := g.twin()
	y, dx := g.step()
	x, dy := wide(g.x), wide(g.dy)
	out := twin.Forward(x, true)
	compare(t, c.spec+": y", y, out)
	if bn, ok := twin.(*oracle.BatchNormalization); ok {
		compare(t, c.spec+": moving mean", g.param("moving_mean"), oracle.Mat{bn.Mean})
		compare(t, c.spec+": moving variance", g.param("moving_variance"), oracle.Mat{bn.Variance})
	}

	value := func() float64 {
		y, sum := twin.Forward(x, true), 0.0
		for i := range dy {
			for j, d := range dy[i] {
				sum += d * y[i][j]
			}
		}
		if c.penalty != nil {
			sum += c.penalty(y)
		}
		return sum
	}
	compare(t, c.spec+": ∂/∂x", dx, oracle.Gradient(value, x))
	for i, p := range g.net.Params {
		if p.Trainable {
			name := strings.TrimPrefix(p.Name, g.name+"/")
			compare(t, c.spec+": ∂/∂"+name, g.w.Grad(ParamID(i)), oracle.Gradient(value, params[name].Value))
		}
	}
	if c.penalty != nil {
		if got, want := g.net.Penalty(g.w, false), c.penalty(out); math.Abs(got-want) > agree*want {
			t.Errorf("%s: penalty %v, want %v", c.spec, got, want)
		}
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	k := engine(t)
	for _, c := range layerCases {
		g := newRig(t, &c, k)
		dy := g.dy.Clone()
		if n := testing.AllocsPerRun(20, func() {
			g.net.Forward(g.w, g.x)
			copy(dy.Data, g.dy.Data)
			g.net.Backward(g.w, dy)
			g.net.Penalty(g.w, true)
			g.net.Constrain(g.w)
			g.w.Step++
		}); n != 0 {
			t.Errorf("%s: a step allocates %v times", c.spec, n)
		}
	}
}

// Nothing is read after its life has ended: a step after the buffers were filled
// with NaN has the bits of the same step in fresh memory.
func TestPoisonedBuffers(t *testing.T) {
	k := engine(t)
	for _, c := range layerCases {
		g, fresh := newRig(t, &c, k), newRig(t, &c, k)
		g.step()
		copy(g.w.Params, fresh.w.Params) // statistics have moved
		g.w.Poison()
		y, dx := g.step()
		freshY, freshDX := fresh.step()
		same(t, c.spec+": y", y.Data, freshY.Data)
		same(t, c.spec+": ∂/∂x", dx.Data, freshDX.Data)
		same(t, c.spec+": gradients", g.w.Grads, fresh.w.Grads)
		same(t, c.spec+": parameters", g.w.Params, fresh.w.Params)
	}
}

// same wants the same finite numbers, bit by bit.
func same(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i, v := range got {
		if math.Float32bits(v) != math.Float32bits(want[i]) || math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			t.Errorf("%s: number %d is %v, want %v", what, i, v, want[i])
			return
		}
	}
}

// A row alone is predicted as it is in a batch, and in another workspace that
// holds the same parameters.
func TestRowsAndWorkspacesAgree(t *testing.T) {
	k := engine(t)
	for _, c := range layerCases {
		g := newRig(t, &c, k)
		g.w.Training = false
		_, y := g.net.Forward(g.w, g.x)
		y = y.Clone()
		other := g.net.NewWorkspace(k, 1)
		copy(other.Params, g.w.Params)
		for i := range g.x.Rows {
			_, alone := g.net.Forward(other, g.x.Slice(i, i+1))
			same(t, c.spec, alone.Data, y.Row(i))
		}
	}
}

func TestThreadsAgree(t *testing.T) {
	one := engine(t)
	three, err := kernel.New("native", 3)
	if err != nil {
		t.Fatal(err)
	}
	defer three.Close()
	for _, c := range layerCases {
		a, b := newRig(t, &c, one), newRig(t, &c, three)
		ya, dxa := a.step()
		yb, dxb := b.step()
		same(t, c.spec+": y", ya.Data, yb.Data)
		same(t, c.spec+": ∂/∂x", dxa.Data, dxb.Data)
		same(t, c.spec+": gradients", a.w.Grads, b.w.Grads)
	}
}
