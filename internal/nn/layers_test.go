package nn

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"mlp/internal/oracle"
	"mlp/internal/tensor"
)

// Without learned parameters before them, layers answer no question about their
// input, and the gradients are the same.
func TestInputGradientOnlyWhereNeeded(t *testing.T) {
	k := engine(t)
	for _, c := range layerCases {
		g := newRig(t, &c, k)
		g.step()
		n := build(t, "["+c.spec+`, {"type": "rescaling", "scale": 1}]`, c.in)
		w := n.NewWorkspace(k, caseRows)
		w.Training, w.Seed, w.Step = true, caseSeed, caseStep
		copy(w.Params, newRig(t, &c, k).w.Params)
		n.Forward(w, g.x)
		n.Backward(w, g.dy.Clone())
		same(t, c.spec, w.Grads, g.w.Grads)
	}
}

// Noise has its own draws for each layer and each step, none in prediction, and
// the statistics it promises.
func TestNoise(t *testing.T) {
	k := engine(t)
	const rows, cols = 200, 100
	for _, c := range []struct {
		spec           string
		x              float32 // every input
		mean, variance float64 // of the output
	}{
		{`{"dropout": 0.25}`, 1, 1, 0.25 / 0.75},
		{`{"dropout": 1}`, 1, 0, 0},
		{`{"alpha_dropout": 0.25}`, 0, 0, 0.4359}, // r(1 − r)(a·α')², a = 0.86726
		{`{"gaussian_dropout": 0.2}`, 1, 1, 0.25},
		{`{"gaussian_noise": 1.5}`, 1, 1, 2.25},
		{`{"type": "dropout", "rate": 0.25, "seed": 9}`, 1, 1, 0.25 / 0.75},
	} {
		n := build(t, "["+c.spec+"]", cols)
		w := n.NewWorkspace(k, rows)
		x := tensor.New(rows, cols)
		for i := range x.Data {
			x.Data[i] = c.x
		}
		_, y := n.Forward(w, x)
		same(t, c.spec+" in prediction", y.Data, x.Data)
		if c.spec == `{"dropout": 1}` {
			w.Training = true
			_, y := n.Forward(w, x)
			same(t, c.spec, y.Data, make([]float32, rows*cols))
			continue
		}
		w.Training = true
		draw := func(seed, step uint64) tensor.Mat {
			w.Seed, w.Step = seed, step
			_, y := n.Forward(w, x)
			return y.Clone()
		}
		first := draw(1, 1)
		same(t, c.spec+" again", draw(1, 1).Data, first.Data)
		differ := func(y tensor.Mat) int {
			count := 0
			for i, v := range y.Data {
				if v != first.Data[i] {
					count++
				}
			}
			return count
		}
		// Two masks of rate ¼ differ in 2·¼·¾ = 37.5 % of the places.
		if got := differ(draw(1, 2)); got < rows*cols/3 {
			t.Errorf("%s: the next step differs in %d of %d places", c.spec, got, rows*cols)
		}
		if got := differ(draw(2, 1)); (got == 0) != strings.Contains(c.spec, "seed") {
			t.Errorf("%s: another seed differs in %d places", c.spec, got)
		}
		mean, variance := 0.0, 0.0
		for _, v := range first.Data {
			mean += float64(v) / (rows * cols)
		}
		for _, v := range first.Data {
			variance += (float64(v) - mean) * (float64(v) - mean) / (rows * cols)
		}
		// 20 000 draws: the mean errs by sd/141, the variance by about 1 part in 100.
		if math.Abs(mean-c.mean) > 4*math.Sqrt(c.variance)/141 || math.Abs(variance/c.variance-1) > 0.05 {
			t.Errorf("%s: mean %.3f, variance %.3f, want %.3f and %.3f", c.spec, mean, variance, c.mean, c.variance)
		}
	}
}

// Alpha dropout keeps mean 0 and variance 1 of standard normal inputs.
func TestAlphaDropoutKeepsMoments(t *testing.T) {
	const rows, cols = 200, 100
	n := build(t, `[{"gaussian_noise": 1}, {"alpha_dropout": 0.25}]`, cols)
	w := n.NewWorkspace(engine(t), rows)
	w.Training = true
	_, y := n.Forward(w, tensor.New(rows, cols))
	mean, variance := 0.0, 0.0
	for _, v := range y.Data {
		mean += float64(v) / (rows * cols)
	}
	for _, v := range y.Data {
		variance += (float64(v) - mean) * (float64(v) - mean) / (rows * cols)
	}
	if math.Abs(mean) > 4.0/141 || math.Abs(variance-1) > 0.05 { // as in TestNoise
		t.Errorf("mean %.3f, variance %.3f, want 0 and 1", mean, variance)
	}
}

// Normalization learns from all rows, also behind other layers and in a block,
// with more rows than the workspace holds.
func TestAdapt(t *testing.T) {
	k := engine(t)
	x := tensor.View(4, 3, []float32{1, 2, 0.1, 3, 6, 0.1, 5, 10, 0.1, 7, 2, 0.1})
	for layers, scale := range map[string]float64{
		`["normalization"]`: 1,
		`[{"type": "rescaling", "scale": 2}, "normalization"]`:                                   2,
		`[{"residual": ["normalization"]}]`:                                                      1,
		`[{"dropout": 0.5}, {"residual": [{"type": "rescaling", "scale": 3}, "normalization"]}]`: 3,
	} {
		n := build(t, layers, 3)
		if !n.Adapts() {
			t.Errorf("%s: does not adapt", layers)
		}
		w := n.NewWorkspace(k, 3)
		w.Training = true
		n.Init(w, 1)
		n.Adapt(w, x)
		if !w.Training {
			t.Errorf("%s: Adapt changed the mode", layers)
		}
		mean, variance := w.Params[:3], w.Params[3:]
		for j, want := range []float64{4 * scale, 5 * scale, float64(float32(0.1 * scale))} {
			if math.Abs(float64(mean[j])-want) > 1e-6 {
				t.Errorf("%s: mean %d is %v, want %v", layers, j, mean[j], want)
			}
		}
		for j, want := range []float64{5 * scale * scale, 11 * scale * scale, 0} {
			if math.Abs(float64(variance[j])-want) > 1e-6*want {
				t.Errorf("%s: variance %d is %v, want %v", layers, j, variance[j], want)
			}
		}
	}
	n := build(t, `["normalization"]`, 3)
	w := n.NewWorkspace(k, 4)
	n.Init(w, 1)
	n.Adapt(w, x)
	_, y := n.Forward(w, x)
	// Keras 3 has −1.3416407 and −0.904534, in seven places; the constant column is 0,
	// and another value than the constant is shifted, not multiplied by 1e7.
	for j, want := range []float64{-1.3416407, -0.904534, 0} {
		if math.Abs(float64(y.At(0, j))-want) > 2e-7 {
			t.Errorf("column %d is %v, want %v", j, y.At(0, j), want)
		}
	}
	_, y = n.Forward(w, tensor.View(1, 3, []float32{4, 5, 1.1}))
	if got := y.At(0, 2); math.Abs(float64(got)-1) > 1e-6 {
		t.Errorf("a new value of the constant column becomes %v, want 1", got)
	}
	if build(t, `[{"type": "normalization", "mean": 0, "variance": 1}]`, 3).Adapts() {
		t.Error("a normalization by given numbers adapts")
	}
}

// Given statistics divide as Keras's do, by at least 1e-7.
func TestNormalizationByGivenNumbers(t *testing.T) {
	n := build(t, `[{"type": "normalization", "mean": [0.5, 2], "variance": [4, 0]}]`, 2)
	w := n.NewWorkspace(engine(t), 1)
	_, y := n.Forward(w, tensor.View(1, 2, []float32{1, 2.5}))
	if y.At(0, 0) != 0.25 || math.Abs(float64(y.At(0, 1))/5e6-1) > 1e-6 {
		t.Errorf("got %v, want 0.25 and 5e6", y.Data)
	}
	if n.Size != 0 {
		t.Errorf("%d parameters, want none", n.Size)
	}
}

// A code without a vector gives NaN, not its neighbour's numbers.
func TestEmbeddingOutOfRange(t *testing.T) {
	n := build(t, `[{"type": "embedding", "input_dim": 3, "output_dim": 2, "columns": 1}, {"units": 1}]`, 2)
	w := n.NewWorkspace(engine(t), 4)
	n.Init(w, 1)
	nan := float32(math.NaN())
	_, y := n.Forward(w, tensor.View(4, 2, []float32{-1, 0, 3, 0, nan, 0, 2, 0}))
	for i := range 3 {
		if v := y.At(i, 0); v == v {
			t.Errorf("row %d gives %v, want NaN", i, v)
		}
	}
	if v := y.At(3, 0); v != v {
		t.Error("the last code gives NaN")
	}
	n.Backward(w, tensor.View(4, 1, []float32{1, 1, 1, 1})) // and does not run over the table
}

// A penalty on the output of the last layer counts after its activation, which
// the network keeps apart.
func TestActivityOfLastLayer(t *testing.T) {
	n := build(t, `[{"units": 2, "activation": "sigmoid", "activity_regularizer": {"l2": 0.3}}]`, 3)
	w := n.NewWorkspace(engine(t), 4)
	n.Init(w, 1)
	x := grid(rand.New(rand.NewPCG(9, 10)), 4, 3, 2)
	logits, pred := n.Forward(w, x)
	twin := &oracle.Dense{Kernel: oracle.NewParam("kernel", wide(w.Param(0))), Bias: oracle.NewParam("bias", wide(w.Param(1))), Act: oracle.Act("sigmoid", nil)}
	penalty := func() float64 {
		v, _ := oracle.L1L2(0, 0.3, twin.Forward(wide(x), true))
		return v / 4
	}
	if got, want := n.Penalty(w, false), penalty(); math.Abs(got-want) > agree*want {
		t.Errorf("penalty %v, want %v", got, want)
	}
	if logits.At(0, 0) == pred.At(0, 0) {
		t.Error("the activation is not kept apart")
	}
	n.Backward(w, tensor.New(4, 2))
	compare(t, "kernel", w.Grad(0), oracle.Gradient(penalty, twin.Kernel.Value))
	compare(t, "bias", w.Grad(1), oracle.Gradient(penalty, twin.Bias.Value))
}

// What is frozen has no gradient, no penalty and no moving statistics.
func TestFrozen(t *testing.T) {
	n := build(t, `[{"type": "residual", "layers": [{"units": 3, "kernel_regularizer": "l2"}, "batch_normalization"], "trainable": false},
		{"units": 1, "kernel_regularizer": {"l2": 1}, "bias": [0]}]`, 3)
	w := n.NewWorkspace(engine(t), 4)
	w.Training = true
	n.Init(w, 1)
	if n.Trainable != 4 {
		t.Errorf("%d numbers are trained, want 4", n.Trainable)
	}
	before := append([]float32{}, w.Params...)
	n.Forward(w, grid(rand.New(rand.NewPCG(9, 10)), 4, 3, 2))
	n.Backward(w, tensor.View(4, 1, []float32{1, 1, 1, 1}))
	same(t, "parameters", w.Params, before)
	want := 0.0
	for _, v := range w.Params[:3] {
		want += float64(v) * float64(v)
	}
	if got := n.Penalty(w, false); math.Abs(got-want) > 1e-12 {
		t.Errorf("penalty %v, want that of the last layer, %v", got, want)
	}
}

func TestLayersRefuse(t *testing.T) {
	for layers, want := range map[string]string{
		`[{"residual": [{"units": 2}]}]`:                                                                 "test: layers[0]: x has 3 columns and f(x) has 2; they cannot be added",
		`[{"units": 2}, {"type": "residual"}]`:                                                           "test: layers[1].layers: a residual block needs at least one layer",
		`[{"residual": [{"units": 3}, {"type": "glu"}]}]`:                                                "test: layers[0].layers[1]: 3 columns cannot be halved\ntest: layers[0]: x has 3 columns and f(x) has 1; they cannot be added",
		`["group_normalization"]`:                                                                        "test: layers[0]: 3 columns do not fall into 32 equal groups",
		`[{"type": "embedding", "input_dim": 2, "output_dim": 2, "columns": [1, 7]}]`:                    "test: layers[0]: there is no column 7; the layer has 3 inputs",
		`[{"type": "embedding", "input_dim": 2, "output_dim": 2, "columns": [0]}]`:                       "test: layers[0].columns: 0 is not the place of a column",
		`[{"type": "normalization", "mean": 1}]`:                                                         "test: layers[0].mean: mean and variance go together",
		`[{"type": "normalization", "mean": [1, 2], "variance": 1}]`:                                     "test: layers[0]: 2 numbers for 3 columns",
		`[{"units": 2, "bias_initializer": "orthogonal"}]`:                                               "test: layers[0]: the bias is a vector; its initializer needs a matrix",
		`[{"alpha_dropout": 1}]`:                                                                         "test: layers[0].rate: 1 is not less than 1",
		`[{"units": 2, "name": "a/b"}]`:                                                                  `test: layers[0].name: the name "a/b" has a slash`,
		`[{"type": "rescaling"}]`:                                                                        `test: layers[0].scale: "scale" is missing`,
		`[{"units": 2, "init": {"type": "uniform", "minval": 1}}]`:                                       "test: layers[0].kernel_initializer.maxval: maxval 0.05 is less than minval 1",
		`[{"units": 2, "kernel_constraint": {"type": "min_max_norm", "min_value": 2}}, {"dropout": -1}]`: "test: layers[0].kernel_constraint.max_value: max_value 1 is less than min_value 2\ntest: layers[1].rate: -1 is not between 0 and 1",
	} {
		_, err := buildErr(layers, 3)
		if err == nil {
			t.Errorf("%s: accepted", layers)
		} else if err.Error() != want {
			t.Errorf("%s:\n got %s\nwant %s", layers, err, want)
		}
	}
}
