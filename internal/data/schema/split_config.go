package schema

import (
	"slices"
	"strings"

	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// SplitConfig says which rows are kept from training. Fractions are of the whole.
type SplitConfig struct {
	Pos              problem.Pos
	Validation, Test float64
	By               string      // one of the keys of splitters
	Group            []ColumnRef // the column of `by: group`, else none
	Column           []ColumnRef // the column of `by: column` and `by: time`, else none
	Stratify         table.Setting
}

// Asked reports whether the spec splits the rows of a table at all.
func (s SplitConfig) Asked() bool {
	return s.Validation+s.Test > 0 || s.By == "column" || s.By == "group"
}

func decodeSplit(f *spec.Fields) SplitConfig {
	s := SplitConfig{
		Pos:        f.Pos(),
		Validation: f.Float("validation", 0, "fraction of the rows that early stopping and val_ metrics see", spec.NonNegative, spec.Less(1)),
		Test:       f.Float("test", 0, "fraction of the rows that only the final evaluation sees", spec.NonNegative, spec.Less(1)),
		By: f.Enum("by", "random", "random rows; the last ones of the file (Keras's own rule); the latest by a column of dates or numbers; whole groups, at random; as a column says; or by a hash of the row's id, or of its cells where there is none, by which it stays in its part whatever rows are added",
			"random", "last", "time", "group", "column", "hash"),
		Group:    columnRefs(f, "group", "of `by: group`: the column whose rows stay together; no input unless `columns` has an entry for it", false),
		Column:   columnRefs(f, "column", "of `by: column`: the column that says train, validation or test; no input. Of `by: time`: the dates or numbers that rows are ordered by, no input unless `columns` has an entry for it", false),
		Stratify: table.Setting(f.Enum("stratify", "auto", "give each part the same share of every class; auto: for classes", "auto", "true", "false")),
	}
	if s.Validation+s.Test >= 1 {
		f.Problem("test", "leave some rows for training", "validation %g and test %g together leave no rows for training", s.Validation, s.Test)
	}
	if s.By != "random" && s.Stratify == table.Yes {
		f.Problem("stratify", "write `by: random`", "%s", map[string]string{"last": "the last rows cannot be stratified",
			"time": "the latest rows cannot be stratified", "hash": "a hash does not know the labels",
			"group": "whole groups cannot be stratified", "column": "a column says the parts: nothing is left to stratify"}[s.By])
	}
	s.checkColumns(f)
	return s
}

// checkColumns complains about a way to split that lacks its column, and about a
// column that nothing is done with.
func (s *SplitConfig) checkColumns(f *spec.Fields) {
	for _, way := range []struct {
		key  string
		by   []string
		refs *[]ColumnRef
	}{{"group", []string{"group"}, &s.Group}, {"column", []string{"column", "time"}, &s.Column}} {
		switch given, wanted := len(*way.refs) > 0, slices.Contains(way.by, s.By); {
		case wanted && !given:
			f.Problem("by", "add `"+way.key+": …` beside it", "which column is it?")
		case !wanted && given:
			f.Problem(way.key, "write `by: "+strings.Join(way.by, "` or `by: ")+"`, or delete it", "by: %s looks at no %s", s.By, way.key)
			*way.refs = nil
		}
	}
	if s.By == "column" && s.Validation+s.Test > 0 {
		f.Problem("by", "delete `validation` and `test`", "a column says the parts, and fractions say them too")
	}
}
