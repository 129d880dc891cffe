package evaluate_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// noisy is a table of which a net can learn too much: five inputs, of which one says
// something.
func noisy(rows int) string {
	var b strings.Builder
	b.WriteString("a,b,c,d,e,two,three,number\n")
	draw := rng.New(3, "noisy")
	for i := range rows {
		x := make([]float64, 8)
		for j := range x {
			x[j] = draw.At(uint64(j)).Normal(uint64(i))
		}
		two, three := "no", "red"
		if x[0]+2*x[5] > 0 {
			two = "yes"
		}
		switch {
		case x[0]+2*x[6] > 1:
			three = "green"
		case x[0]+2*x[6] < -1:
			three = "blue"
		}
		fmt.Fprintf(&b, "%.4f,%.4f,%.4f,%.4f,%.4f,%s,%s,%.4f\n", x[0], x[1], x[2], x[3], x[4], two, three, 100+5*x[0]+10*x[7])
	}
	return b.String()
}

const overfitted = `{"data":{"target":"%s","ignore":[%s],"split":{"validation":0.3}},"layers":[{"units":32,"activation":"relu"},{"units":%d,"activation":"%s"}],
	"compile":{"optimizer":{"type":"adam","learning_rate":0.02}},"fit":{"epochs":60%s}}`

const asked = `,"calibrate":"temperature","intervals":true`

// A net that has learned its rows by heart is too sure of itself on others; at the
// temperature its loss on them is less, and its answers are the same.
func TestCalibrationOfAnOverfittedNet(t *testing.T) {
	for _, c := range []struct {
		target, ignore, last string
		units                int
	}{{"two", `"three","number"`, "sigmoid", 1}, {"two", `"three","number"`, "softmax", 2}, {"three", `"two","number"`, "softmax", 3}} {
		plain, s, p := recipetest.SetUp(t, fmt.Sprintf(overfitted, c.target, c.ignore, c.units, c.last, ""), noisy(300), 1)
		recipetest.MustFit(t, plain, s, p)
		m, s, p := recipetest.SetUp(t, fmt.Sprintf(overfitted, c.target, c.ignore, c.units, c.last, asked), noisy(300), 1)
		recipetest.MustFit(t, m, s, p)
		got := m.Calibration
		if got == nil || got.Temperature[0] < 1.5 || got.On != "validation" || got.Rows != 90 {
			t.Fatalf("%s %s: %+v", c.target, c.last, got)
		}
		if !(got.After.LogLoss < 0.95*got.Before.LogLoss && got.After.Brier < got.Before.Brier && got.After.ECE < got.Before.ECE) {
			t.Errorf("%s %s: %+v, then %+v", c.target, c.last, got.Before, got.After)
		}
		// What evaluate measures is what was fitted, by its loss too.
		e, err := evaluate.Measure(m, p.Validation, evaluate.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(e.Loss-got.After.LogLoss) > 1e-5 { // of float32 logits and of float32 probabilities
			t.Errorf("%s %s: loss %g, log loss after %g", c.target, c.last, e.Loss, got.After.LogLoss)
		}
		before, after := tensor.New(90, c.units), tensor.New(90, c.units)
		plain.Predict(p.Validation.X, before)
		m.Predict(p.Validation.X, after)
		for i := range 90 {
			if evaluate.Answer(before.Row(i), 0.5) != evaluate.Answer(after.Row(i), 0.5) {
				t.Errorf("%s %s, row %d: %v became %v", c.target, c.last, i, before.Row(i), after.Row(i))
			}
		}
		checkRoundTrip(t, m, p)
	}
}

// checkRoundTrip loads what is written and compares what it answers.
func checkRoundTrip(t *testing.T, m *model.Model, p model.Parts) {
	t.Helper()
	file := recipetest.Written(t, m)
	again, err := model.ReadFrom("file", file, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if !bytes.Equal(recipetest.Written(t, again), file) {
		t.Error("it is written otherwise after it was read")
	}
	a, b := tensor.New(p.Validation.X.Rows, m.Net.Out), tensor.New(p.Validation.X.Rows, m.Net.Out)
	m.Predict(p.Validation.X, a)
	again.Predict(p.Validation.X, b)
	if fmt.Sprint(a.Data) != fmt.Sprint(b.Data) {
		t.Error("it answers otherwise after it was read")
	}
	if fmt.Sprint(again.Scores) != fmt.Sprint(m.Scores) {
		t.Errorf("scores %v, then %v", m.Scores, again.Scores)
	}
}

// A table whose specs ask for nothing has the bytes it had, and one that does the same
// bytes for any number of threads.
func TestHeldOutBytes(t *testing.T) {
	files := map[string][]byte{}
	for _, threads := range []int{1, 3} {
		for _, extra := range []string{"", asked, `,"calibrate":"none","intervals":false`} {
			m, s, p := recipetest.SetUp(t, fmt.Sprintf(overfitted, "three", `"two","number"`, 3, "softmax", extra), noisy(300), threads)
			recipetest.MustFit(t, m, s, p)
			file := recipetest.Written(t, m)
			if was := files[extra]; was != nil && !bytes.Equal(was, file) {
				t.Errorf("%q: other bytes with %d threads", extra, threads)
			}
			files[extra] = file
		}
	}
	for _, word := range []string{"calibrat", "conformal", "intervals"} {
		if bytes.Contains(files[""], []byte(word)) {
			t.Errorf("%q stands in a file that has nothing of it", word)
		}
	}
}

func TestWhatHeldOutRefuses(t *testing.T) {
	const spec = `{"data":{"target":"%s","ignore":[%s]%s},"layers":[{"units":%d,"activation":"%s"}],"compile":{"loss":"%s"},"fit":{%s}}`
	for _, c := range []struct {
		target, ignore, split, last, loss, fit, want string
		units                                        int
	}{
		{"two", `"three","number"`, "", "sigmoid", "auto", `"calibrate":"temperature"`, "fit.calibrate: a temperature is fitted on validation rows, and there are none", 1},
		{"two", `"three","number"`, "", "sigmoid", "auto", `"intervals":true`, "fit.intervals: intervals are learned from validation rows, and there are none", 1},
		{"number", `"two","three"`, `,"split":{"validation":0.2}`, "linear", "mse", `"calibrate":"temperature"`, "fit.calibrate: there are no probabilities to calibrate", 1},
		{"two", `"three","number"`, `,"split":{"validation":0.2}`, "tanh", "hinge", `"intervals":true`, "fit.intervals: there are no probabilities to make sets", 1},
	} {
		m, s, p := recipetest.SetUp(t, fmt.Sprintf(spec, c.target, c.ignore, c.split, c.units, c.last, c.loss, c.fit), noisy(40), 1)
		if err := s.Fit.Held.Check(m, p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
