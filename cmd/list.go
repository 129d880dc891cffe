package cmd

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"mlp/internal/export"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/report"
	"mlp/internal/spec"
)

type listOptions struct {
	app  *App
	args []string // [FAMILY [NAME]]
}

var _ = addVerb(120, newList, runList)

func newList(a *App, run func(context.Context, *listOptions) error) *cobra.Command {
	o := &listOptions{app: a}
	return &cobra.Command{
		Use:     "list [FAMILY [NAME]]",
		Short:   "show what a spec can name: layers, losses, … with parameters",
		Example: "  mlp list\n  mlp list optimizers\n  mlp list optimizers adam",
		Args:    arguments(0, 2, "[FAMILY [NAME]]"),
		RunE: func(c *cobra.Command, args []string) error {
			o.args = args
			return run(c.Context(), o)
		},
	}
}

func runList(_ context.Context, o *listOptions) error {
	a := o.app
	families := append(spec.Families(recipe.Describe()), export.Exporters)
	if len(o.args) == 0 {
		return a.listFamilies(families)
	}
	if found := familiesWith(families, o.args[0]); len(o.args) == 1 && len(found) == 1 {
		o.args = []string{found[0].Plural(), o.args[0]}
	}
	family, err := findFamily(families, o.args[0])
	if err != nil {
		return err
	}
	if len(o.args) == 1 {
		return a.listNames(family)
	}
	doc, ok := family.Describe(o.args[1])
	if !ok {
		return problem.Usage("mlp list "+o.args[0], problem.DidYouMean(o.args[1], family.Names()), "there is no %s %q", family.Family(), o.args[1])
	}
	if a.json {
		return a.sayJSON(documentation(doc))
	}
	return a.listComponent(doc)
}

// findFamily takes the singular or the plural.
func findFamily(families []spec.Family, word string) (spec.Family, error) {
	var plurals []string
	for _, f := range families {
		if strings.EqualFold(word, f.Family()) || strings.EqualFold(word, f.Plural()) {
			return f, nil
		}
		plurals = append(plurals, f.Plural())
	}
	hint := problem.DidYouMean(word, plurals)
	if found := familiesWith(families, word); len(found) > 0 {
		hint = ""
		for _, f := range found {
			hint = strings.TrimPrefix(hint+", or `mlp list "+f.Plural()+" "+word+"`", ", or ")
		}
	}
	return nil, problem.Usage("mlp list", hint, "there is no family %q", word)
}

// familiesWith are those that have a component of that name; none where the word is that
// of a family.
func familiesWith(families []spec.Family, word string) (found []spec.Family) {
	for _, f := range families {
		if strings.EqualFold(word, f.Family()) || strings.EqualFold(word, f.Plural()) {
			return nil
		}
		if _, ok := f.Describe(word); ok {
			found = append(found, f)
		}
	}
	return found
}

func (a *App) listFamilies(families []spec.Family) error {
	if a.json {
		all := map[string][]string{}
		for _, f := range families {
			all[f.Plural()] = f.Names()
		}
		return a.sayJSON(all)
	}
	for _, f := range families {
		if err := a.say("%s\n%s", a.Paint(a.Out, iostreams.Bold, f.Plural()), report.Wrap(strings.Join(f.Names(), ", "), 2, cmp.Or(a.Columns(), 100))); err != nil {
			return err
		}
	}
	return a.tell("\n`mlp list FAMILY` says what each computes, `mlp list FAMILY NAME` its\nparameters.\n")
}

func (a *App) listNames(f spec.Family) error {
	if a.json {
		var all []any
		for _, name := range f.Names() {
			doc, _ := f.Describe(name)
			all = append(all, documentation(doc))
		}
		return a.sayJSON(all)
	}
	t := report.NewTable("name", "what it is")
	for _, name := range f.Names() {
		doc, _ := f.Describe(name)
		t.Add(name, doc.Doc)
	}
	return a.say("%s", t.Within(a.Columns()))
}

func (a *App) listComponent(doc spec.ComponentDoc) error {
	if err := a.say("%s", report.Wrap(fmt.Sprintf("%s %s: %s", doc.Family, doc.Name, doc.Doc), 0, cmp.Or(a.Columns(), math.MaxInt))); err != nil {
		return err
	}
	if len(doc.Aliases) > 0 {
		if err := a.tell("also written %s\n", strings.Join(doc.Aliases, ", ")); err != nil {
			return err
		}
	}
	if len(doc.Fields) == 0 {
		if err := a.say("no parameters\n"); err != nil {
			return err
		}
		return a.listMoot(doc.Moot)
	}
	t := report.NewTable("parameter", "type", "default", "range", "meaning")
	for _, f := range doc.Fields {
		def, about := f.Default, f.Doc
		if f.Required {
			def = "(required)"
		}
		limits := f.Range()
		if len(f.Options) > 0 {
			limits = strings.Join(f.Options, " | ")
		}
		if len(f.Aliases) > 0 {
			about += " (also: " + strings.Join(f.Aliases, ", ") + ")"
		}
		t.Add(f.Name, f.Type, def, limits, about)
	}
	if err := a.say("\n%s", t.Within(a.Columns())); err != nil {
		return err
	}
	return a.listMoot(doc.Moot)
}

// listMoot lists the keys that may stand and are no parameters.
func (a *App) listMoot(moot []spec.FieldDoc) error {
	if len(moot) == 0 {
		return nil
	}
	names := make([]string, len(moot))
	for i, f := range moot {
		names[i] = f.Name
	}
	return a.say("\n%s", report.Wrap("may stand, where they say what is so: "+strings.Join(names, ", "), 0, cmp.Or(a.Columns(), 100)))
}

// documentation is a component as JSON has it.
func documentation(doc spec.ComponentDoc) any {
	type field struct {
		Name     string   `json:"name"`
		Type     string   `json:"type"`
		Default  string   `json:"default,omitempty"`
		Required bool     `json:"required,omitempty"`
		Range    string   `json:"range,omitempty"`
		Options  []string `json:"options,omitempty"`
		Aliases  []string `json:"aliases,omitempty"`
		Doc      string   `json:"doc"`
	}
	fields := []field{}
	for _, f := range doc.Fields {
		fields = append(fields, field{f.Name, f.Type, f.Default, f.Required, f.Range(), f.Options, f.Aliases, f.Doc})
	}
	return map[string]any{"family": doc.Family, "name": doc.Name, "doc": doc.Doc, "aliases": append([]string{}, doc.Aliases...), "fields": fields}
}
