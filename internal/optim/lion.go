package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("lion",
	"w −= lr·sign(β1·m + (1 − β1)·g), then m = β2·m + (1 − β2)·g (Chen et al. 2023, arXiv:2302.06675); "+
		"wants a learning rate a tenth of Adam's",
	defaults{rate: 0.001}, func(f *spec.Fields) Rule {
		return &lion{
			beta1: newRunningMean(f.Float("beta_1", 0.9, "share of m in the step", spec.Positive, spec.AtMost(1))),
			beta2: newRunningMean(f.Float("beta_2", 0.99, "decay of m", spec.In(0, 1))),
		}
	})

type lion struct {
	beta1, beta2 runningMean
	m            []float32
}

// Init implements Rule.
func (r *lion) Init(params []Span) { r.m = make([]float32, size(params)) }

// Slots implements Rule.
func (r *lion) Slots() []Slot { return []Slot{{"momentum", r.m}} }

// Step implements Rule.
func (r *lion) Step(_ *kernel.Engine, _ int64, parts []Part, w, g []float32) {
	for _, p := range parts {
		for i, gi := range g[p.Lo:p.Hi] {
			i += p.Lo
			switch c := float32(r.beta1.beta*r.m[i]) + float32(r.beta1.oneMinusBeta*gi); {
			case c > 0:
				w[i] -= p.LR
			case c < 0:
				w[i] += p.LR
			case c != c:
				w[i] = c // a NaN gradient must show in the weight
			}
			r.m[i] = float32(r.beta2.beta*r.m[i]) + float32(r.beta2.oneMinusBeta*gi)
		}
	}
}
