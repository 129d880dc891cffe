package predict_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// spread is a table whose noise grows with a column: y = 20 + 4·sin a + (0.5 + b)·ε.
func spread(s rng.Stream, rows int) string {
	var t strings.Builder
	t.WriteString("a,b,y\n")
	for i := range rows {
		a, b := 4*s.At(1).Float64(uint64(i)), 2*s.At(2).Float64(uint64(i))
		fmt.Fprintf(&t, "%.4f,%.4f,%.4f\n", a, b, 20+4*math.Sin(a)+(0.5+b)*s.At(3).Normal(uint64(i)))
	}
	return t.String()
}

// Of 10⁵ rows none has a quantile above the next, in float32 and the target's own units:
// of a trained network, and of weights that were drawn up to a hundred times as large, in
// linear units and in those of a logarithm. At the larger weights answers leave float32.
func TestQuantilesNeverCross(t *testing.T) {
	const rows = 100_000
	for _, scale := range []string{"standard", "log1p"} {
		m, s, p := recipetest.SetUp(t, `{"data":{"target":"y","scale_target":"`+scale+`"},"layers":[{"units":8,"activation":"tanh"},{"units":7,"activation":"ordered"}],
			"compile":{"optimizer":{"type":"adam","learning_rate":0.01},"loss":{"type":"quantile","quantiles":[0.01,0.05,0.25,0.5,0.75,0.95,0.99]}},"fit":{"epochs":3}}`, spread(rng.New(1, "rows"), 400), 2)
		recipetest.MustFit(t, m, s, p)
		draw := rng.New(2, "crossing")
		x, out := tensor.New(rows, 2), tensor.New(rows, 7)
		for i := range x.Data {
			x.Data[i] = float32(3 * draw.Normal(uint64(i)))
		}
		for _, size := range []float64{0, 1, 10, 100} { // 0: as trained
			if size > 0 {
				for i := range m.Work.Params {
					m.Work.Params[i] = float32(size * draw.At(uint64(size)).Normal(uint64(i)))
				}
			}
			m.Predict(x, out)
			crossed := 0
			for i := range rows {
				row := out.Row(i)
				for j := 1; j < len(row); j++ {
					if !(row[j-1] <= row[j]) {
						crossed++
					}
				}
			}
			if crossed > 0 {
				t.Errorf("%s, weights of %g: %d neighbours cross", scale, size, crossed)
			}
		}
	}
}

// measured trains a network on rows of spread and returns a metric of it on others.
func measured(t *testing.T, seed uint64, text, name string) float64 {
	m, s, p := recipetest.SetUp(t, text, spread(rng.New(seed, "rows"), 2500), 2)
	recipetest.MustFit(t, m, s, p)
	n, err := spec.ParseJSON([]byte(name), "metric", "metric")
	if err != nil {
		t.Fatal(err)
	}
	built, err := metric.Metrics.Build(n)
	if err != nil {
		t.Fatal(err)
	}
	one := []model.Metric{{Metric: built}}
	if err := m.PrepareMetrics(one); err != nil {
		t.Fatal(err)
	}
	out := tensor.New(p.Test.X.Rows, m.Net.Out)
	m.Predict(p.Test.X, out)
	one[0].UpdateRows(out, p.Test.Truth, nil)
	return one[0].Value()
}

// The band from the 0.1- to the 0.9-quantile holds 78 to 82 % of rows that training never
// saw, and the middle 90 % of the normal distribution 88 to 92 %: means of as many tables
// as the flag says. A table has 1250 rows for it, so each of four has a standard error of
// 1.1 %, and their mean of 0.6 %, besides what training adds.
func TestBandsCover(t *testing.T) {
	runs := uint64(max(4, *tables/4))
	const common = `{"data":{"target":"y","split":{"test":0.5}},"layers":[{"units":16,"activation":"tanh"},%s],
		"compile":{"optimizer":{"type":"adam","learning_rate":{"type":"cosine_decay","initial_learning_rate":0.02,"decay_steps":1600}},"loss":%s},"fit":{"epochs":40,"batch_size":32}}`
	for _, c := range []struct {
		layer, loss, metric string
		want                float64
	}{
		{`{"units":3,"activation":"ordered"}`, `{"type":"quantile","quantiles":[0.1,0.5,0.9]}`, `"coverage"`, 0.8},
		{`{"units":2,"activation":"mean_sd"}`, `"gaussian_nll"`, `{"type":"coverage","share":0.9}`, 0.9},
	} {
		sum := 0.0
		for seed := range runs {
			sum += measured(t, seed+1, fmt.Sprintf(common, c.layer, c.loss), c.metric)
		}
		mean := sum / float64(runs)
		t.Logf("%s: %.4f of the rows of %d tables, %g wanted", c.loss, mean, runs, c.want)
		if math.Abs(mean-c.want) > 0.02 {
			t.Errorf("%s: %.4f of the rows are in the band, %g wanted", c.loss, mean, c.want)
		}
	}
}
