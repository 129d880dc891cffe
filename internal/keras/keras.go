// Package keras reads a model as Keras writes it in JSON: in flows the tree of
// model.to_json() or of model.get_config(), out comes the tree of a spec. It knows the
// shape of such a file and how layers hang together, and nothing of what they are: the
// settings of layers, loss and optimizer stay as Keras named them, and whoever decodes a
// spec knows these names. Nothing in the file is run.
package keras

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// Classes of models.
const (
	sequential = "Sequential"
	functional = "Functional"
)

// IsModel reports whether a tree is a model as Keras writes it, and no spec.
func IsModel(n *spec.Node) bool {
	config, _ := parts(n)
	return n.Get("data") == nil && config.Get("layers") != nil
}

// parts returns the configuration of a model and its class. That of get_config() is bare
// and does not say its class, but only layers that hang together have inputs.
func parts(n *spec.Node) (config *spec.Node, class string) {
	if c := n.Get("class_name"); c != nil {
		if c.Text == "Model" { // Keras 2
			return n.Get("config"), functional
		}
		return n.Get("config"), c.Text
	}
	layers := n.Get("layers")
	switch {
	case n.Get("input_layers") != nil:
		return n, functional
	case layers != nil && layers.Kind == spec.List && len(layers.Items) > 0 &&
		!slices.ContainsFunc(layers.Items, func(l *spec.Node) bool { return l.Get("class_name") == nil || l.Get("config") == nil }) &&
		!slices.ContainsFunc(n.Keys, func(k spec.Key) bool { return !slices.Contains(beside, k.Name) }):
		return n, sequential
	}
	return nil, ""
}

// beside are the keys beside the layers in the configuration of a sequential model.
var beside = []string{"layers", "name", "trainable", "dtype", "build_input_shape"}

// Spec returns the spec of a model: its name, its layers and, if it was compiled, what it
// was compiled with. The table is not in such a file, nor how long it is trained.
func Spec(n *spec.Node) (*spec.Node, error) {
	layers, err := layersOf(n, "")
	if err != nil {
		return nil, problem.Problems{err}
	}
	tree := &spec.Node{Kind: spec.Map, Pos: n.Pos, Origin: n.Origin}
	config, _ := parts(n)
	if name := config.Get("name"); name != nil {
		tree.Put("name", name)
	}
	tree.Put("layers", (&spec.Node{Kind: spec.List, Pos: config.Get("layers").Pos, Origin: n.Origin, Items: layers}).Plain())
	if compiled := n.Get("compile_config"); compiled != nil && compiled.Kind == spec.Map {
		section := &spec.Node{Kind: spec.Map, Pos: compiled.Pos, Origin: compiled.Origin}
		for _, k := range compiled.Keys {
			if k.Value.Kind != spec.Null {
				section.Keys = append(section.Keys, k)
			}
			if config := k.Value.Get("config"); k.Name == "optimizer" && decays(config) {
				all := spec.NewBool(true)
				all.Pos, all.Origin = config.Pos, config.Origin
				config.Put("decay_all", all)
			}
		}
		tree.Put("compile", section.Plain())
	}
	return tree, nil
}

// decays reports whether an optimizer has a weight decay, which in Keras acts on all weights,
// biases included.
func decays(config *spec.Node) bool {
	decay := config.Get("weight_decay")
	return decay != nil && decay.Float != 0
}

// layersOf returns the layers of a model, whose path is for complaints.
func layersOf(n *spec.Node, path string) ([]*spec.Node, *problem.Problem) {
	config, class := parts(n)
	list := config.Get("layers")
	at := strings.TrimPrefix(path+".config.layers", ".")
	if config == n {
		at = "layers"
	}
	switch {
	case class != sequential && class != functional:
		return nil, refuse(n, path, "write its layers as a spec", "%q is neither Sequential nor Functional: its layers are not in the file", class)
	case list == nil || list.Kind != spec.List || len(list.Items) == 0:
		return nil, refuse(n, at, "", "a model without layers")
	case len(list.Items) > maxLayers:
		return nil, refuse(list, at, "", "%d layers; %d are possible", len(list.Items), maxLayers)
	case class == functional:
		g, p := newGraph(config, at)
		if p != nil {
			return nil, p
		}
		return g.layers()
	}
	var all []*spec.Node
	for i, l := range list.Items {
		layers, p := inline(l, item(at, i))
		if p != nil {
			return nil, p
		}
		all = append(all, layers...)
	}
	return all, nil
}

// maxLayers is more than any network has.
const maxLayers = 4096

// inline returns a layer as it stands in a spec, and the layers of one that is a model.
func inline(l *spec.Node, path string) ([]*spec.Node, *problem.Problem) {
	if class := l.Get("class_name"); class == nil || class.Kind != spec.String {
		return nil, refuse(l, path, "", "a layer without a class_name")
	}
	if _, class := parts(l); class == sequential || class == functional {
		layers, p := layersOf(l, path)
		return slices.DeleteFunc(layers, isInput), p // its inputs are what it is given
	}
	layer := &spec.Node{Kind: spec.Map, Pos: l.Pos, Origin: l.Origin}
	for _, k := range l.Keys {
		if k.Name != "name" && k.Name != "inbound_nodes" {
			layer.Keys = append(layer.Keys, k)
		}
	}
	return []*spec.Node{layer}, nil
}

// item is the path of an item of a list.
func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func isInput(l *spec.Node) bool {
	class := l.Get("class_name")
	return class != nil && class.Text == "InputLayer"
}

func refuse(n *spec.Node, path, hint, format string, args ...any) *problem.Problem {
	return &problem.Problem{Pos: n.Pos, Path: path, Hint: hint, Msg: fmt.Sprintf(format, args...)}
}
