package pipeline

import (
	"math"
	"slices"

	"mlp/internal/data/table"
)

// A Drift counts how rows differ from those the model was trained on. It has the
// same size for any number of rows.
type Drift struct {
	Rows    int
	Columns []DriftColumn // one a feature

	pipeline *Pipeline
}

// A DriftColumn tells of one input column.
type DriftColumn struct {
	Name         string
	Missing      int
	Below, Above int      // numbers outside the range of the training rows
	Unknown      int      // cells whose category the model does not have
	Values       []string // the first of those, each once
	Trained      SeenColumn
	Known        bool // whether Trained says anything

	Rows int
}

// driftValues is how many unknown categories are remembered by name.
const driftValues = 5

// Drift returns a counter that has seen no rows.
func (p *Pipeline) Drift() *Drift {
	d := &Drift{pipeline: p}
	for _, f := range p.features {
		d.Columns = append(d.Columns, DriftColumn{Name: f.column.Name, Known: f.seen.known, Trained: f.seenColumn()})
	}
	return d
}

// Add counts the rows of a table that was read for the pipeline.
func (d *Drift) Add(t *table.Table) {
	columns := t.ByName()
	d.Rows += t.Rows
	for i := range d.Columns {
		c, f := &d.Columns[i], &d.pipeline.features[i]
		c.Rows = d.Rows
		col := columns[c.Name]
		if col == nil {
			continue
		}
		if f.column.Kind.Measures() {
			c.addNumbers(f, f.values(col))
		} else {
			c.addWords(f, col)
		}
	}
}

func (c *DriftColumn) addNumbers(f *feature, col *table.Column) {
	for row := range col.Len() {
		v := col.Number(row)
		if v != v {
			c.Missing++
			continue
		}
		switch f.outside(v) {
		case -1:
			c.Below++
		case 1:
			c.Above++
		}
	}
}

func (c *DriftColumn) addWords(f *feature, col *table.Column) {
	unknown := make([]bool, len(col.Words))
	for i, w := range col.Words {
		unknown[i] = f.Unknown(w)
		if unknown[i] && len(c.Values) < driftValues && !slices.Contains(c.Values, w) {
			c.Values = append(c.Values, w)
		}
	}
	for _, code := range col.Codes {
		switch {
		case code < 0:
			c.Missing++
		case unknown[code]:
			c.Unknown++
		}
	}
}

// Deviates reports whether the rows are unlike those of training.
func (c *DriftColumn) Deviates() bool {
	return c.Below > 0 || c.Above > 0 || c.Unknown > 0 || c.MissingDeviates()
}

// MissingDeviates reports whether more or fewer cells are missing than chance
// explains: where p of the training cells were, the share of n others is within
// three standard errors √(p(1 − p)/n) of p, but for one table in 370.
func (c *DriftColumn) MissingDeviates() bool {
	if !c.Known || c.Rows == 0 {
		return false
	}
	n, p := float64(c.Rows), c.Trained.Missing
	return math.Abs(float64(c.Missing)/n-p) > 3*math.Sqrt(p*(1-p)/n)
}

// Deviating returns how many columns deviate.
func (d *Drift) Deviating() int {
	n := 0
	for i := range d.Columns {
		if d.Columns[i].Deviates() {
			n++
		}
	}
	return n
}
