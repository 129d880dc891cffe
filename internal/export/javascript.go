package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"mlp/internal/form"
)

var _ = register("js", "JavaScript: a file without imports, for browsers and for node, with the bits of the model; `node FILE` is a test of it", writeJS, ".js", ".mjs")

var js = javaScript()

func javaScript() *script {
	l := newScript("Math.fround", "NaN", "Infinity", func(k form.Kind, x []string) string {
		switch k {
		case form.Div:
			return "(" + x[0] + " / " + x[1] + ")"
		case form.Abs:
			return "Math.abs(" + x[0] + ")"
		case form.Sqrt:
			return "Math.sqrt(" + x[0] + ")"
		case form.Or:
			return "(" + x[0] + " || " + x[1] + ")"
		case form.Select:
			return "(" + x[0] + " ? " + x[1] + " : " + x[2] + ")"
		case form.CopySign:
			return "copysign(" + x[0] + ", " + x[1] + ")"
		}
		return ""
	})
	l.end, l.indent, l.prelude = ";", "  ", jsHelpers()
	l.let = func(_ form.Type, name, expr string) string { return "const " + name + " = " + expr }
	l.array = func(_ form.Type, name string, n int) string { return fmt.Sprintf("const %s = new Array(%d)", name, n) }
	l.loop = func(name string, n int, expr string) string {
		return fmt.Sprintf("for (let i = 0; i < %d; i++) %s[i] = %s", n, name, expr)
	}
	l.table = func(t form.Type, name string, v []float64) string {
		return fmt.Sprintf("const %s = [%s];\n", name, list(v, func(x float64) string { return l.number(t, x) }))
	}
	l.words = func(name string, texts []string, codes []int) string {
		var b strings.Builder
		for i, t := range texts {
			fmt.Fprintf(&b, "[%s, %d], ", quoteJSON(t), codes[i])
		}
		return "const " + name + " = new Map([" + strings.TrimSuffix(b.String(), ", ") + "]);\n"
	}
	return l
}

// quoteJSON quotes a text as JSON does, which is JavaScript too.
func quoteJSON(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic("export: " + err.Error()) // there is JSON of every text
	}
	return string(text)
}

// jsSmall are single operations that JavaScript has not.
var jsSmall = []struct{ word, text string }{
	{"cut(", "function cut(x) { return x > -2147483648 && x < 2147483647 ? Math.trunc(x) : 0; }\n"},
	{"copysign(", "function copysign(x, s) { return (s < 0 || Object.is(s, -0)) ? -Math.abs(x) : Math.abs(x); }\n"},
	{"ldexp(", `const view = new DataView(new ArrayBuffer(8));
function power2(n) { view.setUint32(0, (n + 1023) << 20); view.setUint32(4, 0); return view.getFloat64(0); }
function ldexp(x, n) { const h = Math.trunc(n / 2); return x * power2(h) * power2(n - h); }
`},
	{"frexp(", `const bits = new DataView(new ArrayBuffer(8));
function frexp(x) {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  bits.setUint32(0, (high & 0xfffff) | 0x3fe00000);
  return [bits.getFloat64(0), (high >>> 20 & 2047) - 1022];
}
`},
}

func writeJS(p *form.Program, o Options) ([]byte, error) {
	names := prefixed(columnNames(p))
	c := newCoder(&js.language, p, names)
	funcs := js.functions(p.Ops, "function %s(%s) {", "}")
	var b bytes.Buffer
	b.WriteString(comment(p, o, columnNames(p), answerNames(p), "// ", "// ", ""))
	fmt.Fprintf(&b, "const %s = (() => {\n\"use strict\";\n", o.Name)
	code := funcs + c.body.String()
	for _, h := range jsSmall {
		if strings.Contains(code, h.word) {
			b.WriteString(h.text)
		}
	}
	b.WriteString(c.used() + funcs + c.globals.String())
	b.WriteString("return function (row) {\n")
	for i, col := range p.Columns {
		switch {
		case col.Type == form.Text:
			fmt.Fprintf(&b, "  const %s = row[%s];\n", names[i], quoteJSON(col.Name))
		case col.Len > 1:
			fmt.Fprintf(&b, "  const %s = row[%s].map(Math.fround);\n", names[i], quoteJSON(col.Name))
		default:
			round := ""
			if col.Type == form.F32 {
				round = "Math.fround"
			}
			fmt.Fprintf(&b, "  const given_%s = row[%s];\n", names[i], quoteJSON(col.Name))
			fmt.Fprintf(&b, "  const %s = given_%s === null || given_%s === undefined || given_%s === \"\" ? NaN : %s(Number(given_%s));\n", names[i], names[i], names[i], names[i], round, names[i])
		}
	}
	b.WriteString(c.body.String() + "  return {\n")
	for i, a := range p.Answers {
		if a.Labels != nil {
			fmt.Fprintf(&b, "    %s: [%s][%s[0]],\n", quoteJSON(answerNames(p)[i]), list(a.Labels, quoteJSON), c.whole(a.Value))
		} else if p.Ops[a.Value].Len == 1 {
			fmt.Fprintf(&b, "    %s: %s[0],\n", quoteJSON(answerNames(p)[i]), c.whole(a.Value))
		} else {
			fmt.Fprintf(&b, "    %s: %s,\n", quoteJSON(answerNames(p)[i]), c.whole(a.Value))
		}
	}
	b.WriteString("  };\n};\n})();\n")
	row, answer := example(p)
	fmt.Fprintf(&b, `if (typeof module !== "undefined" && typeof require !== "undefined") {
  module.exports = %s;
  if (require.main === module) {
    const answer = JSON.stringify(%s(%s)), known = JSON.stringify(%s);
    if (answer !== known) throw new Error(answer + " is not " + known);
  }
}
`, o.Name, o.Name, row, answer)
	return b.Bytes(), nil
}

// example returns a row and its answer as JSON, which both languages read.
func example(p *form.Program) (row, answer string) {
	cells := usual(p)
	want := form.NewRunner(p).Run(cells)
	var r, a []string
	for i, cell := range cells {
		text := quoteJSON(cell.Text)
		if col := p.Columns[i]; col.Type != form.Text {
			text = list(cell.Numbers, func(v float64) string { return jsonNumber(v) })
			if col.Len > 1 {
				text = "[" + text + "]"
			}
		}
		r = append(r, quoteJSON(p.Columns[i].Name)+": "+text)
	}
	for i, an := range p.Answers {
		text := list(want[i], jsonNumber)
		switch {
		case an.Labels != nil:
			text = quoteJSON(an.Labels[int(want[i][0])])
		case len(want[i]) > 1:
			text = "[" + text + "]"
		}
		a = append(a, quoteJSON(an.Name)+": "+text)
	}
	return "{" + strings.Join(r, ", ") + "}", "{" + strings.Join(a, ", ") + "}"
}

func jsonNumber(v float64) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "null" // there is no NaN
	}
	return string(text)
}

func jsHelpers() map[string]string {
	all := map[string]string{
		"times": `function times(to, start, x, at, inputs, w, out) {
  for (let j = 0; j < out; j++) {
    let sum = 0;
    for (let k = 0; k < inputs; k++) sum = fma32(x[at + k], w[k * out + j], sum);
    to[start + j] = sum;
  }
}
// a·b + c, rounded once: the product is exact, and where the sum ends between two
// float32, what it has lost says to which of them it goes.
function fma32(a, b, c) {
  const p = a * b, s = p + c, near = Math.fround(s), low = s - near, other = near + 2 * low;
  if (low === 0 || Math.fround(other) !== other) return near;
  const back = s - p, rest = (p - (s - back)) + (c - back);
  return rest > 0 && low > 0 || rest < 0 && low < 0 ? other : near;
}
`,
		"match": "function match(to, start, text, words, n, other) {\n  const code = words.get(text === undefined || text === null ? \"\" : String(text));\n  to[start] = code === undefined ? other : code;\n}\n",
		"copy":  "function copy(to, start, from, at, n) { for (let i = 0; i < n; i++) to[start + i] = from[at + i]; }\n",
		"pick":  "function pick(to, start, from, places, n) { for (let i = 0; i < n; i++) to[start + i] = from[places[i]]; }\n",
		"take":  "function take(to, start, table, code, n) { for (let i = 0; i < n; i++) to[start + i] = table[code * n + i]; }\n",
		"max":   "function max(to, start, x, size, n) {\n  for (let g = 0; g < n; g++) {\n    let top = -Infinity;\n    for (let i = 0; i < size; i++) if (x[g * size + i] > top) top = x[g * size + i];\n    to[start + g] = top;\n  }\n}\n",
	}
	for suffix, round := range map[string]string{"32": "Math.fround", "64": ""} {
		all["total"+suffix] = fmt.Sprintf("function total%s(to, start, x, size, n) {\n  for (let g = 0; g < n; g++) {\n    let sum = 0;\n    for (let i = 0; i < size; i++) sum = %s(sum + x[g * size + i]);\n    to[start + g] = sum;\n  }\n}\n", suffix, round)
		all["sum"+suffix] = fmt.Sprintf("function sum%s(to, start, x, size, n) {\n  for (let g = 0; g < n; g++) {\n    const s = new Array(16).fill(0);\n    for (let i = 0; i < size; i++) s[i %% 16] = %s(s[i %% 16] + x[g * size + i]);\n    for (let half = 8; half > 0; half >>= 1) for (let i = 0; i < half; i++) s[i] = %s(s[i] + s[i + half]);\n    to[start + g] = s[0];\n  }\n}\n", suffix, round, round)
	}
	return all
}
