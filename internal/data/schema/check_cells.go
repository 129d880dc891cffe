package schema

import (
	"fmt"
	"slices"

	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// What is wrong with single cells, found in whole columns that have been read: each
// function adds a problem for each such cell to the list.

// MissingTarget says what to do about a row without a target in a table that is read for
// a model.
const MissingTarget = "give the row a target, or set `data.drop_missing_target` to true, which leaves such rows out"

// CheckWeights refuses weights that are no numbers, negative, or missing.
func CheckWeights(t *table.Table, col *table.Column, list *problem.List) {
	if col.Skipped {
		list.Add(problem.Data(problem.Pos{File: t.Name}, col.Name, "pack the table again", "the column was left out when the table was packed"))
		return
	}
	t.Refuse(list, col, nil, func(row int) bool { return !(col.Number(row) >= 0) }, func(text string) (msg, hint string) {
		return fmt.Sprintf("%q is no weight", problem.Clip(text)), "a row's weight is a number, 0 or more"
	})
}

// CheckShares refuses a column of a multi-label target that holds a number beyond
// 0 and 1 in the given rows; nil stands for all.
func CheckShares(t *table.Table, col *table.Column, rows []int, list *problem.List) {
	t.Refuse(list, col, rows, func(row int) bool { v := col.Number(row); return v < 0 || v > 1 }, func(text string) (msg, hint string) {
		return fmt.Sprintf("%q is not between 0 and 1", problem.Clip(text)), "each column of a multi-label target says no or yes, as 0 or 1, or how much of a yes"
	})
}

// CheckTargets refuses the given rows, nil for all, where the number to be predicted
// is missing.
func CheckTargets(t *table.Table, col *table.Column, rows []int, list *problem.List, hint string) {
	wrong := col.IsMissing
	switch {
	case col.Missing == 0:
		return
	case col.OtherN > len(col.Others): // which of them are missing is not known, and the list is full
		list.Count(col.Missing)
		return
	case col.OtherN > 0:
		wrong = func(row int) bool { return col.IsMissing(row) && !slices.Contains(col.Others, row) }
	}
	t.Refuse(list, col, rows, wrong, func(text string) (msg, _ string) {
		if text == "" {
			return "the target is missing", hint
		}
		return fmt.Sprintf("the target is missing: %q", problem.Clip(text)), hint
	})
}

// CheckLabels refuses the given rows, nil for all, whose label is missing or none of
// the schema's; classes are those of all rows.
func (s *Schema) CheckLabels(t *table.Table, col *table.Column, rows, classes []int, list *problem.List) {
	t.Refuse(list, col, rows, func(row int) bool { return classes[row] < 0 }, func(text string) (msg, hint string) {
		hint = "the labels are " + spec.QuoteSome(s.Labels)
		if near := problem.Nearest(text, s.Labels); near != "" && text != "" {
			hint = fmt.Sprintf("did you mean %q? %s", near, hint)
		}
		if text == "" {
			return "the label is missing", MissingTarget
		}
		return fmt.Sprintf("%q is a label that training never saw", problem.Clip(text)), hint
	})
}

// CheckGroups refuses rows whose group is not known.
func CheckGroups(t *table.Table, col *table.Column, list *problem.List) {
	t.Refuse(list, col, nil, col.IsMissing, func(string) (msg, hint string) {
		return "the group is missing", "give the row a group, or leave it out"
	})
}
