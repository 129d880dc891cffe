package form

import "math"

// The functions are those of package kernel, operation by operation: TestFuncsAreTheKernels
// compares them bit by bit.

// Define makes a function of what build computes of its arguments.
func Define(name string, args []Type, build func(b *Builder, x ...Value) Value) *Func {
	b := &Builder{}
	var x []Value
	for i, t := range args {
		x = append(x, b.add(Op{Kind: Input, Type: t, Len: 1, Places: []int{i}}))
	}
	out := build(b, x...)
	return &Func{Name: name, Args: args, Ops: b.Ops, Out: out}
}

func of32(name string, build func(b *Builder, x ...Value) Value) *Func {
	return Define(name, []Type{F32}, build)
}

func of64(name string, build func(b *Builder, x ...Value) Value) *Func {
	return Define(name, []Type{F64}, build)
}

// horner evaluates a polynomial of float32, highest power first.
func (b *Builder) horner(x Value, c ...float32) Value {
	q := b.Const32(c[0])
	for _, v := range c[1:] {
		q = b.Add(b.Mul(q, x), b.Const32(v))
	}
	return q
}

// Horner64 does so of float64.
func (b *Builder) Horner64(x Value, c ...float64) Value {
	q := b.Const64(c[0])
	for _, v := range c[1:] {
		q = b.Add(b.Mul(q, x), b.Const64(v))
	}
	return q
}

const (
	ln2Hi, ln2Lo     float32 = 0.693359375, -2.12194440e-4
	ln2Hi64, ln2Lo64         = 0x1.62e42fee00000p-1, 0x1.a39ef35793c76p-33
)

// expParts splits eˣ = 2ⁿ·(1 + p); x is within range.
func (b *Builder) expParts(x Value) (p, n Value) {
	magic := b.Const32(3 << 22)
	k := b.Sub(b.Add(b.Mul(x, b.Const32(1.4426950408889634)), magic), magic)
	r := b.Sub(x, b.Mul(k, b.Const32(ln2Hi)))
	r = b.Sub(r, b.Mul(k, b.Const32(ln2Lo)))
	q := b.horner(r, 0x1.9fbc16p-13, 0x1.6d4668p-10, 0x1.1111d2p-7, 0x1.5554eep-5, 0x1.555554p-3, 0.5)
	return b.Add(r, b.Mul(b.Mul(r, r), q)), b.To(Code, k)
}

// scale returns y·2ⁿ, rounded once.
func (b *Builder) scale(y, n Value) Value { return b.To(F32, b.ldexp(b.To(F64, y), n)) }

func (b *Builder) within(x Value, lo, hi float32) Value {
	return b.AtLeast(b.AtMost(x, b.Const32(hi)), b.Const32(lo))
}

// logParts returns ln(1 + f) + k·ln 2.
func (b *Builder) logParts(f, k Value) Value {
	q := b.horner(f, 0x1.1382d2p-4, -0x1.d5f7b4p-4, 0x1.e29aa4p-4, -0x1.fd55bcp-4, 0x1.23a17ap-3, -0x1.55566ap-3, 0x1.999e68p-3, -0x1.00000cp-2, 0x1.555556p-2)
	f2 := b.Mul(f, f)
	y := b.Mul(b.Mul(f, f2), q)
	y = b.Add(y, b.Mul(k, b.Const32(ln2Lo)))
	y = b.Sub(y, b.Mul(b.Const32(0.5), f2))
	return b.Add(b.Add(y, f), b.Mul(k, b.Const32(ln2Hi)))
}

// Functions of float32.
var (
	Exp = of32("exp32", func(b *Builder, x ...Value) Value {
		p, n := b.expParts(b.within(x[0], -104, 89))
		return b.scale(b.Add(b.Const32(1), p), n)
	})

	Expm1 = of32("expm1_32", func(b *Builder, x ...Value) Value {
		p, n := b.expParts(b.within(x[0], -18, 89))
		m := b.To(F32, b.Neg(b.To(F64, n)))
		m = b.AtLeast(m, b.Const32(-126))
		one := b.Const32(1)
		y := b.scale(b.Add(p, b.Sub(one, b.scale(one, b.To(Code, m)))), n)
		return b.copySign(y, x[0])
	})

	Log = of32("log32", func(b *Builder, x ...Value) Value {
		wide := b.To(F64, x[0])
		zero, one := b.Const32(0), b.Const32(1)
		m, k := b.To(F32, b.frexpM(wide)), b.To(F32, b.To(F64, b.frexpE(wide)))
		low := b.Less(m, b.Const32(math.Float32frombits(0x3f3504f3)))
		m, k = b.Select(low, b.Add(m, m), m), b.Select(low, b.Sub(k, one), k)
		y := b.logParts(b.Sub(m, one), k)
		y = b.Select(b.Less(x[0], b.Const32(float32(math.Inf(1)))), y, x[0])
		y = b.Select(b.Less(x[0], zero), b.Const32(float32(math.NaN())), y)
		return b.Select(b.Equal(x[0], zero), b.Const32(float32(math.Inf(-1))), y)
	})

	Tanh = of32("tanh32", func(b *Builder, x ...Value) Value {
		a, one, two := b.Abs(x[0]), b.Const32(1), b.Const32(2)
		t := b.Mul(a, a)
		q := b.horner(t, -0x1.83e228p-8, 0x1.55ae02p-6, -0x1.b8dc6cp-5, 0x1.110cecp-3, -0x1.555556p-2)
		small := b.Add(a, b.Mul(b.Mul(a, t), q))
		large := b.Sub(one, b.Div(two, b.Add(b.Call(Exp, b.Add(a, a)), one)))
		return b.copySign(b.Select(b.Less(a, b.Const32(0.625)), small, large), x[0])
	})

	Sigmoid = of32("sigmoid32", func(b *Builder, x ...Value) Value {
		e, one := b.Call(Exp, b.Neg(b.Abs(x[0]))), b.Const32(1)
		return b.Div(b.Select(b.Less(x[0], b.Const32(0)), e, one), b.Add(one, e))
	})

	Softplus = of32("softplus32", func(b *Builder, x ...Value) Value {
		u, zero, one := b.Call(Exp, b.Neg(b.Abs(x[0]))), b.Const32(0), b.Const32(1)
		far := b.Less(b.Sub(b.Const32(1.4142135), one), u)
		f := b.Select(far, b.Mul(b.Sub(u, one), b.Const32(0.5)), u)
		y := b.logParts(f, b.Select(far, one, zero))
		return b.Add(b.AtLeast(x[0], zero), y)
	})

	Erf = of32("erf32", func(b *Builder, x ...Value) Value {
		a, one := b.Abs(x[0]), b.Const32(1)
		q := b.horner(b.Mul(a, a), 0x1.4771fcp-14, -0x1.a3515ep-11, 0x1.53f224p-8, -0x1.b7f71ap-6, 0x1.ce2ce6p-4, -0x1.81273ep-2, 0x1.06eba8p-3)
		small := b.Add(a, b.Mul(a, q))
		l := b.horner(b.within(a, 0, 4), 0x1.852fdep-13, -0x1.814e1ap-9, 0x1.654292p-6, -0x1.a60aa6p-4, -0x1.46c582p-1, -0x1.2085b2p+0, -0x1.72e9dcp-12)
		large := b.Sub(one, b.Call(Exp, l))
		return b.copySign(b.Select(b.Less(a, one), small, large), x[0])
	})

	// CosTurns and SinTurns are the cosine and the sine of 2πx.
	CosTurns = of32("cos_turns32", func(b *Builder, x ...Value) Value { return b.turns(x[0], true) })
	SinTurns = of32("sin_turns32", func(b *Builder, x ...Value) Value { return b.turns(x[0], false) })
)

// turns takes away the nearest quarter of a turn, which says whether what is left has
// its cosine or its sine taken, and the sign.
func (b *Builder) turns(x Value, cosine bool) Value {
	far := b.Less(b.Abs(x), b.Const32(1<<20))
	// From 2²³ on there is no fraction; infinity has none that is a number.
	rest := b.Select(b.Less(b.Abs(x), b.Const32(1<<23)), b.Sub(x, b.To(F32, b.To(F64, b.To(Code, x)))), b.Sub(x, x))
	x = b.Select(far, x, b.copySign(rest, x))
	shift := b.Const32(0x1.8p23)
	whole := b.Sub(b.Add(b.Mul(b.Const32(4), x), shift), shift)
	r := b.Sub(x, b.Mul(b.Const32(0.25), whole))
	z := b.Mul(r, r)
	s := b.Mul(b.horner(z, 42.05869394489765, -76.70585975306136, 81.60524927607504, -41.34170224039976, 6.283185307179586), r)
	c := b.horner(z, -26.42625678337438, 60.24464137187666, -85.45681720669373, 64.93939402266829, -19.739208802178716, 1)
	// Of the quarter modulo 4, in numbers that are exact.
	q := b.Sub(whole, b.Mul(b.Const32(4), b.floorQuarter(whole)))
	at := func(n float32) Value { return b.Equal(q, b.Const32(n)) }
	if cosine {
		return b.Select(at(0), c, b.Select(at(1), b.Neg(s), b.Select(at(2), b.Neg(c), s)))
	}
	return b.Select(at(0), s, b.Select(at(1), c, b.Select(at(2), b.Neg(s), b.Neg(c))))
}

// floorQuarter returns ⌊whole/4⌋.
func (b *Builder) floorQuarter(whole Value) Value {
	t := b.Mul(whole, b.Const32(0.25))
	down := b.To(F32, b.To(F64, b.To(Code, t)))
	return b.Select(b.Less(t, down), b.Sub(down, b.Const32(1)), down)
}

// expParts64 does so of float64.
func (b *Builder) expParts64(x Value) (p, n Value) {
	magic := b.Const64(0x1.8p52)
	k := b.Sub(b.Add(b.Mul(x, b.Const64(math.Log2E)), magic), magic)
	hi := b.Sub(x, b.Mul(k, b.Const64(ln2Hi64)))
	c := b.Mul(k, b.Const64(ln2Lo64))
	r := b.Sub(hi, c)
	c = b.Sub(b.Sub(hi, r), c)
	q := b.Horner64(r, 1./87178291200, 1./6227020800, 1./479001600, 1./39916800, 1./3628800,
		1./362880, 1./40320, 1./5040, 1./720, 1./120, 1./24, 1./6, 1./2)
	q = b.Mul(b.Mul(r, r), q)
	return b.Add(r, b.Add(q, b.Add(c, b.Mul(c, r)))), b.To(Code, k)
}

// logParts64 returns ln(1 + f + c) + k·ln 2.
func (b *Builder) logParts64(f, c, k Value) Value {
	s := b.Div(f, b.Add(b.Const64(2), f))
	z := b.Mul(s, s)
	r := b.Mul(b.Horner64(z, 2./25, 2./23, 2./21, 2./19, 2./17, 2./15, 2./13, 2./11, 2./9, 2./7, 2./5, 2./3), z)
	h := b.Mul(b.Const64(0.5), b.Mul(f, f))
	inner := b.Add(b.Mul(s, b.Add(h, r)), b.Add(b.Mul(k, b.Const64(ln2Lo64)), c))
	return b.Sub(b.Mul(k, b.Const64(ln2Hi64)), b.Sub(b.Sub(h, inner), f))
}

// split returns m and k with x = m·2ᵏ and √½ ≤ m < √2.
func (b *Builder) split(x Value) (m, k Value) {
	m, k = b.frexpM(x), b.To(F64, b.frexpE(x))
	low := b.Less(m, b.Const64(math.Sqrt2/2))
	return b.Select(low, b.Add(m, m), m), b.Select(low, b.Sub(k, b.Const64(1)), k)
}

// Functions of float64.
var (
	Exp64 = of64("exp64", func(b *Builder, x ...Value) Value {
		v := b.AtLeast(b.AtMost(x[0], b.Const64(710)), b.Const64(-746))
		p, n := b.expParts64(v)
		y := b.ldexp(b.Add(b.Const64(1), p), n)
		y = b.Select(b.Less(b.Const64(710), x[0]), b.Const64(math.Inf(1)), y)
		return b.Select(b.Less(x[0], b.Const64(-746)), b.Const64(0), y)
	})

	Expm164 = of64("expm1_64", func(b *Builder, x ...Value) Value {
		v := b.AtLeast(b.AtMost(x[0], b.Const64(710)), b.Const64(-40))
		p, n := b.expParts64(v)
		one := b.Const64(1)
		less := b.To(Code, b.Neg(b.To(F64, n)))
		y := b.ldexp(b.Add(p, b.Sub(one, b.ldexp(one, less))), n)
		y = b.Select(b.Less(b.Const64(710), x[0]), b.Const64(math.Inf(1)), y)
		y = b.Select(b.Less(x[0], b.Const64(-40)), b.Const64(-1), y)
		return b.Select(b.Equal(x[0], b.Const64(0)), x[0], y)
	})

	// Log64 is of numbers above 0.
	Log64 = of64("log64", func(b *Builder, x ...Value) Value {
		m, k := b.split(x[0])
		return b.logParts64(b.Sub(m, b.Const64(1)), b.Const64(0), k)
	})

	// Log1p64 is of finite numbers above −1.
	Log1p64 = of64("log1p64", func(b *Builder, x ...Value) Value {
		zero, one := b.Const64(0), b.Const64(1)
		u := b.Add(one, x[0])
		c := b.Select(b.Less(one, x[0]), b.Add(b.Sub(x[0], u), one), b.Add(b.Sub(one, u), x[0]))
		m, k := b.split(u)
		y := b.logParts64(b.Sub(m, one), b.Div(c, u), k)
		below := b.Less(x[0], b.Const64(math.Sqrt2-1))
		y = b.Select(below, b.Select(b.Less(b.Const64(math.Sqrt2/2-1), x[0]), b.logParts64(x[0], zero, zero), y), y)
		return b.Select(b.Equal(x[0], zero), x[0], y)
	})
)
