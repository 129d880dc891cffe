package oracle

import "slices"

// Activations that make several numbers about one target.

// ordered has y_j = y_{j−1} + softplus(x_j), from y_0 = x_0.
func ordered() Activation {
	return Activation{
		Forward: func(x []float64) []float64 {
			y := slices.Clone(x)
			for i := 1; i < len(x); i++ {
				y[i] = y[i-1] + softplus(x[i])
			}
			return y
		},
		Backward: func(x, dy []float64) []float64 {
			dx := make([]float64, len(x))
			for i := range x {
				for _, d := range dy[i:] {
					dx[i] += d
				}
				if i > 0 {
					dx[i] *= sigmoid(x[i])
				}
			}
			return dx
		}}
}

// meanSD has x and softplus(x) + floor in turns.
func meanSD(floor float64) Activation {
	return Activation{
		Forward: func(x []float64) []float64 {
			y := slices.Clone(x)
			for i := 1; i < len(x); i += 2 {
				y[i] = softplus(x[i]) + floor
			}
			return y
		},
		Backward: func(x, dy []float64) []float64 {
			dx := slices.Clone(dy)
			for i := 1; i < len(x); i += 2 {
				dx[i] *= sigmoid(x[i])
			}
			return dx
		}}
}
