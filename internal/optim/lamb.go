package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("lamb",
	"Adam's step u, scaled for each parameter by ‖w‖/‖u‖ (You et al. 2020, arXiv:1904.00962); for large "+
		"batches",
	defaults{rate: 0.001}, func(f *spec.Fields) Rule {
		return &lamb{moments: readMoments(f), eps: readEpsilon(f, "added to √v̂")}
	})

type lamb struct {
	moments
	eps    float32
	params []Span
	partOf []int // of Step's parts, the one in which params[i] lies
}

// Init implements Rule.
func (r *lamb) Init(params []Span) {
	r.moments.Init(params)
	r.params, r.partOf = params, newPacing(params).partOf
}

// Step implements Rule. The gradient becomes the step.
func (r *lamb) Step(_ *kernel.Engine, t int64, parts []Part, w, g []float32) {
	c1, c2 := 1-r.power1.of(r.beta1.beta, t), 1-r.power2.of(r.beta2.beta, t)
	for i, gi := range g {
		m, v := r.next(i, gi)
		g[i] = (m / c1) / (sqrt(v/c2) + r.eps)
	}
	for i, p := range r.params {
		weights, steps := p.of(w), p.of(g)
		ratio := float32(1)
		if nw, nu := norm(weights), norm(steps); nw > 0 && nu > 0 {
			ratio = float32(nw / nu)
		}
		scale := float32(ratio * parts[r.partOf[i]].LR)
		for j, u := range steps {
			weights[j] -= float32(scale * u)
		}
	}
}
