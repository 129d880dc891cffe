package cmd

import (
	"fmt"

	"mlp/internal/problem"
)

// remedies are the sentences for what to do next; %v is the remedy's value.
var remedies = [problem.RemedyKinds]string{
	problem.PackAgain: "pack it again: `mlp load … -o`",
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
			text = fmt.Sprintf(text, p.Remedy.Value)
		}
		if with.Hint != "" {
			with.Hint += "; "
		}
		with.Hint += text
		with.Remedy = problem.Remedy{}
	}
	return &with
}
