package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tiles generates every register tile of a level: each number of rows and
// vectors up to the largest, and for the largest number of rows a variant that
// copies B into a contiguous panel on the way.
func tiles(l level) {
	for r := 1; r <= l.rows; r++ {
		for v := 1; v <= l.vecs; v++ {
			tile(l, r, v, false)
		}
	}
	for v := 1; v <= l.vecs; v++ {
		tile(l, l.rows, v, true)
	}
}

func tile(l level, rows, vecs int, pack bool) {
	name := fmt.Sprintf("tile%sr%dv%d", l.name, rows, vecs)
	params := "c *float32, ldc uintptr, a *float32, ars, aks uintptr, b *float32, bks, k, cols, load uintptr, bias, next *float32"
	doc := fmt.Sprintf("adds %d rows by %d vectors of a product to C, the last vector having cols columns.", rows, vecs)
	if pack {
		name += "pack"
		params += ", panel *float32"
		doc += " It copies what it reads of B to panel."
	}
	TEXT(name, 4, "func("+params+")") // NOSPLIT
	Doc(name + " " + doc)
	Pragma("noescape")

	cols := Load(Param("cols"), GP64()).(reg.GPVirtual)
	t := l.tailMask(cols)
	c := Load(Param("c"), GP64())
	ldc := Load(Param("ldc"), GP64())
	load := Load(Param("load"), GP64())
	cp := GP64()

	acc := make([][]reg.VecVirtual, rows)
	for i := range acc {
		for range vecs {
			acc[i] = append(acc[i], l.vector())
		}
	}
	Comment("start from C, or from zero")
	TESTQ(load, load)
	JZ(LabelRef("zero"))
	MOVQ(c, cp)
	for i := range acc {
		for j, v := range acc[i] {
			m := Mem{Base: cp, Disp: j * l.bytes()}
			if j == vecs-1 {
				t.load(m, v)
			} else {
				VMOVUPS(m, v)
			}
		}
		if i < rows-1 {
			ADDQ(ldc, cp)
		}
	}
	JMP(LabelRef("start"))
	Label("zero")
	for i := range acc {
		for _, v := range acc[i] {
			l.zero(v)
		}
	}
	Label("start")

	// Row i of A is reached as p or q plus 0, 1, 2 or 3 strides.
	p := Load(Param("a"), GP64())
	ars := Load(Param("ars"), GP64())
	aks := Load(Param("aks"), GP64())
	b := Load(Param("b"), GP64())
	bks := Load(Param("bks"), GP64())
	k := Load(Param("k"), GP64())
	var ars3, q, panel reg.Register
	if rows > 3 {
		r := GP64()
		LEAQ(Mem{Base: ars, Index: ars, Scale: 2}, r)
		ars3 = r
	}
	if rows > 4 {
		r := GP64()
		LEAQ(Mem{Base: p, Index: ars, Scale: 4}, r)
		q = r
	}
	if pack {
		panel = Load(Param("panel"), GP64())
	}
	row := func(i int) Mem {
		base := p
		if i >= 4 {
			base = q
		}
		switch i % 4 {
		case 1:
			return Mem{Base: base, Index: ars, Scale: 1}
		case 2:
			return Mem{Base: base, Index: ars, Scale: 2}
		case 3:
			return Mem{Base: base, Index: ars3, Scale: 1}
		}
		return Mem{Base: base}
	}

	if rows == l.rows && vecs == l.vecs {
		Comment("bring the next tile of C near")
		next := Load(Param("next"), GP64())
		for i := range rows {
			for off := 0; off < vecs*l.bytes(); off += 64 {
				PREFETCHT1(Mem{Base: next, Disp: off})
			}
			PREFETCHT1(Mem{Base: next, Disp: vecs*l.bytes() - 1})
			if i < rows-1 {
				ADDQ(ldc, next)
			}
		}
	}
	var ahead reg.GPVirtual
	if pack {
		ahead = GP64()
		MOVQ(bks, ahead)
		SHLQ(U8(4), ahead)
		ADDQ(b, ahead)
	}

	bv := make([]reg.VecVirtual, vecs)
	terms := func(label string, masked bool) {
		Label(label)
		if pack {
			for off := 0; off < vecs*l.bytes(); off += 64 {
				PREFETCHT0(Mem{Base: ahead, Disp: off})
			}
			PREFETCHT0(Mem{Base: ahead, Disp: vecs*l.bytes() - 1})
			ADDQ(bks, ahead)
		}
		for j := range bv {
			bv[j] = l.vector()
			m := Mem{Base: b, Disp: j * l.bytes()}
			if masked && j == vecs-1 {
				t.load(m, bv[j])
			} else {
				VMOVUPS(m, bv[j])
			}
			if pack {
				VMOVUPS(bv[j], Mem{Base: panel, Disp: j * l.bytes()})
			}
		}
		for i := range acc {
			if l.width == 16 && vecs == 1 {
				VFMADD231PS_BCST(row(i), bv[0], acc[i][0])
				continue
			}
			x := l.vector()
			VBROADCASTSS(row(i), x)
			for j, v := range acc[i] {
				VFMADD231PS(bv[j], x, v)
			}
		}
		ADDQ(aks, p)
		if rows > 4 {
			ADDQ(aks, q)
		}
		ADDQ(bks, b)
		if pack {
			ADDQ(U32(vecs*l.bytes()), panel)
		}
		DECQ(k)
		JNZ(LabelRef(label))
	}
	if l.width == 8 { // a masked load of AVX2 takes longer than what is computed with it
		Comment("whole vectors, if C has them or B is a panel")
		whole := Load(Param("cols"), GP64())
		CMPQ(whole, Imm(uint64(l.width)))
		JEQ(LabelRef("whole"))
		CMPQ(bks, Imm(uint64(vecs*l.bytes())))
		JNE(LabelRef("loop"))
		terms("whole", false)
		JMP(LabelRef("bias"))
	}
	terms("loop", true)

	Label("bias")
	Comment("add the bias, if there is one")
	bias := Load(Param("bias"), GP64())
	TESTQ(bias, bias)
	JZ(LabelRef("store"))
	for j := range bv {
		bv[j] = l.vector()
		m := Mem{Base: bias, Disp: j * l.bytes()}
		if j == vecs-1 {
			t.load(m, bv[j])
		} else {
			VMOVUPS(m, bv[j])
		}
		for i := range acc {
			VADDPS(bv[j], acc[i][j], acc[i][j])
		}
	}

	Label("store")
	store := func(masked bool) {
		at := GP64()
		MOVQ(c, at)
		for i := range acc {
			for j, v := range acc[i] {
				m := Mem{Base: at, Disp: j * l.bytes()}
				if masked && j == vecs-1 {
					t.store(v, m)
				} else {
					VMOVUPS(v, m)
				}
			}
			if i < rows-1 {
				ADDQ(ldc, at)
			}
		}
		VZEROUPPER()
		RET()
	}
	if l.width == 8 { // a masked store of AVX2 is slow
		whole := Load(Param("cols"), GP64())
		CMPQ(whole, Imm(uint64(l.width)))
		JNE(LabelRef("masked"))
		store(false)
		Label("masked")
	}
	store(true)
}
