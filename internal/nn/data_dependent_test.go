package nn

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/oracle"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

const startLayers = `[{"type": "scale"},
	{"units": 7, "activation": {"type": "selu", "parametric": true}, "parameterization": "ntk", "kernel_initializer": "data_dependent", "bias_initializer": "he_plus"},
	{"dropout": 0.5},
	{"residual": [{"units": 7, "activation": "mish", "kernel_initializer": "data_dependent", "bias_initializer": {"type": "he_plus", "samples": 2}}]},
	{"units": 2, "parameterization": "ntk", "kernel_initializer": "data_dependent", "bias_initializer": {"type": "he_plus", "seed": 4}}]`

// started returns a network of startLayers before and after it has seen x, with room
// for batch rows at a time.
func started(t *testing.T, k *kernel.Engine, x tensor.Mat, batch int, seed uint64) (n *Network, before []float32, w *Workspace) {
	t.Helper()
	n = build(t, startLayers, x.Cols)
	w = n.NewWorkspace(k, batch)
	n.Init(w, seed)
	before = slices.Clone(w.Params)
	w.Seed = seed
	n.Adapt(w, x)
	return n, before, w
}

// First weights from rows are those of the float64 twin, layer by layer: behind other
// layers, without dropout, within a block.
func TestStartFromRowsAgainstOracle(t *testing.T) {
	const seed = 3
	x := grid(rand.New(rand.NewPCG(1, 2)), 20, 4, 2)
	n, before, w := started(t, engine(t), x, 6, seed)
	dense := func(name, act string, ntk bool) *oracle.Dense {
		values := map[string]oracle.Mat{}
		for _, p := range n.Params {
			values[p.Name] = wide(tensor.View(p.Rows, p.Cols, before[p.Off:]))
		}
		return &oracle.Dense{Kernel: oracle.NewParam("kernel", values[name+"/kernel"]), Bias: oracle.NewParam("bias", values[name+"/bias"]),
			Act: oracle.Act(act, nil), NTK: ntk}
	}
	in := wide(x)
	start := func(name string, samples int, s rng.Stream, d *oracle.Dense) {
		var rows [][]int
		var shares [][]float64
		for j := range d.Bias.Value[0] {
			rows, shares = append(rows, nil), append(shares, nil)
			for k := range samples {
				at := uint64(j*samples + k)
				rows[j] = append(rows[j], int(s.At(1).Float64(at)*float64(len(in))))
				shares[j] = append(shares[j], -kernel.Log64(1-s.At(2).Float64(at)))
			}
		}
		d.Divide(in)
		d.MoveKinks(in, rows, shares)
		for _, p := range n.Params {
			switch p.Name {
			case name + "/kernel":
				compare(t, p.Name, tensor.View(p.Rows, p.Cols, w.Params[p.Off:]), d.Kernel.Value)
			case name + "/bias":
				compare(t, p.Name, tensor.View(p.Rows, p.Cols, w.Params[p.Off:]), d.Bias.Value)
			}
		}
	}
	first := dense("dense", "selu", true)
	start("dense", 5, rng.New(seed, "init/dense/bias"), first)
	in = first.Forward(in, false)
	second := dense("dense_1", "mish", false)
	start("dense_1", 2, rng.New(seed, "init/dense_1/bias"), second)
	in = (&oracle.Residual{Block: oracle.Network{second}}).Forward(in, false)
	start("dense_2", 5, rng.New(4, "init"), dense("dense_2", "linear", true))
}

// They are a function of seed and rows: of neither threads nor the size of blocks.
func TestStartFromRowsIsPure(t *testing.T) {
	x := grid(rand.New(rand.NewPCG(1, 2)), 300, 40, 2)
	_, _, a := started(t, engine(t), x, 64, 1)
	three, err := kernel.New("native", 3)
	if err != nil {
		t.Fatal(err)
	}
	defer three.Close()
	_, _, b := started(t, three, x, 300, 1)
	same(t, "parameters", b.Params, a.Params)
	_, _, c := started(t, engine(t), x, 64, 2)
	if slices.Equal(a.Params, c.Params) {
		t.Error("another seed gives the same parameters")
	}
}

// A unit whose sums are all the same keeps its draws, whatever their size.
func TestStartFromConstantRows(t *testing.T) {
	x := tensor.New(7, 2)
	for i := range x.Rows {
		x.Set(i, 0, 0.1)
		x.Set(i, 1, 12345.678)
	}
	_, before, w := started(t, engine(t), x, 3, 1)
	same(t, "parameters of the first layer", w.Params[:2+14], before[:2+14])
	for _, v := range w.Params {
		if v != v {
			t.Fatal("NaN among the parameters")
		}
	}
}

// Of more than maxSample rows each stretch gives one; a normalization before goes on
// to see all of them.
func TestStartFromManyRows(t *testing.T) {
	x := tensor.New(3*maxSample/2, 1)
	for i := range x.Data {
		x.Data[i] = float32(i % 1000)
	}
	x.Data[0] = 1e6 // which a sample may miss, a mean of all rows does not
	y := sample(x, rng.New(1, "adapt"))
	if y.Rows != maxSample {
		t.Fatalf("%d rows of %d", y.Rows, x.Rows)
	}
	for i := range maxSample {
		lo, hi := i*x.Rows/maxSample, (i+1)*x.Rows/maxSample
		if !slices.Contains(x.Data[lo:hi], y.Data[i]) {
			t.Fatalf("row %d of the sample is %v, none of rows %d to %d", i, y.Data[i], lo, hi-1)
		}
	}
	if slices.Equal(y.Data, sample(x, rng.New(2, "adapt")).Data) {
		t.Error("another seed takes the same rows")
	}
	n := build(t, `["normalization", {"units": 1, "kernel_initializer": "data_dependent"}]`, 1)
	w := n.NewWorkspace(engine(t), 1000)
	n.Init(w, 1)
	n.Adapt(w, x)
	mean := 0.0
	for _, v := range x.Data {
		mean += float64(v) / float64(x.Rows)
	}
	for i, p := range n.Params {
		if got := float64(w.Param(ParamID(i)).Data[0]); p.Name == "normalization/mean" && (got < mean*0.999999 || got > mean*1.000001) {
			t.Errorf("the mean is %v, want that of all rows, %v", got, mean)
		}
	}
}

func TestStartsFromRowsHaveTheirPlace(t *testing.T) {
	for layers, want := range map[string]string{
		`[{"units": 2, "bias_initializer": "data_dependent"}]`: "test: layers[0]: the initializer of the bias looks at the training rows; it is for the kernel of a dense layer",
		`[{"units": 2, "kernel_initializer": "he_plus"}]`:      "test: layers[0]: the initializer of the kernel looks at the training rows; it is for the bias of a dense layer",
		`[{"type": "scale", "initializer": "data_dependent"}]`: "test: layers[0]: the initializer of the scale looks at the training rows; it is for the kernel of a dense layer",
	} {
		if _, err := buildErr(layers, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", layers, err, want)
		}
	}
	if build(t, `[{"units": 2, "kernel": [[1, 2]], "kernel_initializer": "data_dependent"}]`, 1).Adapts() {
		t.Error("weights that the spec gives are changed by the rows")
	}
}
