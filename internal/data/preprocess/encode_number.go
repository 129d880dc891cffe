package preprocess

import (
	"mlp/internal/embedding"
	"mlp/internal/spec"
)

// A NumberEncoder says what stands for a scaled number. The zero NumberEncoder is the
// number itself.
type NumberEncoder struct {
	Periodic  *embedding.Periodic
	Piecewise *embedding.PiecewiseLinear
	Bins      *Bins
	Rate      float64 // of what is learned: factor of the learning rate
}

// Equal reports whether two encoders have the same settings.
func (e NumberEncoder) Equal(o NumberEncoder) bool {
	return e.Rate == o.Rate && e.Bins == o.Bins && equal(e.Periodic, o.Periodic) && equal(e.Piecewise, o.Piecewise)
}

// Stays reports whether the number stays beside what is learned of it.
func (e NumberEncoder) Stays() bool { return e.Periodic != nil && e.Periodic.Concat }

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// NumberEncoders is the registry of `encode:` of numbers.
var NumberEncoders = spec.NewRegistry[NumberEncoder]("embedder", "embedders")

var (
	_ = NumberEncoders.Add("none", "the number as it is scaled", func(*spec.Fields) NumberEncoder { return NumberEncoder{} })
	_ = NumberEncoders.Add("periodic", "the layer of that name for each column of more than two values: waves of learned frequencies, mixed (PBLD of RealMLP, arXiv:2407.04491; PLR)", func(f *spec.Fields) NumberEncoder {
		e := embedding.ReadPeriodic(f)
		return NumberEncoder{Periodic: &e, Rate: embedding.ReadRate(f, embedding.PeriodicRate)}
	})
	_ = NumberEncoders.Add("piecewise_linear", "the layer of that name for each column of more than two values: the pieces between quantiles of the training rows, mixed (arXiv:2203.05556); with `dim: null` the pieces themselves", func(f *spec.Fields) NumberEncoder {
		e := embedding.ReadPiecewiseLinear(f)
		if e.Dim > 0 {
			return NumberEncoder{Piecewise: &e, Rate: embedding.ReadRate(f, 1)}
		}
		if f.Skip("learning_rate_multiplier"); f.Has("learning_rate_multiplier") {
			f.Problem("learning_rate_multiplier", "drop it, or give `dim` a number", "with `dim: null` nothing is learned")
		}
		return NumberEncoder{Piecewise: &e}
	})
)
