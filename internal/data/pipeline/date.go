package pipeline

import (
	"math"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/table"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A fittedPart is one part of a date column, with what was learned of it if it
// is linear.
type fittedPart struct {
	name string
	preprocess.DatePart
	scaling
}

// prefix stands before the names of the learned numbers: "preprocess/when/year."
// cannot be mistaken for those of another column.
func (q *fittedPart) prefix(column string) string { return prefixOf(column) + q.name + "." }

// fitDates learns which parts there are, where the spec leaves it open, and the
// fill and scale of the linear ones.
func (f *feature) fitDates(col *table.Column, rows []int) {
	known := datesOf(col)
	var dates []table.Moment // of the training rows that have one
	var at []int             // of each row its place in dates; -1 where missing
	for _, row := range rows {
		code := col.Codes[row]
		if code < 0 {
			at = append(at, -1)
			continue
		}
		at = append(at, len(dates))
		dates = append(dates, known[code])
	}
	names := f.column.Parts
	if len(names) == 0 {
		names = preprocess.UsualParts(dates)
	}
	for _, name := range names {
		part, _ := preprocess.DateParts.Build(spec.NewString(name)) // the spec has been checked
		q := fittedPart{name: name, DatePart: part}
		if part.On == nil {
			x := make([]float64, len(rows))
			for i := range rows {
				x[i] = math.NaN()
				if at[i] >= 0 {
					x[i] = part.Of(dates[at[i]])
				}
			}
			q.scaling = fitScaling(f.column.Numeric, x)
		}
		f.parts = append(f.parts, q)
	}
}

// datesOf parses each word of a column of dates. Those that are none have been
// complained of.
func datesOf(c *table.Column) []table.Moment {
	all := make([]table.Moment, len(c.Words))
	for i, w := range c.Words {
		all[i], _ = table.ParseDate(w)
	}
	return all
}

// dateInputs names the inputs: "when.year", "when.month_sin", "when.month_cos",
// "when=missing".
func (f *feature) dateInputs() []string {
	var names []string
	for _, q := range f.parts {
		base := f.column.Name + "." + q.name
		if q.On == nil {
			names = append(names, base)
			continue
		}
		base = base[:len(base)-len("_cyclic")]
		names = append(names, base+"_sin", base+"_cos")
	}
	if f.column.Numeric.Indicator {
		names = append(names, f.column.Name+"=missing")
	}
	return names
}

// fillsDates reports whether a date may be missing.
func (f *feature) fillsDates() bool {
	_, fills := f.column.Numeric.Missing.Use.Fill(nil)
	return fills
}

// encodeDate writes the inputs for one date; nil stands for a missing one.
func (f *feature) encodeDate(dst []float32, d *table.Moment) {
	i := 0
	for k := range f.parts {
		q := &f.parts[k]
		switch {
		case q.On == nil && d == nil:
			dst[i] = q.input(q.fill)
		case q.On == nil:
			dst[i] = q.input(q.Of(*d))
		case d != nil:
			sin, cos := preprocess.OnCircle(q.On(*d), q.Circle)
			dst[i], dst[i+1] = float32(sin), float32(cos)
		}
		if i++; q.On != nil {
			i++
		}
	}
	if d == nil && f.column.Numeric.Indicator {
		dst[i] = 1
	}
}

func (f *feature) applyDates(t *table.Table, col *table.Column, rows []int, x tensor.Mat, at int) error {
	words := tensor.New(len(col.Words)+1, f.width) // the last one is for missing dates
	for i, d := range datesOf(col) {
		f.encodeDate(words.Row(i), &d)
	}
	f.encodeDate(words.Row(len(col.Words)), nil)
	if err := f.refuseMissing(t, col, rows, f.fillsDates()); err != nil {
		return err
	}
	for i, row := range rows {
		code := int(col.Codes[row])
		if code < 0 {
			code = len(col.Words)
		}
		copy(x.Row(i)[at:at+f.width], words.Row(code))
	}
	return nil
}
