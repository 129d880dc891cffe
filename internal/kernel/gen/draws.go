package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

var laneConstants = map[string]Mem{}

// lanes is a constant of 64-bit lanes.
func lanes(name string, words ...uint64) Mem {
	m, ok := laneConstants[name]
	if !ok {
		m = GLOBL(name, 8|16) // RODATA|NOPTR
		for i, w := range words {
			DATA(8*i, U64(w))
		}
		laneConstants[name] = m
	}
	return m
}

// dropMask generates Philox4x32-10 for eight blocks at a time, and makes of their 32
// words what they say of 32 numbers: 0 where the word is at most last, else keep. A word
// of four blocks stands in the lower halves of a register's four lanes, as its product
// needs; what is in the upper halves is never used.
func dropMask() {
	TEXT("dropMask256", 4, "func(mask []float32, key, place uint64, last uint32, keep float32)")
	Pragma("noescape")
	to := Load(Param("mask").Base(), GP64())
	n := Load(Param("mask").Len(), GP64())
	// What is needed once a loop is read anew: there are no registers to keep it in.
	param := func(name string) Mem {
		p, err := Param(name).Resolve()
		if err != nil {
			panic(err)
		}
		return p.Addr
	}
	lane := func(word uint64) Mem { return lanes(fmt.Sprintf("q%08x", word), word, word, word, word) }
	m0, m1 := lane(0xD2511F53), lane(0xCD9E8D57)
	block := YMM() // of each lane
	VMOVDQU(lanes("qcount", 0, 1, 2, 3), block)
	SHRQ(U8(5), n)
	JZ(LabelRef("done"))
	Label("loop")
	var c [2][4]vec
	for g := range c {
		for i := range c[g] {
			c[g][i] = YMM()
		}
		VMOVDQA(block, c[g][0])
		VPSRLQ(U8(32), block, c[g][1])
		VPBROADCASTQ(param("place"), c[g][2])
		VPSRLQ(U8(32), c[g][2], c[g][3])
		VPADDQ(lane(4), block, block)
	}
	k0, k1 := YMM(), YMM()
	VPBROADCASTQ(param("key"), k0)
	VPSRLQ(U8(32), k0, k1)
	for round := range 10 {
		if round > 0 {
			VPADDD(lane(0x9E3779B9), k0, k0)
			VPADDD(lane(0xBB67AE85), k1, k1)
		}
		for g := range c {
			w := &c[g]
			p0, p1 := YMM(), YMM()
			VPMULUDQ(m0, w[0], p0)
			VPMULUDQ(m1, w[2], p1)
			hi0, hi1 := YMM(), YMM()
			VPSRLQ(U8(32), p0, hi0)
			VPSRLQ(U8(32), p1, hi1)
			VPXOR(w[1], hi1, hi1)
			VPXOR(k0, hi1, hi1)
			VPXOR(w[3], hi0, hi0)
			VPXOR(k1, hi0, hi0)
			w[0], w[1], w[2], w[3] = hi1, p1, hi0, p0
		}
	}
	last, keep := YMM(), YMM()
	VBROADCASTSS(param("last"), last)
	VBROADCASTSS(param("keep"), keep)
	for g, w := range c {
		pair := func(low, high vec) vec { // words beside one another
			v := YMM()
			VPSLLQ(U8(32), high, v)
			VPBLENDD(U8(0xAA), v, low, v)
			return v
		}
		a, b := pair(w[0], w[1]), pair(w[2], w[3])
		even, odd := YMM(), YMM() // blocks 0 and 2, 1 and 3
		VPUNPCKLQDQ(b, a, even)
		VPUNPCKHQDQ(b, a, odd)
		for half, which := range []uint8{0x20, 0x31} {
			v, least := YMM(), YMM()
			VPERM2I128(U8(which), odd, even, v)
			VPMINUD(last, v, least)
			VPCMPEQD(v, least, v) // ones where it is dropped
			VPANDN(keep, v, v)
			VMOVDQU(v, Mem{Base: to, Disp: 64*g + 32*half})
		}
	}
	ADDQ(U32(128), to)
	DECQ(n)
	JNZ(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}
