package recipe_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/spec"
)

// schemaOf returns the JSON Schema's definitions by family and component. A
// component stands there as an object whose type has its name.
func schemaOf(t *testing.T) map[string]map[string]map[string]any {
	t.Helper()
	var schema struct {
		Defs map[string]struct {
			AnyOf []struct {
				Description string
				Properties  map[string]map[string]any
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(spec.CanonicalJSON(spec.JSONSchema("test", recipe.Describe())), &schema); err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]map[string]any{}
	for family, def := range schema.Defs {
		all[family] = map[string]map[string]any{}
		for _, way := range def.AnyOf {
			if names, ok := way.Properties["type"]["enum"].([]any); ok {
				fields := map[string]any{"": way.Description}
				for name, p := range way.Properties {
					fields[name] = p
				}
				all[family][names[0].(string)] = fields
			}
		}
	}
	return all
}

// What `mlp list` prints of a component and what the JSON Schema says of it come
// from one registration: the same parameters, defaults and words, for all of them.
func TestListAndSchemaSayTheSame(t *testing.T) {
	defs := schemaOf(t)
	components, fields := 0, 0
	for _, family := range spec.Families(recipe.Describe()) {
		for _, name := range family.Names() {
			doc, _ := family.Describe(name)
			components++
			in := defs[family.Family()][name]
			if in == nil || doc.Doc == "" || in[""] != doc.Doc {
				t.Errorf("%s %s: listed as %q, in the schema %q", family.Family(), name, doc.Doc, in[""])
				continue
			}
			known := []string{"", "type"}
			for _, f := range doc.Fields {
				fields++
				known = append(append(known, f.Name), f.Aliases...)
				said, ok := in[f.Name].(map[string]any)
				if !ok || f.Doc == "" {
					t.Errorf("%s %s: %s is listed as %q, in the schema: %v", family.Family(), name, f.Name, f.Doc, ok)
					continue
				}
				if def, ok := said["x-default"]; ok && def != f.Default {
					t.Errorf("%s %s: the default of %s is listed as %q, in the schema %q", family.Family(), name, f.Name, f.Default, def)
				}
			}
			for _, f := range doc.Moot {
				known = append(known, f.Name)
			}
			for key := range in {
				if !slices.Contains(known, key) {
					t.Errorf("%s %s: the schema has %q, which is not listed", family.Family(), name, key)
				}
			}
		}
	}
	if components < 150 || fields < 300 {
		t.Errorf("only %d components with %d parameters", components, fields)
	}
	adam := defs["optimizer"]["adam"]["beta_2"].(map[string]any)
	if adam["x-default"] != "0.999" || adam["exclusiveMaximum"] != 1. {
		t.Errorf("adam's beta_2 in the schema: %v", adam)
	}
}

// places are where a spec can hold a component of a family.
var places = map[string]string{
	"optimizer":   `{"compile":{"optimizer":%s}}`,
	"loss":        `{"compile":{"loss":%s}}`,
	"metric":      `{"compile":{"metrics":[%s]}}`,
	"layer":       `{"layers":[%s]}`,
	"callback":    `{"fit":{"callbacks":[%s]}}`,
	"schedule":    `{"compile":{"optimizer":{"type":"sgd","learning_rate":%s}}}`,
	"activation":  `{"layers":[{"units":1,"activation":%s}]}`,
	"initializer": `{"layers":[{"units":1,"init":%s}]}`,
	"regularizer": `{"layers":[{"units":1,"kernel_regularizer":%s}]}`,
	"constraint":  `{"layers":[{"units":1,"kernel_constraint":%s}]}`,
}

// Every parameter of every component, misspelt by the letter in its middle, is named in
// the complaint as what was meant.
func TestMisspeltParametersAreNamed(t *testing.T) {
	tried := 0
	for _, family := range spec.Families(recipe.Describe()) {
		place, ok := places[family.Family()]
		if !ok {
			continue // data's own: scalers, imputers, encoders
		}
		for _, name := range family.Names() {
			doc, _ := family.Describe(name)
			for _, f := range doc.Fields {
				wrong := f.Name[:len(f.Name)/2] + f.Name[len(f.Name)/2+1:]
				if len(strings.ReplaceAll(wrong, "_", "")) < 4 || slices.ContainsFunc(doc.Fields, func(o spec.FieldDoc) bool { return o.Name == wrong || slices.Contains(o.Aliases, wrong) }) {
					continue
				}
				tried++
				text := fmt.Sprintf(place, fmt.Sprintf(`{"type":%q,%q:1}`, name, wrong))
				tree, err := spec.ParseJSON([]byte(text), "spec", "spec")
				if err != nil {
					t.Fatal(err)
				}
				_, err = recipe.Decode(tree)
				if err == nil || !strings.Contains(fmt.Sprint(err), fmt.Sprintf("unknown key %q", wrong)) || !hinted(err, f.Name) {
					t.Errorf("%s: %v does not name %q", text, err, f.Name)
				}
			}
		}
	}
	if tried < 250 {
		t.Errorf("only %d parameters were tried", tried)
	}
}

// hinted reports whether a problem asks whether word was meant.
func hinted(err error, word string) bool {
	problems, ok := err.(problem.Problems)
	return ok && slices.ContainsFunc(problems, func(p *problem.Problem) bool {
		return strings.Contains(p.Hint, fmt.Sprintf("did you mean %q", word))
	})
}
