package evaluate_test

import (
	"math"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

func TestClassesOfAMatrix(t *testing.T) {
	got := evaluate.ConfusionClasses([]string{"a", "b", "c"}, &evaluate.Confusion{Labels: 3, Pairs: []evaluate.Pair{{Truth: 0, Answer: 0, Rows: 5}, {Truth: 0, Answer: 1, Rows: 1}, {Truth: 1, Answer: 0, Rows: 2}, {Truth: 1, Answer: 1, Rows: 3}, {Truth: 2, Answer: 0, Rows: 1}}})
	want := []evaluate.Class{
		{"a", 5.0 / 8, 5.0 / 6, 10.0 / 14, 6},
		{"b", 3.0 / 4, 3.0 / 5, 6.0 / 9, 5},
		{"c", 0, 0, 0, 1}, // never the answer
	}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("%+v, want %+v", got[i], w)
		}
	}
	macro, weighted := evaluate.ClassAverages(got, true)
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-15 { // one rounding a class
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	near("macro precision", macro.Precision, (5.0/8+3.0/4)/3)
	near("weighted recall", weighted.Recall, 8.0/12) // which is the accuracy
	near("weighted f1", weighted.F1, (6*10.0/14+5*6.0/9)/12)
	if macro.Support != 12 || weighted.Support != 12 {
		t.Errorf("support %d and %d, want 12", macro.Support, weighted.Support)
	}
}

func TestClassesOfSeveralLabels(t *testing.T) {
	answers := tensor.Mat{Rows: 4, Cols: 2, Data: []float32{1, 0, 1, 1, 0, 0, 1, 0}}
	truth := tensor.Mat{Rows: 4, Cols: 2, Data: []float32{1, 0, 0, 0, 1, 1, 1, 0}}
	got := evaluate.LabelClasses([]string{"x", "y"}, answers, truth)
	want := []evaluate.Class{{"x", 2.0 / 3, 2.0 / 3, 4.0 / 6, 3}, {"y", 0, 0, 0, 1}}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("%+v, want %+v", got[i], w)
		}
	}
}

func TestResiduals(t *testing.T) {
	pred, truth := tensor.New(101, 1), tensor.New(101, 1)
	for i := range 101 {
		truth.Data[i], pred.Data[i] = 100, float32(200-i) // truth − answer is −100 … 0
	}
	got := evaluate.QuantilesOf([]string{"y"}, pred, truth)[0].Quantiles
	for i, want := range []float64{-100, -95, -75, -50, -25, -5, 0} {
		if got[i] != want {
			t.Errorf("quantile %v is %v, want %v", evaluate.ResidualShares[i], got[i], want)
		}
	}
}

// What nobody had to ask for is measured once, whatever it is called.
func TestStandardMetrics(t *testing.T) {
	for _, c := range []struct{ kind, from, to, want string }{
		{"binary", `"f1"`, `"brier_score"`, "accuracy brier_score log_loss ece"},
		{"classes", `"auc"`, `{"type":"ece","bins":5}`, "accuracy ece log_loss brier"},
		{"regression", `"rmse","mae"`, `"root_mean_squared_error"`, "root_mean_squared_error r2 mae"},
	} {
		m, _, p := recipetest.SetUp(t, strings.Replace(recipetest.Kinds[c.kind], c.from, c.to, 1), recipetest.Flowers(), 1)
		e, err := evaluate.Model(m, p.Train, evaluate.Config{Thorough: true})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, v := range e.Values {
			names = append(names, v.Name)
			if has := v.Low == v.Low && v.High == v.High; has == (v.Name == "ece") {
				t.Errorf("%s: %s has an interval: %v", c.kind, v.Name, has)
			}
			if hasBaseline := v.Baseline == v.Baseline; hasBaseline == (v.Name == "ece") {
				t.Errorf("%s: %s has a baseline: %v", c.kind, v.Name, hasBaseline)
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: measured %s, want %s", c.kind, got, c.want)
		}
		if c.kind == "classes" && len(e.Bins) != 5 {
			t.Errorf("%d bins, want the 5 of the metric", len(e.Bins))
		}
	}
}

// A net that does not beat the simplest answer is said not to, whatever it is
// measured by.
func TestBaselinesOfEveryFamily(t *testing.T) {
	for _, kind := range []string{"binary", "classes", "regression"} {
		m, _, p := recipetest.SetUp(t, recipetest.Kinds[kind], recipetest.Flowers(), 1)
		for i := range m.Work.Params {
			m.Work.Params[i] = 0 // every row gets the same answer
		}
		e, err := evaluate.Model(m, p.Train, evaluate.Config{Thorough: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range e.Values {
			if v.Name != "ece" && v.BeatsBaseline() {
				t.Errorf("%s: %s is %v, and beats %v", kind, v.Name, v.Value, v.Baseline)
			}
		}
	}
}

func TestGatesSayWhichBound(t *testing.T) {
	for _, c := range []struct {
		text  string
		below bool
		want  string
	}{
		{"auc=0.8@upper", false, `"0.8@upper" names the more favourable bound of the interval; write @lower`},
		{"loss=0.8@lower", true, `"0.8@lower" names the more favourable bound of the interval; write @upper`},
	} {
		if _, err := evaluate.ParseGate(c.text, c.below); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
	e := &evaluate.Result{Values: []evaluate.Value{{Name: "auc", Value: 0.8, Low: 0.7, High: 0.9}}}
	lower, _ := evaluate.ParseGate("auc=0.75@lower", false)
	upper, _ := evaluate.ParseGate("auc=0.95@upper", true)
	e.Gates, e.Failed = evaluate.Judge([]evaluate.Gate{lower, upper, {Metric: "auc", Drop: true, Was: 0.81, Limit: 0.02}}, e.Find, "")
	for i, want := range []struct {
		text  string
		value float64
		fails bool
	}{
		{"the lower bound of auc >= 0.75", 0.7, true},
		{"the upper bound of auc <= 0.95", 0.9, false},
		{"auc at most 0.02 worse than 0.81", 0.8, false},
	} {
		if g := e.Gates[i]; g.String() != want.text || g.Value != want.value || (g.Failed != "") != want.fails {
			t.Errorf("%s: %v, failed %q, want %+v", g, g.Value, g.Failed, want)
		}
	}
}

// The threshold that a rule leads to is Written, read and followed; other rows
// have no say in it.
func TestThresholdTravelsWithTheModel(t *testing.T) {
	text := strings.Replace(recipetest.Kinds["binary"], `"data":{"target":"colour"}`, `"data":{"target":"colour","split":{"validation":0.3,"test":0.2}},"evaluate":{"threshold":"max_f1"}`, 1)
	m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	if m.Threshold == nil || m.Threshold.Rule != "max_f1" || m.Threshold.On != "validation" || m.Threshold.Rows != p.Validation.X.Rows {
		t.Fatalf("threshold %+v", m.Threshold)
	}
	pred := tensor.New(p.Validation.X.Rows, 1)
	m.Predict(p.Validation.X, pred)
	want, err := s.Evaluate.Threshold.Choose(pred.Data, p.Validation.Truth.Data)
	if err != nil || m.Threshold.Value != want {
		t.Errorf("threshold %v, want %v (%v)", m.Threshold.Value, want, err)
	}
	e, err := evaluate.Model(m, p.Test, s.Evaluate)
	if err != nil {
		t.Fatal(err)
	}
	if e.Decision.Value != want || e.Decision.Here {
		t.Errorf("judged at %+v, want %v", e.Decision, want)
	}
	anew := s.Evaluate
	anew.ThresholdGiven = true
	if e, err = evaluate.Model(m, p.Test, anew); err != nil || !e.Decision.Here || e.Decision.Rows != p.Test.X.Rows {
		t.Errorf("chosen anew: %+v, %v", e.Decision, err)
	}
	plain, _, _ := recipetest.SetUp(t, strings.Replace(text, `"max_f1"`, `0.5`, 1), recipetest.Flowers(), 1)
	if plain.Threshold != nil || strings.Contains(string(recipetest.Written(t, plain)), `"threshold":"{`) {
		t.Error("a number is stored beside the spec")
	}
	back := recipetest.Written(t, m)
	if !strings.Contains(string(back), `"threshold":"{\"value\":`) {
		t.Error("the threshold is not in the file")
	}
}

// Values, intervals and counts are all of the answers at the threshold.
func TestIntervalsAreOfTheAnswers(t *testing.T) {
	m, _, p := recipetest.SetUp(t, recipetest.Kinds["binary"], recipetest.Flowers(), 1)
	e, err := evaluate.Model(m, p.Train, evaluate.Config{Threshold: metric.Threshold{Value: 0.999999}, Thorough: true})
	if err != nil {
		t.Fatal(err)
	}
	v, _ := e.Find("accuracy") // nothing is answered yes
	low, high := metric.Wilson(float64(e.Confusion.Rows(0, 0)), 60, 0.95)
	if e.Confusion.Rows(0, 1)+e.Confusion.Rows(1, 1) != 0 || v.Value != 0.5 || v.Low != low || v.High != high {
		t.Errorf("accuracy %v, %v to %v, want 0.5, %v to %v; %v", v.Value, v.Low, v.High, low, high, e.Confusion)
	}
}

func TestThresholdsThatAreRefused(t *testing.T) {
	rule, err := metric.ParseThreshold("max_f1")
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]string{"classes": "more than two classes", "regression": "nothing is decided"} {
		m, _, p := recipetest.SetUp(t, recipetest.Kinds[kind], recipetest.Flowers(), 1)
		for _, c := range []evaluate.Config{{Threshold: rule}, {Threshold: metric.Threshold{Value: 0.4}}, {ThresholdGiven: true}} {
			if _, err := evaluate.Model(m, p.Train, c); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", kind, err, want)
			}
		}
	}
	for _, text := range []string{"0", "1", "-0.5", "nan", "max"} {
		if got, err := metric.ParseThreshold(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
	list := spec.NewMap()
	list.Put("threshold", spec.NewList())
	_, problems := spec.Decode(list, func(f *spec.Fields) { evaluate.Decode(f) })
	if len(problems) != 1 {
		t.Errorf("a list as threshold: %v", problems)
	}
}
