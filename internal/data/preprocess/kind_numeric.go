package preprocess

import (
	"fmt"
	"slices"

	"mlp/internal/data/quantity"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Numeric is the kind of columns of numbers.
var Numeric = addKind(Kind{Name: "numeric", Rank: 0, Numbers: true,
	Check: func(t *table.Table, c *table.Column, _ Settings, list *problem.List) { CheckNumbers(t, c, list) }, Idle: idleForNumbers("numeric"),
	Declared: func(g Given) bool { return g.NumberCode },
	New:      func(name string, s Settings) Feature { return &number{name: name, settings: s} }})

// number is a fitted column of numbers.
type number struct {
	name     string
	settings Settings
	scaling
	code numberCode
}

func (f *number) Settings() Settings   { return f.settings }
func (f *number) Fills() bool          { return f.fills }
func (f *number) Categories() []string { return nil }
func (f *number) Unknown(string) bool  { return false }
func (f *number) Inputs() []string {
	return withIndicator(f.code.inputs(f.name), f.name, f.settings.Numeric)
}

// Embedding is of a column whose encoder leaves something to the network.
func (f *number) Embedding() (Embedding, bool) {
	if b := f.code.encode.Bins; b != nil {
		return embeddingOf(b, len(f.code.cuts)+1)
	}
	if f.code.pure() || f.code.encode == (NumberEncoder{}) {
		return Embedding{}, false
	}
	return Embedding{Number: f.code.encode, Ends: f.code.ends}, true
}

// embeddingOf is what the network learns of so many bins, if it does.
func embeddingOf(b *Bins, bins int) (Embedding, bool) {
	if b.output != vectorOfBin {
		return Embedding{}, false
	}
	like := vectors{dim: b.dim, start: b.start}
	return Embedding{Vectors: Vectors{Codes: bins, Dim: like.dimension(bins), Standard: like.standard()}}, true
}

func (f *number) Fit(c *table.Column, rows []int) *problem.Problem {
	f.settings.Numeric.decideIndicator(c, rows)
	f.scaling = fitScaling(f.settings.Numeric, c.Values(rows))
	f.fitCode(c, c.Values(rows))
	return nil
}

// fitCode learns how the numbers of the training rows are encoded; x holds NaN where one
// is missing.
func (f *number) fitCode(c *table.Column, x []float64) {
	encode := f.settings.Numeric.Encode.Use
	if encode == (NumberEncoder{}) {
		return
	}
	if encode.Bins != nil {
		x = slices.DeleteFunc(x, func(v float64) bool { return v != v })
		f.code = numberCode{encode: encode, cuts: encode.Bins.boundaries(c, x)}
		return
	}
	var present, filled []float32
	for _, v := range x {
		if v == v {
			present = append(present, f.input(v))
		} else if f.fills {
			filled = append(filled, f.input(f.fill))
		}
	}
	f.code = fitNumberCode(encode, present, filled)
}

func (f *number) Apply(c *table.Column, rows []int, x tensor.Mat, at int) {
	last := at + len(f.Inputs()) - 1
	for i, row := range rows {
		v := c.Number(row)
		if v != v {
			v = f.fill
			if f.settings.Numeric.Indicator == table.Yes {
				x.Set(i, last, 1)
			}
		}
		f.code.apply(x, i, at, v, f.input(v))
	}
}

func (f *number) Save(n *spec.Node) []Numbers {
	f.settings.Numeric.save(n)
	if f.code.encode != (NumberEncoder{}) {
		n.Put("encode", f.settings.Numeric.Encode.Spec.Bare())
	}
	return append(f.scaling.save(Prefix(f.name)), f.code.save(n, Prefix(f.name))...)
}

func (f *number) Load(l *Loader, n *spec.Node) {
	if f.settings.Numeric = loadNumeric(l, n); l.Err != nil {
		return
	}
	f.scaling = loadScaling(l, f.settings.Numeric, Prefix(f.name))
	if n.Get("encode") == nil {
		return
	}
	f.settings.Numeric.Encode = component(l, NumberEncoders, n, "encode")
	if l.Err == nil {
		f.code = loadNumberCode(l, n, f.settings.Numeric.Encode.Use, Prefix(f.name))
	}
}

// withIndicator adds the input that says where a cell was missing, if there is one.
func withIndicator(inputs []string, column string, s NumericConfig) []string {
	if s.Indicator == table.Yes {
		return append(inputs, column+"=missing")
	}
	return inputs
}

// decideIndicator settles whether there is an indicator where the spec leaves it to
// the training rows.
func (s *NumericConfig) decideIndicator(c *table.Column, rows []int) {
	if s.Indicator == table.Look {
		s.Indicator = table.No
		if slices.ContainsFunc(rows, c.IsMissing) {
			s.Indicator = table.Yes
		}
	}
}

// save writes the settings of a column that is filled and scaled.
func (s NumericConfig) save(n *spec.Node) {
	n.Put("scale", s.Scale.Spec.Bare())
	n.Put("missing", s.Missing.Spec.Bare())
	n.Put("indicator", spec.NewBool(s.Indicator == table.Yes))
	n.Put("clip", s.Clip.save())
}

func loadNumeric(l *Loader, n *spec.Node) NumericConfig {
	s := NumericConfig{
		Scale:     component(l, Scalers, n, "scale"),
		Missing:   component(l, Imputers, n, "missing"),
		Indicator: table.No,
		Clip:      loadClip(l, n, "clip"),
	}
	if l.Bool(n, "indicator") {
		s.Indicator = table.Yes
	}
	return s
}

// idleForNumbers complains about settings of categories and of dates.
func idleForNumbers(kind string) func(string, Given, Settings) (msg, hint string) {
	return func(name string, g Given, _ Settings) (msg, hint string) {
		switch {
		case g.Parts:
			return idleParts(name, kind)
		case g.encoded():
			return fmt.Sprintf("column %q is %s; encode, min_count and unknown are for categories", name, kind), "add `type: categorical` if its cells are names"
		}
		return "", ""
	}
}

// idleCode complains about an encoder of numbers for what is none.
func idleCode(name, kind string) (msg, hint string) {
	return fmt.Sprintf("column %q is %s; the encoder is for columns of numbers", name, kind), "delete encode, or take an encoder of categories"
}

// CheckNumbers refuses the cells of a numeric column that are no numbers.
func CheckNumbers(t *table.Table, col *table.Column, list *problem.List) {
	amounts := readAsAmounts(t, col)
	for _, row := range col.Others {
		if !list.Full() {
			list.Add(t.Problem(row, col, func(text string) (msg, hint string) {
				if text == "" { // the column has kept that it is none, and not what it is
					return "the cell is not a number", ""
				}
				if msg, hint = scan.WhyNotNumber(text); amounts {
					hint = "declare the column `type: amount` under `columns:`, which reads it, or write plain numbers"
				}
				return msg, hint
			}))
		}
	}
	list.Count(col.OtherN - len(col.Others))
}

// readAsAmounts reports whether a column that is no plain numbers would be one of amounts,
// were it declared so: all cells have the same on them, or k and brackets stand on some.
func readAsAmounts(t *table.Table, col *table.Column) bool {
	if slices.ContainsFunc(col.OtherWords, scan.LooksLikeDecimalComma) {
		return false
	}
	f := quantity.Look(col.OtherWords, t.Reading.Marks)
	return f.All && !f.Doubt && (f.Scaled && f.Money == "" || col.OtherN == t.Rows-col.Missing)
}
