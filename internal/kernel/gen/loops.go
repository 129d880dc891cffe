package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// loops generates the vector loops of a level.
func loops(l level) {
	one := func(name string, f func(vec) vec) {
		l.elementwise(name, "(dst, src []float32)", []string{"src"}, []string{"dst"},
			func(x []vec, _ []vec) []vec { return []vec{f(x[0])} })
	}
	one("exp", l.exp)
	one("expm1", l.expm1)
	one("log", l.log)
	one("tanh", l.tanh)
	one("sigmoid", l.sigmoid)
	one("softplus", l.softplus)
	one("erf", l.erf)
	one("relu", l.relu)
	grad := func(name string, f func(dy, y vec) vec) {
		l.elementwise(name, "(dx, dy, y []float32)", []string{"dy", "y"}, []string{"dx"},
			func(x []vec, _ []vec) []vec { return []vec{f(x[0], x[1])} })
	}
	grad("reluGrad", l.reluGrad)
	grad("tanhGrad", l.tanhGrad)
	grad("sigmoidGrad", l.sigmoidGrad)

	slope := func(name string, f func(dy, x vec) vec) {
		l.elementwise(name, "(dx, dy, x []float32)", []string{"dy", "x"}, []string{"dx"},
			func(x []vec, _ []vec) []vec { return []vec{f(x[0], x[1])} })
	}
	one("mish", l.mish)
	slope("mishSlope", l.mishSlope)
	slope("mishGrad", l.mishGrad)
	slope("siluGrad", l.siluGrad)
	l.elementwise("sinCosTurns", "(sin, cos, x []float32)", []string{"x"}, []string{"sin", "cos"},
		func(x []vec, _ []vec) []vec { sin, cos := l.sinCosTurns(x[0]); return []vec{sin, cos} })

	l.elementwise("mul", "(dst, x, y []float32)", []string{"x", "y"}, []string{"dst"},
		func(x []vec, _ []vec) []vec { return []vec{l.mul(x[0], x[1])} })
	l.elementwise("affine", "(dst, x []float32, a, b float32)", []string{"x"}, []string{"dst"},
		func(x []vec, s []vec) []vec { return []vec{l.add(l.mul(x[0], s[0]), s[1])} }, "a", "b")
	l.elementwise("blend", "(dst, x, y, share []float32)", []string{"x", "y", "share"}, []string{"dst"},
		func(x []vec, _ []vec) []vec { return []vec{l.add(x[0], l.mul(x[2], l.sub(x[1], x[0])))} })
	l.elementwise("addProducts", "(sum, x, y []float32)", []string{"sum", "x", "y"}, []string{"sum"},
		func(x []vec, _ []vec) []vec { return []vec{l.add(x[0], l.mul(x[1], x[2]))} })
	l.elementwise("addSlopes", "(sum, d, x, y []float32)", []string{"sum", "d", "x", "y"}, []string{"sum"},
		func(x []vec, _ []vec) []vec { return []vec{l.add(x[0], l.mul(x[1], l.sub(x[2], x[3])))} })
	l.elementwise("decay", "(w []float32, share, lr float32)", []string{"w"}, []string{"w"},
		func(x []vec, s []vec) []vec { return []vec{l.sub(x[0], l.mul(l.mul(x[0], s[0]), s[1]))} }, "share", "lr")
	l.elementwise("axpy", "(alpha float32, x, y []float32)", []string{"x", "y"}, []string{"y"},
		func(x []vec, s []vec) []vec { return []vec{l.add(x[1], l.mul(x[0], s[0]))} }, "alpha")
	l.elementwise("adam", "(w, m, v, g []float32, alpha, oneMinusBeta1, oneMinusBeta2, eps float32)",
		[]string{"w", "m", "v", "g"}, []string{"w", "m", "v"}, l.adam, "alpha", "oneMinusBeta1", "oneMinusBeta2", "eps")
	l.elementwise("momentum", "(w, m, g []float32, lr, mu float32)", []string{"w", "m", "g"}, []string{"w", "m"},
		func(x []vec, s []vec) []vec {
			m := l.sub(l.mul(x[1], s[1]), l.mul(x[2], s[0]))
			return []vec{l.add(x[0], m), m}
		}, "lr", "mu")
	l.elementwise("nesterov", "(w, m, g []float32, lr, mu float32)", []string{"w", "m", "g"}, []string{"w", "m"},
		func(x []vec, s []vec) []vec {
			d := l.mul(x[2], s[0])
			m := l.sub(l.mul(x[1], s[1]), d)
			return []vec{l.add(x[0], l.sub(l.mul(m, s[1]), d)), m}
		}, "lr", "mu")

	if l.width == 8 {
		dropMask()
	}
	l.columns("addRow", "(c []float32, rows, cols int, bias []float32)", true)
	l.columns("sumRows", "(dst, x []float32, rows, cols int)", false)

	l.lanes("sum", "(s *[16]float64, x []float32)", false)
	l.lanes("dot", "(s *[16]float64, x, y []float32)", true)
}

func (l level) adam(x, s []vec) []vec {
	w, m, v, g := x[0], x[1], x[2], x[3]
	m = l.add(m, l.mul(l.sub(g, m), s[1]))
	v = l.add(v, l.mul(l.sub(l.mul(g, g), v), s[2]))
	w = l.sub(w, l.div(l.mul(m, s[0]), l.add(l.sqrt(v), s[3])))
	return []vec{w, m, v}
}

// elementwise generates a loop that reads the slices in, computes f, given the
// scalar parameters in every lane, and writes the slices out. The last vector
// is masked.
func (l level) elementwise(name, signature string, in, out []string, f func(x, s []vec) []vec, scalars ...string) {
	name += l.name
	TEXT(name, 4, "func"+signature)
	Pragma("noescape")
	at := map[string]reg.Register{}
	for _, s := range append(in, out...) {
		if at[s] == nil {
			at[s] = Load(Param(s).Base(), GP64())
		}
	}
	n := Load(Param(in[0]).Len(), GP64()).(reg.GPVirtual)
	var s []vec
	for _, name := range scalars {
		v := l.vector()
		x := Load(Param(name), XMM()).(reg.VecVirtual)
		VBROADCASTSS(x, v)
		s = append(s, v)
	}
	offset := GP64()
	XORQ(offset, offset)
	mem := func(s string) Mem { return Mem{Base: at[s], Index: offset, Scale: 1} }
	SUBQ(U32(l.width), n)
	JLT(LabelRef("tail"))
	Label("loop")
	var x []vec
	for _, s := range in {
		v := l.vector()
		VMOVUPS(mem(s), v)
		x = append(x, v)
	}
	for i, v := range f(x, s) {
		VMOVUPS(v, mem(out[i]))
	}
	ADDQ(U32(l.bytes()), offset)
	SUBQ(U32(l.width), n)
	JGE(LabelRef("loop"))
	Label("tail")
	ADDQ(U32(l.width), n)
	JZ(LabelRef("done"))
	t := l.tailMask(n)
	x = nil
	for _, s := range in {
		v := l.vector()
		t.load(mem(s), v)
		x = append(x, v)
	}
	for i, v := range f(x, s) {
		t.store(v, mem(out[i]))
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// columns generates a loop down the rows of a matrix, four vectors of columns
// at a time, then one, then the rest: c[i][j] += bias[j] if add, else
// dst[j] = Σ x[i][j].
func (l level) columns(name, signature string, add bool) {
	name += l.name
	TEXT(name, 4, "func"+signature)
	Pragma("noescape")
	matrix, row := "x", "dst"
	if add {
		matrix, row = "c", "bias"
	}
	m := Load(Param(matrix).Base(), GP64())
	r := Load(Param(row).Base(), GP64())
	rows := Load(Param("rows"), GP64())
	cols := Load(Param("cols"), GP64()).(reg.GPVirtual)
	stride := GP64()
	MOVQ(cols, stride)
	SHLQ(U8(2), stride)
	for _, vecs := range []int{4, 1, 0} {
		label := fmt.Sprintf("vecs%d", vecs)
		width := vecs * l.width
		var t tail
		if vecs > 0 {
			Label(label)
			SUBQ(U32(width), cols)
			JLT(LabelRef(label + "end"))
		} else {
			TESTQ(cols, cols)
			JZ(LabelRef("done"))
			t = l.tailMask(cols)
		}
		load := func(m Mem, v vec) { VMOVUPS(m, v) }
		store := func(v vec, m Mem) { VMOVUPS(v, m) }
		count := vecs
		if vecs == 0 {
			load, store, count = t.load, t.store, 1
		}
		acc := make([]vec, count)
		for j := range acc {
			acc[j] = l.vector()
			if add {
				load(Mem{Base: r, Disp: j * l.bytes()}, acc[j])
			} else {
				l.zero(acc[j])
			}
		}
		p, left := GP64(), GP64()
		MOVQ(m, p)
		MOVQ(rows, left)
		if add && vecs == 0 {
			l.fourRows(p, stride, left, acc[0], t)
		}
		TESTQ(left, left)
		JZ(LabelRef(label + "sum"))
		Label(label + "row")
		for j := range acc {
			at := Mem{Base: p, Disp: j * l.bytes()}
			v := l.vector()
			load(at, v)
			if add {
				store(l.add(v, acc[j]), at)
			} else {
				VADDPS(v, acc[j], acc[j])
			}
		}
		ADDQ(stride, p)
		DECQ(left)
		JNZ(LabelRef(label + "row"))
		Label(label + "sum")
		if !add {
			for j := range acc {
				store(acc[j], Mem{Base: r, Disp: j * l.bytes()})
			}
		}
		if vecs > 0 {
			ADDQ(U32(4*width), m)
			ADDQ(U32(4*width), r)
			JMP(LabelRef(label))
			Label(label + "end")
			ADDQ(U32(width), cols)
		}
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// fourRows adds v to the first lanes of four rows at a time. A row narrower
// than a register shares its bytes with the next one's, and a load that meets
// a store on its way to memory waits for it: four loads first, then four
// stores, wait a quarter as often.
func (l level) fourRows(p, stride, left reg.Register, v vec, t tail) {
	stride3 := GP64()
	LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	SUBQ(U32(4), left)
	JLT(LabelRef("few"))
	Label("four")
	rows := []Mem{{Base: p}, {Base: p, Index: stride, Scale: 1}, {Base: p, Index: stride, Scale: 2}, {Base: p, Index: stride3, Scale: 1}}
	var x []vec
	for _, m := range rows {
		y := l.vector()
		t.load(m, y)
		x = append(x, y)
	}
	for i, m := range rows {
		t.store(l.add(x[i], v), m)
	}
	LEAQ(Mem{Base: p, Index: stride, Scale: 4}, p)
	SUBQ(U32(4), left)
	JGE(LabelRef("four"))
	Label("few")
	ADDQ(U32(4), left)
}

// lanes generates a loop that adds numbers, or products of two, to 16 lanes in
// float64, 16 numbers at a time.
func (l level) lanes(name, signature string, product bool) {
	TEXT(name+l.name, 4, "func"+signature)
	Pragma("noescape")
	s := Load(Param("s"), GP64())
	x := Load(Param("x").Base(), GP64())
	n := Load(Param("x").Len(), GP64())
	var y reg.Register
	if product {
		y = Load(Param("y").Base(), GP64())
	}
	half := l.width / 2 // float64 in a register
	acc := make([]vec, 16/half)
	for i := range acc {
		acc[i] = l.vector()
		VMOVUPD(Mem{Base: s, Disp: 8 * half * i}, acc[i])
	}
	SHRQ(U8(4), n)
	JZ(LabelRef("done"))
	Label("loop")
	for i := range acc {
		a := l.vector()
		VCVTPS2PD(Mem{Base: x, Disp: 4 * half * i}, a)
		if product {
			b := l.vector()
			VCVTPS2PD(Mem{Base: y, Disp: 4 * half * i}, b)
			VFMADD231PD(a, b, acc[i])
		} else {
			VADDPD(a, acc[i], acc[i])
		}
	}
	ADDQ(U32(64), x)
	if product {
		ADDQ(U32(64), y)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	Label("done")
	for i := range acc {
		VMOVUPD(acc[i], Mem{Base: s, Disp: 8 * half * i})
	}
	VZEROUPPER()
	RET()
}
