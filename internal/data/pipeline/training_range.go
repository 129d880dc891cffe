package pipeline

import (
	"math"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/table"
)

// SeenName is the tensor that tells of every feature, in order, what its training
// rows held: the least number, the greatest number, the share of missing cells.
const SeenName = "preprocess/seen"

// A seen is what the training rows held in one column. Nothing is computed from
// it: it tells later tables that are like them from others.
type seen struct {
	known    bool    // early models do not say
	min, max float64 // of a numeric column; min > max where all was missing; 0 and 0 of words
	missing  float64 // share, 0 … 1
}

// nothingSeen is the range that every number extends.
func nothingSeen() seen { return seen{known: true, min: math.MaxFloat64, max: -math.MaxFloat64} }

// empty reports whether no training row had a number.
func (s seen) empty() bool { return s.min > s.max }

// seenIn looks at the training rows of a column.
func seenIn(col *table.Column, rows []int) seen {
	s := nothingSeen()
	n := 0
	for _, row := range rows {
		if col.IsMissing(row) {
			n++
		} else if col.HasNumbers() {
			v := col.Number(row)
			s.min, s.max = min(s.min, v), max(s.max, v)
		}
	}
	if !col.HasNumbers() {
		s.min, s.max = 0, 0
	}
	s.missing = float64(n) / float64(len(rows))
	return s
}

func (p *Pipeline) saveSeen() []preprocess.Numbers {
	all := preprocess.Numbers{Name: SeenName}
	for _, f := range p.features {
		if !f.seen.known {
			return nil
		}
		all.Data = append(all.Data, f.seen.min, f.seen.max, f.seen.missing)
	}
	return []preprocess.Numbers{all}
}

// seen restores what saveSeen wrote. A model without it is as good as any.
func (l loader) seen(p *Pipeline) {
	v, ok := l.Take(SeenName)
	if !ok {
		return
	}
	if len(v) != 3*len(p.features) {
		l.Fail("%q has %d numbers for %d inputs", SeenName, len(v), len(p.features))
		return
	}
	for i := range p.features {
		s := seen{true, v[3*i], v[3*i+1], v[3*i+2]}
		if math.IsNaN(s.min-s.max) || math.IsInf(s.min, 0) || math.IsInf(s.max, 0) || !(s.missing >= 0 && s.missing <= 1) {
			l.Fail("%q holds what is no range and share", SeenName)
			return
		}
		p.features[i].seen = s
	}
}

// A SeenColumn is what the training rows held in one input column.
type SeenColumn struct {
	Name     string
	Kind     *preprocess.Kind
	Min, Max float64 // of numbers; Min > Max where all was missing
	Missing  float64 // share, 0 … 1
}

// Seen returns what the training rows held, a column each; nil for a model that
// does not say.
func (p *Pipeline) Seen() []SeenColumn {
	var all []SeenColumn
	for _, f := range p.features {
		if !f.seen.known {
			return nil
		}
		all = append(all, f.seenColumn())
	}
	return all
}

func (f *feature) seenColumn() SeenColumn {
	return SeenColumn{f.column.Name, f.column.Kind, f.seen.min, f.seen.max, f.seen.missing}
}
