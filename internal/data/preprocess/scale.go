// Package preprocess holds what can be done to a column so that a network can read
// it: scalers, imputers, encoders and parts of dates, a registry of each. Values or
// words of training rows flow in, learned numbers come out, and with them inputs of
// any row. A new one is one registration; nothing else names it.
package preprocess

import (
	"math"
	"slices"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/stats"
)

// A Scaler maps the numbers of a column to a range that a network learns well
// from. It is configuration only: what it learns from the training rows is kept,
// and saved, as named numbers.
type Scaler interface {
	Learns() []Learned         // what the numbers are that Fit returns, in order
	Fit(x []float64) []float64 // x: training values, none missing, at least one
	Scale(stats []float64, x float64) float64
}

// Learned names what a scaler learns, and says what it must be.
type Learned struct {
	Name    string
	Divisor bool // values are divided by it: it is greater than 0
	Spread  bool // it is not negative
	Table   bool // not one number, but all that are left: ascending, at least one
}

// Scalers is the registry of `scale:`.
var Scalers = spec.NewRegistry[Scaler]("scaler", "scalers")

var _ = Scalers.Add("none", "x as it stands", func(*spec.Fields) Scaler { return identity{} })

type identity struct{}

// unscaled is the choice for what is only clipped.
var unscaled = Choice[Scaler]{Use: identity{}, Spec: spec.NewString("none")}

func (identity) Learns() []Learned                    { return nil }
func (identity) Fit([]float64) []float64              { return nil }
func (identity) Scale(_ []float64, x float64) float64 { return x }

var _ = Scalers.Add("standard", "(x − mean) / sd, with the population's sd; a constant column has sd 1", func(*spec.Fields) Scaler { return standard{} })

type standard struct{}

func (standard) Learns() []Learned { return []Learned{{Name: "mean"}, {Name: "sd", Divisor: true}} }

func (standard) Fit(x []float64) []float64 {
	mean, sd := stats.Moments(x)
	return []float64{mean, sd}
}

func (standard) Scale(stats []float64, x float64) float64 { return (x - stats[0]) / stats[1] }

var _ = Scalers.Add("minmax", "(x − min) / (max − min), 0 … 1 on training rows; a constant column is 0", func(*spec.Fields) Scaler { return minmax{} })

type minmax struct{}

func (minmax) Learns() []Learned { return []Learned{{Name: "min"}, {Name: "range", Divisor: true}} }

func (minmax) Fit(x []float64) []float64 {
	lo, hi := slices.Min(x), slices.Max(x)
	return []float64{lo, orOne(hi - lo)}
}

func (minmax) Scale(stats []float64, x float64) float64 { return (x - stats[0]) / stats[1] }

var _ = Scalers.Add("robust", "(x − median) / (third quartile − first quartile)", func(f *spec.Fields) Scaler {
	s := robust{halfRange: f.Enum("fallback", "unit", "the divisor where the quartiles agree: 1; or half_range: half of max − min, and a constant column becomes 0 (RealMLP, arXiv:2407.04491)",
		"unit", "half_range") == "half_range"}
	f.Unsaid("fallback")
	return s
})

type robust struct{ halfRange bool }

func (s robust) Learns() []Learned {
	return []Learned{{Name: "median"}, {Name: "iqr", Divisor: !s.halfRange, Spread: s.halfRange}}
}

func (s robust) Fit(x []float64) []float64 {
	sorted := slices.Sorted(slices.Values(x))
	iqr := stats.Quantile(sorted, 0.75) - stats.Quantile(sorted, 0.25)
	if !s.halfRange {
		iqr = orOne(iqr)
	} else if iqr == 0 {
		iqr = sorted[len(sorted)-1]/2 - sorted[0]/2
	}
	return []float64{stats.Quantile(sorted, 0.5), iqr}
}

// Scale divides by the spread. Where there is none, every value is 0: from a column
// that never varied in training nothing can be learned about others.
func (robust) Scale(stats []float64, x float64) float64 {
	if stats[1] == 0 {
		return 0
	}
	return (x - stats[0]) / stats[1]
}

var _ = Scalers.Add("log1p", "sign(x)·ln(1 + |x|), then standard: for columns with a long tail", func(*spec.Fields) Scaler { return logarithm{} })

type logarithm struct{}

func (logarithm) Learns() []Learned { return []Learned{{Name: "mean"}, {Name: "sd", Divisor: true}} }

func (logarithm) Fit(x []float64) []float64 {
	logs := make([]float64, len(x))
	for i, v := range x {
		logs[i] = signedLog(v)
	}
	return standard{}.Fit(logs)
}

func (logarithm) Scale(stats []float64, x float64) float64 {
	return standard{}.Scale(stats, signedLog(x))
}

// signedLog has the same bits on every machine, which math.Log1p has not.
func signedLog(x float64) float64 { return math.Copysign(kernel.Log1p64(math.Abs(x)), x) }

// orOne replaces a divisor of zero.
func orOne(x float64) float64 {
	if x == 0 {
		return 1
	}
	return x
}
