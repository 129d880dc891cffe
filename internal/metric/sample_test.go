package metric

import (
	"math"
	"testing"

	"mlp/internal/tensor"
)

// wholly hides that rows come down to a number, so that they are kept whole.
type wholly struct{ Metric }

// A metric that is measured anew from a number a row gives, to the last bit, what it gives
// from the outputs: its value, its interval, and the value of rows that are all alike.
func TestReducedRowsGiveTheSameFigures(t *testing.T) {
	reduced := 0
	eachTwice(t, func(t *testing.T, m, twin Metric, tab table) {
		few, ok := m.(reducer)
		if !ok || !few.reduces(tab.pred, tab.target) {
			return
		}
		reduced++
		for _, weight := range [][]float32{nil, tab.weight} {
			s, whole := Gather(m), Gather(wholly{twin})
			for lo := 0; lo < tab.pred.Rows; lo += 10 {
				hi := min(lo+10, tab.pred.Rows)
				var w []float32
				if weight != nil {
					w = weight[lo:hi]
				}
				s.Add(tab.pred.Slice(lo, hi), tab.target.Slice(lo, hi), w)
				whole.Add(tab.pred.Slice(lo, hi), tab.target.Slice(lo, hi), w)
			}
			if s.pred.Rows != 0 || whole.pred.Rows != tab.pred.Rows {
				t.Fatalf("%s: %d and %d rows are kept whole, want none and all", tab.Task, s.pred.Rows, whole.pred.Rows)
			}
			if got, want := m.Value(), twin.Value(); !same(got, want, 0) {
				t.Errorf("%s: value %v, of the outputs %v", tab.Task, got, want)
			}
			low, high := Bootstrap(s.rows(), 0.9, 5, s.Value)
			wantLow, wantHigh := Bootstrap(whole.rows(), 0.9, 5, whole.Value)
			if !same(low, wantLow, 0) || !same(high, wantHigh, 0) {
				t.Errorf("%s: interval %v to %v, of the outputs %v to %v", tab.Task, low, high, wantLow, wantHigh)
			}
			s.restore()
			whole.restore()
			if got, want := m.Value(), twin.Value(); !same(got, want, 0) {
				t.Errorf("%s: restored the value is %v, of the outputs %v", tab.Task, got, want)
			}
			if got, want := Alike(m, tab.pred.Row(0), tab.target, weight), alike(twin, tab, weight); !same(got, want, 0) {
				t.Errorf("%s: %v if all rows are alike, of the outputs %v", tab.Task, got, want)
			}
		}
	})
	if reduced < 60 { // of the settings and tables above
		t.Errorf("%d metrics come down to a number a row", reduced)
	}
}

// alike measures rows of the table as if each had the outputs of the first.
func alike(m Metric, tab table, weight []float32) float64 {
	pred := tensor.New(tab.pred.Rows, tab.pred.Cols)
	for i := range pred.Rows {
		copy(pred.Row(i), tab.pred.Row(0))
	}
	m.Reset()
	m.Update(pred, tab.target, weight)
	return m.Value()
}

// The sums of a matrix that is too large to be held give what its cells give, and are
// saved and restored in the middle.
func TestMatrixOfManyClasses(t *testing.T) {
	defer func(n int) { mostCells = n }(mostCells)
	for _, text := range []string{`"mcc"`, `"balanced_accuracy"`, `"mean_iou"`, `{"type": "iou", "target_class_ids": [1]}`,
		`"cohen_kappa"`, `{"type": "cohen_kappa", "weights": "linear"}`, `{"type": "cohen_kappa", "weights": "quadratic"}`} {
		for _, tab := range tables() {
			mostCells = 1 << 20
			cells := build(t, text)
			if cells.Prepare(tab.Outputs) != nil {
				continue
			}
			mostCells = 0
			sums, resumed := build(t, text), build(t, text)
			sums.Prepare(tab.Outputs)
			resumed.Prepare(tab.Outputs)
			if sums.(*matrix).cells != nil {
				t.Fatal("the cells are held")
			}
			half := tab.pred.Rows / 2
			sums.Update(tab.pred.Slice(0, half), tab.target.Slice(0, half), tab.weight[:half])
			if err := Restore(resumed, Save(sums)); err != nil {
				t.Fatal(err)
			}
			for _, m := range []Metric{sums, resumed} {
				m.Update(tab.pred.Slice(half, tab.pred.Rows), tab.target.Slice(half, tab.pred.Rows), tab.weight[half:])
			}
			cells.Update(tab.pred, tab.target, tab.weight)
			// Weights are whole numbers, so that sums do not depend on their order.
			if got, want := sums.Value(), cells.Value(); !same(got, want, 0) || math.IsNaN(want) {
				t.Errorf("%s, %s: %v of sums, %v of cells", text, tab.Task, got, want)
			}
			if got, want := resumed.Value(), sums.Value(); !same(got, want, 0) {
				t.Errorf("%s, %s: %v resumed, %v in one go", text, tab.Task, got, want)
			}
		}
	}
}

// Draws that cannot become an interval any more are not made.
func TestBootstrapGivesUp(t *testing.T) {
	draws := 0
	low, high := Bootstrap(100, 0.95, 1, func([]int) float64 { draws++; return math.NaN() })
	if !math.IsNaN(low) || !math.IsNaN(high) || draws > 501 {
		t.Errorf("%v to %v after %d draws without a value, want none after half of 1000", low, high, draws)
	}
}
