package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("adagrad",
	"a += g², w −= lr·g/√(a + epsilon) (Duchi et al. 2011); Keras's learning rate of 0.001 is a tenth of "+
		"the paper's",
	defaults{rate: 0.001}, func(f *spec.Fields) Rule {
		return &adagrad{
			begin: float32(f.Float("initial_accumulator_value", 0.1, "what a starts from", spec.NonNegative)),
			eps:   readEpsilon(f, "added inside the root"),
		}
	})

type adagrad struct {
	begin, eps float32
	a          []float32
}

// Init implements Rule.
func (r *adagrad) Init(params []Span) { r.a = filled(size(params), r.begin) }

// Slots implements Rule.
func (r *adagrad) Slots() []Slot { return []Slot{{"accumulator", r.a}} }

// Step implements Rule.
func (r *adagrad) Step(_ *kernel.Engine, _ int64, parts []Part, w, g []float32) {
	for _, p := range parts {
		for i, gi := range g[p.Lo:p.Hi] {
			i += p.Lo
			a := r.a[i] + float32(gi*gi)
			r.a[i] = a
			w[i] -= float32(p.LR*gi) / sqrt(a+r.eps)
		}
	}
}

// filled returns n times v.
func filled(n int, v float32) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = v
	}
	return s
}
