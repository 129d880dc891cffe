package evaluate

import (
	"math"
	"testing"

	"mlp/internal/rng"
)

func area(c Curve) float64 {
	sum := 0.0
	for i := 1; i < len(c.X); i++ {
		sum += (c.X[i] - c.X[i-1]) * (c.Y[i] + c.Y[i-1]) / 2
	}
	return sum
}

func equal(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 { // a few roundings of float64
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// Four rows, by hand: of the scores 0.9 yes, 0.8 no, 0.7 yes, 0.1 no three of four pairs
// are in the right order.
func TestCurvesByHand(t *testing.T) {
	scores, yes := []float64{0.1, 0.9, 0.7, 0.8}, []bool{false, true, true, false}
	var c Curves
	c.curve("pos", scores, yes)
	equal(t, "the area under ROC", area(c.ROC[0]), 0.75)
	for i, want := range [][2]float64{{0.5, 1}, {0.5, 0.5}, {1, 2.0 / 3}, {1, 0.5}} {
		equal(t, "recall", c.PR[0].X[i], want[0])
		equal(t, "precision", c.PR[0].Y[i], want[1])
	}
	o, falsePositive := operating(scores, yes, 0.75)
	equal(t, "precision", o.Precision, 0.5)
	equal(t, "recall", o.Recall, 0.5)
	equal(t, "f1", o.F1, 0.5)
	equal(t, "rows above", o.Flagged, 0.5)
	equal(t, "false positive rate", falsePositive, 0.5)
	c = Curves{}
	if c.curve("all", scores, []bool{true, true, true, true}); c.ROC != nil {
		t.Error("there is a curve of one label alone")
	}
}

// However many rows, the curves are short, and say the same.
func TestCurvesAreBounded(t *testing.T) {
	const n = 50_000
	draw := rng.New(1, "curves")
	scores, yes, wins := make([]float64, n), make([]bool, n), 0.0
	for i := range scores {
		scores[i] = draw.Float64(uint64(2 * i))
		yes[i] = draw.Float64(uint64(2*i+1)) < scores[i] // so the probabilities are right
	}
	var c Curves
	c.curve("pos", scores, yes)
	if len(c.ROC[0].X) != pointsOfCurve || len(c.PR[0].X) != pointsOfCurve || c.ROC[0].X[pointsOfCurve-1] != 1 {
		t.Errorf("%d and %d points", len(c.ROC[0].X), len(c.PR[0].X))
	}
	// P(score of a yes > score of a no) for densities 2s and 2(1 − s) is 5/6; its sampling
	// error with so many rows is below 0.002.
	if a := area(c.ROC[0]); math.Abs(a-5.0/6) > 0.006 {
		t.Errorf("the area under ROC is %v", a)
	}
	rows := 0
	for _, s := range calibrated(scores, yes) {
		rows += s.Rows
		if s.Predicted < s.FoundLow || s.Predicted > s.FoundHigh {
			wins++
		}
		if s.Rows != n/equalBins || !(s.FoundLow < s.Found && s.Found < s.FoundHigh) {
			t.Errorf("%+v", s)
		}
	}
	if rows != n || wins > 2 { // of ten 95 % intervals more than two miss once in ninety times; here the seed is given
		t.Errorf("%d rows, %v of the intervals miss", rows, wins)
	}
	counted := 0.0
	for _, h := range byTruth([]string{"neg", "pos"}, scores, yes) {
		for _, k := range h.Counts {
			counted += k
		}
	}
	s := spreadOf("y", scores, make([]float64, n))
	for _, k := range s.Residuals.Counts {
		counted += k
	}
	if counted != 2*n || len(s.Truth) != pointsOfCurve || len(s.Residuals.Edges) != evenBins+1 {
		t.Errorf("%v of %d rows are in the histograms, %d are shown", counted, 2*n, len(s.Truth))
	}
}
