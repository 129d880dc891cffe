// Package split chooses which rows are for training, validation and test, once or
// fold by fold. A table with its schema flows in, Rows come out, which depend on
// the seed alone.
package split

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/rng"
)

// Parts are what a table is divided into: a value for each part, such as its rows.
// Where a part does not exist its value is the zero one.
type Parts[T any] struct {
	Train      T `json:"training"`
	Validation T `json:"validation"`
	Test       T `json:"test"`
}

// Rows are the rows of a table by what they are for, each in file order.
type Rows struct {
	Parts[[]int]

	// Note says what the spec does not tell of them: the groups there were, a part
	// that had to stay empty. "" where there is nothing to say.
	Note string
}

// A Report says how many rows each part has, and the Note.
type Report struct {
	Parts[int]
	Note string `json:"note,omitempty"`
}

// Report counts the rows.
func (p Rows) Report() *Report {
	return &Report{Parts[int]{len(p.Train), len(p.Validation), len(p.Test)}, p.Note}
}

// splitters are the ways to split, by their name in the spec.
var splitters = map[string]func(t *table.Table, s *schema.Schema, c schema.Config, seed uint64) (Rows, error){
	"random": splitRandom,
	"last":   splitLast,
	"group":  splitGroups,
	"column": splitColumn,
	"time":   splitTime,
	"hash":   splitHash,
}

// Split cuts the rows as the spec says. It looks at nothing but the target and
// the column that it goes by, and comes before anything is fitted. The same seed
// gives the same parts.
func Split(t *table.Table, s *schema.Schema, c schema.Config, seed uint64) (Rows, error) {
	p, err := splitters[c.Split.By](t, s, c, seed)
	if err != nil {
		return Rows{}, err
	}
	slices.Sort(p.Train)
	slices.Sort(p.Validation)
	slices.Sort(p.Test)
	if err := p.check(t, s, c); err != nil {
		return Rows{}, err
	}
	p.NoteDropped(t, "")
	return p, nil
}

// splitLast is Keras's rule: training rows are the first ⌊n·(1−f)⌋.
func splitLast(t *table.Table, _ *schema.Schema, c schema.Config, _ uint64) (Rows, error) {
	train, validation := lastShares(t.Rows, c.Split)
	rows := table.AllRows(t)
	return Rows{Parts: Parts[[]int]{rows[:train], rows[train : train+validation], rows[train+validation:]}}, nil
}

// lastShares returns how many of n rows in their order are for training, and how many
// of those after them for validation.
func lastShares(n int, c schema.SplitConfig) (train, validation int) {
	train = int(math.Floor(float64(n) * (1 - c.Validation - c.Test)))
	validation = n - train
	if c.Test > 0 {
		validation = min(int(math.Round(float64(n)*c.Validation)), n-train)
	}
	return train, validation
}

// splitRandom deals the rows out by their label, if that is wanted, and takes the
// shares of each deal. One row of each label stays for training whatever the
// shares are.
func splitRandom(t *table.Table, s *schema.Schema, c schema.Config, seed uint64) (Rows, error) {
	n := t.Rows
	order := make([]int, n)
	rng.New(seed, "split").Perm(order)
	if c.Split.Stratify == table.Yes && !s.Task.Classes() {
		return Rows{}, &problem.Problem{Pos: c.Split.Pos, Path: "data.split.stratify", Msg: "the target is a number; there are no classes to stratify by", Hint: "write `stratify: auto`"}
	}
	groups := [][]int{order}
	if s.Task.Classes() && c.Split.Stratify != table.No {
		groups = byClass(t, s, order)
	}
	var p Rows
	sizes := make([]int, len(groups))
	for i, g := range groups {
		sizes[i] = len(g)
	}
	validation := shares(sizes, c.Split.Validation, n)
	for i := range sizes {
		sizes[i] -= validation[i]
	}
	test := shares(sizes, c.Split.Test*float64(n)/max(1, float64(n-sum(validation))), n-sum(validation))
	for i, g := range groups {
		v, rest := g[:validation[i]], g[validation[i]:]
		p.Validation = append(p.Validation, v...)
		p.Test = append(p.Test, rest[:test[i]]...)
		p.Train = append(p.Train, rest[test[i]:]...)
	}
	return p, nil
}

// byClass deals the rows out by their label, keeping their order.
func byClass(t *table.Table, s *schema.Schema, order []int) [][]int {
	classes := s.ClassesOf(t.Column(s.Targets[0]))
	groups := make([][]int, len(s.Labels))
	for _, row := range order {
		groups[classes[row]] = append(groups[classes[row]], row)
	}
	return groups
}

// shares takes the fraction f of n things in all, at least one if f is not 0, and
// of each group as nearly its own fraction as whole numbers allow (largest
// remainders; of equal ones the first). One of each group is always left, so
// there may be fewer than asked for.
func shares(sizes []int, f float64, n int) []int {
	taken := make([]int, len(sizes))
	if f == 0 {
		return taken
	}
	total := max(1, int(math.Round(float64(n)*f)))
	remainder := make([]float64, len(sizes))
	order := make([]int, len(sizes))
	for i, m := range sizes {
		exact := float64(float64(m) * f) // rounded here, not fused with what follows
		taken[i] = max(0, min(int(math.Floor(exact)), m-1))
		remainder[i] = exact - math.Floor(exact)
		order[i] = i
		total -= taken[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder[b], remainder[a]) })
	for _, i := range order {
		if total > 0 && taken[i] < sizes[i]-1 {
			taken[i]++
			total--
		}
	}
	return taken
}

func sum(ns []int) int {
	s := 0
	for _, n := range ns {
		s += n
	}
	return s
}

// NoteDropped notes the rows of a table that were left out for want of a target; from
// says which table it is, "" the one that is split.
func (p *Rows) NoteDropped(t *table.Table, from string) {
	if t.Dropped > 0 {
		p.note("%s without a target left out%s", problem.Count(t.Dropped, "row"), from)
	}
}

// note adds to what there is to say.
func (p *Rows) note(format string, args ...any) {
	p.Note = strings.TrimPrefix(p.Note+"; "+fmt.Sprintf(format, args...), "; ")
}

// check refuses parts that leave no row for training, or none of a class, and
// notes a part that had to stay empty.
func (p *Rows) check(t *table.Table, s *schema.Schema, c schema.Config) error {
	at := c.Split.Pos
	if len(p.Train) == 0 {
		return &problem.Problem{Domain: problem.InData, Pos: at, Path: "data.split.train", Hint: "change the fractions, or give it more rows",
			Msg: "of " + problem.Count(t.Rows, "row") + " none is left for train"}
	}
	if c.Split.Validation > 0 && len(p.Validation) == 0 {
		p.note("no row is left for validation")
	}
	if c.Split.Test > 0 && len(p.Test) == 0 {
		p.note("no row is left for the test")
	}
	if !s.Task.Classes() {
		return nil
	}
	for class, rows := range byClass(t, s, p.Train) {
		if len(rows) == 0 {
			return &problem.Problem{Domain: problem.InData, Pos: at, Path: "data.split", Hint: withoutClass[c.Split.By],
				Msg: "no training row has the label \"" + s.Labels[class] + "\""}
		}
	}
	return nil
}

// withoutClass says what to do about a class that no training row has.
var withoutClass = map[string]string{
	"random": "with `stratify: auto` every class is kept in the training rows",
	"last":   "with `by: random` every class is kept in the training rows",
	"time":   "with `by: random` every class is kept in the training rows",
	"hash":   "with `by: random` every class is kept in the training rows",
	"group":  "the label stands in too few groups: try another seed, or make the parts smaller",
	"column": "let the column say train in some of its rows, or leave them out",
}
