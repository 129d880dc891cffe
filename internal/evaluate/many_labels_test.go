package evaluate_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"mlp/internal/calibrate"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
)

// Outputs that are not held, because there are too many, are measured to the last bit as
// those that are: values, intervals, baselines, confusion, classes, curves, findings,
// subgroups and rows of unknown labels.
func TestOutputsThatAreNotHeld(t *testing.T) {
	defer evaluate.HoldOutputs(1 << 23)
	for _, kind := range []string{"classes", "one-hot", "members"} {
		text := strings.Replace(recipetest.Kinds[kind], `"data":{`, `"evaluate":{"metrics":["mcc","cohen_kappa","f1",{"type":"precision","top_k":2},"average_precision"]},"data":{`, 1)
		m, s, p := recipetest.SetUp(t, text, table(t), 1)
		recipetest.MustFit(t, m, s, p)
		if kind == "classes" {
			m.Calibration = &calibrate.Calibration{Temperature: []float64{1.5}, Softmax: true}
		}
		c := s.Evaluate
		c.Thorough = true
		c.Unseen = &evaluate.Unseen{X: p.Train.X.Slice(0, 3), Labels: []string{"x", "y", "x"}}
		var said []string
		for _, most := range []int{1 << 23, 0} {
			evaluate.HoldOutputs(most)
			e, err := evaluate.Model(m, p.Train, c)
			if err != nil {
				t.Fatal(err)
			}
			groups, err := e.Subgroups(thirds(p.Train.X.Rows))
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprintf("%b %v %b %+v\n", e.Loss, e.Findings("training"), e.Outputs().Data, e.Curves())
			for _, r := range append(groups, evaluate.Subgroup{Result: e.Result}) {
				text += fmt.Sprintf("%d rows %b %+v %+v %v\n", r.Rows, r.Loss, r.Confusion, r.Classes, r.Unseen)
				for _, v := range r.Values {
					text += fmt.Sprintf("%s %b %b %b %b\n", v.Name, v.Value, v.Low, v.High, v.Baseline)
				}
				for _, b := range r.Bins {
					text += fmt.Sprintf("%b %b %b\n", b.Weight, b.Confidence, b.Right)
				}
			}
			said = append(said, text)
		}
		if held, passed := strings.Split(said[0], "\n"), strings.Split(said[1], "\n"); said[0] != said[1] {
			for i := range held {
				if held[i] != passed[i] {
					t.Errorf("%s: held %s\nin passing %s", kind, held[i], passed[i])
				}
			}
		}
	}
}

// What an evaluation allocates grows with rows and labels, not with their product and not
// with the square of the labels. Of four times as many labels it is four times as
// much at the most.
func TestLabelsDoNotMultiply(t *testing.T) {
	defer evaluate.HoldOutputs(1 << 23)
	evaluate.HoldOutputs(0)
	allocated := func(labels int) uint64 {
		var rows strings.Builder
		rows.WriteString("x,kind\n")
		for i := range 2 * labels {
			fmt.Fprintf(&rows, "%d,k%d\n", i%7, i%labels)
		}
		text := fmt.Sprintf(`{"data":{"target":"kind"},"layers":[{"units":2},{"units":%d,"activation":"softmax"}],"fit":{"epochs":1,"batch_size":64}}`, labels)
		m, s, p := recipetest.SetUp(t, text, rows.String(), 1)
		c := s.Evaluate
		c.Thorough = true
		for _, name := range []string{"mcc", "f1", "cohen_kappa"} {
			built, err := metric.Metrics.Build(spec.NewString(name))
			if err != nil {
				t.Fatal(err)
			}
			c.Metrics = append(c.Metrics, model.Metric{Metric: built, Name: name})
		}
		measure := func() {
			e, err := evaluate.Model(m, p.Train, c)
			if err != nil {
				t.Fatal(err)
			}
			e.Findings("training")
			e.Curves()
		}
		measure()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		measure()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	few, many := allocated(400), allocated(1600)
	if many > 4*few {
		t.Errorf("400 labels take %d bytes, 1600 take %d", few, many)
	}
}
