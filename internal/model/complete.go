package model

import "mlp/internal/spec"

// complete adds to a spec that an earlier version saved, resolved as it knew it,
// what has come since: resolved is the same spec as this version reads it, in
// which a key that is not given has its default. So the spec of an old model is
// the same as it was, and nobody is told that it differs.
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
