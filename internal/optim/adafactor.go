package optim

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var _ = add("adafactor",
	"scales g by a rank-one estimate of its mean square, from row and column means (Shazeer & Stern 2018, "+
		"arXiv:1804.04235); the step is relative to the weights' size and at most 1/√t",
	defaults{rate: 0.001}, func(f *spec.Fields) Rule {
		f.Bool("relative_step", true, "accepted as in Keras, where it changes nothing: the rate is at most 1/√t either way")
		return &adafactor{
			decay: f.Float("beta_2_decay", -0.8, "the means decay by 1 − t^beta_2_decay", spec.Less(0)),
			eps1:  float32(f.Float("epsilon_1", 1e-30, "added to g²", spec.NonNegative)),
			eps2:  float32(f.Float("epsilon_2", 1e-3, "smallest size of a parameter", spec.NonNegative)),
			clip:  float32(f.Float("clip_threshold", 1, "largest root mean square of a step", spec.Positive)),
		}
	})

type adafactor struct {
	decay            float64
	eps1, eps2, clip float32

	params []Span
	partOf []int // of Step's parts, the one in which params[i] lies
	v      []float32
	r, c   []float32 // means over columns and over rows, of the matrices one after the other
}

// Init implements Rule.
func (a *adafactor) Init(params []Span) {
	a.params, a.partOf = params, newPacing(params).partOf
	a.v = make([]float32, size(params))
	rows, cols := 0, 0
	for _, p := range params {
		if !p.Vector {
			rows, cols = rows+p.Rows, cols+p.Cols
		}
	}
	a.r, a.c = make([]float32, rows), make([]float32, cols)
}

// Slots implements Rule.
func (a *adafactor) Slots() []Slot {
	return []Slot{{"r", a.r}, {"c", a.c}, {"velocity", a.v}}
}

// Step implements Rule.
func (a *adafactor) Step(_ *kernel.Engine, t int64, parts []Part, w, g []float32) {
	beta := 1 - float32(kernel.Pow64(float64(t), a.decay))
	r, c := a.r, a.c
	for i, p := range a.params {
		rho := min(parts[a.partOf[i]].LR, 1/sqrt(float32(t)))
		weights, grads, v := p.of(w), p.of(g), p.of(a.v)
		alpha := float32(max(a.eps2, rms(weights)) * rho)
		if !p.Vector {
			a.factor(v, grads, r[:p.Rows], c[:p.Cols], beta)
			r, c = r[p.Rows:], c[p.Cols:]
		} else {
			for i, gi := range grads {
				v[i] = float32(beta*v[i]) + float32((1-beta)*(float32(gi*gi)+a.eps1))
			}
		}
		for i := range grads {
			grads[i] /= sqrt(v[i])
		}
		limit := max(1, rms(grads)/a.clip)
		for i, u := range grads {
			weights[i] -= float32(alpha * (u / limit))
		}
	}
}

// factor updates the row means r and column means c of g² + epsilon_1 and puts
// their outer product, r divided by its own mean, into v.
func (a *adafactor) factor(v, g, r, c []float32, beta float32) {
	rows, cols := len(r), len(c)
	for i := range r {
		sum := 0.0
		for _, gi := range g[i*cols : (i+1)*cols] {
			sum += float64(float32(gi*gi) + a.eps1)
		}
		r[i] = float32(beta*r[i]) + float32((1-beta)*float32(sum/float64(cols)))
	}
	for j := range c {
		sum := 0.0
		for i := range rows {
			gi := g[i*cols+j]
			sum += float64(float32(gi*gi) + a.eps1)
		}
		c[j] = float32(beta*c[j]) + float32((1-beta)*float32(sum/float64(rows)))
	}
	mean := float32(kernel.Sum(r) / float64(rows))
	for i, ri := range r {
		share := ri / mean
		for j, cj := range c {
			v[i*cols+j] = share * cj
		}
	}
}

// rms is the root mean square.
func rms(x []float32) float32 {
	return float32(math.Sqrt(kernel.SumSquares(x) / float64(len(x))))
}
