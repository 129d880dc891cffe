package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A level is one generation of vector registers.
type level struct {
	name   string // suffix of the functions
	width  int    // float32 in a register
	rows   int    // rows of the largest register tile
	vecs   int    // vectors in a row of the largest tile
	vector func() reg.VecVirtual
}

var (
	avx2   = level{name: "256", width: 8, rows: 6, vecs: 2, vector: YMM}
	avx512 = level{name: "512", width: 16, rows: 8, vecs: 3, vector: ZMM}
)

func (l level) bytes() int { return 4 * l.width }

func (l level) zero(v reg.VecVirtual) {
	if l.width == 16 {
		VPXORD(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
}

// A tail selects the first lanes of a vector.
type tail struct {
	level
	mask reg.Register // a K register, or a vector of sign bits
}

// tailMask makes the mask of the first n lanes; n is a register.
func (l level) tailMask(n reg.GPVirtual) tail {
	if l.width == 16 {
		m, k := GP32(), K()
		Comment("mask of the last vector's columns")
		c := GP64()
		MOVL(U32(0xffffffff), m)
		MOVQ(n, c)
		BZHIL(c.As32(), m, m)
		KMOVW(m, k)
		return tail{l, k}
	}
	table := GLOBLmask()
	base, m, c := GP64(), YMM(), GP64()
	LEAQ(table, base)
	MOVQ(n, c)
	NEGQ(c)
	VMOVUPS(Mem{Base: base, Disp: 32, Index: c, Scale: 4}, m)
	return tail{l, m}
}

var maskData *Mem

// GLOBLmask is eight words of ones and eight of zeros: read from word 8−n on,
// it is the mask of n lanes.
func GLOBLmask() Mem {
	if maskData == nil {
		m := GLOBL("lanemask", 8|16) // RODATA|NOPTR
		for i := range 16 {
			v := U32(0)
			if i < 8 {
				v = 0xffffffff
			}
			DATA(4*i, v)
		}
		maskData = &m
	}
	return *maskData
}

// load reads the selected lanes, the others being zero.
func (t tail) load(m Mem, v reg.VecVirtual) {
	if t.width == 16 {
		VMOVUPS_Z(m, t.mask, v)
	} else {
		VMASKMOVPS(m, t.mask, v)
	}
}

// store writes the selected lanes only.
func (t tail) store(v reg.VecVirtual, m Mem) {
	if t.width == 16 {
		VMOVUPS(v, t.mask, m)
	} else {
		VMASKMOVPS(v, t.mask, m)
	}
}
