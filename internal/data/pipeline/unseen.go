package pipeline

import (
	"slices"

	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// An Unseen is the rows of a table whose label training never saw.
type Unseen struct {
	*Dataset          // without Y
	Labels   []string // as they stand in the table, one a row
}

// ApplyKnown is Apply for the rows whose label training saw, and for the others apart.
func (p *Pipeline) ApplyKnown(t *table.Table) (*Dataset, *Unseen, error) {
	col := t.Column(p.schema.Targets[0])
	apart := &Unseen{}
	var known, others []int
	for row, class := range p.schema.ClassesOf(col) {
		if class < 0 && !col.IsMissing(row) {
			others = append(others, row)
			apart.Labels = append(apart.Labels, col.Text(row))
		} else {
			known = append(known, row)
		}
	}
	if len(known) == 0 {
		return nil, nil, problem.Data(problem.Pos{File: t.Name}, col.Name, "is it the right column, and the right model?", "no row has a label that training saw")
	}
	without := *t
	without.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c *table.Column) bool { return c == col })
	set, err := p.Apply(t, known)
	if err == nil {
		apart.Dataset, err = p.Apply(&without, append([]int{}, others...)) // nil would stand for all rows
	}
	return set, apart, err
}
