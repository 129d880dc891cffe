package nn

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"mlp/internal/embedding"
	"mlp/internal/tensor"
)

// The embeddings of numbers give PyTorch's outputs and gradients from the same weights:
// testdata/embeddings holds them with the script that made them.
func TestEmbeddingsAreTorch(t *testing.T) {
	plain, err := os.ReadFile("testdata/embeddings/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Name          string
			Spec          json.RawMessage
			X, Y, DY, DX  [][]string
			Params, Grads map[string][][]string
			Train, Edges  [][]string
		}
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	k := engine(t)
	worst := 0.0
	for _, c := range file.Cases {
		x := hexMat(t, c.X)
		n, err := buildWith(elements(t, "["+string(c.Spec)+`, {"type": "rescaling", "scale": 1}]`), x.Cols, &Plan{learning: true})
		if err != nil {
			t.Fatal(err)
		}
		w := n.NewWorkspace(k, x.Rows)
		w.Training = true
		name := n.Elements[0].Name
		at := map[string]ParamID{}
		for i, p := range n.Params {
			at[p.Name] = ParamID(i)
		}
		near := func(what string, got tensor.Mat, want [][]string) {
			t.Helper()
			m := hexMat(t, want)
			if len(got.Data) != len(m.Data) {
				t.Fatalf("%s: %s has %d numbers, want %d", c.Name, what, len(got.Data), len(m.Data))
			}
			scale := 1.0
			for _, v := range m.Data {
				scale = max(scale, math.Abs(float64(v)))
			}
			for i, v := range got.Data {
				// Both sides round in float32, torch the angle 2π·w·x itself: up to some ten
				// turns, half a unit of 2⁻²⁰ turns, which the slope of the wave hands on; sums
				// over 33 rows add as many roundings.
				gap := math.Abs(float64(v-m.Data[i])) / scale
				if worst = max(worst, gap); !(gap <= 4e-6) {
					t.Fatalf("%s: %s, number %d is %v, torch has %v", c.Name, what, i, v, m.Data[i])
				}
			}
		}
		if len(c.Train) > 0 {
			n.Adapt(w, hexMat(t, c.Train))
			ends := n.Elements[0].Layer.(*PiecewiseLinear)
			for j, want := range c.Edges {
				got := ends.endsOf(w, j)
				near("ends", tensor.View(1, len(got), got), [][]string{want})
			}
		}
		for param, want := range c.Params {
			id, ok := at[name+"/"+param]
			if !ok {
				t.Fatalf("%s: there is no %s", c.Name, param)
			}
			if m := hexMat(t, want); len(m.Data) != copy(w.Param(id).Data, m.Data) || len(m.Data) != len(w.Param(id).Data) {
				t.Fatalf("%s: %s has %d numbers, torch's %d", c.Name, param, len(w.Param(id).Data), len(m.Data))
			}
		}
		_, y := n.Forward(w, x)
		near("y", y, c.Y)
		near("∂/∂x", n.chain.backward(w, hexMat(t, c.DY)), c.DX)
		if len(c.Grads) < 3 {
			t.Errorf("%s: %d gradients", c.Name, len(c.Grads))
		}
		for param, want := range c.Grads {
			near("∂/∂"+param, w.Grad(at[name+"/"+param]), want)
		}
	}
	t.Logf("%d cases, worst %.2g", len(file.Cases), worst)
	if len(file.Cases) < 7 {
		t.Errorf("only %d cases", len(file.Cases))
	}
}

func hexMat(t *testing.T, rows [][]string) tensor.Mat {
	t.Helper()
	m := tensor.New(len(rows), len(rows[0]))
	for i, row := range rows {
		for j, word := range row {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				t.Fatal(err)
			}
			m.Set(i, j, float32(v))
		}
	}
	return m
}

// Where the pieces end, given or learned, makes no difference.
func TestGivenEnds(t *testing.T) {
	k := engine(t)
	build := func(ends [][]float32) (*Network, *Workspace) {
		e := elements(t, `[{"type": "piecewise_linear", "bins": 4, "dim": 2}, {"units": 1}]`)
		e[0].Layer.(*PiecewiseLinear).Ends = ends
		n, err := Build(e, 1)
		if err != nil {
			t.Fatal(err)
		}
		return n, n.NewWorkspace(k, 5)
	}
	x := tensor.View(5, 1, []float32{3, 1, 1, 8, 5})
	n, w := build(nil)
	start := func(n *Network, w *Workspace) { // V would start at 0
		n.Init(w, 3)
		for i := range w.Params[:n.Trainable] {
			w.Params[i] = float32(i+1) / 8
		}
	}
	start(n, w)
	n.Adapt(w, x)
	_, want := n.Forward(w, x)
	want = want.Clone()
	ends := embedding.PiecewiseLinear{Bins: 4}.Ends([]float64{1, 1, 3, 5, 8})
	if len(ends) != 4 { // 1, 1, 3, 5, 8: one piece is empty
		t.Fatalf("ends %v", ends)
	}
	n, w = build([][]float32{ends})
	start(n, w)
	_, got := n.Forward(w, x)
	same(t, "predictions", got.Data, want.Data)
}
