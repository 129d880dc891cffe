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
		"divisor of the sum over the rows: their number, their weights' sum, or 1; \"mean\" is sum_over_batch_size. "+
			"A loss whose value so depends on how many rows there are is taken of fit.batch_size rows at a time, in training and of validation rows",
		string(overRows), "mean", string(overWeights), string(noDivision))
	if r == "mean" {
		return overRows
	}
	return reduction(r)
}

// AddsUp reports whether the loss of many rows is the mean of those of parts of them, each
// by its share of the rows, where rows are weighted or not. Where it is not, the loss
// depends on how many rows are taken at a time.
func AddsUp(l Loss, weighted bool) bool {
	r, ok := l.(interface{ addsUp(weighted bool) bool })
	return !ok || r.addsUp(weighted)
}

func (r reduction) addsUp(weighted bool) bool {
	return r == overRows || r == overWeights && !weighted
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
