package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("rmsprop",
	"v = rho·v + (1 − rho)·g², w −= lr·g/√(v + epsilon) (Tieleman & Hinton 2012, lecture 6.5)",
	defaults{rate: 0.001},
	func(f *spec.Fields) Rule {
		return &rmsprop{
			rho:      newRunningMean(f.Float("rho", 0.9, "decay of the mean square", spec.In(0, 1))),
			momentum: float32(f.Float("momentum", 0, "share of the last step that is taken again", spec.In(0, 1))),
			eps:      float32(f.Float("epsilon", 1e-7, "added inside the root", spec.NonNegative)),
			centered: f.Bool("centered", false, "divides by the standard deviation of g instead of its root mean square"),
		}
	})

type rmsprop struct {
	rho           runningMean
	momentum, eps float32
	centered      bool

	v, m, mean []float32 // mean square; steps, nil without momentum; mean, nil unless centered
}

func (r *rmsprop) Init(params []Span) {
	n := size(params)
	r.v = make([]float32, n)
	if r.momentum > 0 {
		r.m = make([]float32, n)
	}
	if r.centered {
		r.mean = make([]float32, n)
	}
}

func (r *rmsprop) Slots() []Slot {
	slots := []Slot{{"velocity", r.v}}
	if r.m != nil {
		slots = append(slots, Slot{"momentum", r.m})
	}
	if r.mean != nil {
		slots = append(slots, Slot{"average_gradient", r.mean})
	}
	return slots
}

func (r *rmsprop) Step(_ *kernel.Engine, _ int64, parts []Part, w, g []float32) {
	for _, p := range parts {
		for i, gi := range g[p.Lo:p.Hi] {
			i += p.Lo
			v := float32(r.rho.beta*r.v[i]) + float32(r.rho.oneMinusBeta*float32(gi*gi))
			r.v[i] = v
			if r.mean != nil {
				a := float32(r.rho.beta*r.mean[i]) + float32(r.rho.oneMinusBeta*gi)
				r.mean[i] = a
				v -= float32(a * a)
			}
			step := float32(p.LR*gi) / sqrt(v+r.eps)
			if r.m != nil {
				step += float32(r.momentum * r.m[i])
				r.m[i] = step
			}
			w[i] -= step
		}
	}
}
