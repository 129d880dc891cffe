package optim

import (
	"slices"
	"testing"

	"mlp/internal/oracle/golden"
	"mlp/internal/spec"
)

// What the real Keras computed; testdata/keras/README.md of package train says how.
const kerasFolder = "../train/testdata/keras"

// tenSteps is how near the weights must be to Keras's after each of ten steps,
// relative to the largest of them: the promise for a loss after ten steps. Where
// an optimizer itself turns Keras's float32 further from its float64,
// golden.Comparison goes by that.
const tenSteps = 1e-6

// made builds what a case asks for. JSON knows no difference between 1 and 1.0,
// and null is silence, except that Muon without a scale is rms_rate 0 here.
func made[T any](t testing.TB, r *spec.Registry[T], c golden.Case, more ...spec.Key) T {
	t.Helper()
	n, err := spec.ParseJSON(c.Config, "config", "config")
	if err != nil {
		t.Fatal(err)
	}
	if v := n.Get("rms_rate"); v != nil && v.Kind == spec.Null {
		n.Put("rms_rate", spec.NewFloat(0))
	}
	n.Put("type", spec.NewString(c.Type))
	for _, k := range more {
		n.Put(k.Name, k.Value)
	}
	v, err := r.Build(n)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return v
}

func TestOptimizersAreKeras(t *testing.T) {
	k := engine(t)
	near := golden.Comparison{T: t, Bound: tenSteps}
	seen := map[string]bool{}
	for _, c := range golden.Cases(t, kerasFolder, "optimizers", 80) {
		// Keras decays all variables unless some are named; mlp leaves biases alone
		// unless decay_all is set (pitfall 21).
		all := len(c.DecayExcludes) == 0
		if !all && !slices.Equal(c.DecayExcludes, []string{"bias"}) {
			t.Fatalf("%s: leaves %v alone", c.Name, c.DecayExcludes)
		}
		o := made(t, Optimizers, c, spec.Key{Name: "decay_all", Value: spec.NewBool(all)})
		seen[o.Name] = true
		kernel, bias := c.Given["kernel"], c.Given["bias"]
		o.Init([]Span{
			{Name: "dense/kernel", Rows: kernel.Rows, Cols: kernel.Cols, Decay: true},
			{Name: "dense/bias", Off: len(kernel.Data), Rows: 1, Cols: bias.Cols, Vector: true},
		})
		w := append(kernel.Float32(), bias.Float32()...)
		n := len(kernel.Data)
		after := map[string][]float32{}
		gk, gb := c.Given["gradient/kernel"].Float32(), c.Given["gradient/bias"].Float32()
		for len(gk) > 0 {
			g := append(slices.Clone(gk[:n]), gb[:bias.Cols]...)
			gk, gb = gk[n:], gb[bias.Cols:]
			o.Step(k, w, g)
			after["kernel"] = append(after["kernel"], w[:n]...)
			after["bias"] = append(after["bias"], w[n:]...)
			if o.ema != nil {
				after["average/kernel"] = append(after["average/kernel"], o.ema.mean[:n]...)
				after["average/bias"] = append(after["average/bias"], o.ema.mean[n:]...)
			}
		}
		for key := range c.Float64 {
			near.Near(c, key, after[key])
		}
	}
	near.Report()
	for _, name := range Optimizers.Names() {
		if !seen[name] {
			t.Errorf("Keras was not asked about %q", name)
		}
	}
}
