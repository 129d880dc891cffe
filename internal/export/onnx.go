package export

import (
	"fmt"
	"math"

	"mlp/internal/form"
)

var _ = register("onnx", "ONNX of IR 7, opset 13 and ai.onnx.ml 2: a tensor for each column, [N, 1], and for label and probabilities; numbers within rounding of the model's", writeONNX, ".onnx")

// A graph collects the nodes of an ONNX graph. Every value is a matrix of rows × elements;
// what depends on no column has one row, which is spread where others need all.
type graph struct {
	p            *form.Program
	nodes, inits message
	names        []string // of the values of the program
	fixed        map[string]bool
	n            int
	spread       map[int]string // shapes of N × so many
	first        string         // an input, which knows N
}

func (g *graph) fresh() string {
	g.n++
	return fmt.Sprintf("mlp_%d", g.n)
}

// node adds one and returns its output; domain is empty for ONNX's own.
func (g *graph) node(op, domain string, inputs []string, attributes ...message) string {
	out := g.fresh()
	g.fixed[out] = true
	for _, in := range inputs {
		g.fixed[out] = g.fixed[out] && g.fixed[in]
	}
	g.named(out, op, domain, inputs, attributes...)
	return out
}

func (g *graph) named(out, op, domain string, inputs []string, attributes ...message) {
	var m message
	for _, in := range inputs {
		m.text(1, in)
	}
	m.text(2, out)
	m.text(3, out+"_"+op)
	m.text(4, op)
	for _, a := range attributes {
		m.bytes(5, a)
	}
	if domain != "" {
		m.text(7, domain)
	}
	g.nodes.bytes(1, m)
}

func (g *graph) do(op string, inputs ...string) string { return g.node(op, "", inputs) }

// constant adds a tensor.
func (g *graph) constant(t form.Type, numbers []float64, dims ...int) string {
	name := g.fresh()
	g.fixed[name] = true
	g.inits.bytes(5, tensorOf(name, t, numbers, dims...))
	return name
}

func (g *graph) number(t form.Type, v float64) string { return g.constant(t, []float64{v}, 1, 1) }

func (g *graph) ints(v ...int) string {
	var numbers []float64
	for _, x := range v {
		numbers = append(numbers, float64(x))
	}
	return g.constant(form.Code, numbers, len(v))
}

func (g *graph) reshape(x string, dims ...int) string { return g.do("Reshape", x, g.ints(dims...)) }

// all spreads what has one row over N rows.
func (g *graph) all(x string, width int) string {
	if !g.fixed[x] {
		return x
	}
	if g.spread[width] == "" {
		rows := g.node("Gather", "", []string{g.do("Shape", g.first), g.ints(0)}, attribute("axis", 0))
		g.spread[width] = g.node("Concat", "", []string{rows, g.ints(width)}, attribute("axis", 0))
	}
	return g.do("Expand", x, g.spread[width])
}

// nodesOf are the operations that ONNX has under another name, one for one.
var nodesOf = map[form.Kind]string{form.Add: "Add", form.Sub: "Sub", form.Mul: "Mul", form.Div: "Div", form.Neg: "Neg", form.Abs: "Abs", form.Sqrt: "Sqrt",
	form.Less: "Less", form.Equal: "Equal", form.IsNaN: "IsNaN", form.Or: "Or", form.Select: "Where"}

// functionsOf are the functions that ONNX has.
var functionsOf = map[*form.Func]string{form.Exp: "Exp", form.Log: "Log", form.Tanh: "Tanh", form.Sigmoid: "Sigmoid", form.Softplus: "Softplus", form.Erf: "Erf",
	form.Exp64: "Exp", form.Log64: "Log"}

// call writes a function: as ONNX has it, made of such, or step by step.
func (g *graph) call(f *form.Func, x []string) string {
	if op := functionsOf[f]; op != "" {
		return g.do(op, x[0])
	}
	turns := func(op string) string { // whole turns fall away without rounding
		rest := g.do("Sub", x[0], g.do("Round", x[0]))
		return g.do(op, g.do("Mul", rest, g.number(form.F32, 2*math.Pi)))
	}
	switch f {
	case form.Expm1, form.Expm164:
		return g.do("Sub", g.do("Exp", x[0]), g.number(f.Type(), 1))
	case form.Log1p64:
		return g.do("Log", g.do("Add", x[0], g.number(f.Type(), 1)))
	case form.CosTurns:
		return turns("Cos")
	case form.SinTurns:
		return turns("Sin")
	}
	names := make([]string, len(f.Ops))
	for i := range f.Ops {
		if o := &f.Ops[i]; o.Kind == form.Input {
			names[i] = x[o.Places[0]]
		} else {
			names[i] = g.step(o, f.Ops, names)
		}
	}
	return names[f.Out]
}

// step writes an operation; names are those of the values before it.
func (g *graph) step(o *form.Op, ops []form.Op, names []string) string {
	var x []string
	for _, a := range o.Args {
		x = append(x, names[a])
	}
	if op := nodesOf[o.Kind]; op != "" {
		return g.do(op, x...)
	}
	switch o.Kind {
	case form.Const:
		return g.constant(o.Type, o.Numbers, 1, o.Len)
	case form.Convert:
		return g.node("Cast", "", x, attribute("to", int(onnxTypes[o.Type])))
	case form.Call:
		return g.call(o.Func, x)
	case form.Pick:
		return g.node("Gather", "", []string{x[0], g.ints(o.Places...)}, attribute("axis", 1))
	case form.Join:
		for i, a := range o.Args {
			x[i] = g.all(x[i], ops[a].Len)
		}
		return g.node("Concat", "", x, attribute("axis", 1))
	case form.Times:
		in, out := ops[o.Args[0]].Len/o.Size, o.Len/o.Size
		w := g.constant(form.F32, o.Numbers, in, out)
		if o.Size == 1 {
			return g.do("MatMul", x[0], w)
		}
		return g.reshape(g.do("MatMul", g.reshape(x[0], 0, o.Size, in), w), 0, o.Len)
	case form.Sum, form.Total, form.Max:
		of := g.reshape(x[0], 0, o.Len, o.Size)
		if o.Kind == form.Max {
			return g.node("ReduceMax", "", []string{of}, attribute("axes", []int{2}), attribute("keepdims", 0))
		}
		return g.node("ReduceSum", "", []string{of, g.ints(2)}, attribute("keepdims", 0))
	case form.Match:
		var keys []string
		var values []int
		for _, w := range o.Words {
			keys, values = append(keys, w.Text), append(values, w.Code)
		}
		return g.node("LabelEncoder", "ai.onnx.ml", x, attribute("keys_strings", keys), attribute("values_int64s", values), attribute("default_int64", o.Default))
	case form.RowsOf:
		rows := g.constant(o.Type, o.Numbers, len(o.Numbers)/o.Len, o.Len)
		return g.reshape(g.node("Gather", "", []string{rows, x[0]}, attribute("axis", 0)), 0, o.Len)
	}
	panic(fmt.Sprintf("export: operation %d has no node", o.Kind))
}

func writeONNX(p *form.Program, o Options) ([]byte, error) {
	g := &graph{p: p, names: make([]string, len(p.Ops)), fixed: map[string]bool{}, spread: map[int]string{}, first: p.Columns[0].Name}
	var inputs, outputs message
	taken := map[string]bool{}
	for _, c := range p.Columns {
		taken[c.Name] = true
		inputs.bytes(11, valueInfo(c.Name, c.Type, c.Len))
	}
	for i := range p.Ops {
		if op := &p.Ops[i]; op.Kind == form.Input {
			g.names[i] = p.Columns[op.Places[0]].Name
		} else {
			g.names[i] = g.step(op, p.Ops, g.names)
		}
	}
	for _, a := range p.Answers {
		op, name := &p.Ops[a.Value], a.Name
		for taken[name] {
			name = "predicted_" + name
		}
		taken[name] = true
		value := g.all(g.names[a.Value], op.Len)
		if a.Labels == nil {
			g.named(name, "Identity", "", []string{value})
			outputs.bytes(12, valueInfo(name, op.Type, op.Len))
			continue
		}
		var keys []int
		for k := range a.Labels {
			keys = append(keys, k)
		}
		text := g.node("LabelEncoder", "ai.onnx.ml", []string{value}, attribute("keys_int64s", keys), attribute("values_strings", a.Labels))
		g.named(name, "Reshape", "", []string{text, g.ints(-1)})
		outputs.bytes(12, valueInfo(name, form.Text, 0))
	}
	var whole, m message
	whole = append(whole, g.nodes...)
	whole.text(2, o.Name)
	whole = append(append(append(whole, g.inits...), inputs...), outputs...)
	m.whole(1, 7)
	m.text(2, "mlp")
	m.bytes(7, whole)
	m.bytes(8, opset("", 13))
	m.bytes(8, opset("ai.onnx.ml", 2))
	var about message
	about.text(1, "about")
	about.text(2, o.About)
	m.bytes(14, about)
	return m, nil
}

func opset(domain string, version int64) message {
	var m message
	m.text(1, domain)
	m.whole(2, version)
	return m
}
