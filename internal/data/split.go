package data

import (
	"cmp"
	"math"
	"slices"

	"mlp/internal/rng"
	"mlp/internal/spec"
)

// Parts are the rows of a table by what they are for, each in file order.
type Parts struct{ Train, Validation, Test []int }

// Split cuts the rows as the spec says. It looks at nothing but the target, and
// comes before anything is fitted. The same seed gives the same parts.
func Split(t *Table, s *Schema, c Config, seed uint64) (Parts, error) {
	n := t.Rows
	if c.Split.By == "last" {
		// Keras's rule: training rows are the first ⌊n·(1−f)⌋.
		train := int(math.Floor(float64(n) * (1 - c.Split.Validation - c.Split.Test)))
		validation := n - train
		if c.Split.Test > 0 {
			validation = int(math.Round(float64(n) * c.Split.Validation))
			validation = min(validation, n-train)
		}
		rows := make([]int, n)
		for i := range rows {
			rows[i] = i
		}
		p := Parts{Train: rows[:train], Validation: rows[train : train+validation], Test: rows[train+validation:]}
		return p, p.check(t, s, c)
	}
	order := make([]int, n)
	rng.New(seed, "split").Perm(order)
	if c.Split.Stratify == Yes && !s.Task.Classes() {
		return Parts{}, &spec.Problem{Pos: c.Split.Pos, Path: "data.split.stratify", Msg: "the target is a number; there are no classes to stratify by", Hint: "write `stratify: auto`"}
	}
	groups := [][]int{order}
	if s.Task.Classes() && c.Split.Stratify != No {
		groups = byClass(t, s, order)
	}
	var p Parts
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
	slices.Sort(p.Train)
	slices.Sort(p.Validation)
	slices.Sort(p.Test)
	return p, p.check(t, s, c)
}

// byClass deals the rows out by their label, keeping their order.
func byClass(t *Table, s *Schema, order []int) [][]int {
	classes := s.classes(t.Column(s.Targets[0]))
	groups := make([][]int, len(s.Labels))
	for _, row := range order {
		groups[classes[row]] = append(groups[classes[row]], row)
	}
	return groups
}

// shares takes the fraction f of n things in all, and of each group as nearly
// its own fraction as whole numbers allow (largest remainders; of equal ones the
// first).
func shares(sizes []int, f float64, n int) []int {
	total := int(math.Round(float64(n) * f))
	taken := make([]int, len(sizes))
	remainder := make([]float64, len(sizes))
	order := make([]int, len(sizes))
	for i, m := range sizes {
		exact := float64(float64(m) * f) // rounded here, not fused with what follows
		taken[i] = int(math.Floor(exact))
		remainder[i] = exact - math.Floor(exact)
		order[i] = i
		total -= taken[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder[b], remainder[a]) })
	for _, i := range order {
		if total > 0 && taken[i] < sizes[i] {
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

// check refuses an empty part and a class that no training row has.
func (p Parts) check(t *Table, s *Schema, c Config) error {
	at := c.Split.Pos
	for _, part := range []struct {
		name string
		rows []int
		f    float64
	}{{"train", p.Train, 1}, {"validation", p.Validation, c.Split.Validation}, {"test", p.Test, c.Split.Test}} {
		if part.f > 0 && len(part.rows) == 0 {
			return &spec.Problem{Domain: spec.InData, Pos: at, Path: "data.split." + part.name, Hint: "change the fractions, or give it more rows",
				Msg: "of " + count(t.Rows, "row") + " none is left for " + part.name}
		}
	}
	if !s.Task.Classes() {
		return nil
	}
	classes := s.classes(t.Column(s.Targets[0]))
	seen := make([]bool, len(s.Labels))
	for _, row := range p.Train {
		seen[classes[row]] = true
	}
	for i, ok := range seen {
		if !ok {
			hint := "with `by: random` every class is kept in the training rows where it can be"
			if c.Split.By == "random" && c.Split.Stratify != No {
				hint = "it has too few rows: leave them out, or make the parts smaller"
			}
			return &spec.Problem{Domain: spec.InData, Pos: at, Path: "data.split", Hint: hint,
				Msg: "no training row has the label \"" + s.Labels[i] + "\""}
		}
	}
	return nil
}

// classes returns the class of each row; -1 where the label is unknown or missing.
func (s *Schema) classes(col *Column) []int {
	class := make([]int, len(col.Words))
	for code, w := range col.Words {
		class[code] = s.labels.find(w)
	}
	rows := make([]int, len(col.Codes))
	for row, code := range col.Codes {
		rows[row] = -1
		if code >= 0 {
			rows[row] = class[code]
		}
	}
	return rows
}
