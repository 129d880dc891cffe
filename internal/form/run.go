package form

import (
	"fmt"
	"math"

	"mlp/internal/kernel"
)

// A Cell is what a column holds in a row: a text, or numbers.
type Cell struct {
	Text    string
	Numbers []float64
}

// A Runner computes a Program, row by row.
type Runner struct {
	p      *Program
	values [][]float64
}

// NewRunner makes room for one.
func NewRunner(p *Program) *Runner {
	r := &Runner{p: p, values: make([][]float64, len(p.Ops))}
	for i, o := range p.Ops {
		r.values[i] = make([]float64, o.Len)
		if o.Kind == Const {
			copy(r.values[i], o.Numbers)
		}
	}
	return r
}

// Run computes a row; the answers, in the order of the Program's, live until the next.
func (r *Runner) Run(row []Cell) [][]float64 {
	texts := make([]string, len(r.p.Ops)) // few are used
	for i := range r.p.Ops {
		r.step(&r.p.Ops[i], r.values[i], row, texts, i)
	}
	answers := make([][]float64, len(r.p.Answers))
	for i, a := range r.p.Answers {
		answers[i] = r.values[a.Value]
	}
	return answers
}

func (r *Runner) step(o *Op, to []float64, row []Cell, texts []string, i int) {
	var x []float64
	if len(o.Args) > 0 {
		x = r.values[o.Args[0]]
	}
	switch o.Kind {
	case Const:
	case Input:
		cell := row[o.Places[0]]
		texts[i] = cell.Text
		copy(to, cell.Numbers)
	case Call:
		var args [2]float64
		for j := range to {
			for k, a := range o.Args {
				args[k] = element(r.values[a], j)
			}
			to[j] = o.Func.Of(args[:len(o.Args)]...)
		}
	case Pick:
		for j, p := range o.Places {
			to[j] = x[p]
		}
	case Join:
		for _, a := range o.Args {
			to = to[copy(to, r.values[a]):]
		}
	case Times:
		in, out := len(x)/o.Size, len(to)/o.Size
		for j := range to {
			s := float32(0)
			for k, v := range x[j/out*in:][:in] {
				s = kernel.FMA(float32(v), float32(o.Numbers[k*out+j%out]), s)
			}
			to[j] = float64(s)
		}
	case Sum, Total, Max:
		for j := range to {
			to[j] = together(o, x[j*o.Size:(j+1)*o.Size])
		}
	case Match:
		to[0] = float64(o.Default)
		for _, w := range o.Words {
			if w.Text == texts[o.Args[0]] {
				to[0] = float64(w.Code)
			}
		}
	case RowsOf:
		if at := int(x[0]) * o.Len; at >= 0 && at+o.Len <= len(o.Numbers) {
			copy(to, o.Numbers[at:])
		}
	default:
		var args [3]float64
		for j := range to {
			for k, a := range o.Args {
				args[k] = element(r.values[a], j)
			}
			to[j] = single(o, args[0], args[1], args[2])
		}
	}
}

func element(x []float64, j int) float64 {
	if len(x) == 1 {
		return x[0]
	}
	return x[j]
}

// together computes a Sum, a Total or a Max.
func together(o *Op, x []float64) float64 {
	round := func(v float64) float64 {
		if o.Type == F32 {
			return float64(float32(v))
		}
		return v
	}
	switch o.Kind {
	case Max:
		top := math.Inf(-1)
		for _, v := range x {
			if v > top {
				top = v
			}
		}
		return top
	case Total:
		sum := 0.0
		for _, v := range x {
			sum = round(sum + v)
		}
		return sum
	}
	var s [16]float64
	for i, v := range x {
		s[i%16] = round(s[i%16] + v)
	}
	for _, half := range []int{8, 4, 2, 1} {
		for i := range half {
			s[i] = round(s[i] + s[i+half])
		}
	}
	return s[0]
}

// Of computes a function.
func (f *Func) Of(args ...float64) float64 {
	values := make([]float64, len(f.Ops))
	for i := range f.Ops {
		o := &f.Ops[i]
		var x [3]float64
		for k, a := range o.Args {
			x[k] = values[a]
		}
		switch o.Kind {
		case Input:
			values[i] = args[o.Places[0]]
		case Const:
			values[i] = o.Numbers[0]
		case Call:
			values[i] = o.Func.Of(x[:len(o.Args)]...)
		default:
			values[i] = single(o, x[0], x[1], x[2])
		}
	}
	return values[f.Out]
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// single computes an operation on one element. A result of float32 is that of float64
// rounded: for these operations the same as rounding once (Figueroa 1995).
func single(o *Op, x, y, z float64) float64 {
	var v float64
	switch o.Kind {
	case Add:
		v = x + y
	case Sub:
		v = x - y
	case Mul:
		v = x * y
	case Div:
		v = x / y
	case Neg:
		return -x
	case Abs:
		return math.Abs(x)
	case Sqrt:
		return math.Sqrt(x)
	case Less:
		return truth(x < y)
	case Equal:
		return truth(x == y)
	case IsNaN:
		return truth(x != x)
	case Or:
		return truth(x != 0 || y != 0)
	case Select:
		if x != 0 {
			return y
		}
		return z
	case Convert:
		if o.Type == Code {
			return float64(cut(x))
		}
		v = x
	case Ldexp:
		return math.Ldexp(x, int(y))
	case FrexpM:
		m, _ := math.Frexp(x)
		return m
	case FrexpE:
		_, k := math.Frexp(x)
		return float64(k)
	case CopySign:
		return math.Copysign(x, y)
	default:
		panic(fmt.Sprintf("form: operation %d is none on elements", o.Kind))
	}
	if o.Type == F32 {
		return float64(float32(v))
	}
	return v
}

// cut is the conversion to a Code.
func cut(x float64) int32 {
	if x > math.MinInt32 && x < math.MaxInt32 {
		return int32(x)
	}
	return 0
}
