package export

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"mlp/internal/form"
)

var _ = register("c", "C99: a function without malloc, libm and state, with the bits of the model; compiled with -DPREDICT_TEST it is a test of itself", writeC, ".c")

var cTypes = map[form.Type]string{form.F32: "float", form.F64: "double", form.Bool: "int32_t", form.Code: "int32_t", form.Text: "const char *"}

// hex writes a number exactly.
func hex(t form.Type, v float64, suffix string) string {
	switch {
	case t == form.Code || t == form.Bool:
		return strconv.Itoa(int(v))
	case v != v:
		return "NAN"
	case math.IsInf(v, 1):
		return "INFINITY"
	case math.IsInf(v, -1):
		return "-INFINITY"
	case v == math.Trunc(v) && math.Abs(v) < 1e6:
		return strconv.FormatFloat(v, 'f', 1, 64) + suffix
	}
	return strconv.FormatFloat(v, 'x', -1, 64) + suffix
}

// operators are written between the arguments.
var operators = map[form.Kind]string{form.Add: "+", form.Sub: "-", form.Mul: "*", form.Div: "/", form.Less: "<", form.Equal: "==", form.Or: "||"}

func cExpr(o *form.Op, x []string) string {
	switch o.Kind {
	case form.Add, form.Sub, form.Mul, form.Div, form.Less, form.Equal, form.Or:
		return "(" + x[0] + " " + operators[o.Kind] + " " + x[1] + ")"
	case form.Neg:
		return "(-" + x[0] + ")"
	case form.Abs:
		return "abs" + width(o.Type) + "(" + x[0] + ")"
	case form.Sqrt:
		return "root(" + x[0] + ")"
	case form.IsNaN:
		return "isnan(" + x[0] + ")"
	case form.Select:
		return "(" + x[0] + " ? " + x[1] + " : " + x[2] + ")"
	case form.Convert:
		if o.Type == form.Code {
			return "cut(" + x[0] + ")"
		}
		return "(" + cTypes[o.Type] + ")" + x[0]
	case form.Ldexp:
		return "scaled(" + x[0] + ", " + x[1] + ")"
	case form.FrexpM:
		return "mantissa(" + x[0] + ")"
	case form.FrexpE:
		return "exponent(" + x[0] + ")"
	case form.CopySign:
		return "signed" + width(o.Type) + "(" + x[0] + ", " + x[1] + ")"
	case form.Call:
		return o.Func.Name + "(" + strings.Join(x, ", ") + ")"
	}
	panic("export: an operation without a form in C")
}

func width(t form.Type) string {
	if t == form.F32 {
		return "32"
	}
	return "64"
}

func cNumbers(t form.Type, name string, v []float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "static const %s %s[] = {", cTypes[t], name)
	for i, x := range v {
		if i > 0 {
			b.WriteByte(',')
		}
		if i%8 == 0 {
			b.WriteString("\n  ")
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(cNumber(t, x))
	}
	b.WriteString("};\n")
	return b.String()
}

func cNumber(t form.Type, v float64) string {
	if t == form.F32 {
		return hex(t, v, "f")
	}
	return hex(t, v, "")
}

// cText quotes a text; bytes beyond ASCII are octal, which cannot run into what follows.
func cText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?' {
			fmt.Fprintf(&b, "\\%03o", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}

var c99 = &language{
	number: cNumber, expr: cExpr, table: cNumbers, end: ";", indent: "  ", prelude: cHelpers(), suffix: bySuffix,
	let:   func(t form.Type, name, expr string) string { return cTypes[t] + " " + name + " = " + expr },
	array: func(t form.Type, name string, n int) string { return fmt.Sprintf("%s %s[%d]", cTypes[t], name, n) },
	loop: func(name string, n int, expr string) string {
		return fmt.Sprintf("for (int i = 0; i < %d; i++) %s[i] = %s", n, name, expr)
	},
	words: func(name string, texts []string, codes []int) string {
		var b strings.Builder
		fmt.Fprintf(&b, "static const struct word %s[] = {", name)
		for i, t := range texts {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "{%s, %d}", cText(t), codes[i])
		}
		return b.String() + "};\n"
	},
	helper: func(name, to string, at int, args ...string) string {
		if at > 0 {
			to = fmt.Sprintf("%s + %d", to, at)
		}
		return name + "(" + strings.Join(append([]string{to}, args...), ", ") + ")"
	},
	input: func(name string) string { return "row->" + name },
}

var cKeywords = strings.Fields("auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while int32_t NAN INFINITY")

func writeC(p *form.Program, o Options) ([]byte, error) {
	names := identifiers(columnNames(p), cKeywords...)
	c := newCoder(c99, p, names)
	var funcs strings.Builder
	for _, f := range form.Funcs(p.Ops) {
		funcs.WriteString(c99.function(f, func(args []string) string {
			for i, t := range f.Args {
				args[i] = cTypes[t] + " " + args[i]
			}
			return "static " + cTypes[f.Type()] + " " + f.Name + "(" + strings.Join(args, ", ") + ") {"
		}, func(e string) string { return "return " + e }, "}"))
	}
	answers := identifiers(answerNames(p), cKeywords...)
	var b bytes.Buffer
	b.WriteString(comment(p, o, names, answers, "/* ", " * ", " */"))
	b.WriteString("#include <math.h>\n#include <stdint.h>\n#include <string.h>\n\n")
	b.WriteString(cGuard)
	all := funcs.String() + c.body.String()
	for _, h := range cPrelude {
		if strings.Contains(all, h.word) {
			b.WriteString(h.text)
		}
	}
	if c.helpers["match"] {
		b.WriteString("struct word { const char *text; int32_t code; };\n")
	}
	if c.helpers["times"] {
		b.WriteString(cFMA)
	}
	b.WriteString(c.used())
	b.WriteString("\n" + funcs.String() + c.globals.String())
	fmt.Fprintf(&b, "\nstruct %s_row {\n", o.Name)
	for i, col := range p.Columns {
		space := " "
		if col.Type == form.Text {
			space = ""
		}
		fmt.Fprintf(&b, "  %s%s%s%s;\n", cTypes[col.Type], space, names[i], sized(col.Len))
	}
	fmt.Fprintf(&b, "};\n\nstruct %s_answer {\n", o.Name)
	for i, a := range p.Answers {
		fmt.Fprintf(&b, "  %s %s%s;\n", cTypes[p.Ops[a.Value].Type], answers[i], sized(p.Ops[a.Value].Len))
	}
	b.WriteString("};\n")
	for i, a := range p.Answers {
		if a.Labels != nil {
			var texts []string
			for _, l := range a.Labels {
				texts = append(texts, cText(l))
			}
			fmt.Fprintf(&b, "\nextern const char *const %s_%s[];\nconst char *const %s_%s[] = {%s};\n", o.Name, answers[i], o.Name, answers[i], strings.Join(texts, ", "))
		}
	}
	fmt.Fprintf(&b, "\nvoid %s(const struct %s_row *row, struct %s_answer *answer);\n", o.Name, o.Name, o.Name)
	fmt.Fprintf(&b, "void %s(const struct %s_row *row, struct %s_answer *answer) {\n%s", o.Name, o.Name, o.Name, c.body.String())
	for i, a := range p.Answers {
		if p.Ops[a.Value].Len == 1 {
			fmt.Fprintf(&b, "  answer->%s = %s[0];\n", answers[i], c.whole(a.Value))
		} else {
			fmt.Fprintf(&b, "  memcpy(answer->%s, %s, sizeof answer->%s);\n", answers[i], c.whole(a.Value), answers[i])
		}
	}
	b.WriteString("}\n")
	b.WriteString(cTest(p, o, answers))
	return b.Bytes(), nil
}

// cTest is a program that computes a row whose answer is known.
func cTest(p *form.Program, o Options, answers []string) string {
	row := usual(p)
	want := form.NewRunner(p).Run(row)
	var b strings.Builder
	fmt.Fprintf(&b, "\n#ifdef %s_TEST\nint main(void) {\n  static const struct %s_row row = {", strings.ToUpper(o.Name), o.Name)
	for i, cell := range row {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(cCell(&p.Columns[i], cell))
	}
	fmt.Fprintf(&b, "};\n  struct %s_answer answer;\n  int wrong = 0;\n  %s(&row, &answer);\n", o.Name, o.Name)
	for i, a := range p.Answers {
		for j, v := range want[i] {
			fmt.Fprintf(&b, "  wrong += answer.%s%s != %s;\n", answers[i], place(j, len(want[i])), cNumber(p.Ops[a.Value].Type, v))
		}
	}
	b.WriteString("  return wrong;\n}\n#endif\n")
	return b.String()
}

// cCell writes a cell as an initialiser.
func cCell(col *form.Column, cell form.Cell) string {
	if col.Type == form.Text {
		return cText(cell.Text)
	}
	var all []string
	for _, v := range cell.Numbers {
		all = append(all, cNumber(col.Type, v))
	}
	if col.Len == 1 {
		return all[0]
	}
	return "{" + strings.Join(all, ", ") + "}"
}
