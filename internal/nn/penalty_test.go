package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"mlp/internal/oracle"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

func TestRegularizers(t *testing.T) {
	type penalty func(w oracle.Mat) (float64, oracle.Mat)
	l1l2 := func(l1, l2 float64) penalty {
		return func(w oracle.Mat) (float64, oracle.Mat) { return oracle.L1L2(l1, l2, w) }
	}
	rows := func(factor float64) penalty {
		return func(w oracle.Mat) (float64, oracle.Mat) { return oracle.Orthogonal(factor, w) }
	}
	covered := map[string]bool{}
	for _, c := range []struct {
		spec string
		want penalty
	}{
		{`"l1"`, l1l2(0.01, 0)}, {`{"l1": 0.1}`, l1l2(0.1, 0)}, {`"l2"`, l1l2(0, 0.01)}, {`{"l2": 0.1}`, l1l2(0, 0.1)},
		{`"l1l2"`, l1l2(0, 0)}, {`"L1L2"`, l1l2(0, 0)}, {`{"type": "l1_l2", "l1": 0.1, "l2": 0.2}`, l1l2(0.1, 0.2)},
		{`"orthogonal_regularizer"`, rows(0.01)}, {`{"type": "orthogonal", "factor": 5}`, rows(5)},
		{`{"type": "OrthogonalRegularizer", "factor": 5, "mode": "columns"}`, func(w oracle.Mat) (float64, oracle.Mat) {
			v, _ := oracle.Orthogonal(5, oracle.Transposed(w))
			return v, nil
		}},
	} {
		r := component(t, Regularizers, c.spec)
		w := grid(rand.New(rand.NewPCG(5, 6)), 5, 3, 2)
		g := tensor.New(5, 3)
		constant(0.5).Fill(g.Data, nil, rng.Stream{})
		wide64 := wide(w)
		want, _ := c.want(wide64)
		if got := r.Penalty(w, g); math.Abs(got-want) > 1e-12*math.Max(1, want) { // float64 sums of the same numbers
			t.Errorf("%s: penalty %v, want %v", c.spec, got, want)
		}
		if got := r.Penalty(w, tensor.Mat{}); math.Abs(got-want) > 1e-12*math.Max(1, want) {
			t.Errorf("%s: penalty without gradient %v, want %v", c.spec, got, want)
		}
		for i := range g.Data {
			g.Data[i] -= 0.5 // it is added to what was there
		}
		compare(t, c.spec+": gradient", g, oracle.Gradient(func() float64 { v, _ := c.want(wide64); return v }, wide64))
		n, _ := spec.ParseJSON([]byte(c.spec), "", "")
		covered[nameOf(Regularizers, n)] = true
	}
	everyName(t, Regularizers, covered)
}

// A row of zeros has no direction: it adds nothing and gets no gradient.
func TestOrthogonalRegularizerOfZeroRow(t *testing.T) {
	w, g := tensor.View(3, 2, []float32{1, -2, 3, 0.5, 0, 0}), tensor.New(3, 2)
	// Keras 3 has 0.00980286 for factor 0.1, in seven places.
	if got := (Orthogonal{Factor: 0.1}).Penalty(w, g); math.Abs(got-0.00980286) > 5e-9 {
		t.Errorf("penalty %v, Keras has 0.00980286", got)
	}
	if g.At(2, 0) != 0 || g.At(2, 1) != 0 {
		t.Errorf("the row of zeros has the gradient %v", g.Row(2))
	}
}

func TestConstraints(t *testing.T) {
	norms := func(lo, hi, rate float64) func(w oracle.Mat) oracle.Mat {
		return func(w oracle.Mat) oracle.Mat { return oracle.MinMaxNorm(lo, hi, rate, w) }
	}
	alongRows := func(f func(w oracle.Mat) oracle.Mat) func(w oracle.Mat) oracle.Mat {
		return func(w oracle.Mat) oracle.Mat { return oracle.Transposed(f(oracle.Transposed(w))) }
	}
	covered := map[string]bool{}
	for _, c := range []struct {
		spec string
		want func(w oracle.Mat) oracle.Mat
	}{
		{`"non_neg"`, oracle.NonNeg}, {`"NonNeg"`, oracle.NonNeg},
		{`"max_norm"`, norms(0, 2, 1)}, {`{"max_norm": 1.5}`, norms(0, 1.5, 1)}, {`{"type": "MaxNorm", "max_value": 1.5, "axis": 1}`, alongRows(norms(0, 1.5, 1))},
		{`"unit_norm"`, norms(1, 1, 1)}, {`{"type": "unit_norm", "axis": 1}`, alongRows(norms(1, 1, 1))},
		{`"min_max_norm"`, norms(0, 1, 1)}, {`{"type": "min_max_norm", "min_value": 0.5, "rate": 0.5}`, norms(0.5, 1, 0.5)},
		{`{"type": "min_max_norm", "min_value": 2.5, "max_value": 3, "axis": 1}`, alongRows(norms(2.5, 3, 1))},
	} {
		constraint := component(t, Constraints, c.spec)
		for _, w := range []tensor.Mat{
			grid(rand.New(rand.NewPCG(7, 8)), 5, 37, 2), // more columns than a block
			tensor.View(3, 3, []float32{1, 0, -2, 3, 0, 0.5, 0, 0, 0}),
			tensor.View(2, 3, []float32{0.25, -0.5, 0.125, 0.5, 0.25, -0.375}),
		} {
			want := c.want(wide(w))
			constraint.Apply(w)
			compare(t, c.spec, w, want)
		}
		n, _ := spec.ParseJSON([]byte(c.spec), "", "")
		covered[nameOf(Constraints, n)] = true
	}
	everyName(t, Constraints, covered)
}

// Of a bias, axis 0 is the whole vector: Keras has it with one dimension.
func TestConstraintOfBias(t *testing.T) {
	n := build(t, `[{"units": 2, "bias": [3, 4], "bias_constraint": "max_norm", "kernel_constraint": "non_neg"}]`, 1)
	w := n.NewWorkspace(engine(t), 1)
	n.Init(w, 1)
	w.Params[0] = -1
	n.Constrain(w)
	if w.Params[0] != 0 {
		t.Errorf("kernel %v, want no negative number", w.Params[:2])
	}
	for j, want := range []float64{1.2, 1.6} { // (3, 4)·2/5
		if got := float64(w.Params[2+j]); math.Abs(got-want) > 1e-6 {
			t.Errorf("bias %d is %v, want %v", j, got, want)
		}
	}
}
