package loss

import (
	"math"
	"slices"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// An example is a batch that a loss can be differentiated at.
type example struct{ pred, target tensor.Mat }

// examples draws batches in the form a loss wants. Predictions are multiples of
// 1/64, so that steps of a power of two are exact in float32, and odd ones, all
// different in a row, so that no corner of a loss lies between two of them.
func examples(l Loss) []example {
	var all []example
	s := rng.New(1, "loss examples")
	next := uint64(0)
	draw := func() float64 { next++; return s.Float64(next) }
	_, logits := l.(LogitLoss)
	widths, head := []int{1, 3, 5}, HeadOf(l)
	if head.Several() {
		widths = []int{head.Outputs(1)}
	}
	for _, cols := range widths {
		if cols == 1 && (l.Wants() == OneHot || l.Wants() == Class) {
			continue
		}
		const rows = 7
		e := example{tensor.New(rows, cols), tensor.New(rows, cols)}
		if l.Wants() == Class || head.Several() {
			e.target = tensor.New(rows, 1)
		}
		for i := range e.pred.Data {
			low, high := 0.5, 4.5 // positive numbers, as some losses need
			switch {
			case logits:
				low, high = -2, 2
			case l.Wants() != Real:
				low, high = 0.1, 0.9 // probabilities
			}
			v := float32(0)
			for v == 0 || slices.Contains(e.pred.Row(i/cols), v) {
				v = float32((2*math.Floor((low+(high-low)*draw())*32) + 1) / 64)
			}
			e.pred.Data[i] = v
		}
		for i := range rows {
			switch l.Wants() {
			case Class:
				e.target.Set(i, 0, float32(int(draw()*float64(cols))))
			case OneHot:
				e.target.Set(i, int(draw()*float64(cols)), 1)
			case Binary:
				for j := range cols {
					e.target.Set(i, j, float32(math.Round(draw())))
				}
			case Real:
				for j := range e.target.Cols {
					e.target.Set(i, j, float32(math.Round(draw()*8)/2+0.25/3))
				}
			}
		}
		all = append(all, e)
	}
	return all
}

// variants lists specs beyond each loss's defaults.
var variants = []string{
	`{"type": "huber", "delta": 0.4}`, `{"type": "quantile", "quantile": 0.8}`, `{"type": "quantile", "quantiles": [0.1, 0.5, 0.9]}`,
	`{"type": "gaussian_nll", "reduction": "sum"}`, `{"type": "gaussian_nll", "reduction": "mean_with_sample_weight"}`,
	`{"type": "binary_crossentropy", "label_smoothing": 0.2}`, `{"type": "binary_crossentropy", "from_logits": true}`,
	`{"type": "binary_focal_crossentropy", "apply_class_balancing": true, "gamma": 1.5}`,
	`{"type": "binary_focal_crossentropy", "gamma": 0}`,
	`{"type": "categorical_crossentropy", "label_smoothing": 0.2}`, `{"type": "categorical_crossentropy", "from_logits": true}`,
	`{"type": "sparse_categorical_crossentropy", "ignore_class": 1}`,
	`{"type": "sparse_categorical_crossentropy", "label_smoothing": 0.2}`,
	`{"type": "sparse_categorical_crossentropy", "label_smoothing": 0.2, "ignore_class": 1}`,
	`{"type": "categorical_focal_crossentropy", "gamma": 0.5}`, `{"type": "categorical_generalized_cross_entropy", "q": 0.9}`,
	`{"type": "tversky", "alpha": 0.3, "beta": 0.7}`, `{"type": "tversky", "alpha": 0.3, "beta": 0.7, "axis": -1}`,
	`{"type": "dice", "axis": -1}`, `{"type": "dice", "reduction": "sum"}`,
	`{"type": "mse", "reduction": "sum"}`, `{"type": "mse", "reduction": "mean_with_sample_weight"}`,
}

func all(t *testing.T, each func(t *testing.T, l Loss)) {
	specs := variants
	for _, name := range Losses.Names() {
		specs = append(specs, `"`+name+`"`)
	}
	for _, s := range specs {
		t.Run(s, func(t *testing.T) { each(t, build(t, s)) })
	}
}

// forms are the ways in which the model can call a loss: on predictions, and
// under the activation that it absorbs.
func forms(t *testing.T, k *kernel.Engine, l Loss, e example) map[string]func() *Batch {
	plain := func() *Batch { return batch(k, e.pred.Clone(), e.target) }
	ll, ok := l.(LogitLoss)
	if !ok {
		return map[string]func() *Batch{"predictions": plain}
	}
	if ll.FromLogits() {
		return map[string]func() *Batch{"raw logits": plain, "logits": func() *Batch { return absorbed(t, ll, plain()) }}
	}
	return map[string]func() *Batch{
		"logits": func() *Batch { return absorbed(t, ll, plain()) },
		"probabilities": func() *Batch {
			b := plain()
			b.Pred = probabilities(b.Pred)
			return b
		},
	}
}

// probabilities moves numbers between −2 and 2 into (0, 1); rows do not sum to 1.
func probabilities(m tensor.Mat) tensor.Mat {
	m = m.Clone()
	for i, v := range m.Data {
		m.Data[i] = (v + 3) / 8
	}
	return m
}

// Every gradient against central differences of its value: signed, number by
// number, with row weights.
func TestGradients(t *testing.T) {
	k := engine(t)
	weight := []float32{1, 2, 0.5, 0, 3, 1, 0.25}
	all(t, func(t *testing.T, l Loss) {
		for _, e := range examples(l) {
			for form, make := range forms(t, k, l, e) {
				b := make()
				b.Weight = weight
				l.Eval(b)
				for i := range b.Grad.Data {
					want := difference(t, l, make, weight, i)
					got := float64(b.Grad.Data[i])
					// The difference is off by h⁴/30 times the fifth derivative,
					// at most about 2e-5 here, and by the rounding of softmax's
					// float32 probabilities, 2⁻²⁴/h = 8e-6.
					if math.Abs(got-want) > 3e-5*max(1, math.Abs(want)) {
						t.Errorf("%d outputs, %s: gradient %d is %.6g, difference %.6g", e.pred.Cols, form, i, got, want)
					}
				}
			}
		}
	})
}

// difference is the derivative by number i of what the gradient is by, from four
// values: (8·(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h.
func difference(t *testing.T, l Loss, make func() *Batch, weight []float32, i int) float64 {
	const h = 1.0 / 128
	side := func(step float32) float64 {
		b := make()
		b.Weight, b.Grad = weight, tensor.Mat{}
		x := b.Pred
		if !b.Logits.Empty() {
			x = b.Logits
		}
		x.Data[i] += step
		if !b.Logits.Empty() {
			b.Pred = b.Logits
			b.Logits = tensor.Mat{}
			b = absorbed(t, l.(LogitLoss), b)
		}
		return l.Eval(b)
	}
	return (8*(side(h)-side(-h)) - (side(2*h) - side(-2*h))) / (12 * h)
}

// A row's loss does not depend on the rows beside it, and the mean over rows is
// the mean of the rows' losses.
func TestRowAloneIsRowInBatch(t *testing.T) {
	k := engine(t)
	all(t, func(t *testing.T, l Loss) {
		if o, ok := l.(overlap); ok && !o.perRow {
			return // one number for the whole batch
		}
		for _, e := range examples(l) {
			if ll, ok := l.(LogitLoss); ok && !ll.FromLogits() {
				e.pred = probabilities(e.pred)
			}
			sum, n := 0.0, 0.0
			for i := range e.pred.Rows {
				b := batch(k, e.pred.Slice(i, i+1), e.target.Slice(i, i+1))
				if c, ok := l.(categorical); ok && c.ignore >= 0 && c.class(b, 0) == c.ignore {
					continue
				}
				sum += l.Eval(b)
				n++
			}
			if s, ok := l.(interface{ divisor(*Batch) float64 }); ok && s.divisor(batch(k, e.pred, e.target)) == 1 {
				n = 1 // the sum
			}
			got := l.Eval(batch(k, e.pred, e.target))
			if !near(got, sum/n, 1e-14) { // sums of seven float64
				t.Errorf("%d outputs: %.17g, rows alone %.17g", e.pred.Cols, got, sum/n)
			}
		}
	})
}

func TestEvalAllocatesNothing(t *testing.T) {
	k := engine(t)
	all(t, func(t *testing.T, l Loss) {
		for _, e := range examples(l) {
			for form, make := range forms(t, k, l, e) {
				b := make()
				if n := testing.AllocsPerRun(10, func() { l.Eval(b) }); n != 0 {
					t.Errorf("%s: %v allocations", form, n)
				}
			}
		}
	})
}

func TestNaNIsSeen(t *testing.T) {
	k := engine(t)
	all(t, func(t *testing.T, l Loss) {
		for _, e := range examples(l) {
			for form, make := range forms(t, k, l, e) {
				b := make()
				for _, m := range []tensor.Mat{b.Pred, b.Logits} {
					for i := range m.Data {
						m.Data[i] = float32(math.NaN())
					}
				}
				if v := l.Eval(b); v == v {
					t.Errorf("%s: predictions that are not numbers cost %v", form, v)
				}
			}
		}
	})
}

func TestDescribed(t *testing.T) {
	for _, name := range Losses.Names() {
		d, ok := Losses.Describe(name)
		if !ok || d.Doc == "" {
			t.Errorf("%s has no description", name)
		}
		for _, f := range d.Fields {
			if f.Doc == "" {
				t.Errorf("%s: field %s has no description", name, f.Name)
			}
		}
	}
}

// A loss of which it is said that it adds up is the mean of those of parts of the rows,
// whatever their sizes; and one of which it is not said is not.
func TestAddsUp(t *testing.T) {
	k := engine(t)
	all(t, func(t *testing.T, l Loss) {
		for _, weighted := range []bool{false, true} {
			same := true
			for _, e := range examples(l) {
				if ll, ok := l.(LogitLoss); ok && !ll.FromLogits() {
					e.pred = probabilities(e.pred)
				}
				of := func(lo, hi int) float64 {
					b := batch(k, e.pred.Slice(lo, hi), e.target.Slice(lo, hi))
					b.Grad = tensor.Mat{}
					if weighted {
						b.Weight = []float32{1, 3, 0.5, 2, 2, 4, 0.25}[lo:hi]
					}
					return l.Eval(b)
				}
				n := e.pred.Rows
				whole, parts := of(0, n), (float64(2)*of(0, 2)+float64(n-2)*of(2, n))/float64(n)
				same = same && near(whole, parts, 1e-12) // sums of seven float64
			}
			if got := AddsUp(l, weighted); got != same {
				t.Errorf("weighted %v: it adds up: %v, and it is said to: %v", weighted, same, got)
			}
		}
	})
}
