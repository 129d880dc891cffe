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

// Parallel gives each branch some columns of x, all where Columns is nil, and
// concatenates, adds or multiplies what comes of it.
type Parallel struct {
	Branches []Network
	Columns  [][]int
	Merge    string

	x Mat
	y []Mat
}

func (p *Parallel) input(i int, x Mat) Mat {
	if p.Columns[i] == nil {
		return Clone(x)
	}
	part := Zeros(len(x), len(p.Columns[i]))
	for b := range x {
		for k, j := range p.Columns[i] {
			part[b][k] = x[b][j]
		}
	}
	return part
}

// Forward computes the outputs y_i of the branches and puts them together.
func (p *Parallel) Forward(x Mat, training bool) Mat {
	p.x, p.y = x, nil
	var out Mat
	for i, branch := range p.Branches {
		y := branch.Forward(p.input(i, x), training)
		p.y = append(p.y, y)
		if i == 0 {
			out = Clone(y)
			continue
		}
		for b := range y {
			if p.Merge == "concatenate" {
				out[b] = append(out[b], y[b]...)
				continue
			}
			for j, v := range y[b] {
				if p.Merge == "add" {
					out[b][j] += v
				} else {
					out[b][j] *= v
				}
			}
		}
	}
	return out
}

// Backward gives branch i its part of dy, dy, or dy·Π y_k of the others, and adds the
// answers.
func (p *Parallel) Backward(dy Mat) Mat {
	dx, at := like(p.x), 0
	for i, branch := range p.Branches {
		d := like(p.y[i])
		for b := range d {
			for j := range d[b] {
				switch p.Merge {
				case "concatenate":
					d[b][j] = dy[b][at+j]
				case "add":
					d[b][j] = dy[b][j]
				default:
					d[b][j] = dy[b][j]
					for k := range p.y {
						if k != i {
							d[b][j] *= p.y[k][b][j]
						}
					}
				}
			}
		}
		at += len(p.y[i][0])
		for b, row := range branch.Backward(d) {
			for k, v := range row {
				if p.Columns[i] == nil {
					dx[b][k] += v
				} else {
					dx[b][p.Columns[i][k]] += v
				}
			}
		}
	}
	return dx
}

// Params returns those of the branches.
func (p *Parallel) Params() []*Param {
	var all []*Param
	for _, branch := range p.Branches {
		all = append(all, branch.Params()...)
	}
	return all
}

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
