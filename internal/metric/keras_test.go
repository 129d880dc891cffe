package metric

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/oracle/golden"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// What the real Keras computed; testdata/keras/README.md of package train says how.
const kerasFolder = "../train/testdata/keras"

// forward is how near a metric must come to Keras's. Metrics are summed in float64
// here, so the distance is Keras's: sums of 24 rows in float32, some sixteen
// roundings of 2⁻²⁴. Where its float32 is further from its float64 than that,
// golden.Comparison goes by it.
const forward = 1e-6

// A question is a metric with the rows it is shown, in batches.
type question struct {
	config *spec.Node
	y, p   tensor.Mat
	w      []float32
	sizes  []float64
	task   task.Task
	told   bool // the metric is told the task, instead of guessing it from shapes
}

// asked reads what a case asks.
func asked(t testing.TB, c golden.Case) question {
	t.Helper()
	n, err := spec.ParseJSON(c.Config, "config", "config")
	if err != nil {
		t.Fatal(err)
	}
	n.Put("type", spec.NewString(c.Type))
	y, p := c.Given["y"], c.Given["p"]
	q := question{config: n, y: mat(y.Rows, y.Cols, y.Float32()...), p: mat(p.Rows, p.Cols, p.Float32()...), sizes: c.Given["batches"].Data}
	if w := c.Given["w"]; w.Data != nil {
		q.w = w.Float32()
	}
	return q
}

// answer returns the metric after each batch.
func (q question) answer(t testing.TB) []float64 {
	t.Helper()
	m, err := Metrics.Build(q.config)
	if err != nil {
		t.Fatalf("%s: %v", spec.CanonicalJSON(q.config), err)
	}
	if q.told {
		if p := m.Prepare(Outputs{Task: q.task, Columns: q.p.Cols}); p != nil {
			t.Fatalf("%s: %v", spec.CanonicalJSON(q.config), p)
		}
	}
	var got []float64
	at := 0
	for _, size := range q.sizes {
		to := at + int(size)
		var w []float32
		if q.w != nil {
			w = q.w[at:to]
		}
		m.Update(q.p.Slice(at, to), q.y.Slice(at, to), w)
		got = append(got, m.Value())
		at = to
	}
	return got
}

// Where mlp asks in another way for what Keras computes, and why. All else is
// asked for in the words of the case.
func TestMetricsAreKeras(t *testing.T) {
	near := golden.Comparison{T: t, Bound: forward}
	seen := map[string]bool{}
	for _, c := range golden.Cases(t, kerasFolder, "metrics", 260) {
		q := asked(t, c)
		doc, _ := Metrics.Describe(c.Type)
		seen[doc.Name] = true
		switch c.Type {
		case "auc":
			// mlp is exact; Keras's value has the name of its thresholds.
			if q.config.Get("num_thresholds") == nil && q.config.Get("thresholds") == nil {
				q.config.Put("num_thresholds", spec.NewInt(200))
			}
		case "sensitivity_at_specificity", "specificity_at_sensitivity", "precision_at_recall", "recall_at_precision":
			if q.config.Get("num_thresholds") == nil {
				q.config.Put("num_thresholds", spec.NewInt(200))
			}
		case "true_positives", "true_negatives", "false_positives", "false_negatives", "precision", "recall":
			if list := q.config.Get("thresholds"); list != nil && list.Kind == spec.List {
				// Several thresholds make a vector in Keras; here they are several metrics.
				for j, threshold := range list.Items {
					q.config.Put("thresholds", threshold)
					near.NearWide(column(c, j, fmt.Sprintf(" at %s", threshold.Text)), "value", q.answer(t))
				}
				continue
			}
		case "f1_score", "f_beta_score":
			if strings.Contains(c.Name, "multi-class") {
				q.task, q.told = task.Multiclass, true // one-hot targets look like labels
			}
			if average := q.config.Get("average"); average != nil && average.Kind == spec.Null {
				eachClass(t, &near, c, q)
				continue
			}
		case "r2_score":
			if how := q.config.Get("class_aggregation"); how != nil && how.Kind == spec.Null {
				// Keras gives one number for each output; here each output has a metric.
				q.config = spec.NewString("r2_score")
				y, p := q.y, q.p
				for j := range p.Cols {
					q.y, q.p = output(y, j), output(p, j)
					near.NearWide(column(c, j, fmt.Sprintf(" of output %d", j)), "value", q.answer(t))
				}
				continue
			}
		case "accuracy":
			// Keras's class Accuracy compares labels with labels. A spec never means it
			// by that word, and here predictions are scores.
			q.p = indicators(q.p, 3)
		case "io_u", "mean_io_u":
			q.p = indicators(q.p, 3) // Keras wants labels here, too
		case "pearson_correlation", "concordance_correlation":
			near.NearWide(c, "value", q.rowByRow(t))
			continue
		}
		near.NearWide(c, "value", q.answer(t))
	}
	near.Report()
	for _, name := range Metrics.Names() {
		if !seen[name] && notOfKeras[name] == "" {
			t.Errorf("Keras was not asked about %q", name)
		}
	}
}

// notOfKeras are the metrics about which Keras has nothing to say, and why.
var notOfKeras = map[string]string{
	"auc_200":           "auc with num_thresholds, which is asked",
	"average_precision": "not in Keras", "balanced_accuracy": "not in Keras", "brier": "not in Keras", "cohen_kappa": "not in Keras",
	"ece": "not in Keras", "mcc": "not in Keras", "pinball": "not in Keras", "refinement": "not in Keras", "specificity": "not in Keras",
	"coverage": "not in Keras", "mean_pinball": "not in Keras", "interval_width": "not in Keras", "gaussian_nll": "not in Keras", "poisson_deviance": "not in Keras",
	"huber":    "a loss alone in Keras, and asked as one",
	"log_loss": "binary_crossentropy or categorical_crossentropy, which are asked",
}

// column is a case about one number of a vector.
func column(c golden.Case, j int, name string) golden.Case {
	cut := func(m golden.Matrix) golden.Matrix {
		one := golden.Matrix{Rows: m.Rows, Cols: 1}
		for i := range m.Rows {
			one.Data = append(one.Data, m.Data[i*m.Cols+j])
		}
		return one
	}
	c.Name += name
	c.Float64 = map[string]golden.Matrix{"value": cut(c.Float64["value"])}
	c.Float32 = map[string]golden.Matrix{"value": cut(c.Float32["value"])}
	return c
}

// eachClass compares Keras's vector of classes: their mean, which "none" gives
// here, and with a threshold also each by its class_id.
func eachClass(t *testing.T, near *golden.Comparison, c golden.Case, q question) {
	t.Helper()
	mean := func(m golden.Matrix) golden.Matrix {
		one := golden.Matrix{Rows: m.Rows, Cols: 1}
		for i := range m.Rows {
			sum := 0.0
			for _, v := range m.Data[i*m.Cols : (i+1)*m.Cols] {
				sum += v
			}
			one.Data = append(one.Data, sum/float64(m.Cols))
		}
		return one
	}
	q.config.Put("average", spec.NewString("none"))
	means := c
	means.Float64 = map[string]golden.Matrix{"value": mean(c.Float64["value"])}
	means.Float32 = map[string]golden.Matrix{"value": mean(c.Float32["value"])}
	near.NearWide(means, "value", q.answer(t))
	if q.config.Get("threshold") == nil {
		return
	}
	for j := range c.Float64["value"].Cols {
		q.config.Put("class_id", spec.NewInt(int64(j)))
		near.NearWide(column(c, j, fmt.Sprintf(" of class %d", j)), "value", q.answer(t))
	}
}

// output cuts one column out.
func output(m tensor.Mat, j int) tensor.Mat {
	one := tensor.New(m.Rows, 1)
	for i := range m.Rows {
		one.Set(i, 0, m.At(i, j))
	}
	return one
}

// indicators puts a 1 at each row's label, among so many classes.
func indicators(labels tensor.Mat, classes int) tensor.Mat {
	m := tensor.New(labels.Rows, classes)
	for i := range labels.Rows {
		m.Set(i, int(labels.At(i, 0)), 1)
	}
	return m
}

// rowByRow gives Keras's correlations along each row, averaged over the rows:
// mlp's are over all rows, output by output, which is what a user means by a
// correlation of targets and predictions; so each row is shown as a column.
func (q question) rowByRow(t testing.TB) []float64 {
	t.Helper()
	var got []float64
	sum, weights, at := 0.0, 0.0, 0
	for _, size := range q.sizes {
		for range int(size) {
			one := question{config: q.config, y: mat(q.y.Cols, 1, q.y.Row(at)...), p: mat(q.p.Cols, 1, q.p.Row(at)...), sizes: []float64{float64(q.y.Cols)}}
			w := weightOf(q.w, at)
			sum += w * one.answer(t)[0]
			weights += w
			at++
		}
		got = append(got, ratio(sum, weights))
	}
	return got
}

// Where mlp differs from Keras on purpose (the pitfalls' numbers are those of the
// list of known ones).
func TestBetterThanKeras(t *testing.T) {
	// 3: names that Keras has not.
	for _, name := range []string{"rmse", "kld", "huber", "f1", "log_cosh"} {
		if _, ok := Metrics.Describe(name); !ok {
			t.Errorf("%q is not understood", name)
		}
	}
	// 4: accuracy of several labels judges each; Keras compares the largest ones.
	labels, probs := mat(2, 3, 1, 1, 0, 0, 0, 1), mat(2, 3, .9, .8, .1, .6, .2, .7)
	m := build(t, `"accuracy"`)
	if p := m.Prepare(Outputs{Task: task.MultiLabel, Columns: 3}); p != nil {
		t.Fatal(p)
	}
	m.Update(probs, labels, nil)
	if got := m.Value(); math.Abs(got-5./6) > 1e-15 {
		t.Errorf("accuracy of labels is %v, want 5/6", got)
	}
	// 5: F1 of one probability takes 0.5; Keras finds every row positive.
	m = build(t, `"f1"`)
	m.Update(p6, t6, nil)
	if got := m.Value(); math.Abs(got-0.8) > 1e-15 {
		t.Errorf("F1 is %v, want 0.8: two hits, one miss", got)
	}
	// The area under a curve is exact: Keras's 200 thresholds see one tie here.
	close := mat(4, 1, .0001, .0002, .0003, .0004)
	m = build(t, `"auc"`)
	m.Update(close, mat(4, 1, 0, 0, 1, 1), nil)
	if got := m.Value(); got != 1 {
		t.Errorf("auc of scores near zero is %v, want 1", got)
	}
	m = build(t, `"auc_200"`)
	m.Update(close, mat(4, 1, 0, 0, 1, 1), nil)
	if got := m.Value(); got != 0.5 {
		t.Errorf("auc_200 of scores near zero is %v, want Keras's 0.5", got)
	}
}
