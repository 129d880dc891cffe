// Package form is what a model computes, written down as steps that any language can
// repeat: the one form that models leave in. Columns, fitted preprocessing, layers and
// answers flow in, each of which says through a Builder what it makes of a row; out comes
// a Program, a list of operations on short vectors. A generator that knows the operations
// knows every model, and Run computes a Program in float32 and float64 as the model does,
// to the last bit.
package form

// A Type is what a value holds.
type Type uint8

// The types. A Code counts something, from 0; it is a whole number of 32 bits.
const (
	Text Type = iota
	F32
	F64
	Bool
	Code
)

// A Value is a vector that an operation makes for each row: its place in Program.Ops.
type Value int

// A Kind is an operation. Those from Add to CopySign go element by element: an argument of
// one element is used for all of them.
type Kind uint8

// The operations.
const (
	Input Kind = iota // of the row
	Const             // Numbers

	Add
	Sub
	Mul
	Div
	Neg
	Abs
	Sqrt     // F64 only
	Less     // Bool; false where one is NaN, as Equal
	Equal    // Bool
	IsNaN    // Bool
	Or       // Bool
	Select   // of three: the second where the first is true, else the third
	Convert  // to another type; a number becomes a Code by cutting off the fraction, 0 where that is none
	Ldexp    // x·2ⁿ of an F64 and a Code
	FrexpM   // the m of x = m·2ᵏ, ½ ≤ m < 1, of a positive normal F64
	FrexpE   // the k, a Code
	CopySign // the first with the sign of the second
	Call     // Func

	Pick   // elements at Places
	Join   // vectors one behind the other
	Times  // x·W of each of Size parts of x: an output is fma(x[k], W[k][j], sum) over k in order, from 0
	Sum    // of each Size neighbours: over 16 lanes, added as a tree
	Total  // of each Size neighbours, in their order
	Max    // of each Size neighbours; NaN does not count
	Match  // a Text to the Code of the word it equals
	RowsOf // the row of a table that a Code says
)

// An Op is one operation, and what it makes.
type Op struct {
	Kind    Kind
	Type    Type
	Len     int
	Args    []Value
	Func    *Func     // of Call
	Places  []int     // of Pick; of Input, which one
	Size    int       // of Sum, Total and Max; of Times, to how many parts of x the matrix is applied
	Numbers []float64 // of Const; the matrix of Times, inputs × outputs; the table of RowsOf, rows × Len
	Words   []Word    // of Match
	Default int       // of Match: the Code of any other word
}

// A Word is one that Match knows.
type Word struct {
	Text string
	Code int
}

// Elementwise reports whether an operation goes element by element.
func (k Kind) Elementwise() bool { return k >= Add && k <= Call }

// A Column is an input of a Program: a cell of a row, or several numbers.
type Column struct {
	Name  string
	Type  Type // Text, F32 or F64
	Len   int
	About string  // what it is, for people
	Typic float64 // a usual number
	Word  string  // a usual word
}

// An Answer is an output of a Program.
type Answer struct {
	Name   string
	Value  Value
	Names  []string // of the elements
	Labels []string // that a Code stands for
}

// A Program is a model, or a part of one.
type Program struct {
	Ops     []Op
	Columns []Column
	Answers []Answer
}

// A Func is a function of single numbers, made of operations of one element. Its
// arguments are the first operations.
type Func struct {
	Name string
	Args []Type
	Ops  []Op
	Out  Value
}

// Type is that of the result.
func (f *Func) Type() Type { return f.Ops[f.Out].Type }

// Funcs returns the functions that operations call, each after those that it calls.
func Funcs(ops []Op) []*Func {
	var all []*Func
	known := map[*Func]bool{}
	var visit func(ops []Op)
	visit = func(ops []Op) {
		for _, o := range ops {
			if o.Kind == Call && !known[o.Func] {
				known[o.Func] = true
				visit(o.Func.Ops)
				all = append(all, o.Func)
			}
		}
	}
	visit(ops)
	return all
}

// Live leaves out the operations of which no answer is made. The columns stay.
func (p *Program) Live() {
	used := make([]bool, len(p.Ops))
	for _, a := range p.Answers {
		used[a.Value] = true
	}
	for i := len(p.Ops) - 1; i >= 0; i-- {
		for _, a := range p.Ops[i].Args {
			used[a] = used[a] || used[i]
		}
	}
	at := make([]Value, len(p.Ops))
	var ops []Op
	for i, o := range p.Ops {
		if !used[i] {
			continue
		}
		for k, a := range o.Args {
			o.Args[k] = at[a]
		}
		at[i] = Value(len(ops))
		ops = append(ops, o)
	}
	for i := range p.Answers {
		p.Answers[i].Value = at[p.Answers[i].Value]
	}
	p.Ops = ops
}
