package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The arithmetic of the vector loops, one method for each operation that the
// scalar twins in package kernel write as one expression.

type vec = reg.VecVirtual

// A value that an operation may take from memory: a vec or a constant.
type operand = Op

var constants = map[uint32]Mem{}

// bits is a constant in every lane.
func bits(u uint32) Mem {
	if m, ok := constants[u]; ok {
		return m
	}
	m := GLOBL(fmt.Sprintf("c%08x", u), 8|16) // RODATA|NOPTR
	for i := range 16 {
		DATA(4*i, U32(u))
	}
	constants[u] = m
	return m
}

func num(f float32) Mem { return bits(math.Float32bits(f)) }

// let puts a constant into a register.
func (l level) let(m Mem) vec {
	v := l.vector()
	VMOVUPS(m, v)
	return v
}

func (l level) copyOf(x vec) vec {
	v := l.vector()
	VMOVAPS(x, v)
	return v
}

func (l level) binary(f func(...Op), a vec, b operand) vec {
	v := l.vector()
	f(b, a, v)
	return v
}

func (l level) add(a vec, b operand) vec { return l.binary(VADDPS, a, b) }
func (l level) sub(a vec, b operand) vec { return l.binary(VSUBPS, a, b) }
func (l level) mul(a vec, b operand) vec { return l.binary(VMULPS, a, b) }
func (l level) div(a vec, b operand) vec { return l.binary(VDIVPS, a, b) }

// min and max return b where either is NaN.
func (l level) min(a vec, b operand) vec { return l.binary(VMINPS, a, b) }
func (l level) max(a vec, b operand) vec { return l.binary(VMAXPS, a, b) }

func (l level) addInt(a vec, b operand) vec { return l.binary(vpaddd, a, b) }
func (l level) subInt(a vec, b operand) vec { return l.binary(vpsubd, a, b) }
func (l level) maxInt(a vec, b operand) vec { return l.binary(vpmaxsd, a, b) }

func vpaddd(o ...Op)  { VPADDD(o[0], o[1], o[2]) }
func vpsubd(o ...Op)  { VPSUBD(o[0], o[1], o[2]) }
func vpmaxsd(o ...Op) { VPMAXSD(o[0], o[1], o[2]) }

func (l level) and(a vec, b operand) vec {
	v := l.vector()
	if l.width == 16 {
		VPANDD(b, a, v)
	} else {
		VPAND(b, a, v)
	}
	return v
}

func (l level) or(a vec, b operand) vec {
	v := l.vector()
	if l.width == 16 {
		VPORD(b, a, v)
	} else {
		VPOR(b, a, v)
	}
	return v
}

func (l level) xor(a vec, b operand) vec {
	v := l.vector()
	if l.width == 16 {
		VPXORD(b, a, v)
	} else {
		VPXOR(b, a, v)
	}
	return v
}

func (l level) shiftLeft(a vec, n int) vec {
	v := l.vector()
	VPSLLD(U8(n), a, v)
	return v
}

func (l level) shiftRight(a vec, n int) vec { // of signed numbers
	v := l.vector()
	VPSRAD(U8(n), a, v)
	return v
}

func (l level) sqrt(a vec) vec {
	v := l.vector()
	VSQRTPS(a, v)
	return v
}

// truncate takes the fraction away.
func (l level) truncate(a vec) vec {
	const towardsZero = 3
	v := l.vector()
	if l.width == 16 {
		VRNDSCALEPS(U8(towardsZero), a, v)
	} else {
		VROUNDPS(U8(towardsZero), a, v)
	}
	return v
}

func (l level) float(a vec) vec { // of signed numbers
	v := l.vector()
	VCVTDQ2PS(a, v)
	return v
}

// The comparisons that are false for NaN.
const (
	eq = 0x00
	lt = 0x11
	gt = 0x1e
)

// where returns yes in the lanes in which a compares to b so, no in the others.
func (l level) where(cmp int, a vec, b operand, yes, no vec) vec {
	v := l.vector()
	if l.width == 16 {
		k := K()
		VCMPPS(U8(cmp), b, a, k)
		VBLENDMPS(yes, no, k, v)
	} else {
		m := l.vector()
		VCMPPS(U8(cmp), b, a, m)
		VBLENDVPS(m, yes, no, v)
	}
	return v
}

// abs returns |x|.
func (l level) abs(x vec) vec { return l.and(x, bits(1<<31-1)) }

// withSign returns x with the sign of s as well.
func (l level) withSign(x, s vec) vec { return l.or(x, l.and(s, bits(1<<31))) }

// clamp returns x within [lo, hi], NaN for NaN.
func (l level) clamp(x vec, lo, hi float32) vec {
	return l.max(l.let(num(lo)), l.min(l.let(num(hi)), x))
}

// poly evaluates a polynomial at x, coefficients from the highest power down.
func (l level) poly(x vec, c ...float32) vec {
	q := l.let(num(c[0]))
	for _, v := range c[1:] {
		q = l.add(l.mul(q, x), num(v))
	}
	return q
}
