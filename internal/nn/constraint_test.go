package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"mlp/internal/oracle"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

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
