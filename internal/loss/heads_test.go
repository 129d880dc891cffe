package loss

import (
	"math"
	"strings"
	"testing"

	"mlp/internal/oracle"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Losses of several outputs for one target have the values and slopes of the oracle.
func TestHeadsAreTheOracle(t *testing.T) {
	k := engine(t)
	draw := rng.New(3, "heads")
	for _, c := range []struct {
		spec, name string
		settings   oracle.Params
	}{
		{`"gaussian_nll"`, "gaussian_nll", nil},
		{`{"type": "quantile", "quantiles": [0.05, 0.275, 0.5, 0.725, 0.95]}`, "quantile", oracle.Params{"quantiles": 0.05}},
	} {
		l := build(t, c.spec)
		const rows = 50
		outputs := HeadOf(l).Outputs(1)
		b := batch(k, tensor.New(rows, outputs), tensor.New(rows, 1))
		var p, y oracle.Mat
		w := make([]float64, rows)
		for i := range rows {
			row := make([]float64, outputs)
			for j := range row {
				b.Pred.Set(i, j, float32(0.1+3*draw.At(uint64(i)).Float64(uint64(j))))
				row[j] = float64(b.Pred.At(i, j))
			}
			b.Target.Data[i] = float32(draw.At(1).Normal(uint64(i)))
			w[i] = float64(i % 4)
			b.Weight = append(b.Weight, float32(i%4))
			p, y = append(p, row), append(y, []float64{float64(b.Target.Data[i])})
		}
		value, grad := oracle.Loss(c.name, c.settings, y, p, w)
		// Both are computed in float64: sums of 50 rows.
		if got := l.Eval(b); !near(got, value, 1e-13) {
			t.Errorf("%s: %.17g, want %.17g", c.spec, got, value)
		}
		for i := range rows {
			for j, want := range grad[i] {
				if got := float64(b.Grad.At(i, j)); math.Abs(got-want) > 1e-7*math.Abs(want) { // one rounding to float32
					t.Errorf("%s: row %d by output %d: %g, want %g", c.spec, i, j, got, want)
				}
			}
		}
	}
}

func TestQuantilesThatMakeNoHead(t *testing.T) {
	for text, want := range map[string]string{
		`{"type": "quantile", "quantiles": [0.5, 0.1]}`:                       "rise",
		`{"type": "quantile", "quantiles": [0.1, 0.5, 0.5]}`:                  "rise",
		`{"type": "quantile", "quantiles": [0.1, 0.9]}`:                       "the median, 0.5",
		`{"type": "quantile", "quantiles": [0.5]}`:                            "one quantile only",
		`{"type": "quantile", "quantiles": [0.1, 0.5, 1]}`:                    "1",
		`{"type": "quantile", "quantile": 0.3, "quantiles": [0.1, 0.5, 0.9]}`: "both given",
	} {
		n, err := spec.ParseJSON([]byte(text), "test", "test")
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Losses.Build(n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
