package nn

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/oracle/golden"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// forward is how far a float32 result may be from Keras's float32 result,
// relative to the larger of 1 and the largest number of its matrix: each side
// rounds some tens of operations to 2⁻²⁴ on its way.
const forward = 1e-6

func load(t *testing.T, family string) []golden.Case {
	t.Helper()
	f, err := golden.Load(filepath.Join("..", "train", "testdata", "keras", family+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return f.Cases
}

// spelled is a case's component as a spec writes it.
func spelled(c golden.Case) string {
	return strings.Replace(string(c.Config), "{", fmt.Sprintf(`{"type": %q, `, c.Type), 1)
}

func specOf(c golden.Case) string {
	return strings.Replace(spelled(c), ", }", "}", 1)
}

func mat(m golden.Matrix) tensor.Mat { return tensor.View(m.Rows, m.Cols, m.Float32()) }

// agrees complains where got is not Keras's answer under key, if it was asked.
func agrees(t *testing.T, c golden.Case, key string, got []float32) {
	t.Helper()
	m, asked := c.Float32[key]
	if !asked {
		return
	}
	if len(got) != len(m.Data) {
		t.Errorf("%s: %s has %d numbers, Keras has %d", c.Name, key, len(got), len(m.Data))
		return
	}
	scale := 1.0
	for _, v := range m.Data {
		scale = math.Max(scale, math.Abs(v))
	}
	for i, want := range m.Data {
		if v := float64(got[i]); !(math.Abs(v-want) <= forward*scale) {
			t.Errorf("%s: %s number %d is %.9g, Keras has %.9g", c.Name, key, i, v, want)
			return
		}
	}
}

func TestGoldenActivations(t *testing.T) {
	k := engine(t)
	for _, c := range load(t, "activations") {
		if c.Type == "glu" {
			continue // a layer here, compared with the oracle, which agrees with this case
		}
		if c.Type == "sparsemax" {
			continue // Keras 3.15.1 sums cumulative sums for its threshold: see the oracle's test
		}
		a := component(t, Activations, specOf(c))
		x := mat(c.Given["x"])
		y := tensor.New(x.Rows, x.Cols)
		a.Forward(k, y, x)
		agrees(t, c, "y", y.Data)
		if dy, ok := c.Given["dy"]; ok {
			dx := tensor.New(x.Rows, x.Cols)
			a.Backward(k, dx, mat(dy), x, y)
			agrees(t, c, "dx", dx.Data)
		}
	}
}

func TestGoldenRegularizers(t *testing.T) {
	for _, c := range load(t, "regularizers") {
		w := mat(c.Given["w"])
		g := tensor.New(w.Rows, w.Cols)
		agrees(t, c, "penalty", []float32{float32(component(t, Regularizers, specOf(c)).Penalty(w, g))})
		agrees(t, c, "dw", g.Data)
	}
}

func TestGoldenConstraints(t *testing.T) {
	for _, c := range load(t, "constraints") {
		w := mat(c.Given["w"])
		component(t, Constraints, specOf(c)).Apply(w)
		agrees(t, c, "y", w.Data)
	}
}

// Constant initializers agree number by number, the others in their law.
func TestGoldenInitializers(t *testing.T) {
	for _, c := range load(t, "initializers") {
		shape := []int{int(c.Given["shape"].Data[0]), int(c.Given["shape"].Data[1])}
		w := make([]float32, shape[0]*shape[1])
		component(t, Initializers, specOf(c)).Fill(w, shape, rng.New(1, c.Name))
		agrees(t, c, "y", w)
		sd, ok := c.Float64["std"]
		if !ok {
			continue
		}
		mean, square, n := 0.0, 0.0, float64(len(w))
		for _, v := range w {
			mean += float64(v) / n
		}
		for _, v := range w {
			square += (float64(v) - mean) * (float64(v) - mean) / n
		}
		// Of 200 000 draws: four times the error of the mean, and of the deviation.
		if d := mean - c.Float64["mean"].Data[0]; math.Abs(d) > 4*sd.Data[0]/math.Sqrt(n) {
			t.Errorf("%s: the mean is %v off", c.Name, d)
		}
		if r := math.Sqrt(square) / sd.Data[0]; math.Abs(r-1) > 4/math.Sqrt(2*n) {
			t.Errorf("%s: the deviation is %v times Keras's", c.Name, r)
		}
		if limit, ok := c.Float64["limit"]; ok {
			lo, hi := float64(slices.Min(w)), float64(slices.Max(w))
			slack := (limit.Data[1] - limit.Data[0]) / 100
			if lo < limit.Data[0]-1e-7 || hi > limit.Data[1]+1e-7 || lo > limit.Data[0]+slack || hi < limit.Data[1]-slack {
				t.Errorf("%s: draws from %v to %v, want %v", c.Name, lo, hi, limit.Data)
			}
		}
	}
}

func TestGoldenLayers(t *testing.T) {
	k := engine(t)
	for _, c := range load(t, "layers") {
		if _, draws := c.Float32["kept"]; draws {
			goldenDropout(t, c)
			continue
		}
		x := mat(c.Given["x"])
		n, err := buildWith(elements(t, "["+specOf(c)+`, {"type": "rescaling", "scale": 1}]`), x.Cols, &Plan{learning: true})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		w := n.NewWorkspace(k, x.Rows)
		fresh := func() {
			n.Init(w, 1)
			for i, p := range n.Params {
				if m, ok := c.Given[short(p.Name)]; ok {
					copy(w.Param(ParamID(i)).Data, m.Float32())
				}
			}
		}
		fresh()
		if batches, ok := c.Given["batches"]; ok {
			goldenBatches(t, c, n, w, x, batches.Data)
			continue
		}
		if n.Adapts() {
			n.Adapt(w, x)
		}
		for _, mode := range []string{"", "inference/"} {
			w.Training = mode == ""
			_, y := n.Forward(w, x)
			agrees(t, c, mode+"y", y.Data)
			agrees(t, c, mode+"penalty", []float32{float32(n.Penalty(w, false))})
			if dy, ok := c.Given["dy"]; ok && c.Float32[mode+"dx"].Rows+c.Float32[mode+"gradient/embeddings"].Rows > 0 {
				dx := n.backwardPlain(w, mat(dy))
				agrees(t, c, mode+"dx", dx.Data)
			}
			for i, p := range n.Params {
				if p.Trainable {
					agrees(t, c, mode+"gradient/"+short(p.Name), w.Grad(ParamID(i)).Data)
				} else if mode == "" {
					agrees(t, c, "updated/"+short(p.Name), w.Param(ParamID(i)).Data)
					agrees(t, c, short(p.Name), w.Param(ParamID(i)).Data) // learned by a normalization
				}
			}
			if !n.Adapts() {
				fresh() // statistics have moved
			}
		}
	}
}

// short is a parameter's name without its layer's.
func short(name string) string { return name[strings.IndexByte(name, '/')+1:] }

// backwardPlain is Backward without the gradients of penalties on activities,
// which the files leave out.
func (n *Network) backwardPlain(w *Workspace, dy tensor.Mat) tensor.Mat {
	for i := len(n.Elements) - 1; i >= 0; i-- {
		if _, penalty := n.Elements[i].Layer.(*ActivityRegularization); !penalty {
			dy = n.Elements[i].Layer.Backward(w, dy)
		}
	}
	return dy
}

// goldenBatches is batch normalisation over batches of different sizes.
func goldenBatches(t *testing.T, c golden.Case, n *Network, w *Workspace, x tensor.Mat, sizes []float64) {
	t.Helper()
	w.Training = true
	var y []float32
	at := 0
	for _, size := range sizes {
		_, part := n.Forward(w, x.Slice(at, at+int(size)))
		y = append(y, part.Data...)
		at += int(size)
	}
	agrees(t, c, "y", y)
	for i, p := range n.Params {
		agrees(t, c, "updated/"+short(p.Name), w.Param(ParamID(i)).Data)
	}
	w.Training = false
	_, part := n.Forward(w, x)
	agrees(t, c, "inference/y", part.Data)
}

// goldenDropout wants every number to be one of the two that Keras makes of a
// constant, in the right shares.
func goldenDropout(t *testing.T, c golden.Case) {
	t.Helper()
	const rows, cols = 50, 40
	n := build(t, "["+specOf(c)+"]", cols)
	w := n.NewWorkspace(engine(t), rows)
	w.Training = true
	x := tensor.New(rows, cols)
	constant(c.Given["x"].Data[0]).Fill(x.Data, nil, rng.Stream{})
	_, y := n.Forward(w, x)
	kept, dropped := c.Float32["kept"].Data[0], c.Float32["dropped"].Data[0]
	count := 0.0
	for _, v := range y.Data {
		switch {
		case math.Abs(float64(v)-dropped) <= forward:
			count++
		case math.Abs(float64(v)-kept) > forward:
			t.Errorf("%s: %v is neither %v nor %v", c.Name, v, kept, dropped)
			return
		}
	}
	node, err := spec.ParseJSON([]byte(c.Config), "", "")
	if err != nil {
		t.Fatal(err)
	}
	rate := node.Get("rate").Float
	if share := count / (rows * cols); math.Abs(share-rate) > 4*math.Sqrt(rate*(1-rate)/(rows*cols)) {
		t.Errorf("%s: %v of the numbers are dropped", c.Name, share)
	}
}
