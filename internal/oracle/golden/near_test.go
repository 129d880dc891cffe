package golden_test

import (
	"math"
	"testing"

	"mlp/internal/oracle/golden"
)

func TestDistances(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		got, want       []float64
		largest, byEach float64
	}{
		{[]float64{1, 2}, []float64{1, 2}, 0, 0},
		{[]float64{1, 10.5}, []float64{1, 10}, 0.05, 0.05},
		{[]float64{1.5, 10}, []float64{1, 10}, 0.05, 0.5},
		{[]float64{0.02}, []float64{0.01}, 1, 0.01}, // relative to the largest even where that is small
		{[]float64{1e-9, 0}, []float64{0, 0}, 1e-9, 1e-9},
		{[]float64{nan, inf, -inf, 1}, []float64{nan, inf, -inf, 1}, 0, 0},
		{[]float64{nan}, []float64{1}, inf, inf},
		{[]float64{1}, []float64{nan}, inf, inf},
		{[]float64{inf}, []float64{-inf}, inf, inf},
		{[]float64{1e300}, []float64{inf}, inf, inf},
		{[]float64{1}, []float64{1, 2}, inf, inf},
		{[]float64{1, 2}, []float64{1}, inf, inf},
		{nil, []float64{1}, inf, inf},
	} {
		for name, f := range map[string]func(got, want []float64) float64{"by the largest": golden.ByLargest, "by each": golden.ByEach} {
			want := c.largest
			if name == "by each" {
				want = c.byEach
			}
			if got := f(c.got, c.want); !(math.Abs(got-want) <= 1e-15 || got == want) {
				t.Errorf("%v from %v, %s: %v, want %v", c.got, c.want, name, got, want)
			}
		}
	}
}

// recorder is a test that only counts its complaints.
type recorder struct {
	testing.TB
	errors int
}

func (r *recorder) Helper()               {}
func (r *recorder) Error(...any)          { r.errors++ }
func (r *recorder) Errorf(string, ...any) { r.errors++ }
func (r *recorder) Logf(string, ...any)   {}

// A result passes within the bound, beyond it only as far as Keras's own rounding
// explains, and never where Keras says nothing.
func TestComparison(t *testing.T) {
	one := func(v float64) golden.Matrix { return golden.Matrix{Rows: 1, Cols: 1, Data: []float64{v}} }
	exact := golden.Case{Float64: map[string]golden.Matrix{"y": one(1)}, Float32: map[string]golden.Matrix{"y": one(1)}}
	rough := golden.Case{Float64: map[string]golden.Matrix{"y": one(1)}, Float32: map[string]golden.Matrix{"y": one(1.01)}}
	alone := golden.Case{Float64: map[string]golden.Matrix{"y": one(1)}}
	for _, c := range []struct {
		of   golden.Case
		key  string
		got  float32
		fine bool
	}{
		{exact, "y", 1, true}, {exact, "y", 1 + 5e-7, true}, {exact, "y", 1 + 3e-6, false}, {exact, "y", -1, false},
		{rough, "y", 0.98, true}, {rough, "y", 0.96, false},
		{alone, "y", 1, true}, {alone, "y", 1.001, false},
		{exact, "x", 1, false},
	} {
		r := &recorder{}
		near := golden.Comparison{T: r, Bound: 1e-6}
		near.Near(c.of, c.key, []float32{c.got})
		if (r.errors == 0) != c.fine {
			t.Errorf("%v of %+v: %d complaints, want fine: %v", c.got, c.of, r.errors, c.fine)
		}
	}
	r := &recorder{}
	empty := golden.Comparison{T: r, Bound: 1e-6}
	if empty.Report(); r.errors != 1 {
		t.Error("a comparison of nothing is content")
	}
}
