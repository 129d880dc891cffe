package oracle

import "math"

// BatchNormalization normalises columns: γ(x − μ)/√(σ² + ε) + β with the mean
// and the biased variance of the batch, towards which the moving ones go; with
// the moving ones when it is not training or is frozen. Gamma and Beta may be nil.
type BatchNormalization struct {
	Gamma, Beta       *Param
	Mean, Variance    []float64 // moving
	Momentum, Epsilon float64
	Frozen            bool

	xhat  Mat
	inv   []float64
	batch bool
}

// Forward computes y column by column.
func (n *BatchNormalization) Forward(x Mat, training bool) Mat {
	n.batch = training && !n.Frozen
	n.xhat, n.inv = like(x), make([]float64, len(x[0]))
	y := like(x)
	for j := range x[0] {
		mu, variance := n.Mean[j], n.Variance[j]
		if n.batch {
			mu, variance = moments(column(x, j))
			n.Mean[j] = n.Mean[j]*n.Momentum + mu*(1-n.Momentum)
			n.Variance[j] = n.Variance[j]*n.Momentum + variance*(1-n.Momentum)
		}
		n.inv[j] = 1 / math.Sqrt(variance+n.Epsilon)
		for b := range x {
			n.xhat[b][j] = (x[b][j] - mu) * n.inv[j]
		}
	}
	for b := range x {
		y[b] = affine(n.xhat[b], n.Gamma, n.Beta)
	}
	return y
}

// Backward computes dγ = Σ dy·x̂, dβ = Σ dy and, with g = dy·γ,
// dx = (g − mean(g) − x̂·mean(g·x̂))/√(σ² + ε); g/√(σ² + ε) with moving statistics.
func (n *BatchNormalization) Backward(dy Mat) Mat {
	g := affineBack(n.xhat, dy, n.Gamma, n.Beta)
	dx := like(dy)
	for j := range dy[0] {
		gj, hat := column(g, j), column(n.xhat, j)
		d := gj
		if n.batch {
			d = centre(gj, hat)
		}
		for b := range dy {
			dx[b][j] = d[b] * n.inv[j]
		}
	}
	return dx
}

// Params returns those of γ and β that there are.
func (n *BatchNormalization) Params() []*Param { return present(n.Gamma, n.Beta) }

// GroupNormalization normalises groups of neighbouring columns within each row.
// One group makes it layer normalisation. Gamma and Beta may be nil.
type GroupNormalization struct {
	Groups      int
	Gamma, Beta *Param
	Epsilon     float64

	xhat, inv Mat // inv: a number for each group of each row
}

// Forward computes y group by group.
func (n *GroupNormalization) Forward(x Mat, _ bool) Mat {
	size := len(x[0]) / n.Groups
	n.xhat, n.inv = like(x), Zeros(len(x), n.Groups)
	y := like(x)
	for b := range x {
		for g := range n.Groups {
			mu, variance := moments(x[b][g*size : (g+1)*size])
			n.inv[b][g] = 1 / math.Sqrt(variance+n.Epsilon)
			for j := g * size; j < (g+1)*size; j++ {
				n.xhat[b][j] = (x[b][j] - mu) * n.inv[b][g]
			}
		}
		y[b] = affine(n.xhat[b], n.Gamma, n.Beta)
	}
	return y
}

// Backward is that of batch normalisation, along rows.
func (n *GroupNormalization) Backward(dy Mat) Mat {
	size := len(dy[0]) / n.Groups
	g := affineBack(n.xhat, dy, n.Gamma, n.Beta)
	dx := like(dy)
	for b := range dy {
		for k := range n.Groups {
			part := centre(g[b][k*size:(k+1)*size], n.xhat[b][k*size:(k+1)*size])
			for j, v := range part {
				dx[b][k*size+j] = v * n.inv[b][k]
			}
		}
	}
	return dx
}

// Params returns those of γ and β that there are.
func (n *GroupNormalization) Params() []*Param { return present(n.Gamma, n.Beta) }

// RMSNormalization is scale·x/√(mean(x²) + ε) within each row.
type RMSNormalization struct {
	Scale   *Param
	Epsilon float64

	xhat Mat
	inv  []float64 // a number for each row
}

// Forward computes y row by row.
func (n *RMSNormalization) Forward(x Mat, _ bool) Mat {
	n.xhat, n.inv = like(x), make([]float64, len(x))
	y := like(x)
	for b := range x {
		n.inv[b] = 1 / math.Sqrt(dot(x[b], x[b])/float64(len(x[b]))+n.Epsilon)
		for j, v := range x[b] {
			n.xhat[b][j] = v * n.inv[b]
		}
		y[b] = affine(n.xhat[b], n.Scale, nil)
	}
	return y
}

// Backward computes dscale = Σ dy·x̂ and, with g = dy·scale,
// dx = (g − x̂·mean(g·x̂))/√(mean(x²) + ε).
func (n *RMSNormalization) Backward(dy Mat) Mat {
	g := affineBack(n.xhat, dy, n.Scale, nil)
	dx := like(dy)
	for b := range dy {
		mean := dot(g[b], n.xhat[b]) / float64(len(g[b]))
		for j, v := range g[b] {
			dx[b][j] = (v - n.xhat[b][j]*mean) * n.inv[b]
		}
	}
	return dx
}

// Params returns the scale.
func (n *RMSNormalization) Params() []*Param { return present(n.Scale) }

// UnitNormalization divides each row by its Euclidean norm, at least 1e-12.
type UnitNormalization struct{ x Mat }

// Forward computes y = x/max(‖x‖, 1e-12).
func (n *UnitNormalization) Forward(x Mat, _ bool) Mat {
	n.x = x
	y := like(x)
	for b := range x {
		for j, v := range x[b] {
			y[b][j] = v / math.Sqrt(math.Max(dot(x[b], x[b]), 1e-24))
		}
	}
	return y
}

// Backward computes dx = (dy − y·(dy·y))/‖x‖.
func (n *UnitNormalization) Backward(dy Mat) Mat {
	dx := like(dy)
	for b, x := range n.x {
		sq := dot(x, x)
		for j, d := range dy[b] {
			if dx[b][j] = d / 1e-12; sq > 1e-24 {
				dx[b][j] = (d - x[j]*dot(dy[b], x)/sq) / math.Sqrt(sq)
			}
		}
	}
	return dx
}

// Params returns nothing.
func (n *UnitNormalization) Params() []*Param { return nil }

// affine computes γ·x̂ + β; a nil γ is 1, a nil β is 0.
func affine(xhat []float64, gamma, beta *Param) []float64 {
	y := make([]float64, len(xhat))
	for j, v := range xhat {
		if y[j] = v; gamma != nil {
			y[j] *= gamma.Value[0][j]
		}
		if beta != nil {
			y[j] += beta.Value[0][j]
		}
	}
	return y
}

// affineBack stores dγ and dβ and returns ∂L/∂x̂.
func affineBack(xhat, dy Mat, gamma, beta *Param) Mat {
	g := Clone(dy)
	for _, p := range present(gamma, beta) {
		p.Grad = like(p.Value)
	}
	for b := range dy {
		for j, d := range dy[b] {
			if gamma != nil {
				gamma.Grad[0][j] += d * xhat[b][j]
				g[b][j] = d * gamma.Value[0][j]
			}
			if beta != nil {
				beta.Grad[0][j] += d
			}
		}
	}
	return g
}

// centre removes from g what the mean and the variance take back:
// g − mean(g) − x̂·mean(g·x̂).
func centre(g, xhat []float64) []float64 {
	n := float64(len(g))
	mean, slope := 0.0, dot(g, xhat)/n
	for _, v := range g {
		mean += v / n
	}
	out := make([]float64, len(g))
	for i, v := range g {
		out[i] = v - mean - xhat[i]*slope
	}
	return out
}

// moments returns the mean and the biased variance.
func moments(x []float64) (mean, variance float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v
	}
	mean /= n
	for _, v := range x {
		variance += (v - mean) * (v - mean)
	}
	return mean, variance / n
}

func column(m Mat, j int) []float64 {
	c := make([]float64, len(m))
	for i := range m {
		c[i] = m[i][j]
	}
	return c
}

func present(all ...*Param) []*Param {
	var some []*Param
	for _, p := range all {
		if p != nil {
			some = append(some, p)
		}
	}
	return some
}
