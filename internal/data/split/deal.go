package split

import (
	"fmt"
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/rng"
)

// Deal gives each of some rows of a table, in turn, to one of several folds, and
// returns the fold of each, from 0: by label where the target has labels, by group
// where the spec splits by one, so that a group is never in two of them.
func Deal(t *table.Table, s *schema.Schema, c schema.Config, rows []int, folds int, seed uint64) ([]int, error) {
	f := FoldConfig{Folds: folds}
	if c.Split.By == "group" {
		var err error
		if _, f.Groups, err = SplitGroups(t, s, c); err != nil {
			return nil, err
		}
	}
	order := make([]int, len(rows))
	rng.New(seed, "folds of an ensemble").Perm(order)
	for i, at := range order {
		order[i] = rows[at]
	}
	fold := make([]int, t.Rows) // of each row of the table
	kind, have := "row", len(rows)
	switch f.Kind(s) {
	case "group":
		names, _ := f.Members(order)
		kind, have = "group", len(names)
		f.dealGroups(fold, order)
	case "stratified":
		f.deal(fold, slices.Concat(byClass(t, s, order)...))
	default:
		f.deal(fold, order)
	}
	if have < folds {
		return nil, &problem.Problem{Domain: problem.InData, Path: "ensemble.folds", Hint: fmt.Sprintf("use at most %d", have),
			Msg: fmt.Sprintf("%s cannot fill %d folds", problem.Count(have, kind), folds)}
	}
	dealt := make([]int, len(rows))
	for i, row := range rows {
		dealt[i] = fold[row]
	}
	return dealt, nil
}
