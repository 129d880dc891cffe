package run

import (
	"slices"

	"mlp/internal/recipe"
	"mlp/internal/spec"
)

// heeded are the settings of the data section by which a draft is made: it has them as they
// are to be.
var heeded = []string{"path", "train", "target", "task", "delimiter", "header", "read", "na_values", "ignore", "id", "weight"}

// Adapt lays over a draft what flags, variables and assignments say that it was not made by,
// and checks the whole.
func (r *Request) Adapt(draft *spec.Node) (*spec.Node, error) {
	tree, _, err := Loader(r.Embedded).Apply(draft, r.Overrides) // the warnings have been told
	if err != nil {
		return nil, err
	}
	data, drafted := tree.Get("data"), draft.Get("data")
	if data.Kind == spec.Map {
		for _, key := range heeded {
			data.Keys = slices.DeleteFunc(data.Keys, func(k spec.Key) bool { return k.Name == key && drafted.Get(key) == nil })
			if v := drafted.Get(key); v != nil {
				data.Put(key, v)
			}
		}
		joinColumns(data.Get("columns"), drafted.Get("columns"))
	}
	_, err = recipe.Decode(tree)
	return tree, err
}

// joinColumns adds to exceptions those of a draft for other columns.
func joinColumns(columns, drafted *spec.Node) {
	if columns == nil || drafted == nil || columns.Kind != spec.List {
		return
	}
	var names []string
	for _, c := range columns.Items {
		if name := c.Get("name"); name != nil {
			names = append(names, name.Text)
		}
	}
	for _, c := range drafted.Items {
		if !slices.Contains(names, c.Get("name").Text) {
			columns.Items = append(columns.Items, c)
		}
	}
}
