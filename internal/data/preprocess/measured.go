package preprocess

import (
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// measured is a fitted column of words that are numbers: what they stand for is filled,
// scaled and encoded as numbers are.
type measured struct {
	number
	reads  reader
	formed bool // the form of the words is learned
}

func (f *measured) Fit(c *table.Column, rows []int) *problem.Problem {
	if f.formed {
		form := formOf(c.Words, f.settings)
		f.settings.Form = &form
	}
	return f.number.Fit(f.reads.column(c, f.settings), rows)
}

func (f *measured) Apply(c *table.Column, rows []int, x tensor.Mat, at int) {
	f.number.Apply(f.reads.column(c, f.settings), rows, x, at)
}

func (f *measured) Save(n *spec.Node) []Numbers {
	if f.formed {
		n.Put("form", saveForm(*f.settings.Form))
	}
	return f.number.Save(n)
}

func (f *measured) Load(l *Loader, n *spec.Node) {
	if f.formed {
		f.settings.Form = loadForm(l, n.Get("form"))
	}
	f.number.Load(l, n)
}
