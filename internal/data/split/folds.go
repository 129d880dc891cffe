package split

import (
	"math"
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/rng"
)

// A FoldConfig says how rows are dealt out for cross-validation. It comes from
// the command line alone, so what is wrong with it is a problem of its flags.
type FoldConfig struct {
	Folds  int      // how many parts the rows are cut into; 0: UsualFolds, or one a row where there are fewer
	By     string   // one of FoldKinds; "" for stratified with classes, grouped with groups, else random
	Groups []string // the group of each row; nil where rows have none
	Rows   []int    // those that are dealt out, in file order; nil: every row of the table
	Time   Timeline // that forward folds follow; none: the order of the file
}

// rows are those that are dealt out.
func (f FoldConfig) rows(t *table.Table) []int {
	if f.Rows != nil {
		return f.Rows
	}
	return table.AllRows(t)
}

// UsualFolds is the number of folds where none is given.
const UsualFolds = 5

// For returns how many folds there are of a table with so many rows.
func (f FoldConfig) For(rows int) int {
	if f.Folds == 0 {
		return max(2, min(UsualFolds, rows))
	}
	return f.Folds
}

// FoldKinds are the ways to deal rows out.
var FoldKinds = []string{"random", "stratified", "group", Forward}

// Forward is the way of rows that stand in the order of time: each fold is trained on
// the rows before those it holds out, as a model will be on what it has to foretell.
const Forward = "forward"

// Folds cuts the rows into folds, each of which is the Test part once; the other
// rows are its Train part, from which, if the spec's split asks for it, that
// share is kept for Validation. A test share of the spec is not taken; rows that are
// none of f.Rows are in no part. Each part is in file order. The same seed and repeat
// give the same folds, and another repeat gives others.
func Folds(t *table.Table, s *schema.Schema, c schema.Config, f FoldConfig, seed, repeat uint64) ([]Rows, error) {
	rows := f.rows(t)
	f.By, f.Folds = f.Kind(s), f.For(len(rows))
	if err := f.check(t, s); err != nil {
		return nil, err
	}
	order := make([]int, len(rows))
	rng.New(seed, "folds").At(repeat).Perm(order)
	for i, at := range order {
		order[i] = rows[at]
	}
	fold := make([]int, t.Rows) // of each row
	switch f.By {
	case "group":
		f.dealGroups(fold, order)
	case "stratified":
		f.deal(fold, slices.Concat(byClass(t, s, order)...))
	case Forward:
		f.dealForward(fold, rows)
	default:
		f.deal(fold, order)
	}
	parts := make([]Rows, f.Folds)
	for i := range parts {
		p := &parts[i]
		for _, row := range rows {
			switch {
			case fold[row] == i:
				p.Test = append(p.Test, row)
			case f.By != Forward || fold[row] < i:
				p.Train = append(p.Train, row)
			}
		}
		if c.Split.Validation > 0 {
			f.holdOut(p, t, s, c, rng.New(seed, "split").At(repeat).At(uint64(i)))
		}
		if err := f.checkParts(*p, i, t, s, c); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// Kind returns the way in which Folds deals the rows out.
func (f FoldConfig) Kind(s *schema.Schema) string {
	switch {
	case f.By != "":
		return f.By
	case f.Groups != nil:
		return "group"
	case s.Task.Classes():
		return "stratified"
	}
	return "random"
}

// deal gives the rows to the folds in turn. Rows that come class by class leave
// every fold with each class's share, and with its share of all rows, to within
// one row.
func (f FoldConfig) deal(fold, order []int) {
	for i, row := range order {
		fold[row] = i % f.Folds
	}
}

// dealForward cuts the rows into a block more than there are folds, in their order. The
// first, fold −1, is only trained on.
func (f FoldConfig) dealForward(fold, rows []int) {
	if f.Time.At == nil {
		for i, row := range rows {
			fold[row] = i*(f.Folds+1)/len(rows) - 1
		}
		return
	}
	rows = f.Time.order(rows)
	from := 0
	for k := range f.Folds + 1 {
		till := len(rows)
		if k < f.Folds {
			till = max(from, f.Time.cut(rows, (k+1)*len(rows)/(f.Folds+1)))
		}
		for _, row := range rows[from:till] {
			fold[row] = k - 1
		}
		from = till
	}
}

// holdOut moves the validation share of the training rows to p.Validation, by
// the spec's own rule; of grouped folds it moves whole groups.
func (f FoldConfig) holdOut(p *Rows, t *table.Table, s *schema.Schema, c schema.Config, draw rng.Stream) {
	n := len(p.Train)
	if c.Split.By == "last" || f.By == Forward {
		cut := int(math.Floor(float64(n) * (1 - c.Split.Validation)))
		if f.Time.At != nil {
			p.Train = f.Time.order(p.Train)
			cut = f.Time.cut(p.Train, cut)
		}
		p.Train, p.Validation = p.Train[:cut], p.Train[cut:]
		slices.Sort(p.Train)
		slices.Sort(p.Validation)
		return
	}
	order := make([]int, n)
	draw.Perm(order)
	for i, at := range order {
		order[i] = p.Train[at]
	}
	p.Train = nil
	if f.By == "group" {
		f.holdOutGroups(p, order, c.Split.Validation)
	} else {
		classes := [][]int{order}
		if s.Task.Classes() && c.Split.Stratify != table.No {
			classes = byClass(t, s, order)
		}
		sizes := make([]int, len(classes))
		for i, rows := range classes {
			sizes[i] = len(rows)
		}
		for i, taken := range shares(sizes, c.Split.Validation, n) {
			p.Validation = append(p.Validation, classes[i][:taken]...)
			p.Train = append(p.Train, classes[i][taken:]...)
		}
	}
	slices.Sort(p.Train)
	slices.Sort(p.Validation)
}
