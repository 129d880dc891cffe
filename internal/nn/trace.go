package nn

import (
	"slices"

	"mlp/internal/tensor"
)

// A Step is what one layer did to one row.
type Step struct {
	Depth       int // of blocks around the layer
	Name, Class string
	Activation  string    // that the layer ends in; empty if it has none
	Input       []float32 // what came in
	Sums        []float32 // x·W + b of a dense layer, before its activation; nil for others
	Output      []float32 // what went out; of the last layer, after Network.Last
	Gradient    []float32 // ∂loss/∂output, of the last layer before Network.Last; nil where none was asked for, or nothing before it learns
}

// Trace predicts for the first row of x and returns what each layer did, in
// order; the layers of a block come before the block itself. It takes fresh
// memory for the steps. Of members that share the network it shows one, counted from 0.
func (n *Network) Trace(w *Workspace, x tensor.Mat, member int) []Step {
	training := w.Training
	w.Training = false
	defer func() { w.Training = training }()
	return n.traced(w, x.Slice(0, 1), member)
}

// TraceTraining is Trace as a step of training sees the row. Layers that follow their
// inputs, such as batch normalization, do so more than once: the caller puts the
// parameters back.
func (n *Network) TraceTraining(w *Workspace, x tensor.Mat) []Step {
	w.Training = true
	return n.traced(w, x.Slice(0, 1), 0)
}

// TraceBackward is Backward of one row, which notes in the steps of its TraceTraining what
// reached each layer; those within blocks are passed over.
func (n *Network) TraceBackward(w *Workspace, dlogits tensor.Mat, steps []Step) {
	n.addPenalty(w, dlogits)
	var outer []*Step
	for i := range steps {
		if steps[i].Depth == 0 {
			outer = append(outer, &steps[i])
		}
	}
	for i := len(n.Elements) - 1; i >= n.chain.first; i-- {
		outer[i].Gradient = slices.Clone(dlogits.Row(0))
		dlogits = n.Elements[i].backward(w, dlogits)
	}
}

func (n *Network) traced(w *Workspace, x tensor.Mat, member int) []Step {
	steps := n.chain.trace(w, x, 0, member)
	_, pred := n.Forward(w, x)
	last := &steps[len(steps)-1]
	if n.Last.Name != n.Ends.Name { // it belongs to no layer
		return append(steps, Step{Name: n.Last.Name, Class: "from logits", Activation: n.Last.Name, Input: last.Output, Output: rowOf(pred, member)})
	}
	if last.Output = rowOf(pred, member); n.Last.Name != "linear" {
		last.Activation = n.Last.Name
	}
	return steps
}

// ended is a layer that ends in an activation, maybe a linear one.
type ended interface{ activation() string }

// rowOf copies the row of a member, or the only one there is.
func rowOf(x tensor.Mat, member int) []float32 {
	if x.Rows == 1 {
		member = 0
	}
	return slices.Clone(x.Row(member))
}

func (c *chain) trace(w *Workspace, x tensor.Mat, depth, member int) []Step {
	var steps []Step
	for i := range c.elements {
		e := &c.elements[i]
		s := Step{Depth: depth, Name: e.Name, Class: e.Class, Input: rowOf(x, member)}
		switch l := e.Layer.(type) {
		case *Dense:
			z := tensor.New(x.Rows, l.Units)
			l.sums(w, z.Data, x.Data, x.Rows)
			s.Sums = rowOf(z, member)
		case block:
			for k, inner := range l.inside() {
				steps = append(steps, inner.trace(w, l.feed(w, k, x), depth+1, member)...)
			}
		}
		if a, ok := e.Layer.(ended); ok {
			s.Activation = a.activation()
		}
		x = e.Forward(w, x)
		if l, ok := e.Layer.(*BatchEnsemble); ok && l.dense != nil {
			s.Sums = rowOf(w.Buf(l.sums, x.Rows), member)
		}
		s.Output = rowOf(x, member)
		steps = append(steps, s)
	}
	return steps
}
