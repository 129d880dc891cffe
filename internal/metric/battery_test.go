package metric

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// required are the settings without which a metric is not built.
var required = map[string]string{
	"sensitivity_at_specificity": `"specificity": 0.6`, "specificity_at_sensitivity": `"sensitivity": 0.6`,
	"precision_at_recall": `"recall": 0.6`, "recall_at_precision": `"precision": 0.6`,
}

func specOf(name string) string {
	if r := required[name]; r != "" {
		return `{"type": "` + name + `", ` + r + `}`
	}
	return `"` + name + `"`
}

// variants are settings beyond the defaults.
var variants = []string{
	`{"type": "auc", "curve": "PR"}`, `{"type": "auc", "curve": "PRGAIN"}`, `{"type": "auc", "multi_label": true}`, `{"type": "auc", "num_thresholds": 7}`,
	`{"type": "precision", "average": "micro"}`, `{"type": "recall", "average": "weighted"}`, `{"type": "precision", "top_k": 2}`,
	`{"type": "f1", "threshold": 0.3, "average": "macro"}`, `{"type": "f_beta_score", "beta": 2}`, `{"type": "recall", "class_id": 0}`,
	`{"type": "cohen_kappa", "weights": "quadratic"}`, `{"type": "r2", "class_aggregation": "variance_weighted_average"}`,
	`{"type": "pinball", "quantile": 0.9}`, `{"type": "top_k_accuracy", "k": 2}`, `{"type": "iou", "target_class_ids": [1]}`,
}

// A table is rows of one task, predictions on a coarse grid so that some tie.
type table struct {
	Outputs
	pred, target tensor.Mat
	weight       []float32
}

func tables() []table {
	s := rng.New(3, "metric tables")
	next := uint64(0)
	draw := func() float64 { next++; return s.Float64(next) }
	const rows = 57
	make := func(kind task.Task, cols, targets int) table {
		t := table{Outputs{Task: kind, Columns: cols}, tensor.New(rows, cols), tensor.New(rows, targets), nil}
		for i := range t.pred.Data {
			t.pred.Data[i] = float32(math.Round(draw()*30)+1) / 32
		}
		for i := range rows {
			t.weight = append(t.weight, float32(math.Round(draw()*4)))
			if kind == task.Multiclass {
				row, sum := t.pred.Row(i), float32(0)
				for _, p := range row {
					sum += p
				}
				for j := range row {
					row[j] /= sum
				}
				c := int(draw() * float64(cols))
				if targets == 1 {
					t.target.Set(i, 0, float32(c))
				} else {
					t.target.Set(i, c, 1)
				}
				continue
			}
			for j := range targets {
				v := draw() + 0.5*float64(t.pred.At(i, j))
				if kind != task.Regression {
					v = math.Round(min(v, 1))
				}
				t.target.Set(i, j, float32(v))
			}
		}
		return t
	}
	of := func(h task.Head) table {
		t := make(task.Regression, h.Outputs(1), 1)
		if t.Head = h; h.Form == task.Quantiles {
			for i := range rows {
				slices.Sort(t.pred.Row(i))
			}
		}
		return t
	}
	return []table{make(task.Regression, 1, 1), of(task.Head{Form: task.Quantiles, Parts: []float64{0.1, 0.5, 0.9}}), of(task.Head{Form: task.MeanSD}), make(task.Regression, 3, 3), make(task.Binary, 1, 1), make(task.MultiLabel, 4, 4), make(task.Multiclass, 3, 1), make(task.Multiclass, 3, 3)}
}

// each runs f for every metric, setting and table that go together, in one batch.
func each(t *testing.T, f func(t *testing.T, m Metric, tab table)) {
	eachTwice(t, func(t *testing.T, m, _ Metric, tab table) { f(t, m, tab) })
}

// eachTwice gives f a second one, alike.
func eachTwice(t *testing.T, f func(t *testing.T, m, twin Metric, tab table)) {
	specs := slices.Clone(variants)
	for _, name := range Metrics.Names() {
		specs = append(specs, specOf(name))
	}
	for _, text := range specs {
		t.Run(text, func(t *testing.T) {
			fits := 0
			for _, tab := range tables() {
				m, twin := build(t, text), build(t, text)
				if m.Prepare(tab.Outputs) == nil && (!tab.Head.Several() || OfHead(m)) {
					fits++
					twin.Prepare(tab.Outputs)
					f(t, m, twin, tab)
				}
			}
			if fits == 0 {
				t.Error("fits no task")
			}
		})
	}
}

func same(a, b, tol float64) bool {
	return a == b || a != a && b != b || math.Abs(a-b) <= tol*max(1, math.Abs(b))
}

// Batches of any size give the value of one batch, with weights too.
func TestStreaming(t *testing.T) {
	each(t, func(t *testing.T, m Metric, tab table) {
		for _, weight := range [][]float32{nil, tab.weight} {
			m.Reset()
			m.Update(tab.pred, tab.target, weight)
			want := m.Value()
			m.Reset()
			for lo := 0; lo < tab.pred.Rows; lo += 10 {
				hi := min(lo+10, tab.pred.Rows)
				var w []float32
				if weight != nil {
					w = weight[lo:hi]
				}
				m.Update(tab.pred.Slice(lo, hi), tab.target.Slice(lo, hi), w)
			}
			if got := m.Value(); !same(got, want, 0) { // the same sums in the same order
				t.Errorf("%s: %v in batches, %v at once", tab.Task, got, want)
			}
			if m.Value() != want && want == want {
				t.Errorf("%s: asking twice changes the value", tab.Task)
			}
		}
	})
}

// A row of weight 2 counts like two rows, one of weight 0 like none, and the
// order of rows does not matter.
func TestWeightsCountRows(t *testing.T) {
	each(t, func(t *testing.T, m Metric, tab table) {
		m.Update(tab.pred, tab.target, tab.weight)
		got := m.Value()
		m.Reset()
		for i := tab.pred.Rows - 1; i >= 0; i-- {
			for range int(tab.weight[i]) {
				m.Update(tab.pred.Slice(i, i+1), tab.target.Slice(i, i+1), nil)
			}
		}
		if want := m.Value(); !same(got, want, 1e-12) { // sums of hundreds of float64 in another order
			t.Errorf("%s: %v weighted, %v repeated", tab.Task, got, want)
		}
	})
}

func TestUpdateAllocatesNothing(t *testing.T) {
	each(t, func(t *testing.T, m Metric, tab table) {
		if r, ok := m.(Reserver); ok {
			r.Reserve(20 * tab.pred.Rows)
		}
		if n := testing.AllocsPerRun(10, func() { m.Update(tab.pred, tab.target, tab.weight) }); n != 0 {
			t.Errorf("%s: %v allocations", tab.Task, n)
		}
	})
}

// Better predictions must not look worse: the goal of every metric is right.
func TestGoals(t *testing.T) {
	each(t, func(t *testing.T, m Metric, tab table) {
		if m.Goal() == None {
			return
		}
		m.Update(tab.pred, tab.target, nil)
		before := m.Value()
		better := tab.pred.Clone()
		for i := range better.Rows {
			for j := range better.Cols {
				goal := float32(targetOf(tab.target.Row(i), j, better.Cols))
				if tab.Head.Several() {
					if goal = tab.target.At(i, 0); tab.Head.Form == task.MeanSD && j == 1 {
						continue // a spread is not better for being the target
					}
				}
				better.Set(i, j, better.At(i, j)/16+15*goal/16)
			}
		}
		m.Reset()
		m.Update(better, tab.target, nil)
		if after := m.Value(); float64(m.Goal())*(after-before) < 0 || after != after {
			t.Errorf("%s: from %v to %v with better predictions", tab.Task, before, after)
		}
	})
}

// Where shapes tell the task, a metric that was not prepared finds it.
func TestUnpreparedGuessesFromShapes(t *testing.T) {
	for _, name := range Metrics.Names() {
		for _, tab := range tables() {
			if tab.Task == task.Regression || tab.Task == task.Multiclass && tab.target.Cols > 1 {
				continue
			}
			m, guesses := build(t, specOf(name)), build(t, specOf(name))
			if m.Prepare(tab.Outputs) != nil {
				continue
			}
			m.Update(tab.pred, tab.target, tab.weight)
			guesses.Update(tab.pred, tab.target, tab.weight)
			if got, want := guesses.Value(), m.Value(); !same(got, want, 0) {
				t.Errorf("%s of %s: %v guessed, %v prepared", name, tab.Task, got, want)
			}
		}
	}
}

func TestPrepareRefuses(t *testing.T) {
	cases := []struct {
		spec string
		o    Outputs
		msg  string // empty: fits
		hint string
	}{
		{`"accuracy"`, Outputs{Task: task.Regression, Columns: 1}, "accuracy means nothing for regression", "r2_score"},
		{`"f1"`, Outputs{Task: task.Regression, Columns: 1}, "f1_score means nothing for regression", "mean_absolute_error"},
		{`"auc"`, Outputs{Task: task.Regression, Columns: 2}, "auc means nothing for regression", "r2_score"},
		{`"log_loss"`, Outputs{Task: task.Regression, Columns: 1}, "log_loss means nothing for regression", ""},
		{`"binary_accuracy"`, Outputs{Task: task.Multiclass, Columns: 3}, "binary_accuracy means nothing for multi-class", "categorical_accuracy"},
		{`"categorical_accuracy"`, Outputs{Task: task.MultiLabel, Columns: 3}, "categorical_accuracy means nothing for multi-label", "binary_accuracy"},
		{`"categorical_accuracy"`, Outputs{Task: task.Binary, Columns: 1}, "categorical_accuracy means nothing for binary", "binary_accuracy"},
		{`"categorical_crossentropy"`, Outputs{Task: task.Binary, Columns: 1}, "categorical_crossentropy means nothing for binary", "log_loss"},
		{`"binary_crossentropy"`, Outputs{Task: task.Multiclass, Columns: 3}, "binary_crossentropy means nothing for multi-class", "log_loss"},
		{`"mcc"`, Outputs{Task: task.MultiLabel, Columns: 3}, "mcc means nothing for multi-label", "each label"},
		{`"ece"`, Outputs{Task: task.Regression, Columns: 3}, "ece means nothing", ""},
		{`{"type": "mean_iou", "num_classes": 4}`, Outputs{Task: task.Multiclass, Columns: 3}, "num_classes is 4, but there are 3 classes", "leave"},
		{`{"type": "recall", "class_id": 3}`, Outputs{Task: task.Multiclass, Columns: 3}, "class_id", "counts from 0"},
		{`{"type": "recall", "class_id": 2}`, Outputs{Task: task.Multiclass, Columns: 3}, "", ""},
		{`"mse"`, Outputs{Task: task.Binary, Columns: 1}, "", ""},
		{`"accuracy"`, Outputs{Task: task.MultiLabel, Columns: 3}, "", ""},
	}
	for _, c := range cases {
		p := build(t, c.spec).Prepare(c.o)
		switch {
		case c.msg == "" && p != nil:
			t.Errorf("%s for %v: %v", c.spec, c.o, p)
		case c.msg != "" && (p == nil || !strings.Contains(p.Msg, c.msg) || !strings.Contains(p.Hint, c.hint)):
			t.Errorf("%s for %v: %v, want %q", c.spec, c.o, p, c.msg)
		}
	}
}

func TestResolveAccuracy(t *testing.T) {
	for task, want := range map[task.Task]string{task.Binary: "binary_accuracy", task.MultiLabel: "binary_accuracy", task.Multiclass: "categorical_accuracy", task.Regression: ""} {
		got, p := ResolveAccuracy(Outputs{Task: task, Columns: 3})
		if got != want || (p == nil) != (want != "") {
			t.Errorf("%s: %q, %v", task, got, p)
		}
	}
}

func TestDescribed(t *testing.T) {
	for _, name := range Metrics.Names() {
		d, ok := Metrics.Describe(name)
		if !ok || d.Doc == "" {
			t.Errorf("%s has no description", name)
		}
		for _, f := range d.Fields {
			if f.Doc == "" {
				t.Errorf("%s: field %s has no description", name, f.Name)
			}
		}
	}
	if _, err := Metrics.Build(spec.NewString("f2")); err == nil {
		t.Error("an unknown metric is built")
	}
}
