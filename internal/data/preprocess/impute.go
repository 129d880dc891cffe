package preprocess

import (
	"slices"

	"mlp/internal/spec"
	"mlp/internal/stats"
)

// An Imputer chooses the number that stands in for a missing one.
type Imputer interface {
	// Fill returns it, learned from the training values that are there, sorted.
	// false: missing values are not allowed in this column.
	Fill(sorted []float64) (float64, bool)
}

// Imputers is the registry of `missing:`.
var Imputers = spec.NewRegistry[Imputer]("imputer", "imputers")

func init() { Imputers.ImplyNumber("constant") } // missing: 0

type imputer func(sorted []float64) (float64, bool)

func (f imputer) Fill(sorted []float64) (float64, bool) { return f(sorted) }

var _ = Imputers.Add("median", "the median of the training rows", func(*spec.Fields) Imputer {
	return imputer(func(sorted []float64) (float64, bool) {
		if len(sorted) == 0 {
			return 0, true
		}
		return stats.Quantile(sorted, 0.5), true
	})
})

var _ = Imputers.Add("mean", "the mean of the training rows", func(*spec.Fields) Imputer {
	return imputer(func(sorted []float64) (float64, bool) {
		if len(sorted) == 0 {
			return 0, true
		}
		mean, _ := stats.Moments(sorted)
		return mean, true
	})
})

var _ = Imputers.Add("mode", "the most frequent value of the training rows, of several the smallest; also for categories", func(*spec.Fields) Imputer { return mostFrequent{} })

// A WordImputer also chooses the category that stands in for a missing one, which
// else goes to the bucket of unknown ones.
type WordImputer interface {
	// FillWord chooses among the words of the training rows, sorted, of which there
	// is at least one; n says how often each stands there.
	FillWord(words []string, n []int) string
}

type mostFrequent struct{}

func (mostFrequent) Fill(sorted []float64) (float64, bool) {
	best, most := 0.0, 0
	for i := 0; i < len(sorted); {
		run := i
		for run < len(sorted) && sorted[run] == sorted[i] {
			run++
		}
		if run-i > most {
			best, most = sorted[i], run-i
		}
		i = run
	}
	return best, true
}

func (mostFrequent) FillWord(words []string, n []int) string {
	return words[slices.Index(n, slices.Max(n))]
}

var _ = Imputers.Add("constant", "a number given in the spec", func(f *spec.Fields) Imputer {
	v := f.Float("value", 0, "the number, in the column's own units")
	return imputer(func([]float64) (float64, bool) { return v, true })
})

var _ = Imputers.Add("error", "none: a missing value is refused", func(*spec.Fields) Imputer {
	return imputer(func([]float64) (float64, bool) { return 0, false })
})
