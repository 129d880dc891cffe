package evaluate_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// What hinge losses make is decided at 0, wherever something is decided: while training,
// in an evaluation with its confusion matrix and baseline, and row by row. It is never a
// probability.
func TestMarginsAreCutAtZero(t *testing.T) {
	const spec = `{"data":{"target":%s,"task":"%s","split":{"validation":0.3}},"layers":[{"units":5,"activation":"tanh"},{"units":%d,"activation":"%s"}],
		"compile":{"optimizer":{"type":"sgd","learning_rate":0.1},"loss":"%s","metrics":["accuracy","f1","recall"]},"fit":{"epochs":3,"batch_size":9}}`
	for _, c := range []struct {
		target, task string
		units        int
		last, loss   string
	}{
		{`"left"`, "binary", 1, "linear", "hinge"},
		{`"left"`, "binary", 1, "tanh", "squared_hinge"},
		{`["left","low","both"]`, "auto", 3, "linear", "hinge"},
	} {
		t.Run(c.loss+" "+c.target, func(t *testing.T) {
			m, s, p := recipetest.SetUp(t, fmt.Sprintf(spec, c.target, c.task, c.units, c.last, c.loss), signs(), 1)
			recipetest.MustFit(t, m, s, p)
			if m.Meaning() != task.Margin {
				t.Fatalf("the outputs mean a %v", m.Meaning())
			}
			rows := p.Validation
			out := tensor.New(rows.X.Rows, m.Net.Out)
			m.Predict(rows.X, out)
			right, between := 0, 0
			for i, v := range out.Data {
				if (v > 0) == (rows.Truth.Data[i] == 1) {
					right++
				}
				if v > 0 && v <= 0.5 {
					between++
				}
			}
			if between == 0 {
				t.Fatal("no margin lies between 0 and ½; nothing is tested")
			}
			accuracy := float64(right) / float64(len(out.Data))
			config := s.Evaluate
			config.Thorough = true
			e, err := evaluate.Measure(m, rows, config)
			if err != nil {
				t.Fatal(err)
			}
			v, _ := e.Find("accuracy")
			log := m.History.Column("val_accuracy")
			off := func(got float64) bool { return math.Abs(got-accuracy) > 1e-12 } // of labels it adds up thirds
			if off(v.Value) || off(log[len(log)-1]) {
				t.Errorf("accuracy %v, in the log %v; %d of %d margins are on the right side", v.Value, log[len(log)-1], right, len(out.Data))
			}
			if e.Confusion != nil {
				if got := e.Confusion.Right(); got != right {
					t.Errorf("%d are right in the confusion matrix, want %d", got, right)
				}
			}
			if c.units == 1 {
				yes := 0
				for _, v := range rows.Truth.Data {
					yes += int(v)
				}
				if want := float64(max(yes, len(out.Data)-yes)) / float64(len(out.Data)); v.Baseline != want {
					t.Errorf("the baseline of accuracy is %v, and the larger label has a share of %v", v.Baseline, want)
				}
			}
			for _, name := range []string{"log_loss", "brier", "ece"} {
				if _, found := e.Find(name); found {
					t.Errorf("%s is measured on margins", name)
				}
				if _, _, _, err := recipetest.TrySetUp(strings.Replace(fmt.Sprintf(spec, c.target, c.task, c.units, c.last, c.loss), `"f1"`, `"`+name+`"`, 1), signs(), 1); err == nil ||
					!strings.Contains(err.Error(), "is for probabilities") {
					t.Errorf("%s of margins: %v", name, err)
				}
			}
			config.Threshold.Value = 0.3
			if err := config.CheckThreshold(m); err == nil || !strings.Contains(err.Error(), "cut at 0") {
				t.Errorf("a probability as threshold of margins: %v", err)
			}
		})
	}
}

// A network that ends in logits is measured by its probabilities; a threshold that a
// metric has of its own is one of logits, as Keras's users write it, and what a metric
// says of logits is said already.
func TestMetricsFromLogits(t *testing.T) {
	const spec = `{"data":{"target":"left","task":"binary","split":{"validation":0.3}},"layers":[{"units":5,"activation":"tanh"},{"units":1}],
		"compile":{"loss":{"type":"binary_crossentropy","from_logits":true},"metrics":[%s]},"fit":{"epochs":3,"batch_size":9}}`
	m, s, p := recipetest.SetUp(t, fmt.Sprintf(spec, `"accuracy",{"type":"binary_accuracy","threshold":0},{"type":"binary_accuracy","threshold":0.25},
		"precision",{"type":"precision","thresholds":0},{"type":"precision","thresholds":0.25},"mcc",{"type":"mcc","threshold":0},
		"auc",{"type":"auc","from_logits":true},"log_loss",{"type":"binary_crossentropy","from_logits":true}`), signs(), 1)
	recipetest.MustFit(t, m, s, p)
	last := func(name string) float64 {
		v := m.History.Column("val_" + name)
		return v[len(v)-1]
	}
	for a, b := range map[string]string{"accuracy": "binary_accuracy", "precision": "precision_1", "mcc": "mcc_1", "auc": "auc_1", "log_loss": "binary_crossentropy"} {
		if last(a) != last(b) {
			t.Errorf("%s is %v, %s is %v", a, last(a), b, last(b))
		}
	}
	logits, _ := m.Answer(p.Validation.X)
	right, yes, hits := 0, 0, 0
	for i, z := range logits.Data {
		is := p.Validation.Truth.Data[i] == 1
		if (z > 0.25) == is {
			right++
		}
		if z > 0.25 {
			if yes++; is {
				hits++
			}
		}
	}
	if got, want := last("binary_accuracy_1"), float64(right)/float64(len(logits.Data)); got != want || got == last("accuracy") {
		t.Errorf("accuracy of logits above 0.25 is %v, want %v, which is not the usual %v", got, want, last("accuracy"))
	}
	if got, want := last("precision_2"), float64(hits)/float64(yes); got != want {
		t.Errorf("precision of logits above 0.25 is %v, want %v", got, want)
	}
}
