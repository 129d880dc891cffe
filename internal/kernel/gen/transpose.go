package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transpose generates the routine that writes rows of B as columns of a panel,
// four numbers of each row at a time. rows is 4, 8 or 16.
//
// Register r holds rows r, r+4, r+8 and r+12 in its 128-bit quarters; a 4 × 4
// transpose within the quarters then leaves each column in order.
func transpose(rows int, vector func() reg.VecVirtual) {
	name := fmt.Sprintf("transpose%d", rows)
	TEXT(name, 4, "func(panel *float32, panelStride uintptr, b *float32, ldb, steps uintptr)")
	Doc(fmt.Sprintf("%s writes b[j][l] to panel[l][j] for j < %d and l < 4·steps. Strides are in bytes.", name, rows))
	Pragma("noescape")
	panel := Load(Param("panel"), GP64())
	ps := Load(Param("panelStride"), GP64())
	ldb := Load(Param("ldb"), GP64())
	steps := Load(Param("steps"), GP64())
	ldb3, ps3 := GP64(), GP64()
	LEAQ(Mem{Base: ldb, Index: ldb, Scale: 2}, ldb3)
	LEAQ(Mem{Base: ps, Index: ps, Scale: 2}, ps3)
	base := []reg.Register{Load(Param("b"), GP64())} // rows 0, 4, 8, 12
	for len(base) < rows/4 {
		q := GP64()
		LEAQ(Mem{Base: base[len(base)-1], Index: ldb, Scale: 4}, q)
		base = append(base, q)
	}
	row := func(base, ld, ld3 reg.Register, r int) Mem {
		return []Mem{{Base: base}, {Base: base, Index: ld, Scale: 1}, {Base: base, Index: ld, Scale: 2}, {Base: base, Index: ld3, Scale: 1}}[r]
	}

	in := []reg.VecVirtual{vector(), vector(), vector(), vector()}
	lo01, hi01, lo23, hi23, out := vector(), vector(), vector(), vector(), vector()
	step := func() {
		for r := range in {
			VMOVUPS(row(base[0], ldb, ldb3, r), in[r].AsX())
			for q := 1; q < len(base); q++ {
				m := row(base[q], ldb, ldb3, r)
				if rows == 8 {
					VINSERTF128(U8(q), m, in[r].AsY(), in[r].AsY())
				} else {
					VINSERTF32X4(U8(q), m, in[r], in[r])
				}
			}
		}
		VUNPCKLPS(in[1], in[0], lo01)
		VUNPCKHPS(in[1], in[0], hi01)
		VUNPCKLPS(in[3], in[2], lo23)
		VUNPCKHPS(in[3], in[2], hi23)
		for l, f := range []func(){
			func() { VUNPCKLPD(lo23, lo01, out) },
			func() { VUNPCKHPD(lo23, lo01, out) },
			func() { VUNPCKLPD(hi23, hi01, out) },
			func() { VUNPCKHPD(hi23, hi01, out) },
		} {
			f()
			VMOVUPS(out, row(panel, ps, ps3, l))
		}
		LEAQ(Mem{Base: panel, Index: ps, Scale: 4}, panel)
		for _, q := range base {
			ADDQ(U32(16), q)
		}
	}
	const ahead = 512 // bytes; each row is a stream of its own
	Comment("four steps are a cache line of each row")
	SUBQ(U32(4), steps)
	JLT(LabelRef("few"))
	Label("line")
	for _, q := range base {
		for r := range 4 {
			m := row(q, ldb, ldb3, r)
			m.Disp = ahead
			PREFETCHT0(m)
		}
	}
	for range 4 {
		step()
	}
	SUBQ(U32(4), steps)
	JGE(LabelRef("line"))
	Label("few")
	ADDQ(U32(4), steps)
	JZ(LabelRef("done"))
	Label("loop")
	step()
	DECQ(steps)
	JNZ(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// copyRows generates the routine that packs A's columns for several tiles at
// once, so that each cache line of a row of A is read once.
func copyRows(tiles int) {
	name := fmt.Sprintf("copyRows%d", tiles)
	TEXT(name, 4, "func(panel *float32, panelStride uintptr, a *float32, lda, step, k uintptr)")
	Doc(fmt.Sprintf("%s writes a[l][step·t + i] to panel t, row l, column i, for t < %d, i < 8 and l < k.", name, tiles),
		"step, lda and panelStride, from one panel to the next, are in bytes; a panel has 8 columns.")
	Pragma("noescape")
	panel := Load(Param("panel"), GP64())
	ps := Load(Param("panelStride"), GP64())
	a := Load(Param("a"), GP64())
	lda := Load(Param("lda"), GP64())
	step := Load(Param("step"), GP64())
	k := Load(Param("k"), GP64())
	at, to, ahead := GP64(), GP64(), GP64()
	if tiles > 1 {
		MOVQ(lda, ahead)
		SHLQ(U8(5), ahead) // 32 rows
	}
	Label("loop")
	MOVQ(a, at)
	MOVQ(panel, to)
	v := YMM()
	for t := range tiles {
		if tiles > 1 && t%2 == 0 {
			PREFETCHT1(Mem{Base: at, Index: ahead, Scale: 1})
		}
		VMOVUPS(Mem{Base: at}, v)
		VMOVUPS(v, Mem{Base: to})
		if t < tiles-1 {
			ADDQ(step, at)
			ADDQ(ps, to)
		}
	}
	ADDQ(lda, a)
	ADDQ(U32(32), panel)
	DECQ(k)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
