package main

import "math"

// Each function here is the scalar twin of the same name in package kernel,
// operation for operation; the tests compare their bits.

const (
	magic = 3 << 22
	ln2Hi = 0.693359375
	ln2Lo = -2.12194440e-4
)

func (l level) expParts(x vec) (p, n vec) {
	t := l.add(l.mul(x, num(1.4426950408889634)), num(magic))
	n = l.subInt(t, bits(0x4b400000))
	k := l.sub(t, num(magic))
	r := l.sub(x, l.mul(k, num(ln2Hi)))
	r = l.sub(r, l.mul(k, num(ln2Lo)))
	q := l.poly(r, 0x1.9fbc16p-13, 0x1.6d4668p-10, 0x1.1111d2p-7, 0x1.5554eep-5, 0x1.555554p-3, 0.5)
	return l.add(r, l.mul(l.mul(r, r), q)), n
}

func (l level) pow2(n vec) vec { return l.shiftLeft(l.addInt(n, bits(127)), 23) }

func (l level) scale2(y, n vec) vec {
	h := l.shiftRight(n, 1)
	return l.mul(l.mul(y, l.pow2(h)), l.pow2(l.subInt(n, h)))
}

// expOf is e^x for x within the clamp of Exp32.
func (l level) expOf(x vec) vec {
	p, n := l.expParts(l.clamp(x, -104, 89))
	return l.scale2(l.add(p, num(1)), n)
}

func (l level) exp(x vec) vec { return l.expOf(x) }

func (l level) expm1(x vec) vec {
	p, n := l.expParts(l.clamp(x, -18, 89))
	zero := l.vector()
	l.zero(zero)
	m := l.maxInt(l.subInt(zero, n), bits(math.MaxUint32-125)) // −126
	one := l.let(num(1))
	y := l.scale2(l.add(p, l.sub(one, l.pow2(m))), n)
	return l.withSign(y, x)
}

func (l level) tanh(x vec) vec {
	a := l.abs(x)
	t := l.mul(a, a)
	q := l.poly(t, -0x1.83e228p-8, 0x1.55ae02p-6, -0x1.b8dc6cp-5, 0x1.110cecp-3, -0x1.555556p-2)
	small := l.add(a, l.mul(l.mul(a, t), q))
	e := l.expOf(l.add(a, a))
	large := l.sub(l.let(num(1)), l.div(l.let(num(2)), l.add(e, num(1))))
	return l.withSign(l.where(lt, a, num(0.625), small, large), x)
}

func (l level) sigmoid(x vec) vec {
	e := l.expOf(l.or(x, bits(1<<31)))
	zero := l.vector()
	l.zero(zero)
	n := l.where(lt, x, zero, e, l.let(num(1)))
	return l.div(n, l.add(e, num(1)))
}

func (l level) logParts(f, k vec) vec {
	q := l.poly(f, 0x1.1382d2p-4, -0x1.d5f7b4p-4, 0x1.e29aa4p-4, -0x1.fd55bcp-4, 0x1.23a17ap-3,
		-0x1.55566ap-3, 0x1.999e68p-3, -0x1.00000cp-2, 0x1.555556p-2)
	f2 := l.mul(f, f)
	y := l.mul(l.mul(f, f2), q)
	y = l.add(y, l.mul(k, num(ln2Lo)))
	y = l.sub(y, l.mul(f2, num(0.5)))
	y = l.add(y, f)
	return l.add(y, l.mul(k, num(ln2Hi)))
}

func (l level) log(x vec) vec {
	zero := l.vector()
	l.zero(zero)
	tiny := num(0x1p-126)
	s := l.where(lt, x, tiny, l.mul(x, num(0x1p24)), x)
	k := l.where(lt, x, tiny, l.let(num(-24)), zero)
	u := l.subInt(s, bits(0x3f3504f3))
	k = l.add(k, l.float(l.shiftRight(u, 23)))
	m := l.addInt(l.and(u, bits(0x7fffff)), bits(0x3f3504f3))
	y := l.logParts(l.sub(m, num(1)), k)
	inf := num(float32(math.Inf(1)))
	y = l.where(lt, x, inf, y, x)
	y = l.where(lt, x, zero, l.let(bits(0x7fc00000)), y)
	return l.where(eq, x, zero, l.let(num(float32(math.Inf(-1)))), y)
}

func (l level) softplus(x vec) vec {
	zero := l.vector()
	l.zero(zero)
	u := l.expOf(l.or(x, bits(1<<31)))
	big := num(1.4142135 - 1)
	f := l.where(gt, u, big, l.mul(l.sub(u, num(1)), num(0.5)), u)
	k := l.where(gt, u, big, l.let(num(1)), zero)
	return l.add(l.where(lt, x, zero, zero, x), l.logParts(f, k))
}

func (l level) erf(x vec) vec {
	a := l.abs(x)
	t := l.mul(a, a)
	q := l.poly(t, 0x1.4771fcp-14, -0x1.a3515ep-11, 0x1.53f224p-8, -0x1.b7f71ap-6, 0x1.ce2ce6p-4, -0x1.81273ep-2, 0x1.06eba8p-3)
	small := l.add(a, l.mul(a, q))
	e := l.expOf(l.poly(l.clamp(a, 0, 4), 0x1.852fdep-13, -0x1.814e1ap-9, 0x1.654292p-6, -0x1.a60aa6p-4, -0x1.46c582p-1, -0x1.2085b2p+0, -0x1.72e9dcp-12))
	large := l.sub(l.let(num(1)), e)
	return l.withSign(l.where(lt, a, num(1), small, large), x)
}

// relu keeps what is not below zero, NaN among it.
func (l level) relu(x vec) vec {
	zero := l.vector()
	l.zero(zero)
	return l.max(zero, x)
}

func (l level) reluGrad(dy, y vec) vec {
	zero := l.vector()
	l.zero(zero)
	return l.where(gt, y, zero, dy, zero)
}

func (l level) tanhGrad(dy, y vec) vec {
	return l.mul(dy, l.sub(l.let(num(1)), l.mul(y, y)))
}

func (l level) sigmoidGrad(dy, y vec) vec {
	return l.mul(dy, l.mul(y, l.sub(l.let(num(1)), y)))
}

// mishGrad is dy times the derivative of x·tanh(softplus(x)).
func (l level) mishGrad(dy, x vec) vec {
	e := l.expOf(x)
	n := l.mul(e, l.add(e, num(2)))
	m := l.add(n, num(2))
	t := l.div(n, m)
	q := l.div(l.mul(l.add(n, num(1)), num(4)), l.mul(m, m))
	d := l.add(t, l.mul(x, l.mul(l.sigmoid(x), q)))
	return l.mul(dy, l.where(gt, x, num(20), l.let(num(1)), d))
}

// mishParts is tanh(softplus(x)) from one exponential, and what its slope needs besides.
func (l level) mishParts(x vec) (t, e, n, m vec) {
	e = l.expOf(x)
	n = l.mul(e, l.add(e, num(2)))
	m = l.add(n, num(2))
	return l.div(n, m), e, n, m
}

func (l level) mish(x vec) vec {
	t, _, _, _ := l.mishParts(x)
	return l.mul(x, l.where(gt, x, num(20), l.let(num(1)), t))
}

func (l level) mishSlope(dy, x vec) vec {
	t, e, n, m := l.mishParts(x)
	s := l.div(e, l.add(e, num(1)))
	q := l.div(l.mul(l.add(n, num(1)), num(4)), l.mul(m, m))
	d := l.add(t, l.mul(x, l.mul(s, q)))
	return l.mul(dy, l.where(gt, x, num(20), l.let(num(1)), d))
}

// siluGrad is dy times the derivative of x·σ(x).
func (l level) siluGrad(dy, x vec) vec {
	s := l.sigmoid(x)
	return l.mul(dy, l.add(s, l.mul(x, l.mul(s, l.sub(l.let(num(1)), s)))))
}

// sinCosTurns is the sine and the cosine of 2πx.
func (l level) sinCosTurns(x vec) (sin, cos vec) {
	x = l.where(lt, l.abs(x), num(1<<20), x, l.withSign(l.sub(x, l.truncate(x)), x))
	shift := num(0x1.8p23)
	n := l.add(l.mul(x, num(4)), shift)
	r := l.sub(x, l.mul(l.sub(n, shift), num(0.25)))
	z := l.mul(r, r)
	s := l.mul(l.poly(z, 42.05869394489765, -76.70585975306136, 81.60524927607504, -41.34170224039976, 6.283185307179586), r)
	c := l.poly(z, -26.42625678337438, 60.24464137187666, -85.45681720669373, 64.93939402266829, -19.739208802178716, 1)
	zero := l.vector()
	l.zero(zero)
	swap := l.and(l.xor(s, c), l.subInt(zero, l.and(n, bits(1))))
	sin = l.xor(l.xor(s, swap), l.shiftLeft(l.and(n, bits(2)), 30))
	cos = l.xor(l.xor(c, swap), l.shiftLeft(l.and(l.addInt(n, bits(1)), bits(2)), 30))
	return sin, cos
}
