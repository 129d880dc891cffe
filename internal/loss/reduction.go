package loss

import "mlp/internal/spec"

// A reduction says what the sum over the rows is divided by.
type reduction string

const (
	overRows    reduction = "sum_over_batch_size"
	overWeights reduction = "mean_with_sample_weight"
	noDivision  reduction = "sum"
)

// readReduction reads the field that every loss has.
func readReduction(f *spec.Fields) reduction {
	r := f.Enum("reduction", string(overRows),
		"divisor of the sum over the rows: their number, their weights' sum, or 1; \"mean\" is sum_over_batch_size",
		string(overRows), "mean", string(overWeights), string(noDivision))
	if r == "mean" {
		return overRows
	}
	return reduction(r)
}

// divisor returns what Σ weight·loss(row) is divided by; 0 means that the loss
// and its gradient are zero.
func (r reduction) divisor(b *Batch) float64 {
	switch r {
	case noDivision:
		return 1
	case overWeights:
		sum := 0.0
		for i := range b.Pred.Rows {
			sum += b.weight(i)
		}
		return sum
	}
	return float64(b.Pred.Rows)
}
