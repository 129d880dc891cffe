package oracle

// A Network is a stack of layers.
type Network []Layer

// Forward runs x through all layers.
func (n Network) Forward(x Mat, training bool) Mat {
	for _, l := range n {
		x = l.Forward(x, training)
	}
	return x
}

// Backward takes ∂L/∂output, leaves the gradients in the parameters, and
// returns ∂L/∂x.
func (n Network) Backward(dy Mat) Mat {
	for i := len(n) - 1; i >= 0; i-- {
		dy = n[i].Backward(dy)
	}
	return dy
}

// Params returns the parameters of all layers in order.
func (n Network) Params() []*Param {
	var all []*Param
	for _, l := range n {
		all = append(all, l.Params()...)
	}
	return all
}

// A Residual block is y = x + f(x).
type Residual struct{ Block Network }

// Forward computes y.
func (r *Residual) Forward(x Mat, training bool) Mat { return sum(x, r.Block.Forward(x, training)) }

// Backward computes dx = dy + f'(dy).
func (r *Residual) Backward(dy Mat) Mat { return sum(dy, r.Block.Backward(dy)) }

// Params returns those of the block.
func (r *Residual) Params() []*Param { return r.Block.Params() }

func sum(a, b Mat) Mat {
	s := Clone(a)
	for i := range b {
		for j, v := range b[i] {
			s[i][j] += v
		}
	}
	return s
}

// Flat copies the values (or gradients) of all parameters into one vector, as
// the optimizers see them.
func Flat(params []*Param, of func(*Param) Mat) []float64 {
	var v []float64
	for _, p := range params {
		for _, row := range of(p) {
			v = append(v, row...)
		}
	}
	return v
}

// Unflat writes a vector back into the values of all parameters.
func Unflat(params []*Param, v []float64) {
	for _, p := range params {
		for _, row := range p.Value {
			v = v[copy(row, v):]
		}
	}
}
