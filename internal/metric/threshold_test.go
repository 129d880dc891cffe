package metric

import (
	"math"
	"strings"
	"testing"

	"mlp/internal/rng"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// rated is what a threshold is worth, counted row by row.
func rated(scores, target []float32, threshold float64) (recallV, precisionV, specificityV, accuracyV, f1 float64) {
	var tp, fp, fn, tn float64
	for i, s := range scores {
		switch yes := s > float32(threshold); {
		case yes && target[i] == 1:
			tp++
		case yes:
			fp++
		case target[i] == 1:
			fn++
		default:
			tn++
		}
	}
	return ratio(tp, tp+fn), ratio(tp, tp+fp), ratio(tn, tn+fp), ratio(tp+tn, tp+fp+fn+tn), ratio(2*tp, 2*tp+fp+fn)
}

// draw makes scores with ties, some of them neighbours in float32.
func draw(n int, seed uint64) (scores, target []float32) {
	s := rng.New(seed, "threshold")
	for i := range n {
		y := float32(0)
		if s.At(1).Float64(uint64(i)) < 0.4 {
			y = 1
		}
		v := float32(sigma(s.Normal(uint64(i)) + float64(y)))
		switch i % 5 {
		case 0:
			v = float32(math.Round(float64(v)*10) / 10)
		case 1:
			v = math.Nextafter32(0.3, 1)
		case 2:
			v = 0.3
		}
		scores, target = append(scores, v), append(target, y)
	}
	return scores, target
}

// A rule's threshold is as good as the best of all, tried one by one.
func TestRulesAgainstAllThresholds(t *testing.T) {
	for seed := range uint64(20) {
		scores, target := draw(60, seed)
		candidates := []float64{1e-9}
		for _, s := range scores {
			candidates = append(candidates, float64(s), float64(math.Nextafter32(s, 0)))
		}
		most := func(of func(t float64) (value float64, ok bool)) float64 {
			best := math.Inf(-1)
			for _, c := range candidates {
				if v, ok := of(c); ok {
					best = max(best, v)
				}
			}
			return best
		}
		for text, of := range map[string]func(t float64) (float64, bool){
			"max_accuracy":     func(t float64) (float64, bool) { _, _, _, a, _ := rated(scores, target, t); return a, true },
			"max_f1":           func(t float64) (float64, bool) { _, _, _, _, f := rated(scores, target, t); return f, true },
			"max_youden":       func(t float64) (float64, bool) { r, _, s, _, _ := rated(scores, target, t); return r + s - 1, true },
			"recall>=0.9":      func(t float64) (float64, bool) { r, p, _, _, _ := rated(scores, target, t); return p, r >= 0.9 },
			"sensitivity>=0.9": func(t float64) (float64, bool) { r, p, _, _, _ := rated(scores, target, t); return p, r >= 0.9 },
			"precision>=0.55":  func(t float64) (float64, bool) { r, p, _, _, _ := rated(scores, target, t); return r, p >= 0.55 },
			"specificity >= 1": func(t float64) (float64, bool) { r, _, s, _, _ := rated(scores, target, t); return r, s >= 1 },
		} {
			rule, err := ParseThreshold(text)
			if err != nil {
				t.Fatal(err)
			}
			at, err := rule.Choose(scores, target)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			got, ok := of(at)
			if want := most(of); !ok || got != want {
				t.Errorf("seed %d, %s: threshold %v is worth %v (floor kept: %v), the best %v", seed, text, at, got, ok, want)
			}
			if !(at > 0 && at < 1) {
				t.Errorf("seed %d, %s: threshold %v is no probability", seed, text, at)
			}
		}
	}
}

func TestThresholdHasFewDigits(t *testing.T) {
	rule, _ := ParseThreshold("max_accuracy")
	for _, c := range []struct {
		scores, target []float32
		want           float64
	}{
		{[]float32{0.1, 0.2, 0.81, 0.9}, []float32{0, 0, 1, 1}, 0.5},
		{[]float32{0.1, 0.3612, 0.3714, 0.9}, []float32{0, 0, 1, 1}, 0.37},
		{[]float32{0.1, 0.3, math.Nextafter32(0.3, 1), 0.9}, []float32{0, 0, 1, 1}, 0.3}, // float32(0.3) is the lower one
		{[]float32{0.6, 0.7}, []float32{1, 0}, 0.5},                                      // all yes and all no are as good: the nearer to ½
		{[]float32{-3, -2, 4, 5}, []float32{0, 0, 1, 1}, 1},                              // scores of a hinge
		{[]float32{0.999, 1, 1, 0.2}, []float32{0, 1, 1, 0}, 0.9995},
	} {
		got, err := rule.Choose(c.scores, c.target)
		if err != nil {
			t.Error(err)
		}
		if got != c.want {
			t.Errorf("%v: threshold %v, want %v", c.scores, got, c.want)
		}
	}
}

// Where several thresholds are as precise, the one with the most recall is taken,
// though another is nearer to ½.
func TestRuleBetweenEquals(t *testing.T) {
	rule, _ := ParseThreshold("recall>=0.5")
	if got, err := rule.Choose([]float32{0.9, 0.3, 0.1}, []float32{1, 1, 0}); err != nil || got != 0.2 {
		t.Errorf("threshold %v, %v, want 0.2", got, err)
	}
}

func TestRulesThatLeadToNothing(t *testing.T) {
	for _, c := range []struct {
		rule           string
		scores, target []float32
		want           string
	}{
		{"precision>=0.9", []float32{0.2, 0.6, 0.9}, []float32{1, 0, 0}, "the most on these rows is 0.333333"},
		{"max_f1", []float32{0.2, 0.6}, []float32{1, 1}, "needs rows of both labels"},
		{"max_f1", []float32{0.2, float32(math.NaN())}, []float32{1, 0}, "outputs that are numbers"},
		{"recall>=1", []float32{0, 0.6}, []float32{1, 0}, "the most on these rows is 0"}, // 0 is above no probability
	} {
		rule, err := ParseThreshold(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		if at, err := rule.Choose(c.scores, c.target); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: threshold %v, error %v, want %q", c.rule, at, err, c.want)
		}
	}
	for _, text := range []string{"", "max_f2", "recall", "recall>=", "recall>=0", "recall>=1.1", "recall>=x", "recall<=0.3", "accuracy>=0.9", "1", "0"} {
		if _, err := ParseThreshold(text); err == nil {
			t.Errorf("%q is read as a rule", text)
		}
	}
}

// A metric that decides gives for answers at ½ what it gives for probabilities;
// one with a threshold of its own, or without any, does not decide.
func TestDeciders(t *testing.T) {
	scores, target := draw(200, 3)
	pred, truth := tensor.Mat{Rows: 200, Cols: 1, Data: scores}, tensor.Mat{Rows: 200, Cols: 1, Data: target}
	answers := tensor.New(200, 1)
	for i, s := range scores {
		if s > 0.3 {
			answers.Data[i] = 1
		}
	}
	for _, c := range []struct {
		usual, own string
	}{
		{`"accuracy"`, `{"type": "binary_accuracy", "threshold": 0.3}`},
		{`"binary_accuracy"`, `{"type": "binary_accuracy", "threshold": 0.3}`},
		{`"precision"`, `{"type": "precision", "threshold": 0.3}`},
		{`"recall"`, `{"type": "recall", "threshold": 0.3}`},
		{`"f1"`, `{"type": "f1", "threshold": 0.3}`},
		{`"mcc"`, `{"type": "mcc", "threshold": 0.3}`},
		{`"balanced_accuracy"`, `{"type": "balanced_accuracy", "threshold": 0.3}`},
		{`"false_positives"`, `{"type": "false_positives", "threshold": 0.3}`},
	} {
		a, b := build(t, c.usual), build(t, c.own)
		for _, m := range []Metric{a, b} {
			if p := m.Prepare(Outputs{Task: task.Binary, Columns: 1}); p != nil {
				t.Fatal(p)
			}
		}
		if !Decides(a) || Decides(b) {
			t.Errorf("%s decides: %v, want true; %s: %v, want false", c.usual, Decides(a), c.own, Decides(b))
		}
		a.Update(answers, truth, nil)
		b.Update(pred, truth, nil)
		if a.Value() != b.Value() {
			t.Errorf("%s of answers at 0.3 is %v, %s of probabilities %v", c.usual, a.Value(), c.own, b.Value())
		}
	}
	for _, name := range []string{`"auc"`, `"log_loss"`, `"brier"`, `"ece"`, `{"type": "precision_at_recall", "recall": 0.5}`} {
		if m := build(t, name); Decides(m) {
			t.Errorf("%s decides", name)
		}
	}
	classes := build(t, `"accuracy"`)
	classes.Prepare(Outputs{Task: task.Multiclass, Columns: 3})
	if Decides(classes) {
		t.Error("accuracy of three classes decides by a threshold")
	}
}
