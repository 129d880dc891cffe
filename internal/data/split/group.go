package split

import (
	"fmt"
	"math"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/rng"
)

// SplitGroups returns the group of each row where the spec splits by one, and the
// name of the column.
func SplitGroups(t *table.Table, s *schema.Schema, c schema.Config) (name string, groups []string, err error) {
	col, err := splitBy(s, t, "data.split.group", c.Split.Group)
	if err != nil {
		return "", nil, err
	}
	list := problem.List{File: t.Name}
	if schema.CheckGroups(t, col, &list); list.Len() > 0 {
		return "", nil, list.Err()
	}
	groups = make([]string, t.Rows)
	for row := range groups {
		groups[row] = col.Text(row)
	}
	return col.Name, groups, nil
}

// splitGroups keeps the rows of a group together. The groups come in a random
// order; each part takes those that bring its rows nearer to its share.
func splitGroups(t *table.Table, s *schema.Schema, c schema.Config, seed uint64) (Rows, error) {
	column, groups, err := SplitGroups(t, s, c)
	if err != nil {
		return Rows{}, err
	}
	names, members := FoldConfig{Groups: groups}.Members(table.AllRows(t))
	need := 1
	for _, share := range []float64{c.Split.Validation, c.Split.Test} {
		if share > 0 {
			need++
		}
	}
	if len(names) < need {
		return Rows{}, &problem.Problem{Domain: problem.InData, Pos: c.Split.Pos, Path: "data.split.group", Also: []problem.Pos{{File: t.Name}}, Hint: "take another column, or `by: random`",
			Msg: fmt.Sprintf("column %q has %s, and there are %d parts to fill", column, problem.Count(len(names), "group"), need)}
	}
	order := make([]int, len(names))
	rng.New(seed, "split").Perm(order)
	var left [][]int // the groups that no part has taken, in that order
	for _, i := range order {
		left = append(left, members[names[i]])
	}
	var p Rows
	all := len(left)
	p.Validation, left = takeGroups(left, float64(c.Split.Validation*float64(t.Rows)), need-1)
	validation := all - len(left)
	p.Test, left = takeGroups(left, float64(c.Split.Test*float64(t.Rows)), 1)
	for _, rows := range left {
		p.Train = append(p.Train, rows...)
	}
	p.note("groups of column %q: %d for training, %d for validation, %d for the test", column, len(left), validation, all-validation-len(left))
	return p, nil
}

// takeGroups takes each group that brings the rows taken nearer to the number
// wanted, and leaves at least so many; if none does, it takes the smallest.
func takeGroups(groups [][]int, want float64, leave int) (taken []int, left [][]int) {
	if want == 0 {
		return nil, groups
	}
	smallest := 0
	for i, rows := range groups {
		if len(rows) < len(groups[smallest]) {
			smallest = i
		}
		have := float64(len(taken))
		nearer := math.Abs(have+float64(len(rows))-want) < math.Abs(want-have)
		if nearer && len(left)+len(groups)-1-i >= leave {
			taken = append(taken, rows...)
		} else {
			left = append(left, rows)
		}
	}
	if taken == nil {
		taken = groups[smallest]
		left = append(append([][]int{}, groups[:smallest]...), groups[smallest+1:]...)
	}
	return taken, left
}
