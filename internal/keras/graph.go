package keras

import (
	"slices"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A graph is the layers of a functional model. In a spec layers stand one after the other,
// and branches of them side by side, so a graph is one if whatever parts meets again.
type graph struct {
	nodes  []*vertex // each after those it is fed by
	byName map[string]*vertex
	out    *vertex
	path   string // of the list of layers
}

// A vertex is a layer of a graph.
type vertex struct {
	name string
	spec *spec.Node
	path string
	in   []*vertex // in order; none: it is an input
	used int       // how often the layer stands in the spec

	depth  int     // vertices between the table and this one, of those that all ways lead over
	before *vertex // the last vertex that all ways from the table to this one lead over; nil: the table
	state  int     // of a walk: 0 new, 1 begun, 2 done
}

// merges are the layers of several inputs and what they are in a spec.
var merges = map[string]string{"Concatenate": "concatenate", "Add": "add", "Multiply": "multiply"}

// newGraph reads how layers are fed.
func newGraph(config *spec.Node, path string) (*graph, *problem.Problem) {
	g := &graph{byName: map[string]*vertex{}, path: path}
	var all []*vertex
	for i, l := range config.Get("layers").Items {
		v := &vertex{spec: l, path: item(path, i), name: l.Get("name").Word()}
		if v.name == "" {
			v.name = l.Get("config").Get("name").Word()
		}
		if g.byName[v.name] != nil || v.name == "" {
			return nil, refuse(l, v.path, "", "the name %q is empty or that of another layer", v.name)
		}
		g.byName[v.name] = v
		all = append(all, v)
	}
	for _, v := range all {
		if p := g.feed(v); p != nil {
			return nil, p
		}
	}
	for _, v := range all {
		if p := g.sort(v); p != nil {
			return nil, p
		}
	}
	outs := ends(config.Get("output_layers"))
	if len(outs) != 1 || g.byName[outs[0]] == nil {
		return nil, refuse(config, path, "keep one output", "the model has %s; a network has one", problem.Count(len(outs), "output"))
	}
	g.out = g.byName[outs[0]]
	return g, nil
}

// ends returns the names in [["a", 0, 0], ["b", 0, 0]], or in ["a", 0, 0].
func ends(n *spec.Node) (names []string) {
	if n == nil || n.Kind != spec.List {
		return nil
	}
	for _, item := range n.Items {
		switch {
		case item.Kind == spec.List && len(item.Items) > 0:
			names = append(names, item.Items[0].Text)
		case item.Kind == spec.String:
			names = append(names, item.Text)
		}
	}
	return names
}

// feed notes what a layer is fed by.
func (g *graph) feed(v *vertex) *problem.Problem {
	nodes := v.spec.Get("inbound_nodes")
	if nodes == nil || nodes.Kind != spec.List || len(nodes.Items) == 0 {
		if !isInput(v.spec) {
			return refuse(v.spec, v.path, "", "the layer %q has no input", v.name)
		}
		return nil
	}
	if len(nodes.Items) > 1 {
		return refuse(v.spec, v.path, "give each place a layer of its own", "the layer %q stands in %d places; in a spec each layer stands in one", v.name, len(nodes.Items))
	}
	names, other := tensors(nodes.Items[0])
	if other != nil {
		return refuse(other, v.path, "", "the layer %q is called with %s beside its inputs", v.name, other.Shown())
	}
	for _, name := range names {
		from := g.byName[name]
		if from == nil {
			return refuse(v.spec, v.path, "", "the layer %q is fed by %q, which is none of the layers", v.name, name)
		}
		v.in = append(v.in, from)
	}
	switch class := v.spec.Get("class_name").Word(); {
	case len(v.in) == 0:
		return refuse(v.spec, v.path, "", "the layer %q has no input", v.name)
	case len(v.in) > 1 && merges[class] == "":
		return refuse(v.spec, v.path, "layers that meet are concatenated, added or multiplied", "the layer %q (%s) has %d inputs", v.name, class, len(v.in))
	}
	return nil
}

// tensors returns the layers that a call of a layer names, in order, and an argument that
// is none and says something. Keras 2 writes a tensor as ["dense", 0, 0, {}].
func tensors(call *spec.Node) (names []string, other *spec.Node) {
	var visit func(n *spec.Node)
	visit = func(n *spec.Node) {
		history := n.Get("config").Get("keras_history")
		switch {
		case history != nil && history.Kind == spec.List && len(history.Items) > 0:
			names = append(names, history.Items[0].Text)
		case n.Kind == spec.List && len(n.Items) >= 3 && n.Items[0].Kind == spec.String && n.Items[1].Kind == spec.Int && n.Items[2].Kind == spec.Int:
			names = append(names, n.Items[0].Text)
			for _, more := range n.Items[3:] {
				visit(more)
			}
		case n.Kind == spec.List:
			for _, item := range n.Items {
				visit(item)
			}
		case n.Kind == spec.Map:
			for _, k := range n.Keys {
				visit(k.Value)
			}
		case n.Kind != spec.Null && !(n.Kind == spec.Bool && !n.Bool) && other == nil: // training=False says nothing
			other = n
		}
	}
	visit(call)
	return names, other
}

// sort puts a layer after those that feed it, and finds where all ways to it lead.
func (g *graph) sort(v *vertex) *problem.Problem {
	switch v.state {
	case 1:
		return refuse(v.spec, v.path, "", "the layer %q feeds itself", v.name)
	case 2:
		return nil
	}
	v.state = 1
	for _, from := range v.in {
		if p := g.sort(from); p != nil {
			return p
		}
	}
	if len(v.in) > 0 {
		v.before = v.in[0]
		for _, from := range v.in[1:] {
			v.before = common(v.before, from)
		}
	}
	v.depth = 1
	if v.before != nil {
		v.depth = v.before.depth + 1
	}
	v.state = 2
	g.nodes = append(g.nodes, v)
	return nil
}

// common returns the last vertex that all ways to both lead over, which may be one of them.
func common(a, b *vertex) *vertex {
	for a != b {
		if a == nil || b == nil {
			return nil
		}
		if a.depth >= b.depth {
			a = a.before
		} else {
			b = b.before
		}
	}
	return a
}

// layers returns the layers as a spec has them.
func (g *graph) layers() ([]*spec.Node, *problem.Problem) {
	all, p := g.between(nil, g.out)
	if p != nil {
		return nil, p
	}
	for _, v := range g.nodes {
		switch {
		case v.used > 1:
			return nil, refuse(v.spec, v.path, "let the branches that begin after it end in one layer", "the output of %q goes to layers that do not meet before the next part of the network", v.name)
		case v.used == 0:
			return nil, refuse(v.spec, v.path, "leave it out", "the layer %q does not lead to the output", v.name)
		}
	}
	return all, nil
}

// between returns the layers after one vertex, nil for the table, up to another.
func (g *graph) between(from, to *vertex) ([]*spec.Node, *problem.Problem) {
	var backwards [][]*spec.Node
	for v := to; v != from; v = v.before {
		if v == nil {
			return nil, refuse(to.spec, to.path, "", "the layer %q cannot be reached", to.name)
		}
		if v.used++; v.used > 1 {
			return nil, nil // layers will say so
		}
		part, p := inline(v.spec, v.path)
		if len(v.in) > 1 {
			part, p = g.parallel(v)
		}
		if p != nil {
			return nil, p
		}
		backwards = append(backwards, part)
	}
	slices.Reverse(backwards)
	return slices.Concat(backwards...), nil
}

// parallel returns the branches that meet in a vertex. One that begins at an input, where
// there are several, reads the column of its name.
func (g *graph) parallel(v *vertex) ([]*spec.Node, *problem.Problem) {
	text := func(s string) *spec.Node {
		n := spec.NewString(s)
		n.Pos, n.Origin = v.spec.Pos, v.spec.Origin
		return n
	}
	class, config := v.spec.Get("class_name").Text, v.spec.Get("config")
	if axis := config.Get("axis"); axis != nil && axis.Text != "-1" && axis.Text != "1" {
		return nil, refuse(axis, v.path, "a row has one axis, which is 1 and the last", "the layer %q joins along axis %s", v.name, axis.Shown())
	}
	branches := &spec.Node{Kind: spec.List, Pos: v.spec.Pos, Origin: v.spec.Origin}
	for _, end := range v.in {
		layers, p := g.between(v.before, end)
		if p != nil {
			return nil, p
		}
		list := &spec.Node{Kind: spec.List, Pos: end.spec.Pos, Origin: end.spec.Origin, Items: layers}
		branch := &spec.Node{Kind: spec.Map, Pos: end.spec.Pos, Origin: end.spec.Origin}
		if v.before == nil && len(layers) > 0 && isInput(layers[0]) {
			branch.Put("columns", text(layers[0].Get("config").Get("name").Word()))
		}
		branch.Put("layers", list)
		branches.Items = append(branches.Items, branch)
	}
	layer := &spec.Node{Kind: spec.Map, Pos: v.spec.Pos, Origin: v.spec.Origin}
	layer.Put("type", text("parallel"))
	layer.Put("branches", branches)
	layer.Put("merge", text(merges[class]))
	layer.Put("name", text(v.name))
	return []*spec.Node{layer}, nil
}
