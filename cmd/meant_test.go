package cmd

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"mlp/internal/run"
)

// What is suggested for a word that is none is there: the verb, the flag of that verb,
// the setting. And a word that is one is never taken for another.
func TestSuggestionsAreThere(t *testing.T) {
	root := newRoot(&App{})
	verbs := map[string]*cobra.Command{}
	for _, c := range root.Commands() {
		verbs[c.Name()] = c
	}
	for word, verb := range verbsMeant {
		if verbs[word] != nil {
			t.Errorf("%s is a verb itself", word)
		}
		if verbs[verb] == nil || nearestVerb(root, word, false) != `did you mean "`+verb+`"?` {
			t.Errorf("%s: %s", word, nearestVerb(root, word, false))
		}
	}
	paths := run.Loader(nil).Paths
	for word, meant := range flagsMeant {
		found := 0
		for _, c := range verbs {
			names := []string{}
			for _, flag := range []string{meant, "keep"} {
				if c.Flag(flag) != nil || root.PersistentFlags().Lookup(flag) != nil {
					names = append(names, "--"+flag)
				}
			}
			switch hint := nearestFlag(c, "--"+word, names); {
			case hint == "":
			case strings.Contains(hint, "--set "):
				found++
				if path := strings.TrimSuffix(strings.TrimPrefix(hint, "it is a setting: --set "), "=…"); c.Flag("set") == nil && root.PersistentFlags().Lookup("set") == nil || !slices.Contains(paths, path) {
					t.Errorf("%s --%s: %s", c.Name(), word, hint)
				}
			default:
				found++
				flag := strings.TrimSuffix(strings.TrimPrefix(hint, "did you mean --"), "?")
				if c.Flag(flag) == nil && root.PersistentFlags().Lookup(flag) == nil {
					t.Errorf("%s --%s: %s", c.Name(), word, hint)
				}
			}
		}
		if found == 0 {
			t.Errorf("--%s: no verb suggests --%s", word, meant)
		}
	}
}
