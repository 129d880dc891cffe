package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("ftrl",
	"follow the regularised leader, for sparse linear models (McMahan et al. 2013); the first update "+
		"forgets the initial weights, for w is derived from the gradients alone",
	defaults{rate: 0.001}, func(f *spec.Fields) Rule {
		return &ftrl{
			power:  -f.Float("learning_rate_power", -0.5, "how the step falls with the accumulator", spec.AtMost(0)),
			begin:  float32(f.Float("initial_accumulator_value", 0.1, "what the accumulator starts from", spec.NonNegative)),
			l1:     float32(f.Float("l1_regularization_strength", 0, "makes weights exactly zero", spec.NonNegative)),
			l2:     float32(f.Float("l2_regularization_strength", 0, "makes weights small", spec.NonNegative)),
			shrink: float32(f.Float("l2_shrinkage_regularization_strength", 0, "adds to the gradient only", spec.NonNegative)),
			beta:   float32(f.Float("beta", 0, "as beta in the paper", spec.NonNegative)),
		}
	})

type ftrl struct {
	power                       float64
	begin, l1, l2, shrink, beta float32
	n, z                        []float32
}

// Init implements Rule.
func (r *ftrl) Init(params []Span) {
	size := size(params)
	r.n, r.z = filled(size, r.begin), make([]float32, size)
}

// Slots implements Rule.
func (r *ftrl) Slots() []Slot { return []Slot{{"accumulator", r.n}, {"linear", r.z}} }

// Step implements Rule.
func (r *ftrl) Step(_ *kernel.Engine, _ int64, parts []Part, w, g []float32) {
	for _, p := range parts {
		lr := p.LR
		l2 := r.l2 + r.beta/(2*lr)
		for i, gi := range g[p.Lo:p.Hi] {
			i += p.Lo
			n := r.n[i] + float32(gi*gi)
			before, after := r.raised(r.n[i]), r.raised(n)
			z := r.z[i] + (gi + float32(2*r.shrink*w[i]) - float32((after-before)/lr*w[i]))
			r.n[i], r.z[i] = n, z
			cut := max(min(z, r.l1), -r.l1)
			w[i] = (cut - z) / (after/lr + 2*l2)
		}
	}
}

// raised is n to minus the learning-rate power, by a root in the usual case.
func (r *ftrl) raised(n float32) float32 {
	if r.power == 0.5 {
		return sqrt(n)
	}
	return float32(kernel.Pow64(float64(n), r.power))
}
