package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("adadelta",
	"step = −g·√(D + epsilon)/√(A + epsilon), A and D being running means of g² and of steps², w += "+
		"lr·step (Zeiler 2012, arXiv:1212.5701); the paper's learning rate is 1, Keras's 0.001 hardly moves",
	defaults{rate: 0.001}, func(f *spec.Fields) Rule {
		return &adadelta{
			rho: newRunningMean(f.Float("rho", 0.95, "decay of both means", spec.In(0, 1))),
			eps: readEpsilon(f, "added inside both roots"),
		}
	})

type adadelta struct {
	rho  runningMean
	eps  float32
	a, d []float32
}

// Init implements Rule.
func (r *adadelta) Init(params []Span) {
	n := size(params)
	r.a, r.d = make([]float32, n), make([]float32, n)
}

// Slots implements Rule.
func (r *adadelta) Slots() []Slot {
	return []Slot{{"accumulated_grad", r.a}, {"accumulated_delta_var", r.d}}
}

// Step implements Rule.
func (r *adadelta) Step(_ *kernel.Engine, _ int64, parts []Part, w, g []float32) {
	for _, p := range parts {
		for i, gi := range g[p.Lo:p.Hi] {
			i += p.Lo
			a := float32(r.rho.beta*r.a[i]) + float32(r.rho.oneMinusBeta*float32(gi*gi))
			step := -float32(sqrt(r.d[i]+r.eps)*gi) / sqrt(a+r.eps)
			r.a[i] = a
			r.d[i] = float32(r.rho.beta*r.d[i]) + float32(r.rho.oneMinusBeta*float32(step*step))
			w[i] += float32(p.LR * step)
		}
	}
}
