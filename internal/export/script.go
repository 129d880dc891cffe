package export

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"mlp/internal/form"
)

// A script is a language with one type of number, float64: what is float32 is rounded
// after every operation.
type script struct {
	language
	round, nan, inf string // how they are written
}

func (l *script) writeNumber(t form.Type, v float64) string {
	switch {
	case t == form.Code || t == form.Bool:
		return strconv.Itoa(int(v))
	case v != v:
		return l.nan
	case math.IsInf(v, 0):
		return strings.TrimSuffix(strconv.FormatFloat(v, 'g', -1, 64), "Inf")[:1] + l.inf // with its sign
	case v == 0 && math.Signbit(v):
		return "-0.0"
	}
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

// writer writes operations; own is for those that each language writes in its way.
func (l *script) writer(own func(k form.Kind, x []string) string) func(o *form.Op, x []string) string {
	return func(o *form.Op, x []string) string {
		text := own(o.Kind, x)
		switch o.Kind {
		case form.Add, form.Sub, form.Mul:
			text = "(" + x[0] + " " + operators[o.Kind] + " " + x[1] + ")"
		case form.Less, form.Equal:
			return "(" + x[0] + " " + operators[o.Kind] + " " + x[1] + ")"
		case form.Neg:
			return "(-" + x[0] + ")"
		case form.IsNaN:
			return "(" + x[0] + " != " + x[0] + ")"
		case form.Convert:
			if o.Type == form.Code {
				return "cut(" + x[0] + ")"
			}
			text = x[0]
		case form.Ldexp:
			return "ldexp(" + x[0] + ", " + x[1] + ")"
		case form.FrexpM:
			return "frexp(" + x[0] + ")[0]"
		case form.FrexpE:
			return "frexp(" + x[0] + ")[1]"
		case form.Call:
			return o.Func.Name + "(" + strings.Join(x, ", ") + ")"
		}
		if o.Type == form.F32 && (o.Kind <= form.Div || o.Kind == form.Convert) {
			return l.round + "(" + text + ")"
		}
		return text
	}
}

// newScript returns a language without its own parts.
func newScript(round, nan, inf string, own func(k form.Kind, x []string) string) *script {
	l := &script{round: round, nan: nan, inf: inf}
	l.number, l.expr = l.writeNumber, l.writer(own)
	l.input = func(name string) string { return name }
	l.suffix = func(helper string, t form.Type) string {
		if helper == "sum" || helper == "total" { // which round
			return suffixes[t]
		}
		return ""
	}
	l.helper = func(name, to string, at int, args ...string) string {
		return fmt.Sprintf("%s(%s, %d, %s)", name, to, at, strings.Join(args, ", "))
	}
	return l
}

// functions writes the functions that operations call; open is how one begins.
func (l *script) functions(ops []form.Op, open, foot string) string {
	var b strings.Builder
	for _, f := range form.Funcs(ops) {
		b.WriteString(l.function(f, func(args []string) string {
			return fmt.Sprintf(open, f.Name, strings.Join(args, ", "))
		}, func(e string) string { return "return " + e }, foot))
	}
	return b.String()
}
