package golden

import (
	"math"
	"path/filepath"
	"testing"
)

// Spread is how many times Keras's own rounding error a result may lie from
// Keras's: once for Keras's error, once for ours, and twice because the error
// that is known is one draw of both.
const Spread = 4

// A Comparison holds results of the float32 engine against Keras's float32 ones.
// A result may be Bound away, or Spread times as far as Keras in float32 is from
// Keras in float64 on the same question, whichever is more. So no bound is tuned:
// the one is promised, the other measured.
type Comparison struct {
	T        testing.TB
	Bound    float64
	Distance func(got, want []float64) float64 // nil: ByLargest

	results  int
	widened  int     // results that needed more than Bound
	worst    float64 // distance over what was allowed
	distance float64 // and what it was
	at       string
}

// Near compares one result of a case, row after row.
func (c *Comparison) Near(k Case, key string, got []float32) {
	c.T.Helper()
	values := make([]float64, len(got))
	for i, v := range got {
		values[i] = float64(v)
	}
	c.NearWide(k, key, values)
}

// NearWide compares a result that the engine has in float64.
func (c *Comparison) NearWide(k Case, key string, got []float64) {
	c.T.Helper()
	want, exact := k.Float32[key], k.Float64[key]
	if len(exact.Data) == 0 {
		c.T.Errorf("%s: Keras gives no %q", k.Name, key)
		return
	}
	allowed := c.Bound
	if len(want.Data) == 0 {
		want = exact // no float32 answer: rounding decides it in Keras
	} else {
		allowed = math.Max(allowed, Spread*c.between(want.Data, exact.Data))
	}
	c.Within(k.Name+": "+key, got, want.Data, allowed)
}

// Within compares numbers with others under a bound of its own.
func (c *Comparison) Within(what string, got, want []float64, allowed float64) {
	c.T.Helper()
	d := c.between(got, want)
	c.results++
	if d > c.Bound {
		c.widened++
	}
	if d/allowed > c.worst {
		c.worst, c.distance, c.at = d/allowed, d, what
	}
	if !(d <= allowed) {
		c.T.Errorf("%s is %.2g from Keras's, %.2g allowed: got %.9g, want %.9g", what, d, allowed, got, want)
	}
}

// Report logs how near everything was.
func (c *Comparison) Report() {
	c.T.Helper()
	if c.results == 0 {
		c.T.Error("nothing was compared")
	}
	c.T.Logf("%d results, %d of them beyond %.0e where Keras rounds as much; the nearest to its bound: %s, %.2g, %.0f %% of what is allowed",
		c.results, c.widened, c.Bound, c.at, c.distance, 100*c.worst)
}

func (c *Comparison) between(got, want []float64) float64 {
	if c.Distance != nil {
		return c.Distance(got, want)
	}
	return ByLargest(got, want)
}

// ByLargest is the largest distance between two results, relative to the largest
// finite number of want: a small number that comes out of large ones has their
// error. It is infinite where only one has a NaN or another infinity.
func ByLargest(got, want []float64) float64 {
	far, scale := 0.0, 0.0
	for i, w := range want {
		far = math.Max(far, apart(got, want, i))
		if !math.IsNaN(w) && !math.IsInf(w, 0) {
			scale = math.Max(scale, math.Abs(w))
		}
	}
	switch {
	case len(got) != len(want):
		return math.Inf(1)
	case scale == 0:
		return far
	}
	return far / scale
}

// ByEach is the largest distance between two numbers, each relative to itself
// where it is above 1: for functions that take each number by itself.
func ByEach(got, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	far := 0.0
	for i, w := range want {
		d := apart(got, want, i)
		if a := math.Abs(w); a > 1 && !math.IsInf(w, 0) {
			d /= a
		}
		far = math.Max(far, d)
	}
	return far
}

// apart returns how far number i is from where it should be.
func apart(got, want []float64, i int) float64 {
	if i >= len(got) {
		return math.Inf(1)
	}
	g, w := got[i], want[i]
	switch {
	case g == w || math.IsNaN(g) && math.IsNaN(w):
		return 0
	case math.IsNaN(g) || math.IsNaN(w) || math.IsInf(g, 0) || math.IsInf(w, 0):
		return math.Inf(1)
	}
	return math.Abs(g - w)
}

// Cases loads a family from the folder, and wants at least so many cases of it.
func Cases(t testing.TB, folder, family string, least int) []Case {
	t.Helper()
	f, err := Load(filepath.Join(folder, family+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Cases) < least {
		t.Fatalf("%s: %d cases, want at least %d", family, len(f.Cases), least)
	}
	return f.Cases
}
