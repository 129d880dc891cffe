package schedule

import (
	"testing"

	"mlp/internal/oracle/golden"
	"mlp/internal/spec"
)

// made builds the schedule that a case asks for.
func made(t testing.TB, c golden.Case) Schedule {
	t.Helper()
	n, err := spec.ParseJSON(c.Config, "config", "config")
	if err != nil {
		t.Fatal(err)
	}
	n.Put("type", spec.NewString(c.Type))
	s, err := Schedules.Build(n)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return s
}

// Schedules are computed in float64 and rounded once; Keras's float32 is a few
// units of 2⁻²⁴ away, more where it takes a small difference.
func TestSchedulesAreKeras(t *testing.T) {
	near := golden.Comparison{T: t, Bound: 1e-6, Distance: relative}
	seen := map[string]bool{"one_cycle": true, "cosine_log_cycles": true, "flat_cosine": true} // Keras has none
	for _, c := range golden.Cases(t, "../train/testdata/keras", "schedules", 18) {
		s := made(t, c)
		doc, _ := Schedules.Describe(c.Type)
		seen[doc.Name] = true
		var rates []float32
		for _, step := range c.Given["step"].Data {
			rates = append(rates, float32(s.At(Time{Step: int64(step)})))
		}
		near.Near(c, "learning_rate", rates)
	}
	near.Report()
	for _, name := range Schedules.Names() {
		if !seen[name] {
			t.Errorf("Keras was not asked about %q", name)
		}
	}
}

// relative is the largest distance of two numbers, relative to the one wanted.
func relative(got, want []float64) float64 {
	far := 0.0
	for i, w := range want {
		far = max(far, golden.ByLargest(got[i:i+1], []float64{w}))
	}
	return far
}
