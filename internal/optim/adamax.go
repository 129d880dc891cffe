package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("adamax",
	"Adam with the largest |g| in place of its root mean square: u = max(β2·u, |g|), w −= lr·m/((1 − "+
		"β1^t)·(u + epsilon)) (arXiv:1412.6980, 7.1)",
	defaults{rate: 0.001}, func(f *spec.Fields) Rule {
		s := readMoments(f)
		return &adamax{beta1: s.beta1, beta2: s.beta2.beta, eps: readEpsilon(f, "added to u")}
	})

type adamax struct {
	beta1      runningMean
	power1     betaPowers // of beta1
	beta2, eps float32
	m, u       []float32
}

// Init implements Rule.
func (r *adamax) Init(params []Span) {
	n := size(params)
	r.m, r.u = make([]float32, n), make([]float32, n)
}

// Slots implements Rule.
func (r *adamax) Slots() []Slot { return []Slot{{"momentum", r.m}, {"norm", r.u}} }

// Step implements Rule.
func (r *adamax) Step(_ *kernel.Engine, t int64, parts []Part, w, g []float32) {
	correction := 1 - r.power1.of(r.beta1.beta, t)
	for _, p := range parts {
		for i, gi := range g[p.Lo:p.Hi] {
			i += p.Lo
			m := r.m[i] + float32((gi-r.m[i])*r.beta1.oneMinusBeta)
			u := max(float32(r.beta2*r.u[i]), gi, -gi)
			r.m[i], r.u[i] = m, u
			w[i] -= float32(p.LR*m) / float32(correction*(u+r.eps))
		}
	}
}
