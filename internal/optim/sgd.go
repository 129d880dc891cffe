package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("sgd",
	"stochastic gradient descent, w −= lr·g; with momentum m = momentum·m − lr·g, w += m",
	defaults{rate: 0.01},
	func(f *spec.Fields) Rule {
		return &sgd{
			momentum: float32(f.Float("momentum", 0, "share of the last step that is taken again", spec.In(0, 1))),
			nesterov: f.Bool("nesterov", false, "w += momentum·m − lr·g, with the new m (Nesterov 1983)"),
		}
	})

type sgd struct {
	momentum float32
	nesterov bool
	m        []float32 // nil without momentum
}

func (r *sgd) Init(params []Span) {
	if r.momentum != 0 {
		r.m = make([]float32, size(params))
	}
}

func (r *sgd) Slots() []Slot {
	if r.m == nil {
		return nil
	}
	return []Slot{{"momentum", r.m}}
}

func (r *sgd) Step(k *kernel.Engine, _ int64, parts []Part, w, g []float32) {
	for _, p := range parts {
		w, g := w[p.Lo:p.Hi], g[p.Lo:p.Hi]
		if r.m == nil {
			k.Axpy(-p.LR, g, w)
			continue
		}
		k.Momentum(w, r.m[p.Lo:p.Hi], g, p.LR, r.momentum, r.nesterov)
	}
}
