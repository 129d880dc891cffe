package nn

import (
	"math"

	"mlp/internal/form"
	"mlp/internal/spec"
)

var inf = math.Inf(1)

// Activations made of straight lines (and one parabola). At a kink the derivative is
// Keras's, on JAX where its back ends differ: as a rule that of the flatter side.

// hinged is x between threshold and top, top above, slope·(x − threshold) below. Keras
// makes it of several functions, and so its derivative at the kinks is none of one rule:
// at the top ½ (at 6, which has a function of its own, 0); at a threshold of 0 without
// a top 1, that of leaky_relu, at any other 0.
func hinged(name string, slope, threshold, top float32) Activation {
	a := pointwise(name, true, func(x float32) float32 {
		if x > threshold {
			return min(x, top)
		}
		return slope * (x - threshold)
	}, func(x, _ float32) float32 {
		switch {
		case x < threshold:
			return slope
		case x > threshold && x == top && !(top == 6 && threshold == 0):
			return 0.5
		case x > threshold && x < top, slope != 0 && threshold == 0 && float64(top) == inf: // which is x = 0
			return 1
		}
		return 0
	}).as(func(b *form.Builder, x form.Value) form.Value {
		from := b.Const32(threshold)
		return b.Select(b.Less(from, x), b.AtMost(x, b.Const32(top)), b.Mul(b.Const32(slope), b.Sub(x, from)))
	})
	if slope == 0 {
		return a.within(0, float64(top))
	}
	return a.within(-inf, float64(top))
}

// readLeakyReLU reads a slope whose default is def.
func readLeakyReLU(f *spec.Fields, def float64) Activation {
	f.Alias("negative_slope", "alpha")
	slope := float32(f.Float("negative_slope", def, "slope for x < 0"))
	return pointwise("leaky_relu", true, func(x float32) float32 {
		if x >= 0 {
			return x
		}
		return slope * x
	}, func(x, _ float32) float32 {
		if x >= 0 {
			return 1
		}
		return slope
	}).as(func(b *form.Builder, x form.Value) form.Value {
		return b.Select(b.Less(x, b.Const32(0)), b.Mul(b.Const32(slope), x), x)
	})
}

func clamp(x, lo, hi float32) float32 { return min(max(x, lo), hi) }

func between(b *form.Builder, x form.Value, lo, hi float32) form.Value {
	return b.AtMost(b.AtLeast(x, b.Const32(lo)), b.Const32(hi))
}

// past writes down beyond times x.
func past(b *form.Builder, x form.Value, t float32) form.Value {
	far := b.Or(b.Less(b.Const32(t), x), b.Less(x, b.Const32(-t)))
	return b.Mul(x, b.Select(far, b.Const32(1), b.Const32(0)))
}

// expressHardSigmoid writes down hardSigmoid.
func expressHardSigmoid(b *form.Builder, x form.Value) form.Value {
	return b.Div(between(b, b.Add(x, b.Const32(3)), 0, 6), b.Const32(6))
}

// within returns slope where lo < v < hi, else 0.
func within(v, lo, hi, slope float32) float32 {
	if v > lo && v < hi {
		return slope
	}
	return 0
}

// beyond returns 1 where |x| > t, else 0.
func beyond(x, t float32) float32 {
	if x > t || x < -t {
		return 1
	}
	return 0
}

// hardSigmoid is relu6(x + 3)/6, as since Keras 3; before it was clip(0.2x + 0.5, 0, 1).
func hardSigmoid(x float32) float32 { return clamp(x+3, 0, 6) / 6 }

var (
	_ = fixed("min(max(x, 0), 6)", hinged("relu6", 0, 0, 6))

	_ = elementwise("leaky_relu", "x for x ≥ 0, else negative_slope·x", func(f *spec.Fields) Activation {
		if f.Spelled() == "LeakyReLU" && !f.Has("negative_slope") && !f.Has("alpha") {
			f.Problem("", "write `{type: leaky_relu, negative_slope: 0.3}` for the class, or leaky_relu",
				"the slope of \"LeakyReLU\" is 0.3 in the layer of that name, and that of the activation leaky_relu is 0.2")
		}
		return readLeakyReLU(f, 0.2)
	})

	_ = fixed("relu6(x + 3)/6", pointwise("hard_sigmoid", false, hardSigmoid,
		func(_, y float32) float32 { return within(y, 0, 1, 1.0/6) }).within(0, 1).as(expressHardSigmoid))

	_ = fixed("0 for x ≤ −1, 1 for x ≥ 1, else (x + 1)/2", pointwise("sparse_sigmoid", false,
		func(x float32) float32 { return clamp((x+1)*0.5, 0, 1) },
		func(_, y float32) float32 { return within(y, 0, 1, 0.5) }).within(0, 1).as(func(b *form.Builder, x form.Value) form.Value {
		return between(b, b.Mul(b.Add(x, b.Const32(1)), b.Const32(0.5)), 0, 1)
	}))

	_ = fixed("x between −1 and 1, beyond them the nearer one", pointwise("hard_tanh", true,
		func(x float32) float32 { return clamp(x, -1, 1) },
		func(x, _ float32) float32 { return 1 - beyond(x, 1) }).within(-1, 1).as(func(b *form.Builder, x form.Value) form.Value { return between(b, x, -1, 1) }))

	_ = fixed("0 for x ≤ −1, x for x ≥ 1, else (x + 1)²/4", pointwise("sparse_plus", true,
		func(x float32) float32 {
			if x >= 1 {
				return x
			}
			s := max(x+1, 0)
			return s * s * 0.25
		},
		func(x, _ float32) float32 { return clamp((x+1)*0.5, 0, 1) }).within(0, inf).as(func(b *form.Builder, x form.Value) form.Value {
		one := b.Const32(1)
		s := b.AtLeast(b.Add(x, one), b.Const32(0))
		return b.Select(b.Less(x, one), b.Mul(b.Mul(s, s), b.Const32(0.25)), x)
	}))

	_ = fixed("x·relu6(x + 3)/6", pointwise("hard_silu", true,
		func(x float32) float32 { return x * hardSigmoid(x) },
		func(x, _ float32) float32 { return hardSigmoid(x) + float32(x*within(x, -3, 3, 1.0/6)) }).within(-0.375, inf).as(func(b *form.Builder, x form.Value) form.Value {
		return b.Mul(x, expressHardSigmoid(b, x))
	}), "hard_swish")

	_ = elementwise("hard_shrink", "x for |x| > threshold, else 0", func(f *spec.Fields) Activation {
		t := float32(f.Float("threshold", 0.5, "half the width of the dead zone", spec.NonNegative))
		return pointwise("hard_shrink", true,
			func(x float32) float32 { return x * beyond(x, t) },
			func(x, _ float32) float32 { return beyond(x, t) }).as(func(b *form.Builder, x form.Value) form.Value { return past(b, x, t) })
	})

	_ = elementwise("soft_shrink",
		"x drawn towards 0 by threshold, and 0 where that is passed",
		func(f *spec.Fields) Activation {
			t := float32(f.Float("threshold", 0.5, "half the width of the dead zone", spec.NonNegative))
			return pointwise("soft_shrink", true,
				func(x float32) float32 { return x - clamp(x, -t, t) },
				func(x, _ float32) float32 { return beyond(x, t) }).as(func(b *form.Builder, x form.Value) form.Value {
				return b.Sub(x, between(b, x, -t, t))
			})
		})

	_ = elementwise("threshold",
		"x for x > threshold, else default_value",
		func(f *spec.Fields) Activation {
			t := float32(f.NeedFloat("threshold", "where x begins to pass"))
			low := float32(f.NeedFloat("default_value", "the value up to there"))
			return pointwise("threshold", true, func(x float32) float32 {
				if x > t {
					return x
				}
				return low
			}, func(x, _ float32) float32 {
				if x > t {
					return 1
				}
				return 0
			}).within(float64(min(t, low)), inf).as(func(b *form.Builder, x form.Value) form.Value {
				return b.Select(b.Less(b.Const32(t), x), x, b.Const32(low))
			})
		})
)
