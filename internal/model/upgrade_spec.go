package model

import "mlp/internal/spec"

// UpgradeSpec adds to the spec of a model that an earlier version wrote the keys
// that have come since, with their defaults: else a model whose spec is to be
// compared with what is asked of it would differ from itself. The file is not
// changed by that.
func (m *Model) UpgradeSpec() {
	tree := m.Spec.Clone()
	resolved, _ := spec.Decode(tree, func(f *spec.Fields) { // read once already, without a problem
		Decode(f)
		f.Skip("fit", "evaluate")
	})
	complete(tree, resolved)
	m.Spec = tree
}

// complete adds what resolved has and saved lacks. resolved is the same spec as
// this version reads it, every default written out.
func complete(saved, resolved *spec.Node) {
	switch {
	case saved == nil || resolved == nil:
	case saved.Kind == spec.String && resolved.Kind == spec.Map:
		// A component that had no settings, and has some now.
		if t := resolved.Get("type"); t != nil && t.Text == saved.Text {
			*saved = *resolved.Clone()
		}
	case saved.Kind == spec.Map && resolved.Kind == spec.Map:
		for _, k := range resolved.Keys {
			if was := saved.Get(k.Name); was != nil {
				complete(was, k.Value)
			} else {
				saved.Put(k.Name, k.Value.Clone())
			}
		}
	case saved.Kind == spec.List && resolved.Kind == spec.List && len(saved.Items) == len(resolved.Items):
		for i := range saved.Items {
			complete(saved.Items[i], resolved.Items[i])
		}
	}
}
