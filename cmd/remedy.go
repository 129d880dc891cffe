package cmd

import (
	"fmt"

	"mlp/internal/problem"
)

// remedies are the sentences for what to do next; %v is the remedy's value.
var remedies = [problem.RemedyKinds]string{
	problem.PackAgain:           "pack it again: `mlp load … -o`",
	problem.NameTable:           "name the table: `mlp … DATA`, or `path:` under data in the spec",
	problem.NameTableOfModel:    "name it on the command line, after the model, if it is the right one",
	problem.EvaluateTable:       "name the table: mlp evaluate %v DATA",
	problem.Train:               "train it with `mlp fit %v`",
	problem.TrainFurther:        "train it further with `mlp fit %v --epochs N`",
	problem.ResumeWithSameTable: "give the table the run began with, start a new run, or go on all the same with --force",
	problem.GiveSpecAgain:       "give the spec again with -c SPEC; `mlp render %v > SPEC` prints the one in the model",
	problem.CheckpointElsewhere: "with --checkpoint FILE on another disk the trained model would be kept there",
	problem.ModelInCheckpoint:   "the trained model is in %v, whole: move it to where there is room for it",
	problem.ModelLost:           "the trained model is lost, for %v cannot be written either",
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
		if with.Hint != "" {
			with.Hint += "; "
		}
		with.Hint += text
		with.Remedy = problem.Remedy{}
	}
	return &with
}
