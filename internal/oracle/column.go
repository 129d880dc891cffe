package oracle

import "math"

// Layers that treat every column by itself.

// Parametric is x + α(f(x) − x), f acting element by element, with an α for each column.
type Parametric struct {
	Act   Activation
	Alpha *Param
	x     Mat
}

// Forward computes y.
func (p *Parametric) Forward(x Mat, _ bool) Mat {
	p.x = x
	y := like(x)
	for b := range x {
		for j, v := range p.Act.Forward(x[b]) {
			y[b][j] = x[b][j] + p.Alpha.Value[0][j]*(v-x[b][j])
		}
	}
	return y
}

// Backward computes dα = Σ dy·(f(x) − x) and dx = dy·(1 − α + α·f'(x)).
func (p *Parametric) Backward(dy Mat) Mat {
	p.Alpha.Grad = like(p.Alpha.Value)
	dx := like(dy)
	for b := range dy {
		f, slope := p.Act.Forward(p.x[b]), p.Act.Backward(p.x[b], dy[b])
		for j, d := range dy[b] {
			alpha := p.Alpha.Value[0][j]
			p.Alpha.Grad[0][j] += d * (f[j] - p.x[b][j])
			dx[b][j] = (1-alpha)*d + alpha*slope[j]
		}
	}
	return dx
}

// Params returns α.
func (p *Parametric) Params() []*Param { return []*Param{p.Alpha} }

// Affine is y = x·Factor + Shift element by element: dropout with a given mask,
// given noise, rescaling, fitted normalisation. The matrices have x's shape.
type Affine struct{ Factor, Shift Mat }

// Forward computes y = x·Factor + Shift.
func (a *Affine) Forward(x Mat, _ bool) Mat {
	y := like(x)
	for b := range x {
		for j, v := range x[b] {
			y[b][j] = v*a.Factor[b][j] + a.Shift[b][j]
		}
	}
	return y
}

// Backward computes dx = dy·Factor.
func (a *Affine) Backward(dy Mat) Mat {
	dx := like(dy)
	for b := range dy {
		for j, d := range dy[b] {
			dx[b][j] = d * a.Factor[b][j]
		}
	}
	return dx
}

// Params returns nothing.
func (a *Affine) Params() []*Param { return nil }

// Scale is x·S with a factor for each column.
type Scale struct {
	S *Param
	x Mat
}

// Forward computes y = x·S.
func (s *Scale) Forward(x Mat, _ bool) Mat {
	s.x = x
	y := like(x)
	for b := range x {
		for j, v := range x[b] {
			y[b][j] = v * s.S.Value[0][j]
		}
	}
	return y
}

// Backward computes dS = Σ dy·x and dx = dy·S.
func (s *Scale) Backward(dy Mat) Mat {
	s.S.Grad = like(s.S.Value)
	dx := like(dy)
	for b := range dy {
		for j, d := range dy[b] {
			s.S.Grad[0][j] += d * s.x[b][j]
			dx[b][j] = d * s.S.Value[0][j]
		}
	}
	return dx
}

// Params returns S.
func (s *Scale) Params() []*Param { return []*Param{s.S} }

// PReLU is max(x, 0) + α·min(x, 0) with an α for each column.
type PReLU struct {
	Alpha *Param
	x     Mat
}

// Forward computes y.
func (p *PReLU) Forward(x Mat, _ bool) Mat {
	p.x = x
	y := like(x)
	for b := range x {
		for j, v := range x[b] {
			y[b][j] = math.Max(v, 0) + p.Alpha.Value[0][j]*math.Min(v, 0)
		}
	}
	return y
}

// Backward computes dα = Σ dy·min(x, 0) and dx = dy where x > 0, α·dy where
// x < 0, and 0 at 0.
func (p *PReLU) Backward(dy Mat) Mat {
	p.Alpha.Grad = like(p.Alpha.Value)
	dx := like(dy)
	for b := range dy {
		for j, d := range dy[b] {
			p.Alpha.Grad[0][j] += d * math.Min(p.x[b][j], 0)
			switch x := p.x[b][j]; {
			case x > 0:
				dx[b][j] = d
			case x < 0:
				dx[b][j] = d * p.Alpha.Value[0][j]
			}
		}
	}
	return dx
}

// Params returns α.
func (p *PReLU) Params() []*Param { return []*Param{p.Alpha} }
