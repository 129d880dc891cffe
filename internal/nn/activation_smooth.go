package nn

import (
	"math"

	"mlp/internal/form"
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/stats"
	"mlp/internal/tensor"
)

// SELU's constants, at which mean 0 and variance 1 are a fixed point (Klambauer
// et al. 2017).
const (
	seluAlpha = 1.6732632423543772848
	seluScale = 1.0507009873554804934
)

// The least values of the activations that dip below zero before they rise, rounded
// down: of silu at x = −1.278, of mish at −1.192, of gelu, in both forms, at −0.752.
const (
	siluLow = -0.27847
	mishLow = -0.30885
	geluLow = -0.17005
)

// exponentialUnit is scale·x above 0 and scale·α(exp(x/width) − 1) below.
func exponentialUnit(name string, alpha, scale, width float32) Activation {
	return vectored(name, true, func(k *kernel.Engine, y, x []float32) {
		for i, v := range x {
			y[i] = v / width
		}
		k.Expm1(y, y)
		for i, v := range x {
			if v > 0 {
				y[i] = scale * v
			} else {
				y[i] = scale * float32(alpha*y[i])
			}
		}
	}, func(x, y float32) float32 {
		if x > 0 {
			return scale
		}
		return (y + float32(scale*alpha)) / width // scale·α·exp(x/width)/width
	}).within(float64(-scale*alpha), inf).as(func(b *form.Builder, x form.Value) form.Value {
		below := b.Mul(b.Const32(scale), b.Mul(b.Const32(alpha), b.Call(form.Expm1, b.Div(x, b.Const32(width)))))
		return b.Select(b.Less(b.Const32(0), x), b.Mul(b.Const32(scale), x), below)
	})
}

func readELU(f *spec.Fields) Activation {
	alpha := f.Float("alpha", 1, "what large negative inputs tend to, with the sign turned", spec.NonNegative)
	return exponentialUnit("elu", float32(alpha), 1, 1)
}

// sigmoids returns σ(x) and σ(−x) from one exponential, both with full relative
// accuracy.
func sigmoids(x float32) (s, t float32) {
	e := kernel.Exp32(-float32(math.Abs(float64(x))))
	s = 1 / (1 + e)
	t = e / (1 + e)
	if x < 0 {
		return t, s
	}
	return s, t
}

var (
	_ = elementwise("elu", "x for x > 0, else α(exp(x) − 1)", readELU)
	_ = fixed("1.0507·x for x > 0, else 1.0507·1.6733·(exp(x) − 1)", exponentialUnit("selu", seluAlpha, seluScale, 1))
	_ = elementwise("celu", "x for x > 0, else α(exp(x/α) − 1)", func(f *spec.Fields) Activation {
		alpha := float32(f.Float("alpha", 1, "what large negative inputs tend to, with the sign turned", spec.Positive))
		return exponentialUnit("celu", alpha, 1, alpha)
	})

	_ = fixed("ln(1 + exp(x))", Activation{Name: "softplus", NeedsInput: true, Range: stats.From(0),
		Forward:  func(k *kernel.Engine, y, x tensor.Mat) { k.Softplus(y.Data, x.Data) },
		Backward: softplusBackward,
		Express:  func(b *form.Builder, x form.Value) form.Value { return b.Call(form.Softplus, x) },
	})

	_ = fixed("−ln(1 + exp(−x))", pointwise("log_sigmoid", true,
		func(x float32) float32 { return -kernel.Softplus32(-x) },
		func(x, _ float32) float32 { return kernel.Sigmoid32(-x) }).within(-inf, 0).as(func(b *form.Builder, x form.Value) form.Value { return b.Neg(b.Call(form.Softplus, b.Neg(x))) }))

	_ = fixed("x − tanh(x)", vectored("tanh_shrink", true,
		func(k *kernel.Engine, y, x []float32) {
			k.Tanh(y, x)
			for i, v := range x {
				y[i] = v - y[i]
			}
		},
		func(x, _ float32) float32 {
			t := kernel.Tanh32(x)
			return t * t
		}).as(func(b *form.Builder, x form.Value) form.Value { return b.Sub(x, b.Call(form.Tanh, x)) }))

	_ = fixed("x/(1 + |x|)", pointwise("softsign", true,
		func(x float32) float32 { return x / (1 + float32(math.Abs(float64(x)))) },
		func(x, _ float32) float32 {
			d := 1 + float32(math.Abs(float64(x)))
			return 1 / (d * d)
		}).within(-1, 1).as(func(b *form.Builder, x form.Value) form.Value { return b.Div(x, b.Add(b.Const32(1), b.Abs(x))) }))

	_ = elementwise("squareplus", "(x + √(x² + b))/2", func(f *spec.Fields) Activation {
		bend := f.Float("b", 4, "how round the bend is", spec.NonNegative)
		root := func(x float64) float64 { return math.Sqrt(x*x + bend) } // x² is exact in float64, so fusing changes nothing
		return pointwise("squareplus", true,
			func(x float32) float32 { return float32((float64(x) + root(float64(x))) / 2) },
			func(x, _ float32) float32 { return float32((1 + float64(x)/root(float64(x))) / 2) }).within(0, inf).as(func(b *form.Builder, x form.Value) form.Value {
			v := b.To(form.F64, x)
			root := b.Sqrt(b.Add(b.Mul(v, v), b.Const64(bend)))
			return b.To(form.F32, b.Div(b.Add(v, root), b.Const64(2)))
		})
	})

	_ = fixed("x·sigmoid(x)", Activation{Name: "silu", NeedsInput: true, Range: stats.From(siluLow),
		Forward: func(k *kernel.Engine, y, x tensor.Mat) {
			k.Sigmoid(y.Data, x.Data)
			k.Mul(y.Data, y.Data, x.Data)
		},
		Backward: func(k *kernel.Engine, dx, dy, x, _ tensor.Mat) { k.SiLUGrad(dx.Data, dy.Data, x.Data) },
		Express:  func(b *form.Builder, x form.Value) form.Value { return b.Mul(b.Call(form.Sigmoid, x), x) },
	}, "swish")

	_ = elementwise("gelu",
		"x·Φ(x), Φ the normal distribution function (Hendrycks & Gimpel 2016)",
		func(f *spec.Fields) Activation {
			if f.Bool("approximate", false, "true: ½x(1 + tanh(√(2/π)(x + 0.044715x³)))") {
				return approximateGELU()
			}
			return gelu()
		})

	_ = fixed("x·tanh(softplus(x)) (Misra 2019)", Activation{Name: "mish", NeedsInput: true, Range: stats.From(mishLow),
		Forward: func(k *kernel.Engine, y, x tensor.Mat) {
			k.Softplus(y.Data, x.Data)
			k.Tanh(y.Data, y.Data)
			k.Mul(y.Data, y.Data, x.Data)
		},
		Backward: func(k *kernel.Engine, dx, dy, x, _ tensor.Mat) { k.MishGrad(dx.Data, dy.Data, x.Data) },
		Express: func(b *form.Builder, x form.Value) form.Value {
			return b.Mul(b.Call(form.Tanh, b.Call(form.Softplus, x)), x)
		},
		parametric: &way{
			express: func(b *form.Builder, x form.Value) form.Value {
				e, two := b.Call(form.Exp, x), b.Const32(2)
				n := b.Mul(e, b.Add(e, two))
				return b.Select(b.Less(b.Const32(20), x), x, b.Mul(x, b.Div(n, b.Add(n, two))))
			},
			forward:  func(k *kernel.Engine, y, x tensor.Mat) { k.Mish(y.Data, x.Data) },
			backward: func(k *kernel.Engine, dx, dy, x, _ tensor.Mat) { k.MishSlope(dx.Data, dy.Data, x.Data) },
		},
	})

	_ = fixed("exp(x)", vectored("exponential", false,
		func(k *kernel.Engine, y, x []float32) { k.Exp(y, x) },
		func(_, y float32) float32 { return y }).within(0, inf).as(func(b *form.Builder, x form.Value) form.Value { return b.Call(form.Exp, x) }))
)

// chunk is how many derivatives are computed at a time, in memory of the engine: dx
// may be dy, so they cannot be stored there.
const chunk = kernel.ChunkLen

// softplus' = σ.
func softplusBackward(k *kernel.Engine, dx, dy, x, _ tensor.Mat) {
	buffer, _ := k.Chunks()
	for lo := 0; lo < len(x.Data); lo += chunk {
		in := x.Data[lo:min(lo+chunk, len(x.Data))]
		s := buffer[:len(in)]
		k.Sigmoid(s, in)
		for i, v := range s {
			dx.Data[lo+i] = dy.Data[lo+i] * v
		}
	}
}

const halfRoot = 1 / math.Sqrt2

// Φ(x) = ½(1 + erf(x/√2)).
func gelu() Activation {
	return Activation{Name: "gelu", NeedsInput: true, Range: stats.From(geluLow),
		Forward: func(k *kernel.Engine, y, x tensor.Mat) {
			for i, v := range x.Data {
				y.Data[i] = v * halfRoot
			}
			k.Erf(y.Data, y.Data)
			for i, v := range x.Data {
				y.Data[i] = v * (0.5 * (1 + y.Data[i]))
			}
		},
		Backward: geluBackward,
		Express: func(b *form.Builder, x form.Value) form.Value {
			erf := b.Call(form.Erf, b.Mul(x, b.Const32(halfRoot)))
			return b.Mul(x, b.Mul(b.Const32(0.5), b.Add(b.Const32(1), erf)))
		},
	}
}

// (xΦ)' = Φ + x·exp(−x²/2)/√(2π).
func geluBackward(k *kernel.Engine, dx, dy, x, _ tensor.Mat) {
	const density = 0.3989422804014327 // 1/√(2π)
	erfs, exps := k.Chunks()
	for lo := 0; lo < len(x.Data); lo += chunk {
		in := x.Data[lo:min(lo+chunk, len(x.Data))]
		erf, exp := erfs[:len(in)], exps[:len(in)]
		for i, v := range in {
			erf[i] = v * halfRoot
			exp[i] = float32(v*v) * -0.5
		}
		k.Erf(erf, erf)
		k.Exp(exp, exp)
		for i, v := range in {
			slope := float32(0.5*(1+erf[i])) + float32(v*float32(density*exp[i]))
			dx.Data[lo+i] = dy.Data[lo+i] * slope
		}
	}
}

// With u = √(2/π)(x + 0.044715x³), y = ½x(1 + tanh u) = x·σ(2u).
func approximateGELU() Activation {
	const c, cubic = 0.7978845608028654, 0.044715
	inner := func(x float32) float32 { return float32(c * (x + float32(cubic*float32(x*float32(x*x))))) }
	return vectored("gelu", true,
		func(k *kernel.Engine, y, x []float32) {
			for i, v := range x {
				y[i] = 2 * inner(v)
			}
			k.Sigmoid(y, y)
			k.Mul(y, y, x)
		},
		func(x, _ float32) float32 {
			s, t := sigmoids(2 * inner(x))
			du := c * (1 + float32(3*cubic*float32(x*x)))
			return s + float32(x*float32(2*s*t*du))
		}).within(geluLow, inf).as(func(b *form.Builder, x form.Value) form.Value {
		inner := b.Mul(b.Const32(c), b.Add(x, b.Mul(b.Const32(cubic), b.Mul(x, b.Mul(x, x)))))
		return b.Mul(b.Call(form.Sigmoid, b.Mul(b.Const32(2), inner)), x)
	})
}
