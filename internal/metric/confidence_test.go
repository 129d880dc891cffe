package metric

import (
	"math"
	"testing"

	"mlp/internal/rng"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

func TestWilson(t *testing.T) {
	for _, c := range []struct{ right, n, low, high float64 }{
		{8, 10, 0.49016248, 0.94331784}, // (p + z²/2n ± z√(p(1−p)/n + z²/4n²))/(1 + z²/n), by hand
		{0, 20, 0, 0.16112516},
		{20, 20, 0.83887484, 1},
		{0, 0, 0, 1},
	} {
		low, high := Wilson(c.right, c.n, 0.95)
		if math.Abs(low-c.low) > 1e-7 || math.Abs(high-c.high) > 1e-7 { // digits given
			t.Errorf("%v of %v: [%.8f, %.8f], want [%.8f, %.8f]", c.right, c.n, low, high, c.low, c.high)
		}
	}
}

// DeLong's variance from all pairs, as the paper defines it.
func TestDeLongByPairs(t *testing.T) {
	b := find(t, task.Binary, 1)
	var pos, neg []float64
	for i, p := range b.pred.Data {
		if b.target.Data[i] == 1 {
			pos = append(pos, float64(p))
		} else {
			neg = append(neg, float64(p))
		}
	}
	wins := func(a, b float64) float64 {
		switch {
		case a > b:
			return 1
		case a == b:
			return 0.5
		}
		return 0
	}
	var v10, v01 []float64
	for _, p := range pos {
		sum := 0.0
		for _, n := range neg {
			sum += wins(p, n)
		}
		v10 = append(v10, sum/float64(len(neg)))
	}
	for _, n := range neg {
		sum := 0.0
		for _, p := range pos {
			sum += wins(p, n)
		}
		v01 = append(v01, sum/float64(len(pos)))
	}
	area, s10 := meanVariance(v10)
	_, s01 := meanVariance(v01)
	m, n := float64(len(pos)), float64(len(neg))
	v10, v01 = []float64{s10 / m}, []float64{s01 / n}
	variance := v10[0] + v01[0]
	df := variance * variance / (v10[0]*v10[0]/(m-1) + v01[0]*v01[0]/(n-1))
	half := student(0.95, df) * math.Sqrt(variance) / (area * (1 - area))
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	odds := math.Log(area / (1 - area))

	got := Confidence(build(t, `"auc"`), b.pred, b.target, nil, 0.95, 1)
	if got.Method != "delong" {
		t.Errorf("method %s", got.Method)
	}
	check(t, "low", got.Low, logistic(odds-half))
	check(t, "high", got.High, logistic(odds+half))
	if low, _ := DeLong([]float32{.1, .2, .3}, []float32{0, 0, 1}, 0.95); low == low {
		t.Errorf("one positive gives %v, want NaN", low)
	}
}

// The bootstrap of a mean is near the normal interval, and the same each time.
func TestBootstrap(t *testing.T) {
	testBootstrap(t, 400)
	testBootstrap(t, 20000) // more rows than are drawn
}

func testBootstrap(t *testing.T, n int) {
	s := rng.New(9, "noise")
	x := make([]float64, n)
	for i := range x {
		x[i] = s.Normal(uint64(i))
	}
	mean := func(rows []int) float64 {
		sum := 0.0
		for _, r := range rows {
			sum += x[r]
		}
		return sum / float64(len(rows))
	}
	center, variance := meanVariance(x)
	half := 1.96 * math.Sqrt(variance/float64(n))
	low, high := Bootstrap(n, 0.95, 7, mean)
	// A 2.5 % percentile of 400 draws is off by about 0.13 standard errors.
	if math.Abs(low-(center-half)) > 0.2*half || math.Abs(high-(center+half)) > 0.2*half {
		t.Errorf("%d rows: [%.4f, %.4f], want about [%.4f, %.4f]", n, low, high, center-half, center+half)
	}
	if l, h := Bootstrap(n, 0.95, 7, mean); l != low || h != high {
		t.Error("the same seed gives another interval")
	}
	if l, _ := Bootstrap(n, 0.95, 8, mean); l == low {
		t.Error("another seed gives the same interval")
	}
	if l, _ := Bootstrap(n, 0.95, 8, func([]int) float64 { return math.NaN() }); l == l {
		t.Errorf("an undefined statistic has the bound %v", l)
	}
}

// Every metric but those that say so has an interval around its value, and keeps its rows.
func TestConfidenceOfEveryMetric(t *testing.T) {
	for _, name := range Metrics.Names() {
		for _, tab := range tables() {
			m := build(t, specOf(name))
			if m.Prepare(tab.Outputs) != nil || tab.Head.Several() && !OfHead(m) {
				continue
			}
			m.Update(tab.pred, tab.target, nil)
			want := m.Value()
			got := Confidence(m, tab.pred, tab.target, nil, 0.95, 1)
			if v := m.Value(); !same(v, want, 0) {
				t.Errorf("%s of %s: %v after the interval, %v before", name, tab.Task, v, want)
			}
			if _, none := m.(interface{ noInterval() }); none {
				break // TestNoIntervalOfCalibration
			}
			// A maximum over thresholds is pulled up by resampling, so its
			// percentiles may lie beside it.
			around := got.Low <= want && want <= got.High || isOperating(m)
			if want == want && (!(got.Low <= got.High) || !around) {
				t.Errorf("%s of %s: %v in [%v, %v] by %s", name, tab.Task, want, got.Low, got.High, got.Method)
			}
			break // one kind of output a metric is enough
		}
	}
}

func isOperating(m Metric) bool {
	a, ok := m.(*auc)
	return ok && required[a.name] != ""
}

func TestAccuracyOfOneDecisionIsWilsons(t *testing.T) {
	pred, target := tensor.New(10, 1), tensor.New(10, 1)
	for i := range 8 {
		pred.Set(i, 0, 0.9)
		target.Set(i, 0, 1)
	}
	pred.Set(8, 0, 0.9)
	pred.Set(9, 0, 0.9)
	got := Confidence(build(t, `"accuracy"`), pred, target, nil, 0.95, 1)
	low, high := Wilson(8, 10, 0.95)
	if got != (Interval{low, high, "wilson"}) {
		t.Errorf("%v, want [%v, %v] by wilson", got, low, high)
	}
	labels := find(t, task.MultiLabel, 4)
	if got := Confidence(build(t, `"binary_accuracy"`), labels.pred, labels.target, nil, 0.95, 1); got.Method != "bootstrap" {
		t.Errorf("several labels a row: %s, want a bootstrap", got.Method)
	}
	if weighted := Confidence(build(t, `"accuracy"`), pred, target, make([]float32, 10), 0.95, 1); weighted.Method != "bootstrap" {
		t.Errorf("weighted rows: %s, want a bootstrap", weighted.Method)
	}
}

// The calibration error has no interval: percentiles would stand above the figure.
func TestNoIntervalOfCalibration(t *testing.T) {
	pred, target := tensor.New(40, 1), tensor.New(40, 1)
	for i := range pred.Data {
		pred.Data[i], target.Data[i] = float32(i)/40, float32(i%2)
	}
	for _, name := range []string{`"ece"`, `{"type": "ece", "bins": 3}`} {
		if i := Confidence(build(t, name), pred, target, nil, 0.95, 1); !math.IsNaN(i.Low) || !math.IsNaN(i.High) || i.Method != "" {
			t.Errorf("%s: %v", name, i)
		}
	}
	if i := Confidence(build(t, `"brier"`), pred, target, nil, 0.95, 1); math.IsNaN(i.Low) {
		t.Errorf("brier: %v", i)
	}
}
