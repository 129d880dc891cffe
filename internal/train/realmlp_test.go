package train_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/recipe/recipetest"
)

// The network of RealMLP-TD gives pytabkit's outputs, loss and gradients from the same
// weights, and the same weights after 20 steps: under NTK parametrisation, with parametric
// activations, factors of the learning rate and its schedule, decoupled decay with a
// schedule of its own, β₂ 0.95 and label smoothing. testdata/pytabkit has the numbers with
// the script that made them. torch has ε beside √v̂, Keras, and so this program,
// beside √v: as if it were ε/√(1 − β₂ᵗ), 4.5 times as much in the first step. That shows
// where a slope is not much more than ε, and in nothing else; both decay before the step.
func TestRunsAreRealMLP(t *testing.T) {
	plain, err := os.ReadFile("testdata/pytabkit/realmlp.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Task, Loss        string
			Torch             map[string][][]string `json:"end_torch"`
			Rate              float64
			X, Y, Z           [][]string
			Probe, Grads, End map[string][][]string
		}
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		act, out, last, loss := "mish", 1, "linear", `"mean_squared_error"`
		if c.Task == "multiclass" {
			act, out, last, loss = "selu", 3, "softmax", `{"type":"sparse_categorical_crossentropy","label_smoothing":0.1}`
		}
		hidden := fmt.Sprintf(`{"units":24,"parameterization":"ntk","bias_learning_rate_multiplier":0.1,"activation":{"type":"%s","parametric":true}}`, act)
		spec := fmt.Sprintf(`{"data":{"target":"y","task":"%s","scale_target":"none","numeric":{"scale":"none"}},
			"layers":["scale",%s,%[2]s,%[2]s,{"units":%d,"activation":"%s","parameterization":"ntk","bias_learning_rate_multiplier":0.1}],
			"compile":{"optimizer":{"type":"adamw","learning_rate":{"cosine_log_cycles":{"initial_learning_rate":%v}},"beta_2":0.95,"epsilon":1e-8,
				"weight_decay":{"flat_cosine":{"initial":0.02}}},"loss":%s},
			"fit":{"epochs":5,"batch_size":8,"shuffle":false}}`, c.Task, hidden, out, last, c.Rate, loss)
		table := strings.Builder{}
		table.WriteString("a,b,c,d,e,y\n")
		x, y := wideMat(t, c.X), wideMat(t, c.Y)
		for i := range x {
			for _, v := range append(x[i], y[i]...) {
				fmt.Fprintf(&table, "%v,", v)
			}
			table.WriteString("\n")
		}
		m, s, p := recipetest.SetUp(t, spec, strings.ReplaceAll(table.String(), ",\n", "\n"), 1)
		at := map[string][2]int{}
		for _, q := range m.Net.Params {
			at[q.Name] = [2]int{q.Off, q.Off + q.Len()}
			probe, ok := c.Probe[q.Name]
			if !ok {
				t.Fatalf("pytabkit has no %s", q.Name)
			}
			n := 0
			for _, row := range wideMat(t, probe) {
				for _, v := range row {
					m.Work.Params[q.Off+n] = float32(v)
					n++
				}
			}
			if n != q.Len() {
				t.Fatalf("%s: %d numbers, pytabkit has %d", q.Name, q.Len(), n)
			}
		}
		worst := 0.0
		near := func(what string, got []float32, rows [][]string, bound float64) {
			t.Helper()
			k, scale := 0, 0.0
			want := wideMat(t, rows)
			for _, row := range want {
				for _, v := range row {
					scale = max(scale, math.Abs(v))
				}
			}
			for _, row := range want {
				for _, v := range row {
					gap := math.Abs(float64(got[k])-v) / scale
					if worst = max(worst, gap/bound); !(gap <= bound) {
						t.Errorf("%s: %s, number %d is %v, pytabkit has %v", c.Task, what, k, got[k], v)
						return
					}
					k++
				}
			}
			if k != len(got) {
				t.Errorf("%s: %s has %d numbers, pytabkit has %d", c.Task, what, len(got), k)
			}
		}
		w := m.Reserve(len(x))
		w.Training = true
		logits, pred := m.Net.Forward(w, p.Train.X)
		near("z", logits.Data, c.Z, 2e-6) // of four layers, each with sums of 24 products
		value, d := m.BatchGradient(logits, pred, p.Train.Target, nil)
		if want := wideMat(t, [][]string{{c.Loss}})[0][0]; math.Abs(value-want) > 2e-6*want {
			t.Errorf("%s: loss %v, pytabkit has %v", c.Task, value, want)
		}
		m.Net.Backward(w, d)
		for name, span := range at {
			near("∂/∂"+name, w.Grads[span[0]:span[1]], c.Grads[name], 4e-6) // twice as many layers, and 32 rows
		}
		recipetest.MustFit(t, m, s, p)
		for name, span := range at {
			// A slope's rounding moves a weight by as much of the learning rate, in each
			// of 20 steps, and these the slopes of the next ones.
			near("the end of "+name, m.Work.Params[span[0]:span[1]], c.End[name], 4e-6)
			near("torch's end of "+name, m.Work.Params[span[0]:span[1]], c.Torch[name], 5e-4) // a few steps of 0.2 by slopes of some hundred ε
		}
		t.Logf("%s: the worst is %.2g of its bound", c.Task, worst)
		m.Close()
	}
	if len(file.Cases) != 2 {
		t.Errorf("%d cases", len(file.Cases))
	}
}

func wideMat(t *testing.T, rows [][]string) [][]float64 {
	t.Helper()
	all := make([][]float64, len(rows))
	for i, row := range rows {
		for _, word := range row {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				t.Fatal(err)
			}
			all[i] = append(all[i], v)
		}
	}
	return all
}
