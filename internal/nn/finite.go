package nn

import (
	"math"

	"mlp/internal/tensor"
)

// FirstBad runs a batch through the network once more, and returns the first
// layer, in the order of computation, of which a weight or an output is not
// finite, and which of the two; "" if all are. The layers of a block come before
// the block. x is (batch, In). It is for a network that has diverged:
// in training mode it updates moving statistics.
func (n *Network) FirstBad(w *Workspace, x tensor.Mat) (layer, what string) {
	logits, layer, what := n.chain.firstBad(w, x)
	if layer != "" || n.Last.Name == "linear" {
		return layer, what
	}
	pred := w.Buf(n.pred, logits.Rows)
	if n.Last.Forward(w.K, pred, logits); !finite(pred.Data) {
		return n.Elements[len(n.Elements)-1].Name, "output"
	}
	return "", ""
}

func (c *chain) firstBad(w *Workspace, x tensor.Mat) (y tensor.Mat, layer, what string) {
	for i := range c.elements {
		e := &c.elements[i]
		if b, ok := e.Layer.(block); ok {
			for k, inner := range b.inside() {
				if _, layer, what := inner.firstBad(w, b.feed(w, k, x)); layer != "" {
					return x, layer, what
				}
			}
		}
		for id := c.params[i][0]; id < c.params[i][1]; id++ {
			if !finite(w.params[id].Data) {
				return x, e.Name, "weights"
			}
		}
		if x = e.forward(w, x); !finite(x.Data) {
			return x, e.Name, "output"
		}
	}
	return x, "", ""
}

func finite(values []float32) bool {
	for _, v := range values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
	}
	return true
}
