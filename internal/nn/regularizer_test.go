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
