package train_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/tensor"
)

// tabmLook is what a network gives for some rows.
type tabmLook struct {
	Z     [][]string
	Loss  string
	Grads map[string][][]string
}

// Members that share a network give tabm's outputs, loss and gradients from the same
// weights, whether they have the same rows or each their own, and the same weights after 12
// steps of AdamW: TabM, and TabM-mini, which scales the inputs only. testdata/tabm has the
// numbers with the script that made them.
func TestRunsAreTabM(t *testing.T) {
	plain, err := os.ReadFile("testdata/tabm/tabm.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Arch            string
			Labels          bool
			X, Own, Y       [][]string
			Probe, End      map[string][][]string
			Together, Apart tabmLook
		}
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		kind, out, last, loss, task := "batch", 1, "linear", "mean_squared_error", "regression"
		if c.Arch == "tabm-mini" {
			kind = "mini"
		}
		if c.Labels {
			out, last, loss, task = 3, "softmax", "sparse_categorical_crossentropy", "multiclass"
		}
		for _, together := range []bool{true, false} {
			name := fmt.Sprintf("%s %s, together %v", kind, task, together)
			spec := fmt.Sprintf(`{"data":{"target":"y","task":"%s","scale_target":"none","numeric":{"scale":"none"}},
				"layers":[{"units":12,"activation":"relu"},{"units":12,"activation":"relu"},{"units":%d,"activation":"%s"}],
				"ensemble":{"type":"%s","members":4,"share_batches":%v},
				"compile":{"optimizer":{"type":"adamw","learning_rate":0.02,"weight_decay":0.05},"loss":"%s"},
				"fit":{"epochs":3,"batch_size":6,"shuffle":false}}`, task, out, last, kind, together, loss)
			table := strings.Builder{}
			table.WriteString("a,b,c,d,e,y\n")
			x, y := wideMat(t, c.X), wideMat(t, c.Y)
			for i := range x {
				fmt.Fprintf(&table, "%s\n", strings.Trim(strings.ReplaceAll(fmt.Sprint(append(x[i], y[i]...)), " ", ","), "[]"))
			}
			m, s, p := recipetest.SetUp(t, spec, table.String(), 1)
			setAll(t, m, c.Probe)
			look, input := c.Together, p.Train.X
			if !together {
				rows := wideMat(t, c.Own)
				look = c.Apart
				input = tensor.New(len(rows), len(rows[0]))
				for i, row := range rows {
					for j, v := range row {
						input.Set(i, j, float32(v))
					}
				}
			}
			target := tensor.New(p.Train.X.Rows*4, p.Train.Target.Cols)
			for i := range target.Rows {
				copy(target.Row(i), p.Train.Target.Row(i/4))
			}
			w := m.Reserve(p.Train.X.Rows)
			w.Training = true
			logits, pred := m.Net.Forward(w, input)
			// Sums of 12 products, through three layers.
			nearTo(t, name+": z", logits.Data, look.Z, 2e-6)
			value, d := m.BatchGradient(logits, pred, target, nil)
			if want := wideMat(t, [][]string{{look.Loss}})[0][0]; math.Abs(value-want) > 2e-6*want {
				t.Errorf("%s: loss %v, tabm has %v", name, value, want)
			}
			m.Net.Backward(w, d)
			for i, q := range m.Net.Params { // and of 96 rows
				nearTo(t, name+": ∂/∂"+q.Name, w.Grad(nn.ParamID(i)).Data, look.Grads[q.Name], 8e-6)
			}
			recipetest.MustFit(t, m, s, p)
			for i, q := range m.Net.Params {
				// A slope that is nearly 0 moves a weight by the learning rate all the same,
				// so what rounding does to it shows: 12 steps of 0.02, of weights near 1.
				nearTo(t, name+": the end of "+q.Name, w.Param(nn.ParamID(i)).Data, c.End[q.Name], 2e-5)
			}
			m.Close()
		}
	}
	if len(file.Cases) != 4 {
		t.Errorf("%d cases", len(file.Cases))
	}
}

// setAll gives every parameter of a network the numbers of its name.
func setAll(t *testing.T, m *model.Model, all map[string][][]string) {
	t.Helper()
	if len(all) != len(m.Net.Params) {
		t.Fatalf("%d parameters, not %d", len(m.Net.Params), len(all))
	}
	for i, q := range m.Net.Params {
		to, n := m.Work.Param(nn.ParamID(i)).Data, 0
		for _, row := range wideMat(t, all[q.Name]) {
			for _, v := range row {
				to[n] = float32(v)
				n++
			}
		}
		if n != q.Len() {
			t.Fatalf("%s: %d numbers, not %d", q.Name, q.Len(), n)
		}
	}
}

// nearTo compares numbers with a multiple of the largest of those that are expected.
func nearTo(t *testing.T, what string, got []float32, rows [][]string, bound float64) {
	t.Helper()
	var want []float64
	scale := 0.0
	for _, row := range wideMat(t, rows) {
		for _, v := range row {
			want, scale = append(want, v), max(scale, math.Abs(v))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s has %d numbers, not %d", what, len(got), len(want))
		return
	}
	for i, v := range got {
		if gap := math.Abs(float64(v)-want[i]) / scale; !(gap <= bound) {
			t.Errorf("%s, number %d is %v, not %v: %.2g of the largest", what, i, v, want[i], gap)
			return
		}
	}
}
