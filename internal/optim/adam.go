package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var (
	_ = add("adam",
		"m, v = running means of g, g²; w −= lr·√(1 − β2^t)/(1 − β1^t)·m/(√v + epsilon) (Kingma & Ba 2015, "+
			"arXiv:1412.6980)",
		defaults{rate: 0.001}, readAdam)

	_ = add("adamw", "Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101)",
		defaults{rate: 0.001, decay: new(0.004)}, readAdam)
)

func readAdam(f *spec.Fields) Rule {
	return &adam{
		moments: readMoments(f),
		eps:     readEpsilon(f, "added to √v before bias correction, as in Keras"),
		amsgrad: f.Bool("amsgrad", false, "divides by the largest v so far (Reddi et al. 2018, arXiv:1904.09237)"),
	}
}

type adam struct {
	moments
	eps     float32
	amsgrad bool
	vMax    []float32 // nil without amsgrad
}

// Init implements Rule.
func (r *adam) Init(params []Span) {
	r.moments.Init(params)
	if r.amsgrad {
		r.vMax = make([]float32, size(params))
	}
}

// Slots implements Rule.
func (r *adam) Slots() []Slot {
	slots := r.moments.Slots()
	if r.amsgrad {
		slots = append(slots, Slot{"velocity_hat", r.vMax})
	}
	return slots
}

// Step implements Rule.
func (r *adam) Step(k *kernel.Engine, t int64, parts []Part, w, g []float32) {
	for _, p := range parts {
		r.step(k, r.alpha(p.LR, t), p.Lo, p.Hi, w, g)
	}
}

// step moves the numbers from lo up to hi.
func (r *adam) step(k *kernel.Engine, alpha float32, lo, hi int, w, g []float32) {
	if !r.amsgrad {
		k.Adam(w[lo:hi], r.m[lo:hi], r.v[lo:hi], g[lo:hi], alpha, r.beta1.oneMinusBeta, r.beta2.oneMinusBeta, r.eps)
		return
	}
	for i := lo; i < hi; i++ {
		m, v := r.next(i, g[i])
		r.vMax[i] = max(r.vMax[i], v)
		w[i] -= float32(m*alpha) / (sqrt(r.vMax[i]) + r.eps)
	}
}
