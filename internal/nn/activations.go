package nn

import "mlp/internal/tensor"

// Activations runs a batch x (batch, In) through the network and shows visit what each
// layer that ends in an activation gives, (batch, its width), the layers of a block
// before those after it. The network's last layer is left out.
func (n *Network) Activations(w *Workspace, x tensor.Mat, visit func(layer string, y tensor.Mat)) {
	training := w.Training
	w.Training = false
	n.chain.activations(w, x, visit)
	w.Training = training
}

func (c *chain) activations(w *Workspace, x tensor.Mat, visit func(layer string, y tensor.Mat)) {
	for i := range c.elements {
		e := &c.elements[i]
		if b, ok := e.Layer.(block); ok {
			for k, inner := range b.inside() {
				inner.activations(w, b.feed(w, k, x), visit)
			}
		}
		x = e.Forward(w, x)
		if a, ok := e.Layer.(ended); ok && a.activation() != "linear" {
			visit(e.Name, x)
		}
	}
}
