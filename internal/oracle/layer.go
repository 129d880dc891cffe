package oracle

import "math"

// A Layer remembers its last input, as Backward needs it, and leaves the
// gradients of its parameters beside them.
type Layer interface {
	Forward(x Mat, training bool) Mat
	Backward(dy Mat) Mat // ∂L/∂x
	Params() []*Param
}

// A Param is one trainable parameter. A vector has one row.
type Param struct {
	Name        string
	Value, Grad Mat
}

// NewParam returns a parameter with a gradient of the same shape.
func NewParam(name string, value Mat) *Param {
	return &Param{Name: name, Value: value, Grad: like(value)}
}

// Vector returns a parameter of one row.
func Vector(name string, value []float64) *Param { return NewParam(name, Mat{value}) }

// Constant returns a vector parameter of n equal numbers.
func Constant(name string, n int, v float64) *Param {
	row := make([]float64, n)
	for i := range row {
		row[i] = v
	}
	return Vector(name, row)
}

// Dense is y = act(x·W + b), W in × units, or with NTK y = act(x·W/√in + b). Bias may
// be nil.
type Dense struct {
	Kernel, Bias *Param
	Act          Activation
	NTK          bool

	x, z Mat
}

// factor is what products with W are multiplied by.
func (d *Dense) factor() float64 {
	if d.NTK {
		return 1 / math.Sqrt(float64(len(d.Kernel.Value)))
	}
	return 1
}

// Forward computes z = factor·x·W + b and y = act(z).
func (d *Dense) Forward(x Mat, _ bool) Mat {
	w, factor := d.Kernel.Value, d.factor()
	d.x, d.z = x, Zeros(len(x), len(w[0]))
	y := make(Mat, len(x))
	for b, row := range x {
		for i, v := range row {
			for j := range w[i] {
				d.z[b][j] += factor * v * w[i][j]
			}
		}
		if d.Bias != nil {
			for j, v := range d.Bias.Value[0] {
				d.z[b][j] += v
			}
		}
		y[b] = d.Act.Forward(d.z[b])
	}
	return y
}

// Backward computes dz = dy·act'(z), dW = factor·xᵀ·dz, db = Σ dz, dx = factor·dz·Wᵀ.
func (d *Dense) Backward(dy Mat) Mat {
	w, factor := d.Kernel.Value, d.factor()
	d.Kernel.Grad = like(w)
	if d.Bias != nil {
		d.Bias.Grad = like(d.Bias.Value)
	}
	dx := Zeros(len(dy), len(w))
	for b := range dy {
		dz := d.Act.Backward(d.z[b], dy[b])
		for i := range w {
			for j, g := range dz {
				d.Kernel.Grad[i][j] += factor * d.x[b][i] * g
				dx[b][i] += factor * w[i][j] * g
			}
		}
		if d.Bias != nil {
			for j, g := range dz {
				d.Bias.Grad[0][j] += g
			}
		}
	}
	return dx
}

// Params returns W and, if there is one, b.
func (d *Dense) Params() []*Param {
	if d.Bias == nil {
		return []*Param{d.Kernel}
	}
	return []*Param{d.Kernel, d.Bias}
}

// Activate is an activation as a layer.
type Activate struct {
	Act Activation
	x   Mat
}

// Forward computes y = act(x).
func (a *Activate) Forward(x Mat, _ bool) Mat {
	a.x = x
	y := make(Mat, len(x))
	for b := range x {
		y[b] = a.Act.Forward(x[b])
	}
	return y
}

// Backward computes dx = dy·act'(x).
func (a *Activate) Backward(dy Mat) Mat {
	dx := make(Mat, len(dy))
	for b := range dy {
		dx[b] = a.Act.Backward(a.x[b], dy[b])
	}
	return dx
}

// Params returns nothing.
func (a *Activate) Params() []*Param { return nil }

// GLU is a·σ(b) of the two halves of a row.
type GLU struct{ x Mat }

// Forward computes y_j = x_j·σ(x_{j+n}), n columns of 2n.
func (g *GLU) Forward(x Mat, _ bool) Mat {
	g.x = x
	n := len(x[0]) / 2
	y := Zeros(len(x), n)
	for b := range x {
		for j := range n {
			y[b][j] = x[b][j] * sigmoid(x[b][n+j])
		}
	}
	return y
}

// Backward computes da = dy·σ(b) and db = dy·a·σ'(b).
func (g *GLU) Backward(dy Mat) Mat {
	dx := like(g.x)
	for b := range dy {
		n := len(dy[b])
		for j, d := range dy[b] {
			dx[b][j] = d * sigmoid(g.x[b][n+j])
			dx[b][n+j] = d * g.x[b][j] * sigmoidSlope(g.x[b][n+j])
		}
	}
	return dx
}

// Params returns nothing.
func (g *GLU) Params() []*Param { return nil }
