package cmd

import (
	"testing"

	"mlp/internal/problem"
)

// Every remedy has a sentence, and an option is named as a flag.
func TestRemediesHaveWords(t *testing.T) {
	for kind, text := range remedies {
		if (text == "") != (problem.RemedyKind(kind) == problem.NoRemedy) {
			t.Errorf("remedy %d: %q", kind, text)
		}
	}
	p := problem.InOption("folds", "use fewer", "9 folds are too many")
	p.Remedy.Kind = problem.PackAgain
	got := spelled(p)
	if got.Error() != "flag --folds: 9 folds are too many" || got.Hint != "use fewer; "+remedies[problem.PackAgain] {
		t.Errorf("%s; %s", got.Error(), got.Hint)
	}
}
