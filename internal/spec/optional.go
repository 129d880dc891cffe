package spec

import (
	"fmt"
	"strconv"
)

// NullInt reads an integer in whose place null may stand, which gives nil. With a nil
// default the field must be given, if only as null.
func (f *Fields) NullInt(name string, def *int, doc string, checks ...Check) *int {
	d := FieldDoc{Name: name, Type: "integer", Doc: doc, Checks: checks, Required: def == nil, Nullable: true}
	if def != nil {
		d.Default = strconv.Itoa(*def)
	}
	n := f.open(d)
	switch {
	case n == nil && def == nil:
		f.Problem(name, fmt.Sprintf("add `%s: …`: %s", name, doc), "%q is missing", name)
		return nil
	case n != nil && n.Kind == Null:
		f.use(name, n, NewNull())
		return nil
	}
	from := 1
	if def != nil {
		from = *def
	}
	v := f.integer(name, n, from, checks)
	f.use(name, n, NewInt(int64(v)))
	return &v
}

// OptInt reads an integer that may be left out; 0 then stands for "none".
func (f *Fields) OptInt(name, doc string, checks ...Check) int {
	n := f.open(FieldDoc{Name: name, Type: "integer", Default: "null", Doc: doc, Checks: checks})
	if n == nil || n.Kind == Null {
		f.use(name, n, NewNull())
		return 0
	}
	v := f.integer(name, n, 0, checks)
	f.use(name, n, NewInt(int64(v)))
	return v
}

// OptFloat reads a number that may be left out; nil then stands for "none".
func (f *Fields) OptFloat(name, doc string, checks ...Check) *float64 {
	n := f.open(FieldDoc{Name: name, Type: "number", Default: "null", Doc: doc, Checks: checks})
	if n == nil || n.Kind == Null {
		f.use(name, n, NewNull())
		return nil
	}
	if n.Kind == List && len(n.Items) == 1 { // as thresholds are written: [0.5]
		n = n.Items[0]
	}
	v := f.number(name, n, 0, checks)
	f.use(name, n, NewFloat(v))
	return &v
}
