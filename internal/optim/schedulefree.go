package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("schedule_free_adamw",
	"AdamW that averages its own path instead of following a schedule: z takes the steps, x is their mean, "+
		"w lies between (Defazio et al. 2024, arXiv:2405.15682); as in Keras the model is evaluated at w",
	defaults{rate: 0.0025}, func(f *spec.Fields) Rule {
		return &scheduleFree{
			beta1:  float32(f.Float("beta_1", 0.9, "how near w is to the mean x", spec.Positive, spec.AtMost(1))),
			beta2:  float32(f.Float("beta_2", 0.999, "decay of the mean of g²", spec.NonNegative, spec.Less(1))),
			eps:    float32(f.Float("epsilon", 1e-8, "added to √v̂", spec.NonNegative)),
			warmup: float32(f.Int("warmup_steps", 0, "the learning rate rises from zero over so many updates", spec.NonNegative)),
		}
	})

type scheduleFree struct {
	beta1, beta2, eps, warmup float32
	power2                    betaPowers // of beta2
	z, v                      []float32
}

// Init implements Rule.
func (r *scheduleFree) Init(params []Span) {
	n := size(params)
	r.z, r.v = make([]float32, n), make([]float32, n)
}

func (r *scheduleFree) start(w []float32) { copy(r.z, w) }

// Slots implements Rule.
func (r *scheduleFree) Slots() []Slot { return []Slot{{"momentum", r.z}, {"velocity", r.v}} }

// Step implements Rule.
func (r *scheduleFree) Step(_ *kernel.Engine, t int64, parts []Part, w, g []float32) {
	correction := 1 - r.power2.of(r.beta2, t)
	share := 1 / float32(t) // of z in the mean x
	rest := 1 - r.beta1
	for _, p := range parts {
		lr := p.LR
		if r.warmup > 0 {
			lr *= min(float32(t)/r.warmup, 1)
		}
		for i, gi := range g[p.Lo:p.Hi] {
			i += p.Lo
			v := r.v[i] + float32((float32(gi*gi)-r.v[i])*(1-r.beta2))
			before := r.z[i]
			z := before - float32(lr*gi)/(sqrt(v/correction)+r.eps)
			x := (w[i] - float32(rest*before)) / r.beta1
			x = float32((1-share)*x) + float32(share*z)
			w[i] = float32(rest*z) + float32(r.beta1*x)
			r.v[i], r.z[i] = v, z
		}
	}
}
