package nn

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"mlp/internal/tensor"
)

// Kernel and bias start where RealMLP's do, from the same draws and the same training
// rows, layer by layer: internal/train/testdata/pytabkit has pytabkit's numbers with the
// script that made them.
func TestStartsAreRealMLP(t *testing.T) {
	plain, err := os.ReadFile("../train/testdata/pytabkit/realmlp.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Task         string
			X            [][]string
			Draws, Start map[string][][]string
		}
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	k := engine(t)
	worst, compared := 0.0, 0
	for _, c := range file.Cases {
		act, out := "mish", 1
		if c.Task == "multiclass" {
			act, out = "selu", 3
		}
		hidden := fmt.Sprintf(`{"units":24,"parameterization":"ntk","kernel_initializer":"data_dependent","bias_initializer":"he_plus","activation":{"type":"%s","parametric":true}}`, act)
		n := build(t, fmt.Sprintf(`["scale",%s,%[1]s,%[1]s,{"units":%d,"parameterization":"ntk","kernel_initializer":"data_dependent","bias_initializer":"he_plus"}]`, hidden, out), 5)
		x := hexMat(t, c.X)
		w := n.NewWorkspace(k, x.Rows)
		n.Init(w, 1)
		for i := range n.Elements {
			e := &n.Elements[i]
			if d, ok := e.Layer.(*Dense); ok {
				copy(w.Param(d.kernel).Data, hexMat(t, c.Draws[e.Name+"/kernel/normals"]).Data)
				d.divide(w, x)
				shares, rows := hexMat(t, c.Draws[e.Name+"/bias/shares"]), hexMat(t, c.Draws[e.Name+"/bias/rows"])
				for j := range d.Units {
					var at []int
					var wide []float64
					for s := range rows.Cols {
						at, wide = append(at, int(rows.At(j, s))), append(wide, float64(shares.At(j, s)))
					}
					d.moveKink(w, w.Param(d.bias).Data, x, j, at, wide)
				}
				for what, got := range map[string]tensor.Mat{"kernel": w.Param(d.kernel), "bias": w.Param(d.bias)} {
					want := hexMat(t, c.Start[e.Name+"/"+what])
					if len(want.Data) != len(got.Data) {
						t.Fatalf("%s/%s: %d numbers, pytabkit has %d", e.Name, what, len(got.Data), len(want.Data))
					}
					for i, v := range got.Data {
						// Sums of 24 products and four layers of float32 before them, of numbers
						// around 1; pytabkit computed in float64.
						gap := math.Abs(float64(v-want.Data[i])) / max(1, math.Abs(float64(want.Data[i])))
						worst = max(worst, gap)
						compared++
						if !(gap <= 2e-6) {
							t.Fatalf("%s: %s/%s, number %d is %v, pytabkit has %v", c.Task, e.Name, what, i, v, want.Data[i])
						}
					}
				}
			}
			x = e.forward(w, x).Clone()
		}
	}
	t.Logf("%d numbers, worst %.2g", compared, worst)
	if compared < 2*(5*24+2*24*24+24+4*24) {
		t.Errorf("only %d numbers", compared)
	}
}
