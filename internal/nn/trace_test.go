package nn

import (
	"slices"
	"testing"

	"mlp/internal/tensor"
)

// What the trace of a step says is what the step does: the same gradients of all
// parameters, bit by bit, and at each layer what reaches it. Backward itself is held
// against the oracle.
func TestTraceBackwardIsBackward(t *testing.T) {
	k := engine(t)
	for _, c := range layerCases {
		g, traced := newRig(t, &c, k), newRig(t, &c, k)
		x, dy := g.x.Slice(0, 1), g.dy.Slice(0, 1)
		g.net.Forward(g.w, x)
		g.net.Backward(g.w, dy.Clone())

		before := slices.Clone(traced.w.Params)
		steps := traced.net.TraceTraining(traced.w, x)
		copy(traced.w.Params, before)
		logits, _ := traced.net.Forward(traced.w, x)
		for i := len(steps) - 1; ; i-- {
			if steps[i].Depth == 0 {
				same(t, c.spec+": output", steps[i].Output, logits.Data)
				break
			}
		}
		traced.net.TraceBackward(traced.w, dy.Clone(), steps)
		same(t, c.spec+": gradients", traced.w.Grads, g.w.Grads)
		same(t, c.spec+": parameters", traced.w.Params, g.w.Params)
		outer := 0
		for _, s := range steps {
			if s.Depth > 0 {
				continue
			}
			if outer++; len(s.Gradient) != len(s.Output) {
				t.Errorf("%s: %d gradients at %d outputs of %s", c.spec, len(s.Gradient), len(s.Output), s.Name)
			}
			same(t, c.spec+": gradient at "+s.Name, s.Gradient, dy.Data) // what follows is the identity
		}
		if outer != len(traced.net.Elements) {
			t.Errorf("%s: %d layers of %d", c.spec, outer, len(traced.net.Elements))
		}
	}
}

// By hand: 2 and 3 give 5 and 1, and these 9. Of the gradient −8 at the output the hidden
// values have −8·2 and −8·(−1).
func TestTraceBackwardByHand(t *testing.T) {
	n := build(t, `[{"units": 2, "kernel": [[1, -1], [1, 1]]}, {"units": 1, "kernel": [2, -1]}]`, 2)
	w := n.NewWorkspace(engine(t), 1)
	n.Init(w, 1)
	x := tensor.View(1, 2, []float32{2, 3})
	steps := n.TraceTraining(w, x)
	n.Forward(w, x)
	n.TraceBackward(w, tensor.View(1, 1, []float32{-8}), steps)
	same(t, "hidden values", steps[0].Output, []float32{5, 1})
	same(t, "output", steps[1].Output, []float32{9})
	same(t, "gradient at the output", steps[1].Gradient, []float32{-8})
	same(t, "gradient at the hidden values", steps[0].Gradient, []float32{-16, 8})
	same(t, "gradients", w.Grads, []float32{-32, 16, -48, 24, -16, 8, -40, -8, -8})
}
