package conformal_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/conformal"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

func fit(t *testing.T, h conformal.Held) *conformal.Scores {
	t.Helper()
	s, err := conformal.Fit(h)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(t *testing.T, s *conformal.Scores, level float64) *conformal.Level {
	t.Helper()
	l, err := s.At(level)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Of nine residuals 1 … 9 the one of rank ⌈10·level⌉ is the half width.
func TestIntervalByHand(t *testing.T) {
	out, truth := tensor.New(9, 1), tensor.New(9, 1)
	for i, r := range []float32{3, -9, 1, 5, -2, 8, -7, 6, 4} {
		out.Data[i], truth.Data[i] = 10, 10+r
	}
	s := fit(t, conformal.Held{Outputs: out, Truth: truth})
	for level, half := range map[float64]float64{0.9: 9, 0.81: 9, 0.8: 8, 0.5: 5, 0.41: 5, 0.05: 1, 0.3: 3, 0.7: 7} {
		if low, high := at(t, s, level).Interval(0, []float64{100}); low != 100-half || high != 100+half {
			t.Errorf("%g: %g to %g, want ± %g", level, low, high, half)
		}
	}
	var e *conformal.TooHigh
	if _, err := s.At(0.91); !errors.As(err, &e) || e.Largest != 0.9 || !strings.Contains(err.Error(), "9 held-out rows cannot promise 0.91 of all rows; the largest share that they can is 0.9") {
		t.Errorf("%v", err)
	}
}

// The interval of several folds is that of Barber et al.: ranks among every fold's own
// answer plus and minus its residuals, here found by sorting them all.
func TestFoldsByBruteForce(t *testing.T) {
	draw := rng.New(4, "folds")
	for k := range 60 {
		d := draw.At(uint64(k))
		n, folds := 5+k, 1+k%6
		h := conformal.Held{Outputs: tensor.New(n, 1), Truth: tensor.New(n, 1), Fold: make([]int, n)}
		answers := make([]float64, folds)
		for f := range answers {
			answers[f] = 10 * d.At(3).Normal(uint64(f))
		}
		var lower, upper []float64
		for i := range n {
			h.Fold[i] = i % folds
			h.Truth.Data[i] = float32(d.At(1).Normal(uint64(i)))
			r := math.Abs(float64(h.Truth.Data[i]))
			lower, upper = append(lower, answers[i%folds]-r), append(upper, answers[i%folds]+r)
		}
		slices.Sort(lower)
		slices.Sort(upper)
		const level = 0.8
		rank := int(math.Ceil(float64(level*float64(n+1)) - 1e-9))
		low, high := at(t, fit(t, h), level).Interval(0, answers)
		if low != lower[n-rank] || high != upper[rank-1] {
			t.Errorf("%d rows, %d folds: %g to %g, want %g to %g", n, folds, low, high, lower[n-rank], upper[rank-1])
		}
	}
}

// A label is in the set if it is as likely as the truth was for the level's share; of
// one output the second label has its probability.
func TestSetsByHand(t *testing.T) {
	out, truth := tensor.New(4, 3), tensor.New(4, 1)
	for i, p := range []float32{0.875, 0.75, 0.5, 0.25} { // of the true label
		truth.Data[i] = float32(i % 3)
		out.Set(i, i%3, p)
	}
	l := at(t, fit(t, conformal.Held{Outputs: out, Truth: truth, Classes: true, Labels: true}), 0.6) // rank 3: 1 − 0.5
	for p, want := range map[float64]bool{0.5: true, 0.49: false, 0.9: true} {
		if l.Holds(0, []float64{p}) != want {
			t.Errorf("a probability of %g: %v", p, !want)
		}
	}
	one, labels := tensor.New(2, 1), tensor.New(2, 1)
	one.Data[0], one.Data[1], labels.Data[0] = 0.75, 0.25, 1 // both true labels have ¾
	for _, classes := range []bool{true, false} {
		l = at(t, fit(t, conformal.Held{Outputs: one, Truth: labels, Classes: classes, Labels: true}), 0.5)
		if !l.Holds(0, []float64{0.75}) || l.Holds(0, []float64{0.7}) {
			t.Error("the scores of one output are not 1 − p(truth)")
		}
	}
}

// Of more rows than are kept the widths stay, to within one of Most ranks, and never
// become narrower.
func TestThinningKeepsTheWidths(t *testing.T) {
	const n = 3*conformal.Most + 17
	h := conformal.Held{Outputs: tensor.New(n, 1), Truth: tensor.New(n, 1), Fold: make([]int, n)}
	for i := range n {
		h.Truth.Data[i] = float32(i) // rank r has the residual r − 1
	}
	s := fit(t, h)
	if got := len(s.Targets[0][0]); got != conformal.Most || s.Rows != n {
		t.Fatalf("%d scores of %d rows", got, s.Rows)
	}
	for _, level := range []float64{0.5, 0.9, 0.99} {
		_, high := at(t, s, level).Interval(0, []float64{0})
		if exact := math.Ceil(level*(n+1)) - 1; high < exact || high > exact+4 {
			t.Errorf("%g: %g, without thinning %g", level, high, exact)
		}
	}
}

// Folds are thinned alike: of one that has a third of the rows a third is left.
func TestThinningKeepsTheShares(t *testing.T) {
	const n = 6 * conformal.Most
	h := conformal.Held{Outputs: tensor.New(n, 1), Truth: tensor.New(n, 1), Fold: make([]int, n), Members: [][]int{{1}, {2}}}
	for i := range n {
		h.Fold[i] = min(1, i%3)
	}
	s := fit(t, h)
	if a, b := len(s.Targets[0][0]), len(s.Targets[0][1]); b != 2*a || a+b < conformal.Most-2 || a+b > conformal.Most {
		t.Errorf("%d scores and %d are left of folds of one third and two", a, b)
	}
}

// Each target has scores of its own.
func TestTargetsApart(t *testing.T) {
	out, truth := tensor.New(3, 2), tensor.New(3, 2)
	copy(truth.Data, []float32{1, 10, 2, 20, 3, 30})
	l := at(t, fit(t, conformal.Held{Outputs: out, Truth: truth}), 0.5)
	for j, want := range []float64{2, 20} {
		if _, high := l.Interval(j, []float64{0}); high != want {
			t.Errorf("target %d is missed by %g, want %g", j, high, want)
		}
	}
	copy(out.Data, []float32{0.9, 0.1, 0.9, 0.1, 0.9, 0.1})
	copy(truth.Data, []float32{1, 1, 1, 1, 1, 1})
	l = at(t, fit(t, conformal.Held{Outputs: out, Truth: truth, Labels: true}), 0.5)
	if l.Holds(0, []float64{0.5}) || !l.Holds(1, []float64{0.5}) {
		t.Error("the sets of two labels rest on the scores of one")
	}
}

// A level is what is written: of 99 rows 0.55 is the 55th score, although float64 makes
// 100·0.55 a little more than 55; and one that is next to nothing is the first.
func TestLevelsAsWritten(t *testing.T) {
	out, truth := tensor.New(99, 1), tensor.New(99, 1)
	for i := range 99 {
		truth.Data[i] = float32(i + 1)
	}
	s := fit(t, conformal.Held{Outputs: out, Truth: truth})
	for level, want := range map[float64]float64{0.55: 55, 0.5500001: 56, 1e-14: 1} {
		if _, high := at(t, s, level).Interval(0, []float64{0}); high != want {
			t.Errorf("level %g: the score %g, want %g", level, high, want)
		}
	}
}

// Models that differ by more than they miss have quantiles that cross at a low level; the
// interval lies between them.
func TestCrossedEnds(t *testing.T) {
	out, truth := tensor.New(4, 1), tensor.New(4, 1)
	truth.Data[0], truth.Data[1], truth.Data[2], truth.Data[3] = 1, 1, 1, 1
	s := fit(t, conformal.Held{Outputs: out, Truth: truth, Fold: []int{0, 1, 0, 1}, Members: [][]int{{1}, {2}}})
	// Less by 1 they are −1, −1, 99, 99, more by 1 they are 1, 1, 101, 101: at rank 2 the
	// lower end is 99, and the upper 1.
	if low, high := at(t, s, 0.4).Interval(0, []float64{0, 100}); low != 1 || high != 99 {
		t.Errorf("%g to %g, want 1 to 99", low, high)
	}
}

func TestWhatIsRefused(t *testing.T) {
	nan, inf := tensor.New(1, 1), tensor.New(1, 1)
	nan.Data[0], inf.Data[0] = float32(math.NaN()), float32(math.Inf(1))
	half := tensor.New(1, 1)
	half.Data[0] = 0.5
	for name, h := range map[string]conformal.Held{
		"no rows": {Outputs: tensor.New(0, 1), Truth: tensor.New(0, 1)},
		"nan":     {Outputs: nan, Truth: tensor.New(1, 1)},
		"inf":     {Outputs: inf, Truth: tensor.New(1, 1)},
		"shares":  {Outputs: half, Truth: half, Labels: true},
	} {
		if _, err := conformal.Fit(h); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	for name, lists := range map[string][][][]float64{
		"two targets": {{{1}}, {{1}}}, "unsorted": {{{2, 1}}}, "nan": {{{1, math.NaN()}}}, "infinite": {{{1, math.Inf(1)}}}, "negative": {{{-1}}},
	} {
		if (&conformal.Scores{Targets: lists, Rows: 2}).Check(1) == nil {
			t.Errorf("%s passes", name)
		}
	}
	two := [][]int{{1}, {2}}
	for name, s := range map[string]*conformal.Scores{
		"one target of two folds, one of one": {Targets: [][][]float64{{{1}, {2}}, {{1}}}, Rows: 2, Members: two},
		"targets of other rows":               {Targets: [][][]float64{{{1}, {2}}, {{1}, {2, 3}}}, Rows: 2, Members: two},
		"folds of nobody":                     {Targets: [][][]float64{{{1}, {2}}, {{1}, {2}}}, Rows: 2},
		"more members than folds":             {Targets: [][][]float64{{{1}}, {{1}}}, Rows: 2, Members: two},
		"no rows":                             {Targets: [][][]float64{{{1}}, {{1}}}},
	} {
		if s.Check(2) == nil {
			t.Errorf("%s pass", name)
		}
	}
	if err := (&conformal.Scores{Targets: [][][]float64{{{1}, {2}}, {{1}, {2}}}, Rows: 2, Members: two}).Check(2); err != nil {
		t.Error(err)
	}
}
