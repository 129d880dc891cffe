package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var (
	_ = add("adam", "m, v = running means of g, g²; w −= lr·m̂/(√v + epsilon), with Keras's ε̂ form (Kingma & Ba 2015, arXiv:1412.6980)",
		defaults{rate: 0.001}, func(f *spec.Fields) Rule { return readAdam(f) })

	_ = add("adamw", "Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101)",
		defaults{rate: 0.001, decay: new(0.004)}, func(f *spec.Fields) Rule { return readAdam(f) })
)

// readMoments reads the fields of every rule with two running means.
func readMoments(f *spec.Fields) (beta1, beta2 blend) {
	return newBlend(f.Float("beta_1", 0.9, "decay of the mean of g", spec.NonNegative, spec.Less(1))),
		newBlend(f.Float("beta_2", 0.999, "decay of the mean of g²", spec.NonNegative, spec.Less(1)))
}

func readAdam(f *spec.Fields) *adam {
	r := &adam{}
	r.beta1, r.beta2 = readMoments(f)
	r.eps = float32(f.Float("epsilon", 1e-7, "added outside the root, before bias correction", spec.NonNegative))
	r.amsgrad = f.Bool("amsgrad", false, "divides by the largest v so far (Reddi et al. 2018)")
	return r
}

type adam struct {
	beta1, beta2 blend
	eps          float32
	amsgrad      bool

	m, v, vMax []float32 // vMax is nil without amsgrad
}

func (r *adam) Init(params []Span) {
	n := size(params)
	r.m, r.v = make([]float32, n), make([]float32, n)
	if r.amsgrad {
		r.vMax = make([]float32, n)
	}
}

func (r *adam) Slots() []Slot {
	slots := []Slot{{"momentum", r.m}, {"velocity", r.v}}
	if r.amsgrad {
		slots = append(slots, Slot{"velocity_hat", r.vMax})
	}
	return slots
}

// alpha returns lr·√(1 − β2^t)/(1 − β1^t): both bias corrections at once.
func alpha(lr float32, beta1, beta2 blend, t int64) float32 {
	return float32(lr*sqrt(1-power(beta2.keep, t))) / (1 - power(beta1.keep, t))
}

func (r *adam) Step(k *kernel.Engine, t int64, lr float32, w, g []float32) {
	a := alpha(lr, r.beta1, r.beta2, t)
	if !r.amsgrad {
		k.Adam(w, r.m, r.v, g, a, r.beta1.take, r.beta2.take, r.eps)
		return
	}
	for i, gi := range g {
		m := r.m[i] + float32((gi-r.m[i])*r.beta1.take)
		v := r.v[i] + float32((float32(gi*gi)-r.v[i])*r.beta2.take)
		top := max(r.vMax[i], v)
		r.m[i], r.v[i], r.vMax[i] = m, v, top
		w[i] -= float32(m*a) / (sqrt(top) + r.eps)
	}
}
