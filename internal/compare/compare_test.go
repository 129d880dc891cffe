package compare

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"mlp/internal/evaluate"
)

type golden struct {
	Truth, Folds []int
	A, B         []float64
	Accuracy     [2]float64
	Only         [2]int
	McNemar      float64
	AUC          [2]float64
	DeLongSE     float64 `json:"delong_se"`
	DeLongP      float64 `json:"delong_p"`
	Mean         float64
	CorrectedSE  float64 `json:"corrected_se"`
	CorrectedP   float64 `json:"corrected_p"`
	Half         float64
}

func goldens(t *testing.T) (all []golden) {
	t.Helper()
	text, err := os.ReadFile("testdata/compared.json")
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// answers writes a list as a program would, rows in the order given by step.
func answers(t *testing.T, name string, g golden, p []float64, folds bool, step int) *Answers {
	t.Helper()
	var b strings.Builder
	b.WriteString("line,true,y,p(0),p(1)")
	if folds {
		b.WriteString(",fold")
	}
	b.WriteString("\n")
	for k := range p {
		i := k * step % len(p)
		answer := 0
		if p[i] > 0.5 {
			answer = 1
		}
		fmt.Fprintf(&b, "%d,%d,%d,%v,%v", i+2, g.Truth[i], answer, 1-p[i], p[i])
		if folds {
			fmt.Fprintf(&b, ",%d", g.Folds[i])
		}
		b.WriteString("\n")
	}
	a, err := ReadAnswers(name, strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// near allows for rounding of float64 in sums of a few hundred terms.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*max(1, math.Abs(want))) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func find(t *testing.T, r *Result, name string) Difference {
	t.Helper()
	for _, d := range r.Metrics {
		if d.Metric == name {
			return d
		}
	}
	t.Fatalf("no metric %q", name)
	return Difference{}
}

// The tests are those of scipy and statsmodels, also when rows are in another order.
func TestTestsAreScipys(t *testing.T) {
	for _, g := range goldens(t) {
		r, err := Compare(answers(t, "a.csv", g, g.A, false, 1), answers(t, "b.csv", g, g.B, false, 7), Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		d := find(t, r, "accuracy")
		near(t, "accuracy of a", d.A, g.Accuracy[0])
		near(t, "accuracy of b", d.B, g.Accuracy[1])
		near(t, "McNemar", d.P, g.McNemar)
		near(t, "McNemar", McNemar(g.Only[1], g.Only[0]), g.McNemar)
		if !(d.Low < d.Difference && d.Difference < d.High) || d.Test != "McNemar" {
			t.Errorf("%+v", d)
		}
		d = find(t, r, "auc")
		near(t, "auc of a", d.A, g.AUC[0])
		near(t, "auc of b", d.B, g.AUC[1])
		near(t, "DeLong", d.P, g.DeLongP)
		near(t, "half of the interval", (d.High-d.Low)/2, 1.959963984540054*g.DeLongSE)

		r, err = Compare(answers(t, "a.csv", g, g.A, true, 1), answers(t, "b.csv", g, g.B, true, 7), Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		d = find(t, r, "accuracy")
		near(t, "mean of the folds", d.Difference, g.Mean)
		near(t, "Nadeau and Bengio", d.P, g.CorrectedP)
		near(t, "half of the interval", (d.High-d.Low)/2, g.Half)
		if d.Test != "Nadeau-Bengio" || r.Folds != slices.Max(g.Folds) {
			t.Errorf("%+v of %d folds", d, r.Folds)
		}
	}
}

// Answers are compared with themselves, in every form.
func TestFormsOfAnswers(t *testing.T) {
	for name, c := range map[string]struct{ csv, metrics string }{
		"labels":        {"true,answer\na,a\nb,a\nb,b\na,b\n", "accuracy"},
		"three labels":  {"id,true,answer,p(a),p(b),p(c)\n1,a,a,0.8,0.1,0.1\n2,b,a,0.5,0.4,0.1\n3,c,c,0.1,0.1,0.8\n", "accuracy auc log_loss brier"},
		"one of two":    {"true,p(yes)\nno,0.2\nyes,0.9\nyes,0.4\nno,0.6\n", "accuracy auc log_loss brier"},
		"the other one": {"true,p(no)\nno,0.8\nyes,0.1\nyes,0.6\nno,0.4\n", "accuracy auc log_loss brier"},
		"numbers":       {"line,true,price\n2,10,11\n3,20,18\n4,30,33\n", "rmse mae r2"},
	} {
		read := func() *Answers {
			a, err := ReadAnswers(name, strings.NewReader(c.csv))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return a
		}
		r, err := Compare(read(), read(), Config{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var names []string
		for _, d := range r.Metrics {
			names = append(names, d.Metric)
			if d.Difference != 0 || d.A != d.B || d.P < 1 {
				t.Errorf("%s: %+v", name, d)
			}
		}
		if got := strings.Join(names, " "); got != c.metrics {
			t.Errorf("%s: %s", name, got)
		}
	}
	one, _ := ReadAnswers("one", strings.NewReader("true,p(yes)\nno,0.2\nyes,0.9\nyes,0.4\nno,0.6\n"))
	other, _ := ReadAnswers("other", strings.NewReader("true,p(no)\nno,0.8\nyes,0.1\nyes,0.6\nno,0.4\n"))
	r, err := Compare(one, other, Config{})
	if d := find(t, r, "auc"); err != nil || d.A != 0.75 || d.B != 0.75 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	const good = "line,true,p(yes)\n2,no,0.2\n3,yes,0.9\n"
	for _, c := range []struct{ b, want string }{
		{"line,true,p(yes)\n2,no,0.2\n", "1 row here, and 2 in a.csv"},
		{"line,true,p(yes)\n2,no,0.2\n4,yes,0.9\n", "row 3 of a.csv is missing here"},
		{"line,true,p(yes)\n2,no,0.2\n2,yes,0.9\n", "row 2 is there twice"},
		{"line,true,p(yes)\n2,yes,0.2\n3,no,0.9\n", "the truth of row 1 of a.csv is another one here"},
		{"line,true,y\n2,1,0.2\n3,2,0.9\n", "numbers, not labels"},
		{"line,truth,p(yes)\n2,no,x\n3,yes,0.1\n", "a probability is no number"},
		{"line,p(yes)\n2,0.1\n", "there is no column with the truth"},
		{"line,true\n2,yes\n", "there is no column with answers"},
		{"line,true,p(a),p(b)\n2,a,0.5,0.5\n3,c,0.5,0.5\n", "there is no column p(c)"},
		{"line,true,p(yes)\n2,no\n", "wrong number of fields"},
		{"line,true,p(yes)\n", "there are no answers"},
		{"repeat,fold,true,p(yes)\n1,1,no,0.1\n", "no independent ones"},
	} {
		a, err := ReadAnswers("a.csv", strings.NewReader(good))
		if err != nil {
			t.Fatal(err)
		}
		b, err := ReadAnswers("b.csv", strings.NewReader(c.b))
		if err == nil {
			_, err = Compare(a, b, Config{})
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.b, err, c.want)
		}
	}
}

// A gate is on how much worse the second is, whichever way is better, or on the end of
// the interval that is less favourable.
func TestGates(t *testing.T) {
	g := goldens(t)[0]
	a, b := answers(t, "a.csv", g, g.A, false, 1), answers(t, "b.csv", g, g.B, false, 1)
	r, err := Compare(a, b, Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"auc", "log_loss"} {
		d := find(t, r, name)
		worse, upper := -d.Difference, -d.Low
		if name == "log_loss" {
			worse, upper = d.Difference, d.High
		}
		for _, c := range []struct {
			limit float64
			bound bool
			fails bool
		}{{worse + 1e-9, false, false}, {worse - 1e-9, false, true}, {upper + 1e-9, true, false}, {upper - 1e-9, true, true}} {
			with, err := Compare(a, b, Config{Seed: 1, Drops: []evaluate.Gate{{Metric: name, Limit: c.limit, Bound: c.bound}}})
			if err != nil || len(with.Gates) != 1 || (len(with.Failed) > 0) != c.fails {
				t.Errorf("%s, %+v: %v, %v", name, c, with.Failed, err)
			}
		}
	}
}

// Values of Student's and the normal distribution, as scipy has them.
func TestDistributions(t *testing.T) {
	near(t, "t", studentTails(2.5, 3), 0.08770664700806556)
	near(t, "t", studentTails(0.5, 30), 0.6207230048851272)
	near(t, "t", studentTails(12, 1), 0.052929352119179755)
	near(t, "within", studentWithin(0.95, 4), 2.7764451051977934)
	near(t, "normal", normalTails(1.959963984540054), 0.05)
	near(t, "McNemar of none", McNemar(0, 0), 1)
	near(t, "McNemar of ties", McNemar(5, 5), 1)
	// Logarithms of factorials are of the size 1e7, so 1e-9 of their difference is rounding.
	if got, want := McNemar(400_000, 402_000), 0.025530640088043142; math.Abs(got-want) > 1e-8 {
		t.Errorf("McNemar of many: %v, want %v", got, want)
	}
}
