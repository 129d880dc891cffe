package data

import (
	"fmt"
	"slices"

	"mlp/internal/spec"
)

// check refuses folds that cannot be.
func (f FoldConfig) check(t *Table, s *Schema) error {
	const flag = "flag --folds"
	switch {
	case !slices.Contains(FoldKinds, f.By):
		return spec.Usage("flag --by", spec.DidYouMean(f.By, FoldKinds), "%q is not one of random, stratified, group", f.By)
	case f.Folds < 2:
		return spec.Usage(flag, "5 and 10 are usual", "%s cannot hold rows out and train on others", count(f.Folds, "fold"))
	case f.Folds > t.Rows:
		return spec.Usage(flag, fmt.Sprintf("use at most --folds %d", t.Rows), "%d folds are more than the %s of %s", f.Folds, count(t.Rows, "row"), t.Name)
	case f.By == "stratified" && !s.Task.Classes():
		return spec.Usage("flag --by", "leave it out, or use --by random", "the target is no label; there are no classes to stratify by")
	case f.By == "group" && f.Groups == nil:
		return spec.Usage("flag --by", "name the column whose rows belong together: --group COLUMN", "there is no group")
	case f.By != "group" && f.Groups != nil:
		return spec.Usage("flag --group", "use --by group, or leave one of them out", "--by %s looks at no group", f.By)
	case f.By == "stratified":
		return f.checkClasses(t, s)
	case f.By == "group":
		if names, _ := f.members(AllRows(t)); len(names) < f.Folds {
			return spec.Usage(flag, fmt.Sprintf("use at most --folds %d, or another column", len(names)), "%s cannot fill %d folds", count(len(names), "group"), f.Folds)
		}
	}
	return nil
}

// checkClasses refuses a class that not every fold can hold out a row of, and
// points at its first row.
func (f FoldConfig) checkClasses(t *Table, s *Schema) error {
	bad := complaints{file: t.Name}
	target := t.Column(s.Targets[0])
	for i, rows := range byClass(t, s, AllRows(t)) {
		if len(rows) == 0 || len(rows) >= f.Folds {
			continue
		}
		msg := fmt.Sprintf("only %s the label %q, fewer than the %d folds", map[bool]string{true: "1 row has", false: fmt.Sprint(len(rows), " rows have")}[len(rows) == 1], s.Labels[i], f.Folds)
		hint := fmt.Sprintf("use --folds %d or fewer, or --by random", len(rows))
		if len(rows) == 1 {
			hint = "a label needs two rows or more; leave the row out"
		}
		for _, p := range t.problems([]cellAt{{rows[0], target}}, func(*Column, string) (string, string) { return msg, hint }) {
			bad.add(p)
		}
	}
	return bad.err()
}

// checkParts refuses a fold without validation rows where they are asked for, or
// one that would not see a class in training.
func (f FoldConfig) checkParts(p Parts, i int, t *Table, s *Schema, c Config) error {
	problem := func(hint, format string, args ...any) error {
		return &spec.Problem{Domain: spec.InData, Pos: spec.Pos{File: t.Name}, Path: fmt.Sprintf("fold %d", i+1), Msg: fmt.Sprintf(format, args...), Hint: hint}
	}
	if len(p.Train) == 0 || c.Split.Validation > 0 && len(p.Validation) == 0 {
		return problem("change split.validation, which is taken from the training rows of each fold, or use fewer folds",
			"of %s %d are left for training and %d for validation", count(len(p.Train)+len(p.Validation), "row"), len(p.Train), len(p.Validation))
	}
	if !s.Task.Classes() {
		return nil
	}
	for class, rows := range byClass(t, s, p.Train) {
		if len(rows) == 0 {
			hint := "use --by stratified, or fewer folds"
			if f.By == "group" {
				hint = "the label stands in too few groups: use fewer folds, another column, or --by stratified"
			} else if f.By == "stratified" {
				hint = "the label has too few rows: use fewer folds, or a smaller split.validation"
			}
			return problem(hint, "no training row has the label %q", s.Labels[class])
		}
	}
	return nil
}
