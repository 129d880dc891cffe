package preprocess

import (
	"fmt"
	"math"

	"mlp/internal/data/calendar"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Date is the kind of columns of days, or moments: in ISO 8601, or all in one other way
// that cannot be misread.
var Date = addKind(Kind{
	Name: "date", Rank: 3,
	Declared: func(g Given) bool { return g.Parts },
	Holds:    holdsDates, Check: checkDates,
	Idle: func(name string, g Given, s Settings) (msg, hint string) {
		if g.NumberCode {
			return idleCode(name, "date")
		}
		g.Parts = false // they are for dates
		return idleForNumbers("date")(name, g, s)
	},
	ReadAs: func(words []string, _ Settings) string {
		if !calendar.ShortYears(words) {
			return "" // what everybody sees
		}
		return "dates whose years 69 to 99 are 1969 to 1999, and 00 to 68 are 2000 to 2068"
	},
	New: func(name string, s Settings) Feature { return &dates{name: name, settings: s} },
})

// idleParts complains about parts of what is no date.
func idleParts(name, kind string) (msg, hint string) {
	return fmt.Sprintf("column %q is %s; parts are for dates", name, kind), "a date is written year-month-day: " + calendar.DateForm
}

// dates is a fitted column of dates.
type dates struct {
	name     string
	settings Settings
	parts    []fittedPart
}

// A fittedPart is one part of a date, with what was learned of it if it is linear.
type fittedPart struct {
	name string
	DatePart
	scaling
}

// prefix stands before the names of the learned numbers: "preprocess/when/year."
// cannot be mistaken for those of another column.
func (q *fittedPart) prefix(column string) string { return Prefix(column) + q.name + "." }

func (f *dates) Settings() Settings   { return f.settings }
func (f *dates) Categories() []string { return nil }
func (f *dates) Unknown(string) bool  { return false }

func (f *dates) Fills() bool {
	_, fills := f.settings.Numeric.Missing.Use.Fill(nil)
	return fills
}

// Fit learns which parts there are, where the spec leaves it open, and the fill and
// scale of the linear ones.
func (f *dates) Fit(c *table.Column, rows []int) *problem.Problem {
	f.settings.Numeric.decideIndicator(c, rows)
	if f.settings.Written == "" {
		f.settings.Written = string(layoutOf(c, f.settings))
	}
	parsed := f.datesOf(c)
	var present []calendar.Moment // of the training rows that have one
	var at []int                  // of each row its place in present; -1 where missing
	for _, row := range rows {
		code := c.Codes[row]
		if code < 0 {
			at = append(at, -1)
			continue
		}
		at = append(at, len(present))
		present = append(present, parsed[code])
	}
	names := f.settings.Parts
	if len(names) == 0 {
		names = usualParts(present, calendar.Layout(f.settings.Written))
	}
	for _, name := range names {
		part, _ := DateParts.Build(spec.NewString(name)) // the spec has been checked
		q := fittedPart{name: name, DatePart: part}
		if part.on == nil {
			x := make([]float64, len(rows))
			for i := range rows {
				x[i] = math.NaN()
				if at[i] >= 0 {
					x[i] = part.of(present[at[i]])
				}
			}
			q.scaling = fitScaling(f.settings.Numeric, x)
		}
		f.parts = append(f.parts, q)
	}
	return nil
}

// datesOf parses each word of a column of dates. Those that are none have been
// complained of.
func (f *dates) datesOf(c *table.Column) []calendar.Moment {
	all := make([]calendar.Moment, len(c.Words))
	for i, w := range c.Words {
		all[i], _ = calendar.Layout(f.settings.Written).Parse(w)
	}
	return all
}

// Inputs are "when.year", "when.month_sin", "when.month_cos", "when=missing".
func (f *dates) Inputs() []string {
	var names []string
	for _, q := range f.parts {
		base := f.name + "." + q.name
		if q.on == nil {
			names = append(names, base)
			continue
		}
		base = base[:len(base)-len("_cyclic")]
		names = append(names, base+"_sin", base+"_cos")
	}
	return withIndicator(names, f.name, f.settings.Numeric)
}

// encode writes the inputs for one date; nil stands for a missing one.
func (f *dates) encode(dst []float32, d *calendar.Moment) {
	i := 0
	for k := range f.parts {
		q := &f.parts[k]
		switch {
		case q.on == nil && d == nil:
			dst[i] = q.input(q.fill)
		case q.on == nil:
			dst[i] = q.input(q.of(*d))
		case d != nil:
			sin, cos := onCircle(q.on(*d), q.circle)
			dst[i], dst[i+1] = float32(sin), float32(cos)
		}
		if i++; q.on != nil {
			i++
		}
	}
	if d == nil && f.settings.Numeric.Indicator == table.Yes {
		dst[i] = 1
	}
}

func (f *dates) Apply(c *table.Column, rows []int, x tensor.Mat, at int) {
	width := len(f.Inputs())
	words := tensor.New(len(c.Words)+1, width) // the last one is for missing dates
	for i, d := range f.datesOf(c) {
		f.encode(words.Row(i), &d)
	}
	f.encode(words.Row(len(c.Words)), nil)
	for i, row := range rows {
		code := int(c.Codes[row])
		if code < 0 {
			code = len(c.Words)
		}
		copy(x.Row(i)[at:at+width], words.Row(code))
	}
}

func (f *dates) Save(n *spec.Node) []Numbers {
	f.settings.Numeric.save(n)
	if f.settings.Written != "" {
		n.Put("written", spec.NewString(f.settings.Written))
	}
	var names []string
	var learned []Numbers
	for i := range f.parts {
		q := &f.parts[i]
		if names = append(names, q.name); q.on == nil {
			learned = append(learned, q.scaling.save(q.prefix(f.name))...)
		}
	}
	n.Put("parts", spec.TextList(names))
	return learned
}

func (f *dates) Load(l *Loader, n *spec.Node) {
	f.settings.Numeric = loadNumeric(l, n)
	if n.Get("written") != nil {
		f.settings.Written = calendar.Layouts[l.Enum(n, "written", calendar.Layouts...)]
	}
	f.settings.Parts = l.Texts(n, "parts")
	if l.Err != nil {
		return
	}
	if len(f.settings.Parts) == 0 || scan.Repeated(f.settings.Parts) >= 0 {
		l.Fail("column %q: a date has parts, each once", f.name)
	}
	for _, name := range f.settings.Parts {
		part, err := DateParts.Build(spec.NewString(name))
		if err != nil {
			l.Fail("column %q: %v", f.name, err)
			return
		}
		q := fittedPart{name: name, DatePart: part}
		if part.on == nil {
			q.scaling = loadScaling(l, f.settings.Numeric, q.prefix(f.name))
		}
		f.parts = append(f.parts, q)
	}
}

// kindSample is how many words are looked at before all are.
const kindSample = 20

// layoutOf returns how the dates of a column are written.
func layoutOf(c *table.Column, s Settings) calendar.Layout {
	l, _, _ := calendar.Look(c.Words, string(s.DayFirst))
	return l
}

// DoubtfulDates reports whether the words of a column are days of which nobody can tell
// the day from the month.
func DoubtfulDates(c *table.Column) bool {
	_, _, doubt := calendar.Look(c.Words, "")
	return doubt
}

// holdsDates reports whether the words of a column are dates, but for so few
// that they are mistakes. An impossible date counts as one: it is complained of
// later.
func holdsDates(c *table.Column, _ scan.Marks) bool {
	if _, found, _ := calendar.Look(c.Words[:min(len(c.Words), kindSample)], ""); found {
		if _, found, _ = calendar.Look(c.Words, ""); found {
			return true
		}
	}
	isDate := make([]bool, len(c.Words))
	dates := 0
	for i, w := range c.Words {
		_, v := calendar.ParseDate(w)
		if isDate[i] = v != calendar.NotDate; isDate[i] {
			dates++
		}
		if i == kindSample && dates == 0 {
			return false
		}
	}
	if dates == 0 || dates == len(c.Words) {
		return dates > 0
	}
	filled, other := 0, 0
	for _, code := range c.Codes {
		if code >= 0 {
			filled++
			if !isDate[code] {
				other++
			}
		}
	}
	return table.FewOthers(other, filled)
}

// checkDates refuses the cells of a column of dates that are none.
func checkDates(t *table.Table, col *table.Column, s Settings, list *problem.List) {
	l := calendar.Layout(s.Written)
	if s.Written == "" {
		var doubt bool
		if l, _, doubt = calendar.Look(col.Words, string(s.DayFirst)); doubt {
			list.Add(problem.Data(problem.Pos{File: t.Name}, col.Name, DayFirstHint(col.Name), "in %q the day may be the month", problem.Clip(col.Words[0])))
			return
		}
	}
	checkWords(t, col, list, func(word string) bool { _, v := l.Parse(word); return v == calendar.IsDate }, calendar.WhyNotDate)
}

// DayFirstHint says how to tell what comes first in the dates of a column.
func DayFirstHint(column string) string {
	return fmt.Sprintf("say which comes first: `- {name: %q, day_first: true}` under `columns:`, or false", column)
}
