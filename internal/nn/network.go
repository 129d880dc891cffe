package nn

import (
	"fmt"
	"slices"

	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Network is a stack of planned layers. Its last activation is kept apart:
// the layers end in logits, Last turns them into predictions.
type Network struct {
	Elements  []Element
	Last      Activation
	In, Out   int
	Widths    []int // output width of each layer
	Params    []Param
	Trainable int // how many numbers are trained; they come first in Workspace.Params
	Size      int // how many numbers there are in all

	plan  *Plan
	first int // the first layer with trainable parameters: Backward ends there
	pred  BufID
	dlast BufID
}

// Build plans the layers for inputs of the given width. The layers are used, not
// copied: a second network needs layers read anew from the spec.
func Build(elements []Element, in int) (*Network, error) {
	n := &Network{Elements: slices.Clone(elements), In: in, Last: Linear(), plan: &Plan{}, first: len(elements)}
	p := n.plan
	if len(elements) == 0 {
		return nil, spec.Problems{{Path: "layers", Msg: "a network needs at least one layer", Hint: "add `- {type: dense, units: 1, activation: sigmoid}`"}}
	}
	if h, ok := elements[len(elements)-1].Layer.(Head); ok {
		n.Last = h.TakeActivation()
	}
	if err := nameLayers(n.Elements); err != nil {
		return nil, err
	}
	width := in
	for i := range n.Elements {
		p.layer = &n.Elements[i]
		before := len(p.params)
		width = p.layer.Plan(p, width)
		n.Widths = append(n.Widths, width)
		trains := slices.ContainsFunc(p.params[before:], func(q Param) bool { return q.Trainable })
		if trains && !p.learning {
			p.learning, n.first = true, i
		}
	}
	n.Out = width
	n.pred, n.dlast = p.Buffer(width), p.Buffer(width)
	n.place()
	return n, p.problems.Err()
}

// place lays the parameters out, trainable ones first, each part in the order of
// declaration.
func (n *Network) place() {
	n.Params = n.plan.params
	for _, trainable := range []bool{true, false} {
		for i := range n.Params {
			if p := &n.Params[i]; p.Trainable == trainable {
				p.Off = n.Size
				n.Size += p.Len()
			}
		}
		if trainable {
			n.Trainable = n.Size
		}
	}
}

// nameLayers gives each layer the name Keras would: dense, dense_1, …
func nameLayers(elements []Element) error {
	taken := map[string]*Element{}
	for i := range elements {
		if e := &elements[i]; e.Name != "" {
			if other := taken[e.Name]; other != nil {
				return spec.Problems{{Pos: e.Pos, Path: e.Path + ".name", Msg: fmt.Sprintf("two layers are named %q", e.Name),
					Hint: "names are how weights are found in the model file; choose another", Also: []spec.Pos{other.Pos}}}
			}
			taken[e.Name] = e
		}
	}
	count := map[string]int{}
	for i := range elements {
		e := &elements[i]
		for e.Name == "" {
			name := e.Type
			if k := count[e.Type]; k > 0 {
				name = fmt.Sprintf("%s_%d", e.Type, k)
			}
			count[e.Type]++
			if taken[name] == nil {
				e.Name = name
				taken[name] = e
			}
		}
	}
	return nil
}

// Init draws every parameter from its initializer. Each has a stream of its own,
// named by the parameter, so that adding a layer changes no other's weights.
func (n *Network) Init(w *Workspace, seed uint64) {
	for i, p := range n.Params {
		p.Init.Fill(w.Param(ParamID(i)), rng.New(seed, "init/"+p.Name))
	}
}

// Forward runs x through all layers. logits is the output before the last
// activation, pred after it; they are the same matrix if that is linear.
func (n *Network) Forward(w *Workspace, x tensor.Mat) (logits, pred tensor.Mat) {
	w.extra = 0
	for i := range n.Elements {
		x = n.Elements[i].Forward(w, x)
	}
	if n.Last.Name == "linear" {
		return x, x
	}
	pred = w.Buf(n.pred, x.Rows)
	n.Last.Forward(w.K, pred, x)
	return x, pred
}

// Backward takes ∂loss/∂logits of the last Forward and fills the gradients.
func (n *Network) Backward(w *Workspace, dlogits tensor.Mat) {
	for i := len(n.Elements) - 1; i >= n.first; i-- {
		dlogits = n.Elements[i].Backward(w, dlogits)
	}
}

// BackwardLast turns ∂loss/∂pred into ∂loss/∂logits, for a loss that does not
// absorb the last activation.
func (n *Network) BackwardLast(w *Workspace, dpred, logits, pred tensor.Mat) tensor.Mat {
	if n.Last.Name == "linear" {
		return dpred
	}
	d := w.Buf(n.dlast, dpred.Rows)
	n.Last.Backward(w.K, d, dpred, logits, pred)
	return d
}

// Penalty returns the sum of all regularization terms, those on activities since
// the last Forward included, and adds the terms' gradients if grads is set.
func (n *Network) Penalty(w *Workspace, grads bool) float64 {
	sum := w.extra
	for i := range n.Params {
		p := &n.Params[i]
		if p.Regularizer == nil {
			continue
		}
		g := tensor.Mat{}
		if grads {
			g = w.Grad(ParamID(i))
		}
		sum += p.Regularizer.Penalty(w.Param(ParamID(i)), g)
	}
	return sum
}

// Constrain projects every constrained parameter; it follows each update.
func (n *Network) Constrain(w *Workspace) {
	for i := range n.Params {
		if p := &n.Params[i]; p.Constraint != nil && p.Trainable {
			p.Constraint.Apply(w.Param(ParamID(i)))
		}
	}
}
