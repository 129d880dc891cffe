package pipeline

import (
	"math"
	"strconv"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/form"
	"mlp/internal/task"
)

// Express writes down the network inputs that Apply makes of a row. input adds each column
// that is read to what the Program is given.
func (p *Pipeline) Express(b *form.Builder, input func(form.Column) form.Value) form.Value {
	var all []form.Value
	for i := range p.features {
		f := &p.features[i]
		b.At = f.column.Name
		cell := input(f.cell())
		e, ok := f.Feature.(preprocess.Expresser)
		switch {
		case !ok:
			all = append(all, b.Refuse(f.width, "a column that is %s has no form outside", f.column.Kind))
			continue
		case f.column.Kind.Numbers:
			cell = f.gaps(b, cell)
		}
		all = append(all, e.Express(b, cell, f.column.NA))
	}
	return b.Join(all...)
}

// cell describes the column to those who are to fill it. What is read of words as a number
// is given as that number.
func (f *feature) cell() form.Column {
	c := form.Column{Name: f.column.Name, Type: form.Text, Len: 1}
	switch words := f.Categories(); {
	case f.column.Kind.Numbers && f.column.Wide, f.column.Kind.Measures() && !f.column.Kind.Numbers:
		c.Type = form.F64
	case f.column.Kind.Numbers:
		c.Type = form.F32
	case len(words) > 0:
		c.Word = words[len(words)/2]
	}
	if c.Type != form.Text && f.seen.known && !f.seen.empty() {
		c.Typic = float64(float32(f.seen.min + (f.seen.max-f.seen.min)*3/8))
	}
	return c
}

// gaps makes NaN of the numbers that stand for a missing cell.
func (f *feature) gaps(b *form.Builder, cell form.Value) form.Value {
	constant := b.Const64
	if b.Type(cell) == form.F32 {
		constant = func(x ...float64) form.Value { return b.Const32(float32(x[0])) }
	}
	for _, text := range f.column.NA {
		if _, verdict := scan.Number(text); verdict != scan.IsNumber {
			continue
		}
		v, _ := strconv.ParseFloat(text, 64)
		cell = b.Select(b.Equal(cell, constant(v)), constant(math.NaN()), cell)
	}
	return cell
}

// ExpressUnscale writes down Unscale.
func (p *Pipeline) ExpressUnscale(b *form.Builder, y form.Value, of task.Head) form.Value {
	if of.Outputs(len(p.targets)) != b.Len(y) {
		return y
	}
	var all []form.Value
	for j := range b.Len(y) {
		v := b.Pick(y, j)
		switch {
		case of.Form == task.MeanSD && j == 1:
			v = b.Finite32(b.Mul(b.To(form.F64, v), b.Const64(p.targets[0].sd)))
		case of.Several():
			if v = p.expressOwn(b, 0, v); j > 0 {
				v = b.AtLeast(v, all[j-1])
			}
		default:
			v = p.expressOwn(b, j, v)
		}
		all = append(all, v)
	}
	return b.Join(all...)
}

// expressOwn writes down own.
func (p *Pipeline) expressOwn(b *form.Builder, target int, y form.Value) form.Value {
	s := p.targets[target]
	v := b.Add(b.Mul(b.To(form.F64, y), b.Const64(s.sd)), b.Const64(s.mean))
	if s.log {
		v = b.Call(form.Expm164, v)
	}
	if p.within != nil {
		v = b.AtLeast(b.AtMost(v, b.Const64(p.within[target].High)), b.Const64(p.within[target].Low))
	}
	return b.Finite32(v)
}

// Cells returns what the columns that Express has written down hold in a row of a table.
func (p *Pipeline) Cells(t *table.Table) func(row int) ([]form.Cell, error) {
	columns := t.ByName()
	return func(row int) ([]form.Cell, error) {
		cells := make([]form.Cell, 0, len(p.features))
		for i := range p.features {
			col, err := columnFor(p.features[i].column, t, columns[p.features[i].column.Name])
			if err != nil {
				return nil, err
			}
			sc := &p.features[i].column
			col = sc.Kind.ValuesOf(col, p.features[i].Settings())
			switch {
			case sc.Kind.Measures():
				cells = append(cells, form.Cell{Numbers: []float64{col.Number(row)}})
			case col.IsMissing(row):
				cells = append(cells, form.Cell{})
			default:
				cells = append(cells, form.Cell{Text: col.Words[col.Codes[row]]})
			}
		}
		return cells, nil
	}
}

// Affine returns what is taken from each column and by what it is divided, where nothing
// more is done with any of them. Else refuse is told why, for each column that needs more.
func (p *Pipeline) Affine(refuse func(column, why string)) (shift, divisor []float64) {
	for i := range p.features {
		f := &p.features[i]
		a, ok := f.Feature.(preprocess.Affine)
		if !ok {
			refuse(f.column.Name, "it is "+f.column.Kind.Name+", and no number")
			continue
		}
		s, d, why := a.Affine()
		switch numbers := (&form.Builder{}); {
		case why != "":
		case f.column.Wide:
			why = "its numbers have more digits than float32 holds"
		case f.seen.missing > 0:
			why = "cells of it were missing in training, and what stands in for them is no subtraction and division"
		default:
			cell := numbers.Input(f.cell())
			if f.gaps(numbers, cell) != cell {
				why = "numbers stand for missing cells"
			}
		}
		if why != "" {
			refuse(f.column.Name, why)
		}
		shift, divisor = append(shift, s), append(divisor, d)
	}
	return shift, divisor
}

// AffineTargets returns by what the outputs of the network are multiplied and what is
// added, to come to the targets' own units; why says what more is done, if there is something.
func (p *Pipeline) AffineTargets() (factor, offset []float64, why string) {
	for _, s := range p.targets {
		if s.log {
			why = "the logarithm of the target was trained"
		}
		factor, offset = append(factor, s.sd), append(offset, s.mean)
	}
	if p.within != nil {
		why = "answers are kept within the range of the training rows"
	}
	return factor, offset, why
}
