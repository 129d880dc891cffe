package export

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/form"
)

// A language says how source code of it is written. Values are arrays, also those of one
// element; operations on elements are part of one expression where only one other reads
// them.
type language struct {
	number  func(t form.Type, v float64) string
	expr    func(o *form.Op, x []string) string // of one element; of Call too
	let     func(t form.Type, name, expr string) string
	array   func(t form.Type, name string, n int) string          // declares one that is to be filled
	loop    func(name string, n int, expr string) string          // fills one; expr is of element i
	table   func(t form.Type, name string, v []float64) string    // a constant
	words   func(name string, texts []string, codes []int) string // what Match knows
	helper  func(name, to string, at int, args ...string) string  // a call that fills an array from a place on
	input   func(name string) string                              // the expression that reads a column
	suffix  func(helper string, t form.Type) string               // of the name of a helper
	prelude map[string]string                                     // the helpers
	end     string                                                // of a line
	indent  string
}

// A coder writes the steps of a program.
type coder struct {
	*language
	p       *form.Program
	names   []string // of the columns
	uses    []int
	exprs   map[form.Value]string // of elements that are not kept
	tables  map[string]string
	helpers map[string]bool // that are called
	globals bytes.Buffer
	body    bytes.Buffer
}

func newCoder(l *language, p *form.Program, names []string) *coder {
	c := &coder{language: l, p: p, names: names, uses: uses(p.Ops), exprs: map[form.Value]string{}, tables: map[string]string{}, helpers: map[string]bool{}}
	for _, a := range p.Answers {
		c.uses[a.Value] += 2 // it is kept
	}
	for i := range p.Ops {
		if c.uses[i] > 0 {
			c.step(form.Value(i), &p.Ops[i])
		}
	}
	return c
}

// uses counts how often each value is read; one that is read as an array, or in a loop of
// another length, counts twice.
func uses(ops []form.Op) []int {
	n := make([]int, len(ops))
	for i := range ops {
		for _, a := range ops[i].Args {
			n[a]++
			if o := &ops[i]; !o.Kind.Elementwise() && !(o.Kind == form.Join && ops[a].Len == 1) || o.Kind.Elementwise() && ops[a].Len != o.Len {
				n[a]++
			}
		}
	}
	return n
}

// longest bounds an expression, so that a line can be read.
const longest = 160

func (c *coder) name(v form.Value) string { return "v" + strconv.Itoa(int(v)) }

// arg is how one element of a value is written where element i of others is computed.
func (c *coder) arg(v form.Value) string {
	o := &c.p.Ops[v]
	switch e, inline := c.exprs[v]; {
	case inline:
		return e
	case o.Kind == form.Const && o.Len == 1:
		return c.number(o.Type, o.Numbers[0])
	case o.Len == 1:
		return c.name(v) + "[0]"
	}
	return c.whole(v) + "[i]"
}

// whole is the name of an array.
func (c *coder) whole(v form.Value) string {
	if o := &c.p.Ops[v]; o.Kind == form.Const {
		return c.constant(o.Type, o.Numbers)
	}
	return c.name(v)
}

// constant is the name of a table of numbers, which stands once.
func (c *coder) constant(t form.Type, numbers []float64) string {
	key := fmt.Sprint(t, len(numbers))
	for _, v := range numbers {
		key += strconv.FormatUint(math.Float64bits(v), 36) + " "
	}
	if c.tables[key] == "" {
		c.tables[key] = "k" + strconv.Itoa(len(c.tables)+1)
		c.globals.WriteString(c.table(t, c.tables[key], numbers))
	}
	return c.tables[key]
}

// places is one of whole numbers.
func (c *coder) places(p []int) string {
	var numbers []float64
	for _, v := range p {
		numbers = append(numbers, float64(v))
	}
	return c.constant(form.Code, numbers)
}

func (c *coder) line(text string) { c.body.WriteString(c.indent + text + c.end + "\n") }

// call writes a call of a helper for a type.
func (c *coder) call(t form.Type, helper, to string, at int, args ...any) {
	helper += c.suffix(helper, t)
	c.helpers[helper] = true
	var texts []string
	for _, a := range args {
		texts = append(texts, fmt.Sprint(a))
	}
	c.line(c.helper(helper, to, at, texts...))
}

// suffixes tell helpers for one type from those for another.
var suffixes = map[form.Type]string{form.F32: "32", form.F64: "64", form.Code: "_code", form.Bool: "_code"}

func bySuffix(_ string, t form.Type) string { return suffixes[t] }

func (c *coder) step(v form.Value, o *form.Op) {
	name := c.name(v)
	switch {
	case o.Kind == form.Const, o.Kind == form.Input && o.Type == form.Text:
		return
	case o.Kind.Elementwise():
		var x []string
		for _, a := range o.Args {
			x = append(x, c.arg(a))
		}
		if e := c.expr(o, x); c.uses[v] == 1 && len(e) < longest {
			c.exprs[v] = e
		} else {
			c.fill(o.Type, name, o.Len, e)
		}
		return
	case o.Kind == form.Input && o.Len == 1:
		c.fill(o.Type, name, 1, c.input(c.names[o.Places[0]]))
		return
	}
	c.line(c.array(o.Type, name, o.Len))
	switch o.Kind {
	case form.Input:
		c.call(o.Type, "copy", name, 0, c.input(c.names[o.Places[0]]), 0, o.Len)
	case form.Pick:
		from := c.whole(o.Args[0])
		if lo := o.Places[0]; slices.Equal(o.Places, run(lo, o.Len)) {
			c.call(o.Type, "copy", name, 0, from, lo, o.Len)
		} else {
			c.call(o.Type, "pick", name, 0, from, c.places(o.Places), o.Len)
		}
	case form.Join:
		at := 0
		for _, a := range o.Args {
			if n := c.p.Ops[a].Len; n > 1 {
				c.call(o.Type, "copy", name, at, c.whole(a), 0, n)
				at += n
			} else {
				c.line(fmt.Sprintf("%s[%d] = %s", name, at, c.arg(a)))
				at++
			}
		}
	case form.Times:
		in, out := c.p.Ops[o.Args[0]].Len/o.Size, o.Len/o.Size
		for part := range o.Size {
			c.call(form.Text, "times", name, part*out, c.whole(o.Args[0]), part*in, in, c.constant(form.F32, o.Numbers), out)
		}
	case form.RowsOf:
		c.call(o.Type, "take", name, 0, c.constant(o.Type, o.Numbers), c.arg(o.Args[0]), o.Len)
	case form.Match:
		texts, codes := make([]string, len(o.Words)), make([]int, len(o.Words))
		for i, w := range o.Words {
			texts[i], codes[i] = w.Text, w.Code
		}
		c.globals.WriteString(c.words("w"+name, texts, codes))
		c.call(form.Text, "match", name, 0, c.input(c.names[c.p.Ops[o.Args[0]].Places[0]]), "w"+name, len(texts), o.Default)
	case form.Sum, form.Total, form.Max:
		helper := map[form.Kind]string{form.Sum: "sum", form.Total: "total", form.Max: "max"}[o.Kind]
		c.call(o.Type, helper, name, 0, c.whole(o.Args[0]), o.Size, o.Len)
	}
}

// fill declares an array and computes its elements.
func (c *coder) fill(t form.Type, name string, n int, expr string) {
	c.line(c.array(t, name, n))
	if n == 1 {
		c.line(name + "[0] = " + expr)
	} else {
		c.line(c.loop(name, n, expr))
	}
}

// used returns the helpers that are called, in the order of their names.
func (c *coder) used() string {
	var all string
	for _, name := range slices.Sorted(maps.Keys(c.helpers)) {
		all += c.prelude[name]
	}
	return all
}

// sized and place are how an array is declared and read; one element is no array.
func sized(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf("[%d]", n)
}

func place(j, n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf("[%d]", j)
}

func run(lo, n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = lo + i
	}
	return all
}

// function writes a function of single numbers.
func (l *language) function(f *form.Func, head func(args []string) string, result func(expr string) string, foot string) string {
	var b strings.Builder
	var args []string
	n := uses(f.Ops)
	n[f.Out] += 2
	exprs := make([]string, len(f.Ops))
	for i := range f.Ops {
		o := &f.Ops[i]
		switch {
		case n[i] == 0 && o.Kind != form.Input:
		case o.Kind == form.Input:
			exprs[i] = "xyz"[len(args) : len(args)+1]
			args = append(args, exprs[i])
		case o.Kind == form.Const:
			exprs[i] = l.number(o.Type, o.Numbers[0])
		default:
			var x []string
			for _, a := range o.Args {
				x = append(x, exprs[a])
			}
			e := l.expr(o, x)
			if exprs[i] = e; n[i] > 1 && form.Value(i) != f.Out || len(e) > longest {
				exprs[i] = "v" + strconv.Itoa(i)
				b.WriteString(l.indent + l.let(o.Type, exprs[i], e) + l.end + "\n")
			}
		}
	}
	return head(args) + "\n" + b.String() + l.indent + result(exprs[f.Out]) + l.end + "\n" + foot + "\n\n"
}
