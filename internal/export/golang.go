package export

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"mlp/internal/form"
)

var _ = register("go", "Go: a package of one file that imports math alone, with the bits of the model; its func Test is a test of itself", writeGo, ".go")

var goTypes = map[form.Type]string{form.F32: "float32", form.F64: "float64", form.Bool: "bool", form.Code: "int", form.Text: "string"}

func goNumber(t form.Type, v float64) string {
	switch text := hex(t, v, ""); {
	case t != form.F32 && t != form.F64:
		return text
	case text == "NAN":
		return goTypes[t] + "(math.NaN())"
	case strings.HasSuffix(text, "INFINITY"):
		return goTypes[t] + "(math.Inf(" + strings.TrimSuffix(text, "INFINITY") + "1))"
	default:
		return text
	}
}

func goExpr(o *form.Op, x []string) string {
	t := goTypes[o.Type]
	switch o.Kind {
	case form.Mul: // converted, so that no compiler makes one operation of it and a sum
		return t + "(" + x[0] + " * " + x[1] + ")"
	case form.Add, form.Sub, form.Less, form.Equal, form.Or:
		return "(" + x[0] + " " + operators[o.Kind] + " " + x[1] + ")"
	case form.Div:
		return "divided(" + t + "(" + x[0] + "), " + x[1] + ")" // constants must not be divided by one another
	case form.Neg:
		return "(-" + x[0] + ")"
	case form.Abs:
		return t + "(math.Abs(float64(" + x[0] + ")))"
	case form.Sqrt:
		return "math.Sqrt(" + x[0] + ")"
	case form.IsNaN:
		return "math.IsNaN(float64(" + x[0] + "))"
	case form.Select:
		return "either(" + x[0] + ", " + t + "(" + x[1] + "), " + x[2] + ")"
	case form.Convert:
		if o.Type == form.Code {
			return "cut(float64(" + x[0] + "))"
		}
		return t + "(" + x[0] + ")"
	case form.Ldexp:
		return "math.Ldexp(" + x[0] + ", " + x[1] + ")"
	case form.FrexpM:
		return "mantissa(" + x[0] + ")"
	case form.FrexpE:
		return "exponent(" + x[0] + ")"
	case form.CopySign:
		return t + "(math.Copysign(float64(" + x[0] + "), float64(" + x[1] + ")))"
	case form.Call:
		return o.Func.Name + "(" + strings.Join(x, ", ") + ")"
	}
	panic("export: an operation without a form in Go")
}

var goTimes = `func times(to, x []float32, at, in int, w []float32, out int) {
	for j := range out {
		sum := float32(0)
		for k := range in {
			sum = fma32(x[at+k], w[k*out+j], sum)
		}
		to[j] = sum
	}
}

// fma32 returns a·b + c, rounded once: the product is exact in float64, and where its sum
// ends between two float32, what it has lost says to which of them it goes.
func fma32(a, b, c float32) float32 {
	p := float64(a) * float64(b)
	s := p + float64(c)
	near := float32(s)
	low := s - float64(near)
	other := float64(near) + 2*low
	if low == 0 || float64(float32(other)) != other {
		return near
	}
	back := s - p
	rest := (p - (s - back)) + (float64(c) - back)
	if rest > 0 && low > 0 || rest < 0 && low < 0 {
		return float32(other)
	}
	return near
}

`

var goSmall = []struct{ word, text string }{
	{"either(", "func either[T float32 | float64 | int](yes bool, a, b T) T {\n\tif yes {\n\t\treturn a\n\t}\n\treturn b\n}\n\n"},
	{"divided(", "func divided[T float32 | float64](a, b T) T { return a / b }\n\n"},
	{"cut(", "func cut(x float64) int {\n\tif x > math.MinInt32 && x < math.MaxInt32 {\n\t\treturn int(x)\n\t}\n\treturn 0\n}\n\n"},
	{"mantissa(", "func mantissa(x float64) float64 { m, _ := math.Frexp(x); return m }\n\n"},
	{"exponent(", "func exponent(x float64) int { _, k := math.Frexp(x); return k }\n\n"},
}

func goHelpers() map[string]string {
	all := map[string]string{
		"times": goTimes,
		"match": "func match(to []int, text string, words map[string]int, _, other int) {\n\tcode, ok := words[text]\n\tif !ok {\n\t\tcode = other\n\t}\n\tto[0] = code\n}\n\n",
	}
	for _, suffix := range []string{"32", "64", "_code"} {
		t := map[string]string{"32": "float32", "64": "float64", "_code": "int"}[suffix]
		all["copy"+suffix] = fmt.Sprintf("func copy%s(to, from []%s, at, n int) { copy(to, from[at:at+n]) }\n\n", suffix, t)
		all["pick"+suffix] = fmt.Sprintf("func pick%s(to, from []%s, places []int, n int) {\n\tfor i, p := range places[:n] {\n\t\tto[i] = from[p]\n\t}\n}\n\n", suffix, t)
		all["take"+suffix] = fmt.Sprintf("func take%s(to, table []%s, code, n int) { copy(to, table[code*n:code*n+n]) }\n\n", suffix, t)
		each := "func %s%s(to, x []%s, size, n int) {\n\tfor g := range n {\n%s\t}\n}\n\n"
		all["total"+suffix] = fmt.Sprintf(each, "total", suffix, t, "\t\tto[g] = 0\n\t\tfor _, v := range x[g*size : (g+1)*size] {\n\t\t\tto[g] += v\n\t\t}\n")
		all["max"+suffix] = fmt.Sprintf(each, "max", suffix, t, "\t\tto[g] = "+t+"(math.Inf(-1))\n\t\tfor _, v := range x[g*size : (g+1)*size] {\n\t\t\tif v > to[g] {\n\t\t\t\tto[g] = v\n\t\t\t}\n\t\t}\n")
		all["sum"+suffix] = fmt.Sprintf(each, "sum", suffix, t, "\t\tvar s [16]"+t+"\n\t\tfor i, v := range x[g*size : (g+1)*size] {\n\t\t\ts[i%16] += v\n\t\t}\n\t\tfor half := 8; half > 0; half /= 2 {\n\t\t\tfor i := range half {\n\t\t\t\ts[i] += s[i+half]\n\t\t\t}\n\t\t}\n\t\tto[g] = s[0]\n")
	}
	return all
}

func list[T any](all []T, text func(T) string) string {
	var b strings.Builder
	for i, v := range all {
		switch {
		case i > 0 && i%8 == 0:
			b.WriteString(",\n\t")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(text(v))
	}
	return b.String()
}

var golang = &language{
	number: goNumber, expr: goExpr, indent: "\t", prelude: goHelpers(), suffix: bySuffix,
	let:   func(t form.Type, name, expr string) string { return "var " + name + " " + goTypes[t] + " = " + expr },
	array: func(t form.Type, name string, n int) string { return fmt.Sprintf("var %s [%d]%s", name, n, goTypes[t]) },
	loop: func(name string, n int, expr string) string {
		return fmt.Sprintf("for i := range %d {\n\t\t%s[i] = %s\n\t}", n, name, expr)
	},
	table: func(t form.Type, name string, v []float64) string {
		return fmt.Sprintf("var %s = [...]%s{%s}\n\n", name, goTypes[t], list(v, func(x float64) string { return goNumber(t, x) }))
	},
	words: func(name string, texts []string, codes []int) string {
		var b strings.Builder
		fmt.Fprintf(&b, "var %s = map[string]int{", name)
		for i, t := range texts {
			fmt.Fprintf(&b, "%s: %d, ", strconv.QuoteToASCII(t), codes[i])
		}
		return b.String() + "}\n\n"
	},
	helper: func(name, to string, at int, args ...string) string {
		if name == "match" { // a text, and a map
			return fmt.Sprintf("match(%s[:], %s)", to, strings.Join(args, ", "))
		}
		args[0] += "[:]"
		switch {
		case name == "times":
			args[3] += "[:]"
		case strings.HasPrefix(name, "pick"):
			args[1] += "[:]"
		}
		return fmt.Sprintf("%s(%s[%d:], %s)", name, to, at, strings.Join(args, ", "))
	},
	input: func(name string) string { return "row." + name },
}

func writeGo(p *form.Program, o Options) ([]byte, error) {
	names := exported(columnNames(p))
	c := newCoder(golang, p, names)
	var funcs strings.Builder
	for _, f := range form.Funcs(p.Ops) {
		funcs.WriteString(golang.function(f, func(args []string) string {
			for i, t := range f.Args {
				args[i] += " " + goTypes[t]
			}
			return "func " + f.Name + "(" + strings.Join(args, ", ") + ") " + goTypes[f.Type()] + " {"
		}, func(e string) string { return "return " + e }, "}"))
	}
	answers := exported(answerNames(p))
	title := exported([]string{o.Name})[0]
	var b bytes.Buffer
	fmt.Fprintf(&b, "%spackage %s\n\nimport \"math\"\n\n", comment(p, o, names, answers, "// Package "+strings.ToLower(o.Name)+" answers rows of a table. ", "// ", ""), strings.ToLower(o.Name))
	b.WriteString("// A Row holds the cells of a row.\ntype Row struct {\n")
	for i, col := range p.Columns {
		fmt.Fprintf(&b, "\t%s %s%s\n", names[i], sized(col.Len), goTypes[col.Type])
	}
	b.WriteString("}\n\n// An Answer is what there is to say of a row.\ntype Answer struct {\n")
	for i, a := range p.Answers {
		fmt.Fprintf(&b, "\t%s %s%s\n", answers[i], sized(p.Ops[a.Value].Len), goTypes[p.Ops[a.Value].Type])
	}
	b.WriteString("}\n\n")
	for i, a := range p.Answers {
		if a.Labels != nil {
			fmt.Fprintf(&b, "// %sNames are what a %s stands for.\nvar %sNames = [...]string{%s}\n\n", answers[i], answers[i], answers[i], list(a.Labels, strconv.QuoteToASCII))
		}
	}
	fmt.Fprintf(&b, "// %s answers a row.\nfunc %s(row *Row) (answer Answer) {\n%s", title, title, c.body.String())
	for i, a := range p.Answers {
		fmt.Fprintf(&b, "\tanswer.%s = %s%s\n", answers[i], c.whole(a.Value), map[bool]string{true: "[0]"}[p.Ops[a.Value].Len == 1])
	}
	b.WriteString("\treturn answer\n}\n\n")
	b.WriteString(goTest(p, title, answers))
	b.WriteString(c.globals.String() + funcs.String())
	code := b.String() + c.used()
	for _, h := range goSmall {
		if strings.Contains(code, h.word) {
			code += h.text
		}
	}
	if !strings.Contains(code, "math.") {
		code = strings.Replace(code, "import \"math\"\n\n", "", 1)
	}
	return []byte(code), nil
}

// exported makes names that other packages see.
func exported(texts []string) []string {
	names := identifiers(texts)
	for i, n := range names {
		names[i] = strings.ToUpper(n[:1]) + n[1:]
	}
	return identifiers(names, "Row", "Answer", "Test")
}

// goTest is a function that computes a row whose answer is known.
func goTest(p *form.Program, title string, answers []string) string {
	row := usual(p)
	want := form.NewRunner(p).Run(row)
	var b strings.Builder
	fmt.Fprintf(&b, "// Test reports whether a row is answered as it was by the model.\nfunc Test() bool {\n\tanswer := %s(&Row{%s})\n\treturn ", title, goRow(p, row))
	for i, a := range p.Answers {
		for j, v := range want[i] {
			fmt.Fprintf(&b, "answer.%s%s == %s && ", answers[i], place(j, len(want[i])), goNumber(p.Ops[a.Value].Type, v))
		}
	}
	return strings.TrimSuffix(b.String(), " && ") + "\n}\n\n"
}

// goRow writes the cells of a row in their order.
func goRow(p *form.Program, row []form.Cell) string {
	var all []string
	for i, cell := range row {
		col := &p.Columns[i]
		switch {
		case col.Type == form.Text:
			all = append(all, strconv.QuoteToASCII(cell.Text))
		case col.Len == 1:
			all = append(all, goNumber(col.Type, cell.Numbers[0]))
		default:
			all = append(all, fmt.Sprintf("[%d]%s{%s}", col.Len, goTypes[col.Type], list(cell.Numbers, func(v float64) string { return goNumber(col.Type, v) })))
		}
	}
	return strings.Join(all, ", ")
}
