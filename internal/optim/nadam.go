package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("nadam",
	"Adam with Nesterov momentum, whose weight u_t = β1·(1 − ½·0.96^t) rises to β1 (Dozat 2016)",
	defaults{rate: 0.001}, func(f *spec.Fields) Rule {
		r := &nadam{moments: readMoments(f), eps: readEpsilon(f, "added to √v̂")}
		r.beta1.oneMinusBeta, r.beta2.oneMinusBeta = 1-r.beta1.beta, 1-r.beta2.beta // here Keras subtracts in float32
		return r
	})

type nadam struct {
	moments
	eps     float32
	product []float32  // one number: u_1·u_2·…·u_t
	rise    betaPowers // of 0.96
}

// Init implements Rule.
func (r *nadam) Init(params []Span) {
	r.moments.Init(params)
	r.product = []float32{1}
}

// Slots implements Rule.
func (r *nadam) Slots() []Slot { return append(r.moments.Slots(), Slot{"u_product", r.product}) }

// Step implements Rule.
func (r *nadam) Step(_ *kernel.Engine, t int64, parts []Part, w, g []float32) {
	u := float32(r.beta1.beta * (1 - float32(0.5*r.rise.of(0.96, t))))
	following := r.rise
	ahead := float32(r.beta1.beta * (1 - float32(0.5*following.of(0.96, t+1))))
	r.product[0] = float32(r.product[0] * u)
	now, next := 1-r.product[0], 1-float32(r.product[0]*ahead)
	correction := 1 - r.power2.of(r.beta2.beta, t)
	for _, p := range parts {
		for i, gi := range g[p.Lo:p.Hi] {
			i += p.Lo
			m, v := r.next(i, gi)
			mHat := float32(ahead*m)/next + float32((1-u)*gi)/now
			w[i] -= float32(mHat*p.LR) / (sqrt(v/correction) + r.eps)
		}
	}
}
