package oracle

import (
	"maps"
	"math"
	"slices"
)

// An Activation maps a row to a row.
type Activation struct {
	Forward  func(x []float64) []float64
	Backward func(x, dy []float64) []float64 // ∂L/∂x
}

// Act returns an activation by its Keras name; it panics on an unknown one.
func Act(name string, p Params) Activation { return activations[name](p) }

// Activations returns the names of all activations, sorted.
func Activations() []string { return slices.Sorted(maps.Keys(activations)) }

// pointwise makes an activation of a function and its derivative.
func pointwise(f, df func(x float64) float64) Activation {
	return Activation{
		Forward: func(x []float64) []float64 {
			y := make([]float64, len(x))
			for i, v := range x {
				y[i] = f(v)
			}
			return y
		},
		Backward: func(x, dy []float64) []float64 {
			dx := make([]float64, len(x))
			for i, v := range x {
				dx[i] = dy[i] * df(v)
			}
			return dx
		},
	}
}

func plain(f, df func(x float64) float64) func(Params) Activation {
	return func(Params) Activation { return pointwise(f, df) }
}

func sigmoid(x float64) float64 {
	if x < 0 {
		return math.Exp(x) / (1 + math.Exp(x))
	}
	return 1 / (1 + math.Exp(-x))
}

func sigmoidSlope(x float64) float64 { return sigmoid(x) * sigmoid(-x) }

func softplus(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// tanhSlope is 1 − tanh² = 4σ(2x)σ(−2x), without cancellation.
func tanhSlope(x float64) float64 { return 4 * sigmoidSlope(2*x) }

// beyond is 1 where |x| > t, else 0.
func beyond(x, t float64) float64 {
	if math.Abs(x) > t {
		return 1
	}
	return 0
}

func hardSigmoid(x float64) float64 { return clip(x+3, 0, 6) / 6 }

// elu is α(eˣ − 1) below zero, with everything multiplied by scale.
func elu(alpha, scale float64) Activation {
	return pointwise(
		func(x float64) float64 { return scale * (math.Max(x, 0) + alpha*math.Expm1(math.Min(x, 0))) },
		func(x float64) float64 {
			if x > 0 {
				return scale
			}
			return scale * alpha * math.Exp(x)
		})
}

func relu(limit, slope, threshold float64) Activation {
	return pointwise(
		func(x float64) float64 {
			if x > threshold {
				return math.Min(x, limit)
			}
			return slope * (x - threshold)
		},
		func(x float64) float64 {
			switch {
			case x < threshold:
				return slope
			case x > threshold && x == limit && !(limit == 6 && threshold == 0):
				return 0.5
			case x > threshold && x < limit, slope != 0 && threshold == 0 && math.IsInf(limit, 1):
				return 1
			}
			return 0
		})
}

func gelu(approximate bool) Activation {
	if !approximate {
		return pointwise(
			func(x float64) float64 { return x * 0.5 * math.Erfc(-x/math.Sqrt2) },
			func(x float64) float64 {
				return 0.5*math.Erfc(-x/math.Sqrt2) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
			})
	}
	c := math.Sqrt(2 / math.Pi)
	inner := func(x float64) float64 { return c * (x + 0.044715*x*x*x) }
	return pointwise(
		func(x float64) float64 { return 0.5 * x * (1 + math.Tanh(inner(x))) },
		func(x float64) float64 {
			return 0.5*(1+math.Tanh(inner(x))) + 0.5*x*tanhSlope(inner(x))*c*(1+3*0.044715*x*x)
		})
}

func softmax(x []float64) []float64 {
	y, top, sum := make([]float64, len(x)), slices.Max(x), 0.0
	for i, v := range x {
		y[i] = math.Exp(v - top)
		sum += y[i]
	}
	for i := range y {
		y[i] /= sum
	}
	return y
}

func logSoftmax(x []float64) []float64 {
	top, sum := slices.Max(x), 0.0
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v - top - math.Log(sum)
	}
	return y
}

// sparsemax projects x on the simplex: max(x − τ, 0) with τ such that it sums to 1.
func sparsemax(x []float64) []float64 {
	z := slices.Clone(x)
	slices.Sort(z)
	slices.Reverse(z)
	tau, sum := 0.0, 0.0
	for j, v := range z {
		sum += v
		if t := (sum - 1) / float64(j+1); v > t {
			tau = t
		}
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = math.Max(v-tau, 0)
	}
	return y
}

// activations is in the order of Keras's own list.
var activations = map[string]func(Params) Activation{
	"linear": plain(func(x float64) float64 { return x }, func(float64) float64 { return 1 }),
	"relu": func(p Params) Activation {
		return relu(p.get("max_value", math.Inf(1)), p.get("negative_slope", 0), p.get("threshold", 0))
	},
	"relu6":      func(Params) Activation { return relu(6, 0, 0) },
	"leaky_relu": func(p Params) Activation { return relu(math.Inf(1), p.get("negative_slope", 0.2), 0) },
	"elu":        func(p Params) Activation { return elu(p.get("alpha", 1), 1) },
	"selu":       func(Params) Activation { return elu(1.6732632423543772848, 1.0507009873554804934) },
	"celu": func(p Params) Activation {
		a := p.get("alpha", 1)
		return pointwise(
			func(x float64) float64 { return math.Max(x, 0) + a*math.Expm1(math.Min(x, 0)/a) },
			func(x float64) float64 { return math.Exp(math.Min(x, 0) / a) })
	},
	"sigmoid": plain(sigmoid, sigmoidSlope),
	"hard_sigmoid": plain(hardSigmoid,
		func(x float64) float64 { return inside(x, -3, 3) / 6 }),
	"log_sigmoid": plain(func(x float64) float64 { return -softplus(-x) }, func(x float64) float64 { return sigmoid(-x) }),
	"sparse_sigmoid": plain(func(x float64) float64 { return clip((x+1)/2, 0, 1) },
		func(x float64) float64 { return inside(x, -1, 1) / 2 }),
	"tanh":        plain(math.Tanh, tanhSlope),
	"hard_tanh":   plain(func(x float64) float64 { return clip(x, -1, 1) }, func(x float64) float64 { return 1 - beyond(x, 1) }),
	"tanh_shrink": plain(func(x float64) float64 { return x - math.Tanh(x) }, func(x float64) float64 { return math.Tanh(x) * math.Tanh(x) }),
	"softplus":    plain(softplus, sigmoid),
	"softsign": plain(func(x float64) float64 { return x / (1 + math.Abs(x)) },
		func(x float64) float64 { return 1 / ((1 + math.Abs(x)) * (1 + math.Abs(x))) }),
	"squareplus": func(p Params) Activation {
		b := p.get("b", 4)
		return pointwise(
			func(x float64) float64 { return (x + math.Sqrt(x*x+b)) / 2 },
			func(x float64) float64 { return (1 + x/math.Sqrt(x*x+b)) / 2 })
	},
	"sparse_plus": plain(
		func(x float64) float64 { return clip(x+1, 0, 2)*clip(x+1, 0, 2)/4 + math.Max(x-1, 0) },
		func(x float64) float64 { return clip(x+1, 0, 2) / 2 }),
	"softmax": func(Params) Activation {
		return Activation{Forward: softmax, Backward: func(x, dy []float64) []float64 {
			y, dx := softmax(x), make([]float64, len(x))
			for i, v := range y {
				dx[i] = v * (dy[i] - dot(dy, y))
			}
			return dx
		}}
	},
	"log_softmax": func(Params) Activation {
		return Activation{Forward: logSoftmax, Backward: func(x, dy []float64) []float64 {
			dx, sum := make([]float64, len(x)), 0.0
			for _, d := range dy {
				sum += d
			}
			for i, v := range softmax(x) {
				dx[i] = dy[i] - v*sum
			}
			return dx
		}}
	},
	"sparsemax": func(Params) Activation {
		return Activation{Forward: sparsemax, Backward: func(x, dy []float64) []float64 {
			y, dx, sum, n := sparsemax(x), make([]float64, len(x)), 0.0, 0.0
			for i, v := range y {
				if v > 0 {
					sum += dy[i]
					n++
				}
			}
			for i, v := range y {
				if v > 0 {
					dx[i] = dy[i] - sum/n
				}
			}
			return dx
		}}
	},
	"ordered": func(Params) Activation { return ordered() },
	"mean_sd": func(p Params) Activation { return meanSD(p.get("floor", 0.001)) },
	"silu": plain(func(x float64) float64 { return x * sigmoid(x) },
		func(x float64) float64 { return sigmoid(x) + x*sigmoidSlope(x) }),
	"hard_silu": plain(func(x float64) float64 { return x * hardSigmoid(x) },
		func(x float64) float64 { return hardSigmoid(x) + x*inside(x, -3, 3)/6 }),
	"gelu": func(p Params) Activation { return gelu(p.get("approximate", 0) != 0) },
	"mish": plain(func(x float64) float64 { return x * math.Tanh(softplus(x)) },
		func(x float64) float64 { return math.Tanh(softplus(x)) + x*tanhSlope(softplus(x))*sigmoid(x) }),
	"exponential": plain(math.Exp, math.Exp),
	"hard_shrink": func(p Params) Activation {
		t := p.get("threshold", 0.5)
		return pointwise(func(x float64) float64 { return x * beyond(x, t) }, func(x float64) float64 { return beyond(x, t) })
	},
	"soft_shrink": func(p Params) Activation {
		t := p.get("threshold", 0.5)
		return pointwise(func(x float64) float64 { return x - clip(x, -t, t) }, func(x float64) float64 { return beyond(x, t) })
	},
	"threshold": func(p Params) Activation {
		t, low := p["threshold"], p["default_value"]
		return pointwise(
			func(x float64) float64 {
				if x > t {
					return x
				}
				return low
			},
			func(x float64) float64 {
				if x > t {
					return 1
				}
				return 0
			})
	},
}
