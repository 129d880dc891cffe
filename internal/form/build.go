package form

import (
	"fmt"
	"math"
)

// A Builder writes a Program. What cannot be written down is refused in the name of the
// column or layer that is At work, and building goes on, so that all is refused at once.
type Builder struct {
	Program
	At       string
	Refusals []Refusal
}

// A Refusal says what has no form, and why.
type Refusal struct{ At, Why string }

// Refuse notes one and returns a value of so many elements in its place.
func (b *Builder) Refuse(n int, format string, args ...any) Value {
	b.Refusals = append(b.Refusals, Refusal{b.At, fmt.Sprintf(format, args...)})
	return b.fill(n)
}

func (b *Builder) fill(n int) Value {
	return b.add(Op{Kind: Const, Type: F32, Len: n, Numbers: make([]float64, n)})
}

func (b *Builder) add(o Op) Value {
	b.Ops = append(b.Ops, o)
	return Value(len(b.Ops) - 1)
}

// Len is how many elements a value has.
func (b *Builder) Len(v Value) int { return b.Ops[v].Len }

// Type is that of a value.
func (b *Builder) Type(v Value) Type { return b.Ops[v].Type }

// Input adds a column.
func (b *Builder) Input(c Column) Value {
	b.Columns = append(b.Columns, c)
	return b.add(Op{Kind: Input, Type: c.Type, Len: c.Len, Places: []int{len(b.Columns) - 1}})
}

// Const32 is numbers of float32.
func (b *Builder) Const32(x ...float32) Value {
	o := Op{Kind: Const, Type: F32, Len: len(x)}
	for _, v := range x {
		o.Numbers = append(o.Numbers, float64(v))
	}
	return b.add(o)
}

// Const64 is numbers of float64.
func (b *Builder) Const64(x ...float64) Value {
	return b.add(Op{Kind: Const, Type: F64, Len: len(x), Numbers: x})
}

// Codes are whole numbers.
func (b *Builder) Codes(x ...int) Value {
	o := Op{Kind: Const, Type: Code, Len: len(x)}
	for _, v := range x {
		o.Numbers = append(o.Numbers, float64(v))
	}
	return b.add(o)
}

// each adds an operation on elements; its type is that of the last argument.
func (b *Builder) each(k Kind, args ...Value) Value {
	n := 1
	for _, a := range args {
		if l := b.Len(a); l != 1 {
			if n != 1 && l != n {
				panic(fmt.Sprintf("form: %d elements and %d", n, l))
			}
			n = l
		}
	}
	last := b.Type(args[len(args)-1])
	if k != Ldexp && len(args) > 1 && b.Type(args[len(args)-2]) != last {
		panic(fmt.Sprintf("form: operation %d on types %d and %d", k, b.Type(args[len(args)-2]), last))
	}
	return b.add(Op{Kind: k, Type: last, Len: n, Args: args})
}

func (b *Builder) as(v Value, t Type) Value {
	b.Ops[v].Type = t
	return v
}

// Add and the functions below are operations on elements, named after their kinds.
func (b *Builder) Add(x, y Value) Value       { return b.each(Add, x, y) }
func (b *Builder) Sub(x, y Value) Value       { return b.each(Sub, x, y) }
func (b *Builder) Mul(x, y Value) Value       { return b.each(Mul, x, y) }
func (b *Builder) Div(x, y Value) Value       { return b.each(Div, x, y) }
func (b *Builder) Neg(x Value) Value          { return b.each(Neg, x) }
func (b *Builder) Abs(x Value) Value          { return b.each(Abs, x) }
func (b *Builder) Sqrt(x Value) Value         { return b.each(Sqrt, x) }
func (b *Builder) Less(x, y Value) Value      { return b.as(b.each(Less, x, y), Bool) }
func (b *Builder) Equal(x, y Value) Value     { return b.as(b.each(Equal, x, y), Bool) }
func (b *Builder) IsNaN(x Value) Value        { return b.as(b.each(IsNaN, x), Bool) }
func (b *Builder) Or(x, y Value) Value        { return b.each(Or, x, y) }
func (b *Builder) Select(c, x, y Value) Value { return b.each(Select, c, x, y) }
func (b *Builder) ldexp(x, n Value) Value     { return b.as(b.each(Ldexp, x, n), F64) }
func (b *Builder) frexpM(x Value) Value       { return b.each(FrexpM, x) }
func (b *Builder) frexpE(x Value) Value       { return b.as(b.each(FrexpE, x), Code) }
func (b *Builder) copySign(x, s Value) Value  { return b.each(CopySign, x, s) }

// To converts to another type; what has it already stays as it is.
func (b *Builder) To(t Type, x Value) Value {
	if b.Type(x) == t {
		return x
	}
	return b.as(b.each(Convert, x), t)
}

// AtMost cuts what is above limit; NaN stays NaN.
func (b *Builder) AtMost(x, limit Value) Value { return b.Select(b.Less(limit, x), limit, x) }

// AtLeast cuts what is below limit; NaN stays NaN.
func (b *Builder) AtLeast(x, limit Value) Value { return b.Select(b.Less(x, limit), limit, x) }

// Finite32 rounds to float32; what lies beyond its range becomes its largest number.
func (b *Builder) Finite32(x Value) Value {
	return b.To(F32, b.AtLeast(b.AtMost(x, b.Const64(math.MaxFloat32)), b.Const64(-math.MaxFloat32)))
}

// Call applies a function to elements.
func (b *Builder) Call(f *Func, args ...Value) Value {
	n := 1
	for i, a := range args {
		if b.Type(a) != f.Args[i] {
			panic("form: " + f.Name + " of another type")
		}
		n = max(n, b.Len(a))
	}
	return b.add(Op{Kind: Call, Type: f.Type(), Len: n, Args: args, Func: f})
}

// Pick takes the elements at some places, which may repeat.
func (b *Builder) Pick(x Value, places ...int) Value {
	return b.add(Op{Kind: Pick, Type: b.Type(x), Len: len(places), Args: []Value{x}, Places: places})
}

// Part takes the elements from lo up to hi.
func (b *Builder) Part(x Value, lo, hi int) Value {
	places := make([]int, hi-lo)
	for i := range places {
		places[i] = lo + i
	}
	return b.Pick(x, places...)
}

// Repeat lays a value end to end.
func (b *Builder) Repeat(x Value, times int) Value {
	if times == 1 {
		return x
	}
	var places []int
	for range times {
		for i := range b.Len(x) {
			places = append(places, i)
		}
	}
	return b.Pick(x, places...)
}

// Join lays values end to end.
func (b *Builder) Join(x ...Value) Value {
	if len(x) == 1 {
		return x[0]
	}
	o := Op{Kind: Join, Type: b.Type(x[0]), Args: x}
	for _, v := range x {
		o.Len += b.Len(v)
	}
	return b.add(o)
}

// Times multiplies each of some equal parts of x by a matrix, inputs × out.
func (b *Builder) Times(x Value, parts int, w []float32, out int) Value {
	if len(w)*parts != b.Len(x)*out {
		panic("form: a matrix of another size")
	}
	return b.add(Op{Kind: Times, Type: F32, Len: parts * out, Args: []Value{x}, Numbers: widen(w), Size: parts})
}

func widen(w []float32) []float64 {
	all := make([]float64, len(w))
	for i, v := range w {
		all[i] = float64(v)
	}
	return all
}

// Sum takes together each size neighbours, as Total and Max do.
func (b *Builder) Sum(x Value, size int) Value   { return b.groups(Sum, x, size) }
func (b *Builder) Total(x Value, size int) Value { return b.groups(Total, x, size) }
func (b *Builder) Max(x Value, size int) Value   { return b.groups(Max, x, size) }

func (b *Builder) groups(k Kind, x Value, size int) Value {
	return b.add(Op{Kind: k, Type: b.Type(x), Len: b.Len(x) / size, Args: []Value{x}, Size: size})
}

// Match gives a text the code of its word.
func (b *Builder) Match(x Value, words []Word, other int) Value {
	return b.add(Op{Kind: Match, Type: Code, Len: 1, Args: []Value{x}, Words: words, Default: other})
}

// RowsOf takes the row that a code says from a table of rows × cols, of float32 or float64.
func (b *Builder) RowsOf(code Value, t Type, table []float64, cols int) Value {
	return b.add(Op{Kind: RowsOf, Type: t, Len: cols, Args: []Value{code}, Numbers: table})
}

// Encode gives each of a few codes numbers: table has a row of cols for each. Where a
// column of the table is the same for all codes but one, no table is needed.
func (b *Builder) Encode(code Value, table []float32, cols int) Value {
	rows := len(table) / cols
	hot, on, off := make([]int, cols), make([]float32, cols), make([]float32, cols)
	for j := range cols {
		same := func(i, k int) bool { return table[i*cols+j] == table[k*cols+j] }
		usual := 0
		if rows > 2 && !same(0, 1) && same(1, 2) {
			usual = 1
		}
		hot[j], on[j], off[j] = -1, table[usual*cols+j], table[usual*cols+j]
		for i := range rows {
			if same(i, usual) {
				continue
			}
			if hot[j] >= 0 {
				return b.RowsOf(code, F32, widen(table), cols)
			}
			hot[j], on[j] = i, table[i*cols+j]
		}
	}
	return b.Select(b.Equal(code, b.Codes(hot...)), b.Const32(on...), b.Const32(off...))
}

// Answer adds an output.
func (b *Builder) Answer(a Answer) { b.Answers = append(b.Answers, a) }
