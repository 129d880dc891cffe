package draft

import (
	"bytes"
	"slices"
	"strings"

	"mlp/internal/loss"
	"mlp/internal/nn"
	"mlp/internal/optim"
	"mlp/internal/spec"
)

// TakeNetwork puts layers, loss, optimizer and metrics of another model into a draft,
// without what goes without saying. The plan of the learning rate goes, for it was that of
// the draft's own network; and where the other one begins with a Normalization of its own,
// numbers come to it as they are. No column gets an indicator of its gaps.
func TakeNetwork(draft, network *spec.Node) error {
	layers, err := shortestLayers(network.Get("layers"))
	if err != nil {
		return err
	}
	layers.Above = draft.Get("layers").Above
	draft.Put("layers", layers)
	if fit := draft.Get("fit"); fit != nil {
		fit.Drop("callbacks")
	}
	if columns := draft.Get("data").Get("columns"); columns != nil {
		for _, c := range columns.Items {
			c.Drop("indicator") // the other network has no input for it
		}
	}
	if len(layers.Items) > 0 && typeName(layers.Items[0]) == "normalization" {
		if err := draft.Set("data.numeric.scale", spec.NewString("none")); err != nil {
			return err
		}
	}
	compile := network.Get("compile")
	if compile == nil {
		return nil
	}
	optimizer, err := shortest(optim.Optimizers, compile.Get("optimizer"))
	if err != nil {
		return err
	}
	loss, err := shortest(loss.Losses, compile.Get("loss"))
	if err != nil {
		return err
	}
	for name, n := range map[string]*spec.Node{"optimizer": optimizer, "loss": loss, "metrics": compile.Get("metrics")} {
		if n != nil {
			draft.Get("compile").Put(name, plainest(n))
		}
	}
	return nil
}

// shortestLayers returns layers, those within them too, without what goes without saying.
func shortestLayers(list *spec.Node) (*spec.Node, error) {
	all := spec.NewList()
	for _, l := range list.Items {
		l, err := shortest(nn.Layers, l)
		if err != nil {
			return nil, err
		}
		kind := typeName(l)
		if kind == "input" {
			continue // the table knows its width
		}
		if name := l.Get("name"); name != nil && ownName(name.Text, kind) || kind == "parallel" || kind == "residual" {
			l.Drop("name")
		}
		inside := []*spec.Node{l}
		if branches := l.Get("branches"); branches != nil {
			inside = branches.Items
		}
		for _, b := range inside {
			if of := b.Get("layers"); of != nil {
				if of, err = shortestLayers(of); err != nil {
					return nil, err
				}
				b.Put("layers", of)
			}
		}
		all.Items = append(all.Items, plainest(l))
	}
	return all, nil
}

// ownName reports whether a name is one that a layer is given where nobody names it.
func ownName(name, kind string) bool {
	rest, ok := strings.CutPrefix(name, kind)
	return ok && (rest == "" || rest[0] == '_' && strings.Trim(rest[1:], "0123456789") == "")
}

// shortest returns a component without the settings that it would have all the same. A
// name alone stays one.
func shortest[T any](r *spec.Registry[T], n *spec.Node) (*spec.Node, error) {
	if n == nil || n.Kind != spec.Map {
		return n, nil
	}
	said := func(n *spec.Node) (*spec.Node, []byte, error) {
		_, resolved, err := r.Resolve(n)
		if err != nil {
			return nil, nil, err
		}
		return resolved, spec.CanonicalJSON(resolved.Bare()), nil
	}
	n = n.Clone()
	resolved, want, err := said(n)
	if err != nil {
		return nil, err
	}
	for _, k := range slices.Clone(n.Keys) {
		if k.Name == "type" || k.Name == "class_name" {
			continue
		}
		without := n.Clone()
		without.Drop(k.Name)
		if _, got, err := said(without); err == nil && bytes.Equal(got, want) {
			n = without
		}
	}
	n.Put("type", spec.NewString(typeName(resolved)))
	n.Drop("class_name")
	return n, nil
}

// plainest is a component without settings as a name alone.
func plainest(n *spec.Node) *spec.Node {
	if n != nil && n.Kind == spec.Map && len(n.Keys) == 1 && n.Keys[0].Name == "type" {
		return n.Keys[0].Value
	}
	return n
}

// typeName is what a resolved component is called.
func typeName(n *spec.Node) string {
	if n.Kind == spec.Map {
		return n.Get("type").Text
	}
	return n.Text
}
