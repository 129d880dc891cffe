package split

import (
	"fmt"
	"slices"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// check refuses folds that cannot be.
func (f FoldConfig) check(t *table.Table, s *schema.Schema) error {
	rows := len(f.rows(t))
	if f.By == Forward {
		rows-- // some are only trained on
	}
	switch {
	case !slices.Contains(FoldKinds, f.By):
		return problem.InOption("by", problem.DidYouMean(f.By, FoldKinds), "%q is not one of random, stratified, group, forward", f.By)
	case f.Folds < 2:
		return problem.InOption("folds", "5 and 10 are usual", "%s cannot hold rows out and train on others", problem.Count(f.Folds, "fold"))
	case f.Folds > rows:
		return problem.InOption("folds", fmt.Sprintf("use at most %d", rows), "%d folds are more than the %s of %s", f.Folds, problem.Count(rows, "row"), t.Name)
	case f.By == "stratified" && !s.Task.Classes():
		return problem.InOption("by", "leave it out, or use random", "the target is no label; there are no classes to stratify by")
	case f.By == "group" && f.Groups == nil:
		return &problem.Problem{Option: "by", Msg: "there is no group", Remedy: problem.Remedy{Kind: problem.NameGroup}}
	case f.By != "group" && f.Groups != nil:
		return &problem.Problem{Option: "group", Msg: fmt.Sprintf("%s folds look at no group", f.By), Remedy: problem.Remedy{Kind: problem.ByGroup}}
	case f.By == "group":
		if names, _ := f.Members(f.rows(t)); len(names) < f.Folds {
			return problem.InOption("folds", fmt.Sprintf("use at most %d, or another column", len(names)), "%s cannot fill %d folds", problem.Count(len(names), "group"), f.Folds)
		}
	}
	return nil
}

// RareLabels names labels with fewer rows than there are folds: some folds then
// hold none of them out, and a label with a single row is held out from a network
// that has never seen it.
func (f FoldConfig) RareLabels(t *table.Table, s *schema.Schema) []string {
	if f.Kind(s) != "stratified" {
		return nil
	}
	var rare []string
	for i, rows := range byClass(t, s, f.rows(t)) {
		switch {
		case len(rows) == 0 || len(rows) >= f.Folds:
		case len(rows) == 1:
			rare = append(rare, fmt.Sprintf("only line %d has the label %q: the fold that holds it out is trained without the label", t.Lines[rows[0]], problem.Clip(s.Labels[i])))
		default:
			rare = append(rare, fmt.Sprintf("only %d rows have the label %q, fewer than the %d folds: some folds hold none of them out", len(rows), problem.Clip(s.Labels[i]), f.Folds))
		}
	}
	return rare
}

// checkParts refuses a fold without validation rows where they are asked for, or
// one that would not see a class in training; but where a class has a single row
// and rows are dealt out by class, there is no other way.
func (f FoldConfig) checkParts(p Rows, i int, t *table.Table, s *schema.Schema, c schema.Config) error {
	refuse := func(hint, format string, args ...any) *problem.Problem {
		return problem.Data(problem.Pos{File: t.Name}, fmt.Sprintf("fold %d", i+1), hint, format, args...)
	}
	if len(p.Test) == 0 {
		return refuse("use fewer folds, or another column", "no row is left to hold out: rows of one time stay together")
	}
	if len(p.Train) == 0 || c.Split.Validation > 0 && len(p.Validation) == 0 {
		return refuse("change split.validation, which is taken from the training rows of each fold, or use fewer folds",
			"of %s %d are left for training and %d for validation", problem.Count(len(p.Train)+len(p.Validation), "row"), len(p.Train), len(p.Validation))
	}
	if !s.Task.Classes() {
		return nil
	}
	held, watched := byClass(t, s, p.Test), byClass(t, s, p.Validation)
	for class, rows := range byClass(t, s, p.Train) {
		single := f.By == "stratified" && len(held[class]) == 1 && len(watched[class]) == 0
		if len(rows) == 0 && !single {
			hint, remedy := "use fewer folds", problem.Remedy{Kind: problem.ByLabel}
			if f.By == "group" {
				hint = "the label stands in too few groups: use fewer folds, another column"
			} else if f.By == "stratified" {
				hint, remedy = "the label has too few rows: use fewer folds, or a smaller split.validation", problem.Remedy{}
			}
			p := refuse(hint, "no training row has the label %q", s.Labels[class])
			p.Remedy = remedy
			return p
		}
	}
	return nil
}
