package evaluate

import (
	"slices"

	"mlp/internal/stats"
	"mlp/internal/tensor"
)

// ResidualShares are the shares of rows below the quantiles of Residuals.
var ResidualShares = []float64{0, 0.05, 0.25, 0.5, 0.75, 0.95, 1}

// Residuals are the quantiles of truth − answer for one target, in its own
// units.
type Residuals struct {
	Target    string
	Quantiles []float64 // by ResidualShares: the first is the least, the last the largest
}

// residuals sorts truth − answer of each target.
func residuals(targets []string, pred, truth tensor.Mat) []Residuals {
	all := make([]Residuals, len(targets))
	for j, target := range targets {
		apart := make([]float64, pred.Rows)
		for i := range apart {
			apart[i] = float64(truth.At(i, j)) - float64(pred.At(i, j))
		}
		slices.Sort(apart)
		r := Residuals{Target: target}
		for _, share := range ResidualShares {
			r.Quantiles = append(r.Quantiles, stats.Quantile(apart, share))
		}
		all[j] = r
	}
	return all
}
