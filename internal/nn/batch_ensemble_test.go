package nn

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"mlp/internal/oracle"
)

// Members side by side give TabM's outputs and gradients from the same weights, those
// that share a kernel and those that do not: testdata/tabm holds them with the script that
// made them.
func TestMembersAreTabM(t *testing.T) {
	plain, err := os.ReadFile("testdata/tabm/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Name          string
			Layers        json.RawMessage
			X, Y, DY, DX  [][]string
			Params, Grads map[string][][]string
		}
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	k, worst := engine(t), 0.0
	for _, c := range file.Cases {
		x := hexMat(t, c.X)
		n, err := buildWith(elements(t, string(c.Layers)), x.Cols, &Plan{learning: true})
		if err != nil {
			t.Fatal(err)
		}
		w := n.NewWorkspace(k, x.Rows)
		w.Training = true
		near := func(what string, got []float32, rows [][]string) {
			t.Helper()
			want := hexMat(t, rows)
			if len(got) != len(want.Data) {
				t.Fatalf("%s: %s has %d numbers, tabm has %d", c.Name, what, len(got), len(want.Data))
			}
			scale := 0.0
			for _, v := range want.Data {
				scale = max(scale, math.Abs(float64(v)))
			}
			for i, v := range got {
				// Both sides round in float32: sums of 6 products and of 33 rows, through three layers.
				gap := math.Abs(float64(v-want.Data[i])) / scale
				if worst = max(worst, gap); !(gap <= 2e-6) {
					t.Fatalf("%s: %s, number %d is %v, tabm has %v", c.Name, what, i, v, want.Data[i])
				}
			}
		}
		if len(c.Params) != len(n.Params) {
			t.Fatalf("%s: %d parameters, tabm has %d", c.Name, len(n.Params), len(c.Params))
		}
		for i, p := range n.Params {
			given, ok := c.Params[p.Name]
			if !ok || copy(w.Param(ParamID(i)).Data, hexMat(t, given).Data) != p.Len() {
				t.Fatalf("%s: tabm has no %s of %d numbers", c.Name, p.Name, p.Len())
			}
		}
		_, y := n.Forward(w, x)
		near("y", y.Data, c.Y)
		near("∂/∂x", n.chain.backward(w, hexMat(t, c.DY)).Data, c.DX)
		for i, p := range n.Params {
			near("∂/∂"+p.Name, w.Grad(ParamID(i)).Data, c.Grads[p.Name])
		}
	}
	t.Logf("%d cases, worst %.2g", len(file.Cases), worst)
	if len(file.Cases) != 2 {
		t.Errorf("%d cases", len(file.Cases))
	}
}

// Members differ from the start by the signs of their inputs alone, one for all inputs of
// a column; what stands behind starts alike in all of them.
func TestMembersStartApart(t *testing.T) {
	n, err := buildOn(t, `[{"type": "batch_ensemble", "units": 3, "members": 40}, {"type": "batch_ensemble", "units": 2, "members": 40, "split": true},
		{"type": "batch_ensemble", "units": 1, "members": 40, "split": true, "shared": false}]`)
	if err != nil {
		t.Fatal(err)
	}
	w := n.NewWorkspace(engine(t), 1)
	n.Init(w, 5)
	r := values(t, n, w, "input_scale") // of the first layer
	negative := 0
	for m := range r.Rows {
		row := r.Row(m)
		if row[4] != row[5] { // both inputs of sex
			t.Errorf("member %d: %v", m, row)
		}
		for _, v := range row[:5] {
			if v != 1 && v != -1 {
				t.Errorf("member %d: %v", m, row)
			}
			if v < 0 {
				negative++
			}
		}
	}
	if negative < 70 || negative > 130 { // of 200: 100 within four standard errors
		t.Errorf("%d of 200 signs are negative", negative)
	}
	for i, p := range n.Params {
		m := w.Param(ParamID(i))
		alike, apart := true, true
		for k := 1; k < m.Rows; k++ {
			alike = alike && slices.Equal(m.Row(k), m.Row(0))
			apart = apart && !slices.Equal(m.Row(k), m.Row(k-1))
		}
		switch p.Name {
		case "batch_ensemble/bias", "batch_ensemble/output_scale", "batch_ensemble_1/input_scale", "batch_ensemble_1/output_scale", "batch_ensemble_1/bias":
			if !alike {
				t.Errorf("%s differs between members", p.Name)
			}
		case "batch_ensemble_2/kernel", "batch_ensemble_2/bias":
			if !apart {
				t.Errorf("%s is the same in members", p.Name)
			}
		}
	}
	if _, err := buildErr(`[{"type": "batch_ensemble", "units": 3, "members": 4, "split": true}]`, 6); err == nil {
		t.Error("6 inputs are split among 4 members")
	}
}

// membersOf is the float64 twin of the layer; gradients are compared with differences.
type membersOf struct {
	k                  int
	split, average     bool
	act                string
	kernel, r, s, bias *oracle.Param
}

func (m *membersOf) Forward(x oracle.Mat, _ bool) oracle.Mat {
	var sums oracle.Mat
	for _, row := range x {
		var out []float64
		for i := range m.k {
			part := row
			if m.split {
				part = row[i*len(row)/m.k : (i+1)*len(row)/m.k]
			}
			at := 0
			if m.r == nil {
				at = i * len(part) // the member's own kernel
			}
			for j := range m.kernel.Value[0] {
				z := 0.0
				for l, v := range part {
					if m.r != nil {
						v *= m.r.Value[i][l]
					}
					z += v * m.kernel.Value[at+l][j]
				}
				if m.s != nil {
					z *= m.s.Value[i][j]
				}
				if m.bias != nil {
					z += m.bias.Value[i][j]
				}
				if !m.average {
					out = append(out, z)
				} else if i == 0 {
					out = append(out, z/float64(m.k))
				} else {
					out[j] += z / float64(m.k)
				}
			}
		}
		sums = append(sums, out)
	}
	return (&oracle.Activate{Act: oracle.Act(m.act, nil)}).Forward(sums, false)
}

func (m *membersOf) Backward(oracle.Mat) oracle.Mat { panic("not needed") }
func (m *membersOf) Params() []*oracle.Param        { return nil }

func membersCase(k int, split, average bool, act string) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &membersOf{k: k, split: split, average: average, act: act, kernel: p("kernel"), r: p("input_scale"), s: p("output_scale"), bias: p("bias")}
	}
}
