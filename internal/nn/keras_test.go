package nn

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/oracle/golden"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// What the real Keras computed; testdata/keras/README.md of package train says how.
const goldens = "../train/testdata/keras"

// forward is how near a forward pass, and one pass back, must come to Keras: some
// sixteen roundings of 2⁻²⁴, about what the longest chains here (a softmax, a
// normalisation, a sum of products) add up to on either side. Where Keras's own
// float32 is further from its float64, golden.Comparison goes by that.
const forward = 1e-6

// matrix returns given or computed numbers as the engine has them.
func matrix(m golden.Matrix) tensor.Mat { return tensor.View(m.Rows, m.Cols, m.Float32()) }

// made builds the component that a case asks for.
func made[T any](t testing.TB, r *spec.Registry[T], c golden.Case) T {
	t.Helper()
	n, err := spec.ParseJSON(c.Config, "config", "config")
	if err != nil {
		t.Fatal(err)
	}
	n.Put("type", spec.NewString(c.Type))
	v, err := r.Build(n)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return v
}

func TestActivationsAreKeras(t *testing.T) {
	k := engine(t)
	near := golden.Comparison{T: t, Bound: forward, Distance: golden.ByEach}
	seen := map[string]bool{"glu": true, "ordered": true, "mean_sd": true} // Keras has not the last two; runs of networks that end as they do are compared in package train
	for _, c := range golden.Cases(t, goldens, "activations", 100) {
		x := matrix(c.Given["x"])
		if c.Type == "glu" { // halves the width, and so is a layer here
			layerIsKeras(t, k, &near, c)
			continue
		}
		a := made(t, Activations, c)
		seen[a.Name] = true
		if c.Type == "sparsemax" && !strings.HasSuffix(c.Name, "far out") {
			sparsemaxIsNotKeras(t, k, &near, a, c)
			continue
		}
		y := tensor.New(x.Rows, x.Cols)
		a.Forward(k, y, x)
		near.Near(c, "y", y.Data)
		if dy := matrix(c.Given["dy"]); !dy.Empty() {
			dx := tensor.New(x.Rows, x.Cols)
			a.Backward(k, dx, dy, x, y)
			near.Near(c, "dx", dx.Data)
		}
	}
	near.Report()
	everyName(t, Activations, seen)
}

// sparsemaxIsNotKeras shows that Keras 3.15.1 errs here. Its threshold should be
// (Σ of the k largest − 1)/k; it has the sum of their running sums in that place,
// which is another number as soon as k > 1, and its rows do not sum to 1. So here
// Keras's formula must give Keras's numbers, and ours rows that sum to 1. (Far
// out, where k is 1, the two agree and are compared.)
func sparsemaxIsNotKeras(t *testing.T, k *kernel.Engine, near *golden.Comparison, a Activation, c golden.Case) {
	t.Helper()
	x := matrix(c.Given["x"])
	var wrong []float64
	y := tensor.New(x.Rows, x.Cols)
	a.Forward(k, y, x)
	for i := range x.Rows {
		sorted := slices.Sorted(slices.Values(x.Row(i)))
		slices.Reverse(sorted)
		run, runs, n := 0.0, 0.0, 0.0
		for j, v := range sorted {
			if run += float64(v); 1+float64(j+1)*float64(v) > run {
				runs, n = runs+run, n+1
			}
		}
		sum := 0.0
		for j, v := range x.Row(i) {
			wrong = append(wrong, math.Max(float64(v)-(runs-1)/n, 0))
			sum += float64(y.At(i, j))
		}
		if math.Abs(sum-1) > forward {
			t.Errorf("%s: row %d sums to %v, want 1", c.Name, i, sum)
		}
	}
	near.NearWide(c, "y", wrong)
}

// oneLayer is the layer of a case in a network that asks it for ∂loss/∂input,
// with the case's weights. The identity after it keeps its activation from being
// taken for the network's last.
func oneLayer(t testing.TB, k *kernel.Engine, c golden.Case, rows, in int) (*Network, *Workspace) {
	t.Helper()
	n, err := spec.ParseJSON(c.Config, "config", "config")
	if err != nil {
		t.Fatal(err)
	}
	n.Put("type", spec.NewString(c.Type))
	net, err := buildWith(elements(t, "["+string(spec.CanonicalJSON(n))+`, {"type": "rescaling", "scale": 1}]`), in, &Plan{learning: true})
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	w := net.NewWorkspace(k, rows)
	net.Init(w, 1)
	for i, p := range net.Params {
		if given, ok := c.Given[lastName(p)]; ok {
			if got := w.Param(ParamID(i)); len(given.Data) != got.Rows*got.Cols {
				t.Fatalf("%s: %s has %d numbers, Keras's %d", c.Name, p.Name, got.Rows*got.Cols, len(given.Data))
			}
			copy(w.Param(ParamID(i)).Data, given.Float32())
		}
	}
	return net, w
}

// lastName is a parameter's name without its layer's.
func lastName(p Param) string { return p.Name[strings.LastIndex(p.Name, "/")+1:] }

// values returns a parameter by its name without the layer's.
func values(t testing.TB, n *Network, w *Workspace, name string) tensor.Mat {
	t.Helper()
	i := slices.IndexFunc(n.Params, func(p Param) bool { return lastName(p) == name })
	if i < 0 {
		t.Fatalf("no parameter %q", name)
	}
	return w.Param(ParamID(i))
}

// layerIsKeras compares everything that Keras says about a layer: outputs,
// gradients, moved statistics and penalty of a training step, then of inference.
func layerIsKeras(t *testing.T, k *kernel.Engine, near *golden.Comparison, c golden.Case) {
	t.Helper()
	x := matrix(c.Given["x"])
	net, w := oneLayer(t, k, c, x.Rows, x.Cols)
	w.Training = true
	answered := map[string]bool{}
	pass := func(prefix string) {
		_, y := net.Forward(w, x)
		got := map[string][]float32{"y": slices.Clone(y.Data)}
		penalty := net.Penalty(w, false) // of the pass forward, before the gradients, as dy is that of the loss alone
		if dy := matrix(c.Given["dy"]); !dy.Empty() {
			quiet(net)
			got["dx"] = net.chain.backward(w, dy.Clone()).Data
		}
		for i, p := range net.Params {
			if p.Trainable {
				got["gradient/"+lastName(p)] = w.Grad(ParamID(i)).Data
			} else {
				got["updated/"+lastName(p)] = w.Param(ParamID(i)).Data
			}
		}
		for key, v := range got {
			if _, asked := c.Float64[prefix+key]; asked {
				near.Near(c, prefix+key, v)
				answered[prefix+key] = true
			}
		}
		if _, asked := c.Float64[prefix+"penalty"]; asked {
			near.NearWide(c, prefix+"penalty", []float64{penalty})
			answered[prefix+"penalty"] = true
		}
	}
	pass("")
	if slices.ContainsFunc(keys(c.Float64), func(s string) bool { return strings.HasPrefix(s, "inference/") }) {
		net, w = oneLayer(t, k, c, x.Rows, x.Cols)
		pass("inference/")
	}
	for key := range c.Float64 {
		if !answered[key] {
			t.Errorf("%s: Keras's %q was compared with nothing", c.Name, key)
		}
	}
}

// quiet takes the penalty on outputs away before the way back: the case's
// gradients are without it.
func quiet(n *Network) {
	for i := range n.Elements {
		n.Elements[i].activity.Regularizer = nil
		if a, ok := n.Elements[i].Layer.(*ActivityRegularization); ok {
			a.activity.Regularizer = nil
		}
	}
}

func keys[T any](m map[string]T) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

func TestLayersAreKeras(t *testing.T) {
	k := engine(t)
	near := golden.Comparison{T: t, Bound: forward}
	seen := map[string]bool{
		"gaussian_noise": true, "gaussian_dropout": true, // other draws than Keras's: TestNoise has their law
		"glu":      true,                           // among the activations, as in Keras
		"parallel": true,                           // layers of Keras's merge: TestParallelIsKeras
		"periodic": true, "piecewise_linear": true, // no layers in Keras: TestEmbeddingsAreTorch
		"batch_ensemble": true,                                    // TestMembersAreTabM
		"scale":          true,                                    // no layer in Keras: the oracle is its second formula
		"input":          true, "flatten": true, "identity": true, // the input itself; whole pasted models have them
		"residual": true, // no layer in Keras: package train has whole runs of it
	}
	for _, c := range golden.Cases(t, goldens, "layers", 40) {
		doc, _ := Layers.Describe(c.Type)
		seen[doc.Name] = true
		switch {
		case strings.HasSuffix(c.Name, "three batches"):
			threeBatches(t, k, &near, c)
		case c.Type == "normalization" && !slices.Contains(keys(c.Given), "dy"):
			normalizationIsKeras(t, k, &near, c)
		case strings.HasSuffix(c.Type, "dropout"):
			dropoutIsKeras(t, k, &near, c)
		default:
			layerIsKeras(t, k, &near, c)
		}
	}
	near.Report()
	everyName(t, Layers, seen)
}

// Networks that branch are Keras's functional ones: the same weights by path give its
// outputs and gradients.
func TestParallelIsKeras(t *testing.T) {
	k := engine(t)
	near := golden.Comparison{T: t, Bound: forward}
	merges := map[string]bool{}
	for _, c := range golden.Cases(t, goldens, "graphs", 4) {
		n, err := spec.ParseJSON(c.Config, "config", "config")
		if err != nil {
			t.Fatal(err)
		}
		x := matrix(c.Given["x"])
		net, err := buildWith(elements(t, string(spec.CanonicalJSON(n.Get("layers")))), x.Cols, &Plan{learning: true})
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		w := net.NewWorkspace(k, x.Rows)
		w.Training = true
		for i, p := range net.Params {
			given, ok := c.Given[p.Name]
			if !ok || copy(w.Param(ParamID(i)).Data, given.Float32()) != p.Len() {
				t.Fatalf("%s: Keras has no %s of %d numbers", c.Name, p.Name, p.Len())
			}
		}
		_, y := net.Forward(w, x)
		got := map[string][]float32{"y": slices.Clone(y.Data)}
		got["dx"] = net.chain.backward(w, matrix(c.Given["dy"])).Data
		for i, p := range net.Params {
			got["gradient/"+p.Name] = w.Grad(ParamID(i)).Data
		}
		if len(got) != len(c.Float64) {
			t.Errorf("%s: %q, Keras has %q", c.Name, keys(got), keys(c.Float64))
		}
		for key := range c.Float64 {
			near.Near(c, key, got[key])
		}
		net.chain.flatten(func(e *Element) {
			if l, ok := e.Layer.(*Parallel); ok {
				merges[l.Merge] = true
			}
		})
	}
	near.Report()
	if len(merges) != 3 {
		t.Errorf("only %q are compared", keys(merges))
	}
}

// threeBatches moves the statistics of a batch normalisation three times, the
// last time by a batch of one row, and then predicts.
func threeBatches(t *testing.T, k *kernel.Engine, near *golden.Comparison, c golden.Case) {
	t.Helper()
	x := matrix(c.Given["x"])
	net, w := oneLayer(t, k, c, x.Rows, x.Cols)
	w.Training = true
	var out []float32
	at := 0
	for _, size := range c.Given["batches"].Data {
		_, y := net.Forward(w, x.Slice(at, at+int(size)))
		out = append(out, y.Data...)
		at += int(size)
	}
	near.Near(c, "y", out)
	near.Near(c, "updated/moving_mean", values(t, net, w, "moving_mean").Data)
	near.Near(c, "updated/moving_variance", values(t, net, w, "moving_variance").Data)
	w.Training = false
	_, y := net.Forward(w, x)
	near.Near(c, "inference/y", y.Data)
}

// Pitfall 35: statistics are taken in two passes and in float64, so a column of a
// large mean loses nothing. Keras on torch and numpy takes mean(x²) − mean(x)²,
// which at this mean has lost every digit.
func TestBatchNormalizationOfLargeMeans(t *testing.T) {
	k := engine(t)
	net := build(t, `[{"type": "batch_normalization", "epsilon": 1e-9}]`, 1)
	w := net.NewWorkspace(k, 4)
	net.Init(w, 1)
	w.Training = true
	const mean = 1 << 20 // these four numbers around it are exact
	_, y := net.Forward(w, tensor.View(4, 1, []float32{mean - 3, mean - 1, mean + 1, mean + 3}))
	for i, want := range []float64{-3, -1, 1, 3} {
		if got := float64(y.At(i, 0)); math.Abs(got-want/math.Sqrt(5)) > forward {
			t.Errorf("row %d is %v, want %v", i, got, want/math.Sqrt(5))
		}
	}
}

// Pitfalls 3 and 32: a name that Keras has but does not find, and a deviation
// above 1, which it refuses.
func TestWhatKerasRefuses(t *testing.T) {
	component(t, Regularizers, `{"l1_l2": 0.1}`)
	elements(t, `[{"gaussian_noise": 3}]`)
}

// normalizationIsKeras checks a Normalization with statistics given or learned.
// A column that is constant in training Keras divides by 1e-7, so that it stays 0
// in training and explodes later (pitfall 31); here it is only shifted, which is
// 0 in training as well.
func normalizationIsKeras(t *testing.T, k *kernel.Engine, near *golden.Comparison, c golden.Case) {
	t.Helper()
	x := matrix(c.Given["x"])
	net, w := oneLayer(t, k, c, x.Rows, x.Cols)
	if net.Adapts() {
		net.Adapt(w, x)
		near.Near(c, "mean", values(t, net, w, "mean").Data)
		near.Near(c, "variance", values(t, net, w, "variance").Data)
	}
	_, y := net.Forward(w, x)
	near.Near(c, "y", y.Data)
}

// dropoutIsKeras wants the two values that dropout makes of a constant.
func dropoutIsKeras(t *testing.T, k *kernel.Engine, near *golden.Comparison, c golden.Case) {
	t.Helper()
	const rows, cols = 20, 30
	net, w := oneLayer(t, k, c, rows, cols)
	x := tensor.New(rows, cols)
	for i := range x.Data {
		x.Data[i] = float32(c.Given["x"].Data[0])
	}
	w.Training, w.Seed = true, 1
	_, y := net.Forward(w, x)
	near.Near(c, "kept", []float32{slices.Max(y.Data)})
	near.Near(c, "dropped", []float32{slices.Min(y.Data)})
	for _, v := range y.Data {
		if v != slices.Max(y.Data) && v != slices.Min(y.Data) {
			t.Errorf("%s: a third value, %v", c.Name, v)
		}
	}
}

func TestRegularizersAreKeras(t *testing.T) {
	near := golden.Comparison{T: t, Bound: forward}
	seen := map[string]bool{}
	for _, c := range golden.Cases(t, goldens, "regularizers", 18) {
		seen[c.Type] = true
		w := matrix(c.Given["w"])
		g := tensor.New(w.Rows, w.Cols)
		near.NearWide(c, "penalty", []float64{made(t, Regularizers, c).Penalty(w, g)})
		if _, asked := c.Float64["dw"]; asked {
			near.Near(c, "dw", g.Data)
		}
	}
	near.Report()
	everyName(t, Regularizers, seen)
}

func TestConstraintsAreKeras(t *testing.T) {
	near := golden.Comparison{T: t, Bound: forward}
	seen := map[string]bool{}
	for _, c := range golden.Cases(t, goldens, "constraints", 27) {
		seen[c.Type] = true
		w := matrix(c.Given["w"])
		made(t, Constraints, c).Apply(w)
		near.Near(c, "y", w.Data)
	}
	near.Report()
	everyName(t, Constraints, seen)
}

// Constant initializers give Keras's numbers; random ones have other draws, but
// by Keras's law.
func TestInitializersAreKeras(t *testing.T) {
	seen := map[string]bool{
		"standard_normal": true,                  // Keras's random_normal with stddev 1
		"data_dependent":  true, "he_plus": true, // none of Keras: the oracle is their second formula
	}
	for _, c := range golden.Cases(t, goldens, "initializers", 60) {
		shape := []int{int(c.Given["shape"].Data[0]), int(c.Given["shape"].Data[1])}
		w := make([]float32, shape[0]*shape[1])
		doc, _ := Initializers.Describe(c.Type)
		seen[doc.Name] = true
		made(t, Initializers, c).Fill(w, shape, rng.New(1, "init/"+c.Name))
		switch {
		case len(c.Float64["y"].Data) > 0:
			same(t, c.Name, w, c.Float32["y"].Float32())
		case len(c.Float64["gain_squared"].Data) > 0:
			orthogonalTo(t, c, w, shape)
		default:
			lawOf(t, c, w)
		}
	}
	everyName(t, Initializers, seen)
}

// lawOf compares mean and deviation of the draws with the stated ones within four
// standard errors, and wants the limits kept and nearly reached.
func lawOf(t *testing.T, c golden.Case, w []float32) {
	t.Helper()
	mean, sd := c.Float64["mean"].Data[0], c.Float64["std"].Data[0]
	n := float64(len(w))
	sum, square := 0.0, 0.0
	for _, v := range w {
		sum += float64(v)
	}
	for _, v := range w {
		square += (float64(v) - sum/n) * (float64(v) - sum/n)
	}
	if got := sum / n; math.Abs(got-mean) > 4*sd/math.Sqrt(n) {
		t.Errorf("%s: mean %v, want %v", c.Name, got, mean)
	}
	// The deviation of a normal errs by a part in √(2n); that of flatter laws by less.
	if got := math.Sqrt(square / n); math.Abs(got/sd-1) > 4/math.Sqrt(2*n) {
		t.Errorf("%s: deviation %v, want %v", c.Name, got, sd)
	}
	limit := c.Float64["limit"].Data
	if len(limit) == 0 {
		if far := math.Abs(float64(slices.Max(w)) - mean); far < 3.5*sd { // one in 4300 draws is further
			t.Errorf("%s: no draw is further than %v from the mean: cut off?", c.Name, far)
		}
		return
	}
	// Rounded to float32, a draw may pass the limit by half a unit of its last place.
	lo, hi, slack := limit[0], limit[1], 0.01*(limit[1]-limit[0])
	low, high := float64(slices.Min(w)), float64(slices.Max(w))
	if ulp := math.Abs(hi) * 0x1p-23; low < lo-ulp || low > lo+slack || high > hi+ulp || high < hi-slack {
		t.Errorf("%s: draws from %v to %v, want %v to %v", c.Name, low, high, lo, hi)
	}
}

// orthogonalTo wants gain² on the diagonal of the smaller Gram matrix and zeros
// beside it; sums of up to 40 products of float32 err by less than 1e-6.
func orthogonalTo(t *testing.T, c golden.Case, w []float32, shape []int) {
	t.Helper()
	v := vectors{data: w, n: shape[0], long: shape[1], next: shape[1], stride: 1}
	if shape[1] < shape[0] {
		v = vectors{data: w, n: shape[1], long: shape[0], next: 1, stride: shape[1]}
	}
	for i := range v.n {
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = c.Float64["gain_squared"].Data[0]
			}
			if got := v.dot(i, j); math.Abs(got-want) > 1e-6 {
				t.Errorf("%s: vectors %d and %d have the product %v, want %v", c.Name, i, j, got, want)
			}
		}
	}
}

// At its kinks a function has the slope that it has in Keras: exactly, for it is one of a
// few numbers.
func TestKinksAreKeras(t *testing.T) {
	k := engine(t)
	for _, c := range golden.Cases(t, goldens, "kinks", 30) {
		x := matrix(c.Given["x"])
		if x.Empty() {
			continue // a loss: see its package
		}
		y, dx := tensor.New(x.Rows, x.Cols), tensor.New(x.Rows, x.Cols)
		for i := range dx.Data {
			dx.Data[i] = 1
		}
		if _, ok := Activations.Describe(c.Type); ok {
			a := made(t, Activations, c)
			a.Forward(k, y, x)
			a.Backward(k, dx, dx, x, y)
		} else {
			net, w := oneLayer(t, k, c, x.Rows, x.Cols)
			_, y = net.Forward(w, x)
			dx = net.chain.backward(w, dx)
		}
		for key, got := range map[string]tensor.Mat{"y": y, "dx": dx} {
			if want := c.Float32[key].Float32(); !slices.Equal(got.Data, want) {
				t.Errorf("%s: at %v %s is %v, in Keras %v", c.Name, x.Data, key, got.Data, want)
			}
		}
	}
}
