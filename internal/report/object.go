package report

import (
	"strconv"
	"strings"

	"mlp/internal/iostreams"
	"mlp/internal/spec"
)

// An Object is a JSON object on one line whose keys stand in the order in which they
// are added, as the events of a run do. The zero Object is empty.
type Object struct{ b strings.Builder }

// Event begins an object that says what it is.
func Event(name string) *Object { return new(Object).Text("event", name) }

func (o *Object) add(key, value string) *Object {
	between := ","
	if o.b.Len() == 0 {
		between = "{"
	}
	o.b.WriteString(between + iostreams.QuoteJSON(key) + ":" + value)
	return o
}

// Text adds a text.
func (o *Object) Text(key, value string) *Object { return o.add(key, iostreams.QuoteJSON(value)) }

// Int adds a whole number.
func (o *Object) Int(key string, n int) *Object { return o.add(key, strconv.Itoa(n)) }

// Number adds a number; null if it is none.
func (o *Object) Number(key string, v float64) *Object { return o.add(key, spec.NumberJSON(v)) }

// Seconds adds a time to the millisecond.
func (o *Object) Seconds(key string, v float64) *Object {
	return o.add(key, strconv.FormatFloat(v, 'f', 3, 64))
}

// Single adds a number with the digits that float32 needs.
func (o *Object) Single(key string, v float32) *Object { return o.add(key, Cell(v)) }

// Texts adds a list of texts.
func (o *Object) Texts(key string, all []string) *Object {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = iostreams.QuoteJSON(s)
	}
	return o.add(key, "["+strings.Join(quoted, ",")+"]")
}

// Objects adds a list of objects.
func (o *Object) Objects(key string, all []*Object) *Object {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = one.String()
	}
	return o.add(key, "["+strings.Join(texts, ",")+"]")
}

// Bool adds true or false.
func (o *Object) Bool(key string, v bool) *Object { return o.add(key, strconv.FormatBool(v)) }

// Values adds a list of numbers; null for what is none.
func (o *Object) Values(key string, all []float64) *Object { return o.add(key, values(all)) }

// Lists adds a list of lists of numbers.
func (o *Object) Lists(key string, all [][]float64) *Object {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = values(one)
	}
	return o.add(key, "["+strings.Join(texts, ",")+"]")
}

func values(all []float64) string {
	texts := make([]string, len(all))
	for i, v := range all {
		texts[i] = spec.NumberJSON(v)
	}
	return "[" + strings.Join(texts, ",") + "]"
}

// Numbers adds a number for each name.
func (o *Object) Numbers(names []string, values []float64) *Object {
	for i, name := range names {
		o.Number(name, values[i])
	}
	return o
}

// Raw adds a value that is JSON already.
func (o *Object) Raw(key, value string) *Object { return o.add(key, value) }

// String returns the object.
func (o *Object) String() string {
	if o.b.Len() == 0 {
		return "{}"
	}
	return o.b.String() + "}"
}
