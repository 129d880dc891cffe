package spec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Int reads an integer. A number with a fraction, or a number in quotes, is a
// problem, never rounded or guessed.
func (f *Fields) Int(name string, def int, doc string, checks ...Check) int {
	n := f.open(FieldDoc{Name: name, Type: "integer", Default: strconv.Itoa(def), Doc: doc, Checks: checks})
	v := f.integer(name, n, def, checks)
	f.use(name, n, NewInt(int64(v)))
	return v
}

// NeedInt reads an integer that has no default.
func (f *Fields) NeedInt(name, doc string, checks ...Check) int {
	n := f.open(FieldDoc{Name: name, Type: "integer", Doc: doc, Checks: checks, Required: true})
	if n == nil || n.Kind == Null {
		f.Problem(name, fmt.Sprintf("add `%s: …`: %s", name, doc), "%q is missing", name)
		return 1
	}
	v := f.integer(name, n, 1, checks)
	f.use(name, n, NewInt(int64(v)))
	return v
}

// IntOrNull reads an integer that has a default, and for which null stands for "none",
// which is 0.
func (f *Fields) IntOrNull(name string, def int, doc string, checks ...Check) int {
	n := f.open(FieldDoc{Name: name, Type: "integer or null", Default: strconv.Itoa(def), Doc: doc, Checks: checks})
	if n != nil && n.Kind == Null {
		f.use(name, n, NewNull())
		return 0
	}
	v := f.integer(name, n, def, checks)
	f.use(name, n, NewInt(int64(v)))
	return v
}

func (f *Fields) integer(name string, n *Node, def int, checks []Check) int {
	if n == nil {
		return def
	}
	whole := n.Kind == Int || n.Kind == Float && n.Float == math.Trunc(n.Float)
	if !whole {
		f.wrongKind(name, n, Int.String())
		return def
	}
	if math.Abs(n.Float) > 1<<40 { // before the conversion, which depends on the machine beyond 64 bits
		f.Problem(name, "", "%s is too large", n.Text)
		return def
	}
	v := int(n.Float) // exact: an integer below 2⁵³
	if !f.inRange(name, float64(v), n, checks) {
		return def
	}
	return v
}

// Float reads a number; integers are welcome, NaN and infinity are not.
func (f *Fields) Float(name string, def float64, doc string, checks ...Check) float64 {
	n := f.open(FieldDoc{Name: name, Type: "number", Default: short(def), Doc: doc, Checks: checks})
	v := f.number(name, n, def, checks)
	f.use(name, n, NewFloat(v))
	return v
}

// NeedFloat reads a number that has no default.
func (f *Fields) NeedFloat(name, doc string, checks ...Check) float64 {
	n := f.open(FieldDoc{Name: name, Type: "number", Doc: doc, Checks: checks, Required: true})
	if n == nil || n.Kind == Null {
		f.Problem(name, fmt.Sprintf("add `%s: …`: %s", name, doc), "%q is missing", name)
		return 1
	}
	v := f.number(name, n, 1, checks)
	f.use(name, n, NewFloat(v))
	return v
}

func (f *Fields) number(name string, n *Node, def float64, checks []Check) float64 {
	if n == nil {
		return def
	}
	if n.Kind != Int && n.Kind != Float {
		f.wrongKind(name, n, Float.String())
		return def
	}
	if !f.inRange(name, n.Float, n, append([]Check{finite}, checks...)) {
		return def
	}
	return n.Float
}

func (f *Fields) inRange(name string, v float64, n *Node, checks []Check) bool {
	for _, c := range checks {
		if !c.ok(v) {
			f.Problem(name, "", "%s is not %s", n.Text, c.Text)
			return false
		}
	}
	return true
}

// Bool reads true or false.
func (f *Fields) Bool(name string, def bool, doc string) bool {
	n := f.open(FieldDoc{Name: name, Type: "boolean", Default: strconv.FormatBool(def), Doc: doc})
	v := def
	if n != nil {
		if n.Kind == Bool {
			v = n.Bool
		} else {
			f.wrongKind(name, n, Bool.String())
		}
	}
	f.use(name, n, NewBool(v))
	return v
}

// Floats reads a list of numbers; a single one may stand without brackets.
func (f *Fields) Floats(name string, def []float64, doc string, checks ...Check) []float64 {
	words := make([]string, len(def))
	for i, v := range def {
		words[i] = short(v)
	}
	n := f.open(FieldDoc{Name: name, Type: "list of numbers", Default: "[" + strings.Join(words, ", ") + "]", Doc: doc, Checks: checks})
	v := def
	if n != nil && n.Kind != Null {
		v = nil
		for _, item := range items(n) {
			v = append(v, f.number(name, item, 0, checks))
		}
	}
	list := NewList()
	for _, x := range v {
		list.Items = append(list.Items, NewFloat(x))
	}
	f.use(name, n, list)
	return v
}

// items returns the items of a list, or the scalar itself as the only one.
func items(n *Node) []*Node {
	switch n.Kind {
	case List:
		return n.Items
	case Null:
		return nil
	}
	return []*Node{n}
}

// Matrix reads a list of equally long lists of numbers, for example weights
// written by hand. nil stands for "not given".
func (f *Fields) Matrix(name, doc string) [][]float64 {
	n := f.open(FieldDoc{Name: name, Type: "list of lists of numbers", Default: "null", Doc: doc})
	if n == nil || n.Kind == Null {
		f.use(name, n, NewNull())
		return nil
	}
	var rows [][]float64
	for _, row := range items(n) {
		var values []float64
		for _, item := range items(row) {
			values = append(values, f.number(name, item, 0, nil))
		}
		if len(rows) > 0 && len(values) != len(rows[0]) {
			f.Problem(name, "", "row %d has %d numbers, row 1 has %d", len(rows)+1, len(values), len(rows[0]))
		}
		rows = append(rows, values)
	}
	f.use(name, n, n)
	return rows
}

// Any reads a scalar or a list of scalars whose kinds the caller tells apart,
// for example a column given by name or by number.
func (f *Fields) Any(name string, def *Node, doc string) *Node {
	n := f.open(FieldDoc{Name: name, Type: "text or number", Default: def.Text, Doc: doc})
	v := n
	if n == nil {
		v = def
	}
	f.use(name, n, v)
	return v
}

// Table reads a map whose keys are the user's own words, and returns it as it
// stands; nil stands for "not given".
func (f *Fields) Table(name, doc string) *Node {
	n := f.open(FieldDoc{Name: name, Type: "map", Default: "{}", Doc: doc})
	if n != nil && n.Kind != Map && n.Kind != Null {
		f.wrongKind(name, n, Map.String())
		n = nil
	}
	if n == nil || n.Kind == Null {
		f.use(name, n, NewMap())
		return nil
	}
	f.use(name, n, n)
	return n
}

// Raw reads a field of any kind and returns it as it stands, for the few whose
// forms the caller tells apart; nil stands for "not given".
func (f *Fields) Raw(name, doc string) *Node {
	n := f.open(FieldDoc{Name: name, Type: "any", Default: "null", Doc: doc})
	if n == nil || n.Kind == Null {
		f.use(name, n, NewNull())
		return nil
	}
	f.use(name, n, n)
	return n
}
