package cmd

import (
	"fmt"
	"strings"

	"mlp/internal/problem"
)

// remedies are the sentences for what to do next; %v is the remedy's value.
var remedies = [problem.RemedyKinds]string{
	problem.ApartLabels:         "or leave such rows out and count them: `mlp evaluate … --unknown-labels apart`",
	problem.PackAgain:           "pack the table again with `mlp load … -o`, or name another; `mlp summary` shows a model",
	problem.ListFamily:          "`mlp list %v` shows all",
	problem.NoHeader:            "(or --no-header)",
	problem.NameDelimiter:       "(or --delimiter)",
	problem.NameTarget:          "(or --target)",
	problem.NameGroup:           "name the column whose rows belong together: --group COLUMN",
	problem.ByGroup:             "use --by group, or leave one of them out",
	problem.ByLabel:             "or --by stratified",
	problem.ReplaceModel:        "restore it from a copy, or train it again with `mlp fit`",
	problem.MakeModel:           "make one with `mlp fit -c SPEC -o %v`",
	problem.NameModel:           "models are written by `mlp build` and `mlp fit`; a spec is named with -c, a table after the model",
	problem.Rebuild:             "build a new model with `mlp build` or `mlp fit -c SPEC`, or leave this as it was",
	problem.ResumeAnyway:        "leave it as it was, start a new run, or go on all the same with --force",
	problem.NameTable:           "name the table: `mlp … DATA`, or `path:` under data in the spec",
	problem.NameTableOfModel:    "name it on the command line, after the model, if it is the right one",
	problem.EvaluateTable:       "name a table: `mlp evaluate %[1]v DATA`; the rows held out of the one that `fit` was given: `mlp evaluate %[1]v --set data.path=DATA`",
	problem.Train:               "train it with `mlp fit %v`",
	problem.TrainFurther:        "train it further with `mlp fit %v --epochs N`",
	problem.ResumeWithSameTable: "give the table the run began with, start a new run, or go on all the same with --force",
	problem.GiveSpecAgain:       "give the spec again with -c SPEC; `mlp render %v > SPEC` prints the one in the model",
	problem.ModelElsewhere:      "the trained model is in %v, whole: move it to where it belongs",
	problem.ModelLost:           "the trained model is lost, for no other place takes it either; --checkpoint FILE on another disk would have kept it",
	problem.UpdateProgram:       "update mlp; `mlp version` says which this is",
	problem.ResumeUnfinished:    "go on with it: `mlp fit --resume %v`, or begin anew and give it up with --force",
	problem.ResumeBackup:        "go on with it: `mlp fit --resume %v`, or delete the file",
	problem.NetworkAlone:        "export the network alone, with --inputs encoded",
	problem.TakePart:            "take those that fit with --partial-weights",
	problem.AnswerAnyway:        "without --strict it is taken all the same",
}

// spelled returns p in the words of the command line: the option that is meant by
// its flag, the remedy as the end of the hint.
func spelled(p *problem.Problem) *problem.Problem {
	with := *p
	if p.Option != "" && p.Pos == (problem.Pos{}) {
		with.Pos.File, with.Option = "flag --"+p.Option, ""
	}
	if text := remedies[p.Remedy.Kind]; text != "" {
		if p.Remedy.Value != nil {
			value := p.Remedy.Value
			if name, ok := value.(string); ok {
				value = shellWord(name) // most sentences are commands
			}
			text = fmt.Sprintf(text, value)
		}
		with.Hint = joined(with.Hint, text)
		with.Remedy = problem.Remedy{}
	}
	return &with
}

// joined puts a remedy behind a hint, as one sentence where it goes on with it.
func joined(hint, remedy string) string {
	switch {
	case hint == "":
		return strings.TrimPrefix(remedy, "or ")
	case strings.HasSuffix(hint, "?"), strings.HasPrefix(remedy, "("):
		return hint + " " + remedy
	case strings.HasPrefix(remedy, "or "):
		return hint + ", " + remedy
	}
	return hint + "; " + remedy
}
