package cmd

import (
	"fmt"
	"strings"

	"mlp/internal/problem"
)

// remedies are the sentences for what to do next; %v is the remedy's value.
var remedies = [problem.RemedyKinds]string{
	problem.PackAgain:     "pack it again: `mlp load … -o`",
	problem.ListFamily:    "`mlp list %v` shows all",
	problem.NoHeader:      "(or --no-header)",
	problem.NameDelimiter: "(or --delimiter)",
	problem.NameTarget:    "(or --target)",
	problem.NameGroup:     "name the column whose rows belong together: --group COLUMN",
	problem.ByGroup:       "use --by group, or leave one of them out",
	problem.ByLabel:       "or --by stratified",
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
