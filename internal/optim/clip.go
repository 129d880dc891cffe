package optim

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// clip limits gradients, in one of three ways; 0 is off.
type clip struct {
	norm   float64 // of each parameter's gradient
	value  float64 // of each number
	global float64 // norm of all gradients together
}

func readClip(f *spec.Fields) clip {
	var c clip
	given := ""
	read := func(name, doc string) float64 {
		v := f.OptFloat(name, doc, spec.Positive)
		if v == nil {
			return 0
		}
		if given != "" {
			f.Problem(name, "keep one of them", "%q is given too: gradients are clipped in one way", given)
		}
		given = name
		return *v
	}
	c.norm = read("clipnorm", "scales each parameter's gradient down to this norm")
	c.value = read("clipvalue", "cuts each number of the gradient to ± this")
	c.global = read("global_clipnorm", "scales all gradients down so that their common norm is at most this")
	return c
}

func (c clip) apply(params []Span, g []float32) {
	switch {
	case c.norm > 0:
		for _, p := range params {
			part := p.of(g)
			scaleTo(c.norm, norm(part), part)
		}
	case c.global > 0:
		all := norm(g)
		if math.IsInf(all, 0) {
			all = math.NaN() // so that every parameter shows that the gradient has overflowed
		}
		scaleTo(c.global, all, g)
	case c.value > 0:
		v := float32(c.value)
		for i, gi := range g {
			g[i] = max(min(gi, v), -v)
		}
	}
}

// scaleTo multiplies g, whose norm is given, by limit/norm where that is below 1.
// A NaN norm makes all of g NaN.
func scaleTo(limit, norm float64, g []float32) {
	if norm <= limit {
		return
	}
	s := float32(limit / norm)
	for i, gi := range g {
		g[i] = gi * s
	}
}

// norm returns ‖g‖₂.
func norm(g []float32) float64 { return math.Sqrt(kernel.SumSquares(g)) }
