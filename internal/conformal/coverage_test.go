package conformal_test

import (
	"math"
	"testing"

	"mlp/internal/conformal"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// A kind of table that coverage is measured on: how many rows are held out, in how many
// folds, and what a predictor that has the wrong idea of x answers. Labels are drawn
// from shares, numbers around 2·x.
type kind struct {
	name    string
	held    int
	folds   int
	classes int                                   // 0: numbers
	noise   func(d rng.Stream, i int) float64     // of numbers
	shares  func(x float64, class int) float64    // of labels, up to a factor
	answers func(x float64, class int) float64    // what the model says they are
	shift   func(s rng.Stream, i int) (x float64) // where the rows to be covered come from; nil: as the others
}

func normal(s rng.Stream, i int) float64 { return s.At(1).Normal(uint64(i)) }

// share is the part of class among all.
func share(of func(x float64, class int) float64, x float64, class, classes int) float64 {
	sum := 0.0
	for k := range classes {
		sum += of(x, k)
	}
	return of(x, class) / sum
}

// answer is what model fold makes of x; folds have their own mistakes.
func (k kind) answer(x float64, fold int) []float32 {
	if k.classes == 0 {
		return []float32{float32(1.7*x + 0.3*float64(fold%3-1))}
	}
	out := make([]float32, k.classes)
	for c := range out {
		out[c] = float32(share(k.answers, x+0.1*float64(fold%3-1), c, k.classes))
	}
	return out
}

func (k kind) truth(s rng.Stream, i int, x float64) float32 {
	if k.classes == 0 {
		return float32(2*x + k.noise(s, i))
	}
	u := s.At(2).Float64(uint64(i))
	for c := range k.classes {
		if u -= share(k.shares, x, c, k.classes); u < 0 {
			return float32(c)
		}
	}
	return float32(k.classes - 1)
}

// covered is the share of 50 rows whose truth the intervals of one table hold.
func (k kind) covered(t *testing.T, seed uint64, level float64) float64 {
	s := rng.New(seed, "tables "+k.name)
	outputs := max(k.classes, 1)
	h := conformal.Held{Outputs: tensor.New(k.held, outputs), Truth: tensor.New(k.held, 1), Fold: make([]int, k.held), Classes: k.classes > 0, Labels: k.classes > 0}
	for i := range k.held {
		x := normal(s, i)
		h.Fold[i] = i % k.folds
		copy(h.Outputs.Row(i), k.answer(x, h.Fold[i]))
		h.Truth.Data[i] = k.truth(s, i, x)
	}
	l := at(t, fit(t, h), level)
	hits := 0
	const rows = 50
	answers := make([]float64, k.folds)
	s = s.At(9)
	for i := range rows {
		x := normal(s, i)
		if k.shift != nil {
			x = k.shift(s, i)
		}
		truth := k.truth(s, i, x)
		for f := range answers {
			out := k.answer(x, f)
			if answers[f] = float64(out[0]); k.classes > 0 {
				answers[f] = float64(out[int(truth)])
			}
		}
		if k.classes > 0 {
			if l.Holds(0, answers) {
				hits++
			}
		} else if low, high := l.Interval(0, answers); low <= float64(truth) && float64(truth) <= high {
			hits++
		}
	}
	return float64(hits) / rows
}

var kinds = []kind{
	{name: "small", held: 39, folds: 1, noise: func(s rng.Stream, i int) float64 { return s.At(2).Normal(uint64(i)) }},
	{name: "skewed", held: 150, folds: 1, noise: func(s rng.Stream, i int) float64 { return math.Exp(1.5 * s.At(2).Normal(uint64(i))) }},
	{name: "heavy-tailed", held: 150, folds: 5, noise: func(s rng.Stream, i int) float64 { // Student's t with two degrees of freedom
		return s.At(2).Normal(uint64(i)) / math.Sqrt(-math.Log(1-s.At(3).Float64(uint64(i))))
	}},
	{name: "many classes", held: 300, folds: 5, classes: 12,
		shares:  func(x float64, c int) float64 { return math.Exp(-math.Abs(2*x - float64(c-6)/2)) },
		answers: func(x float64, c int) float64 { return math.Exp(-1.5 * math.Abs(2*x-0.3-float64(c-6)/2)) }},
	{name: "few positives", held: 300, folds: 1, classes: 2,
		shares:  func(x float64, c int) float64 { return []float64{1, math.Exp(1.5*x - 4)}[c] },
		answers: func(x float64, c int) float64 { return []float64{1, math.Exp(2.5*x - 4)}[c] }},
	{name: "drifted groups", held: 150, folds: 1, noise: func(s rng.Stream, i int) float64 { return s.At(2).Normal(uint64(i)) },
		shift: func(s rng.Stream, i int) float64 { return 5 + s.At(1).Normal(uint64(i)) }},
}

// Intervals and sets of level 0.9 hold the truth of 88 to 92 % of rows, over 400 tables
// of each kind, and so for the level 0.8 within the same 2 %. Means of 400 tables have a
// standard error of 0.3 % where 39 rows are held out and below where there are more;
// what is added by the step of one rank is 1/40 at most, and 0 at these levels for 39
// rows. The promise is not made for rows that come from elsewhere: drifted groups are
// shown, and fall out of it.
func TestCoverage(t *testing.T) {
	const tables = 400
	for _, k := range kinds {
		for _, level := range []float64{0.9, 0.8} {
			sum := 0.0
			for seed := range tables {
				sum += k.covered(t, uint64(seed+1), level)
			}
			mean := sum / tables
			t.Logf("%-14s level %g: %.4f", k.name, level, mean)
			switch out := math.Abs(mean-level) > 0.02; {
			case k.shift == nil && out:
				t.Errorf("%s: %.4f of all rows are covered at level %g", k.name, mean, level)
			case k.shift != nil && !out:
				t.Errorf("%s: %.4f is no drift any more", k.name, mean)
			}
		}
	}
}
