package export

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"mlp/internal/form"
)

var _ = register("python", "Python 3.8 and later: a file that imports ctypes and math alone, with the bits of the model; `python FILE` is a test of it", writePython, ".py")

var python = newPython()

func newPython() *script {
	l := newScript("f32", "nan", "inf", func(k form.Kind, x []string) string {
		switch k {
		case form.Div:
			return "divided(" + x[0] + ", " + x[1] + ")"
		case form.Abs:
			return "abs(" + x[0] + ")"
		case form.Sqrt:
			return "root(" + x[0] + ")"
		case form.Or:
			return "(" + x[0] + " or " + x[1] + ")"
		case form.Select:
			return "(" + x[1] + " if " + x[0] + " else " + x[2] + ")"
		case form.CopySign:
			return "math.copysign(" + x[0] + ", " + x[1] + ")"
		}
		return ""
	})
	l.indent, l.prelude = "    ", pythonHelpers()
	l.let = func(_ form.Type, name, expr string) string { return name + " = " + expr }
	l.array = func(_ form.Type, name string, n int) string { return fmt.Sprintf("%s = [0] * %d", name, n) }
	l.loop = func(name string, n int, expr string) string {
		return fmt.Sprintf("%s = [%s for i in range(%d)]", name, expr, n)
	}
	l.table = func(t form.Type, name string, v []float64) string {
		return fmt.Sprintf("%s = (%s,)\n", name, list(v, func(x float64) string { return l.number(t, x) }))
	}
	l.words = func(name string, texts []string, codes []int) string {
		var b strings.Builder
		for i, t := range texts {
			fmt.Fprintf(&b, "%s: %d, ", quotePython(t), codes[i])
		}
		return name + " = {" + strings.TrimSuffix(b.String(), ", ") + "}\n"
	}
	return l
}

// quotePython quotes a text; Go's escapes of ASCII and of Unicode are Python's too.
func quotePython(s string) string { return strconv.QuoteToASCII(strings.ToValidUTF8(s, "\ufffd")) }

var pythonSmall = []struct{ word, text string }{
	{"f32(", "def f32(x):\n    return ctypes.c_float(x).value\n\n\n"},
	{"cut(", "def cut(x):\n    return int(x) if -2147483648 < x < 2147483647 else 0\n\n\n"},
	{"divided(", "def divided(x, y):\n    if y == 0:\n        return nan if x == 0 or x != x else math.copysign(inf, x) * math.copysign(1.0, y)\n    return x / y\n\n\n"},
	{"root(", "def root(x):\n    return math.sqrt(x) if x >= 0 else nan\n\n\n"},
	{"ldexp(", "def ldexp(x, n):\n    try:\n        return math.ldexp(x, n)\n    except OverflowError:\n        return math.copysign(inf, x)\n\n\n"},
	{"frexp(", "frexp = math.frexp\n\n\n"},
}

func writePython(p *form.Program, o Options) ([]byte, error) {
	names := prefixed(columnNames(p))
	c := newCoder(&python.language, p, names)
	funcs := python.functions(p.Ops, "def %s(%s):", "")
	var b bytes.Buffer
	b.WriteString(comment(p, o, columnNames(p), answerNames(p), "# ", "# ", ""))
	b.WriteString("import ctypes\nimport math\n\nnan, inf = math.nan, math.inf\n\n\n")
	code := funcs + c.body.String() + "f32("
	for _, h := range pythonSmall {
		if strings.Contains(code, h.word) {
			b.WriteString(h.text)
		}
	}
	b.WriteString(c.used() + funcs + c.globals.String())
	fmt.Fprintf(&b, "\n\ndef %s(row):\n", o.Name)
	for i, col := range p.Columns {
		switch {
		case col.Type == form.Text:
			fmt.Fprintf(&b, "    %s = row.get(%s)\n", names[i], quotePython(col.Name))
		case col.Len > 1:
			fmt.Fprintf(&b, "    %s = [f32(v) for v in row[%s]]\n", names[i], quotePython(col.Name))
		default:
			round := "float"
			if col.Type == form.F32 {
				round = "f32"
			}
			fmt.Fprintf(&b, "    %s = row.get(%s)\n    %s = nan if %s is None or %s == \"\" else %s(float(%s))\n", names[i], quotePython(col.Name), names[i], names[i], names[i], round, names[i])
		}
	}
	b.WriteString(c.body.String() + "    return {\n")
	for i, a := range p.Answers {
		name := quotePython(answerNames(p)[i])
		switch {
		case a.Labels != nil:
			fmt.Fprintf(&b, "        %s: [%s][%s[0]],\n", name, list(a.Labels, quotePython), c.whole(a.Value))
		case p.Ops[a.Value].Len == 1:
			fmt.Fprintf(&b, "        %s: %s[0],\n", name, c.whole(a.Value))
		default:
			fmt.Fprintf(&b, "        %s: %s,\n", name, c.whole(a.Value))
		}
	}
	row, answer := example(p)
	fmt.Fprintf(&b, "    }\n\n\nif __name__ == \"__main__\":\n    import json\n    row, known = json.loads(%s), json.loads(%s)\n    assert %s(row) == known, %s(row)\n", quotePython(row), quotePython(answer), o.Name, o.Name)
	return b.Bytes(), nil
}

func pythonHelpers() map[string]string {
	all := map[string]string{
		"times": `def times(to, start, x, at, inputs, w, out):
    for j in range(out):
        sum = 0.0
        for k in range(inputs):
            sum = fma32(x[at + k], w[k * out + j], sum)
        to[start + j] = sum


def fma32(a, b, c):
    """a·b + c, rounded once: the product is exact, and where the sum ends between two
    float32, what it has lost says to which of them it goes."""
    p = a * b
    s = p + c
    near = f32(s)
    low = s - near
    other = near + 2 * low
    if low == 0 or f32(other) != other:
        return near
    back = s - p
    rest = (p - (s - back)) + (c - back)
    return other if rest > 0 and low > 0 or rest < 0 and low < 0 else near


`,
		"match": "def match(to, start, text, words, n, other):\n    to[start] = words.get(\"\" if text is None else str(text), other)\n\n\n",
		"copy":  "def copy(to, start, source, at, n):\n    to[start:start + n] = source[at:at + n]\n\n\n",
		"pick":  "def pick(to, start, source, places, n):\n    to[start:start + n] = [source[p] for p in places]\n\n\n",
		"take":  "def take(to, start, table, code, n):\n    to[start:start + n] = table[code * n:code * n + n]\n\n\n",
		"max":   "def max(to, start, x, size, n):\n    for g in range(n):\n        top = -inf\n        for v in x[g * size:(g + 1) * size]:\n            if v > top:\n                top = v\n        to[start + g] = top\n\n\n",
	}
	for suffix, round := range map[string]string{"32": "f32", "64": ""} {
		all["total"+suffix] = fmt.Sprintf("def total%s(to, start, x, size, n):\n    for g in range(n):\n        sum = 0.0\n        for v in x[g * size:(g + 1) * size]:\n            sum = %s(sum + v)\n        to[start + g] = sum\n\n\n", suffix, round)
		all["sum"+suffix] = fmt.Sprintf("def sum%s(to, start, x, size, n):\n    for g in range(n):\n        s = [0.0] * 16\n        for i, v in enumerate(x[g * size:(g + 1) * size]):\n            s[i %% 16] = %s(s[i %% 16] + v)\n        for half in (8, 4, 2, 1):\n            for i in range(half):\n                s[i] = %s(s[i] + s[i + half])\n        to[start + g] = s[0]\n\n\n", suffix, round, round)
	}
	return all
}
