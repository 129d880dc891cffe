package nn

import (
	"slices"
	"testing"

	"mlp/internal/oracle"
)

// A layerCase is one configuration of a layer and the float64 layer that it must
// agree with. Every registered layer has at least one.
type layerCase struct {
	spec  string // as JSON
	in    int
	codes []int // columns that hold codes 0 … 4 instead of numbers

	// oracle makes the float64 layer. p finds a parameter by its name without the
	// layer's, nil if there is none. factor and shift are what a layer that draws
	// did to each element.
	oracle  func(p func(name string) *oracle.Param, factor, shift oracle.Mat) oracle.Layer
	draws   bool // factor and shift are wanted
	penalty func(y oracle.Mat) float64
}

type find = func(name string) *oracle.Param

// act is the case of a layer that is an activation.
func act(name string, p oracle.Params) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(find, oracle.Mat, oracle.Mat) oracle.Layer {
		return &oracle.Activate{Act: oracle.Act(name, p)}
	}
}

func denseOf(activation string) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &oracle.Dense{Kernel: p("kernel"), Bias: p("bias"), Act: oracle.Act(activation, nil)}
	}
}

// ntkOf is the parameterization of the neural tangent kernel.
func ntkOf(activation string) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &oracle.Dense{Kernel: p("kernel"), Bias: p("bias"), Act: oracle.Act(activation, nil), NTK: true}
	}
}

// shareOf is a parametric activation.
func shareOf(name string, params oracle.Params) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &oracle.Parametric{Act: oracle.Act(name, params), Alpha: p("alpha")}
	}
}

// parametricOf is a dense layer that ends in one.
func parametricOf(activation string, ntk bool) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return oracle.Network{&oracle.Dense{Kernel: p("kernel"), Bias: p("bias"), Act: oracle.Act("linear", nil), NTK: ntk},
			&oracle.Parametric{Act: oracle.Act(activation, nil), Alpha: p("alpha")}}
	}
}

func batchNormOf(momentum, epsilon float64, frozen bool) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &oracle.BatchNormalization{Gamma: p("gamma"), Beta: p("beta"), Momentum: momentum, Epsilon: epsilon, Frozen: frozen,
			Mean: slices.Clone(p("moving_mean").Value[0]), Variance: slices.Clone(p("moving_variance").Value[0])}
	}
}

func groupNormOf(groups int, epsilon float64) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &oracle.GroupNormalization{Groups: groups, Gamma: p("gamma"), Beta: p("beta"), Epsilon: epsilon}
	}
}

// drawn is a layer that, given its draws, is affine element by element.
func drawn(_ find, factor, shift oracle.Mat) oracle.Layer {
	return &oracle.Affine{Factor: factor, Shift: shift}
}

// columns makes an affine layer that treats the columns alike in every row.
func columns(factor, shift func(j int) float64) oracle.Layer {
	f, s := oracle.Zeros(caseRows, 6), oracle.Zeros(caseRows, 6)
	for i := range f {
		for j := range f[i] {
			f[i][j], s[i][j] = factor(j), shift(j)
		}
	}
	return &oracle.Affine{Factor: f, Shift: s}
}

// unchanged is the layer that hands its input on.
func unchanged(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return columns(func(int) float64 { return 1 }, func(int) float64 { return 0 })
}

func l1l2(l1, l2 float64) func(y oracle.Mat) float64 {
	return func(y oracle.Mat) float64 {
		v, _ := oracle.L1L2(l1, l2, y)
		return v / float64(len(y))
	}
}

var layerCases = []layerCase{
	{spec: `{"type": "dense", "units": 4}`, in: 6, oracle: denseOf("linear")},
	{spec: `{"type": "dense", "units": 1, "activation": "sigmoid"}`, in: 6, oracle: denseOf("sigmoid")},
	{spec: `{"type": "dense", "units": 40, "activation": "relu"}`, in: 33, oracle: denseOf("relu")},
	{spec: `{"type": "dense", "units": 4, "activation": "gelu"}`, in: 6, oracle: denseOf("gelu")},
	{spec: `{"type": "dense", "units": 4, "activation": "softmax", "use_bias": false}`, in: 6, oracle: denseOf("softmax")},
	{spec: `{"type": "dense", "units": 4, "trainable": false}`, in: 6, oracle: denseOf("linear")},
	{spec: `{"type": "dense", "units": 4, "activation": "tanh", "activity_regularizer": {"type": "l1l2", "l1": 0.1, "l2": 0.3}}`, in: 6,
		oracle: denseOf("tanh"), penalty: l1l2(0.1, 0.3)},
	{spec: `{"type": "dense", "units": 4, "parameterization": "ntk"}`, in: 6, oracle: ntkOf("linear")},
	{spec: `{"type": "dense", "units": 40, "activation": "selu", "parameterization": "ntk"}`, in: 33, oracle: ntkOf("selu")},
	{spec: `{"type": "dense", "units": 1, "activation": "sigmoid", "use_bias": false, "parameterization": "ntk"}`, in: 6, oracle: ntkOf("sigmoid")},
	{spec: `{"type": "activation", "activation": "selu"}`, in: 6, oracle: act("selu", nil)},
	{spec: `{"type": "activation", "activation": "linear"}`, in: 6, oracle: act("linear", nil)},
	{spec: `{"type": "activation", "activation": {"type": "relu", "parametric": true}}`, in: 6, oracle: shareOf("relu", nil)},
	{spec: `{"type": "activation", "activation": {"type": "selu", "parametric": true}, "trainable": false}`, in: 6, oracle: shareOf("selu", nil)},
	{spec: `{"type": "dense", "units": 4, "activation": {"type": "tanh", "parametric": true, "learning_rate_multiplier": 0.5}}`, in: 6, oracle: parametricOf("tanh", false)},
	{spec: `{"type": "dense", "units": 40, "activation": {"type": "mish", "parametric": true}, "parameterization": "ntk"}`, in: 33, oracle: parametricOf("mish", true)},
	{spec: `{"type": "re_lu"}`, in: 6, oracle: act("relu", nil)},
	{spec: `{"type": "ReLU", "max_value": 1.1, "negative_slope": 0.1, "threshold": 0.3}`, in: 6,
		oracle: act("relu", oracle.Params{"max_value": 1.1, "negative_slope": 0.1, "threshold": 0.3})},
	{spec: `{"type": "leaky_re_lu"}`, in: 6, oracle: act("leaky_relu", oracle.Params{"negative_slope": 0.3})},
	{spec: `{"type": "elu", "alpha": 0.5}`, in: 6, oracle: act("elu", oracle.Params{"alpha": 0.5})},
	{spec: `{"type": "softmax"}`, in: 6, oracle: act("softmax", nil)},
	{spec: `{"type": "p_re_lu"}`, in: 6, oracle: func(p find, _, _ oracle.Mat) oracle.Layer { return &oracle.PReLU{Alpha: p("alpha")} }},
	{spec: `{"type": "scale"}`, in: 6, oracle: func(p find, _, _ oracle.Mat) oracle.Layer { return &oracle.Scale{S: p("scale")} }},
	{spec: `{"type": "scale", "trainable": false}`, in: 6, oracle: func(p find, _, _ oracle.Mat) oracle.Layer { return &oracle.Scale{S: p("scale")} }},
	{spec: `{"type": "glu"}`, in: 6, oracle: func(find, oracle.Mat, oracle.Mat) oracle.Layer { return &oracle.GLU{} }},

	{spec: `{"type": "batch_normalization"}`, in: 6, oracle: batchNormOf(0.99, 1e-3, false)},
	{spec: `{"type": "batch_normalization", "center": false, "scale": false, "momentum": 0.5, "epsilon": 0.1}`, in: 6, oracle: batchNormOf(0.5, 0.1, false)},
	{spec: `{"type": "batch_normalization", "trainable": false}`, in: 6, oracle: batchNormOf(0.99, 1e-3, true)},
	{spec: `{"type": "layer_normalization"}`, in: 6, oracle: groupNormOf(1, 1e-3)},
	{spec: `{"type": "layer_normalization", "center": false, "trainable": false}`, in: 6, oracle: groupNormOf(1, 1e-3)},
	{spec: `{"type": "group_normalization", "groups": 2, "scale": false}`, in: 6, oracle: groupNormOf(2, 1e-3)},
	{spec: `{"type": "group_normalization", "groups": 3, "epsilon": 0.01}`, in: 6, oracle: groupNormOf(3, 0.01)},
	{spec: `{"type": "rms_normalization"}`, in: 6, oracle: func(p find, _, _ oracle.Mat) oracle.Layer {
		return &oracle.RMSNormalization{Scale: p("scale"), Epsilon: 1e-6}
	}},
	{spec: `{"type": "unit_normalization"}`, in: 6, oracle: func(find, oracle.Mat, oracle.Mat) oracle.Layer { return &oracle.UnitNormalization{} }},
	{spec: `{"type": "normalization"}`, in: 6, oracle: func(p find, _, _ oracle.Mat) oracle.Layer {
		mean, sd := p("mean").Value[0], roots(p("variance").Value[0])
		return columns(func(j int) float64 { return 1 / sd[j] }, func(j int) float64 { return -mean[j] / sd[j] })
	}},
	{spec: `{"type": "normalization", "mean": 0.5, "variance": [4, 1, 9, 16, 25, 4], "invert": true}`, in: 6, oracle: func(find, oracle.Mat, oracle.Mat) oracle.Layer {
		return columns(func(j int) float64 { return []float64{2, 1, 3, 4, 5, 2}[j] }, func(int) float64 { return 0.5 })
	}},
	{spec: `{"type": "input", "shape": [6]}`, in: 6, oracle: unchanged},
	{spec: `{"type": "flatten", "input_shape": "(6,)"}`, in: 6, oracle: unchanged},
	{spec: `{"type": "identity", "input_dim": 6}`, in: 6, oracle: unchanged},
	{spec: `{"type": "rescaling", "scale": 0.25, "offset": -1}`, in: 6, oracle: func(find, oracle.Mat, oracle.Mat) oracle.Layer {
		return columns(func(int) float64 { return 0.25 }, func(int) float64 { return -1 })
	}},
	{spec: `{"type": "activity_regularization", "l1": 0.1, "l2": 0.3}`, in: 6, oracle: act("linear", nil), penalty: l1l2(0.1, 0.3)},

	{spec: `{"type": "dropout", "rate": 0.3}`, in: 6, draws: true, oracle: drawn},
	{spec: `{"type": "alpha_dropout", "rate": 0.3}`, in: 6, draws: true, oracle: drawn},
	{spec: `{"type": "gaussian_dropout", "rate": 0.3}`, in: 6, draws: true, oracle: drawn},
	{spec: `{"type": "gaussian_noise", "stddev": 0.5}`, in: 6, draws: true, oracle: drawn},

	{spec: `{"type": "embedding", "input_dim": 5, "output_dim": 3}`, in: 2, codes: []int{0, 1}, oracle: embeddingOf(0, 1)},
	{spec: `{"type": "embedding", "input_dim": 5, "output_dim": 2, "columns": [2, 5]}`, in: 6, codes: []int{1, 4}, oracle: embeddingOf(1, 4)},
	{spec: `{"type": "periodic"}`, in: 3, oracle: wavesOf(true, false, true, false)},
	{spec: `{"type": "periodic", "frequencies": 5, "dim": 3, "columns": [2, 4], "sigma": 1}`, in: 6, oracle: wavesOf(true, false, true, false, 1, 3)},
	{spec: `{"type": "periodic", "frequencies": 3, "dim": 4, "bias": false, "concat": false, "activation": "relu"}`, in: 2, oracle: wavesOf(false, true, false, false)},
	{spec: `{"type": "periodic", "frequencies": 3, "dim": 4, "bias": false, "concat": false, "shared": true, "columns": [3, 1]}`, in: 4, oracle: wavesOf(false, false, false, true, 2, 0)},
	{spec: `{"type": "periodic", "frequencies": 4, "shared": true, "trainable": false}`, in: 3, oracle: wavesOf(true, false, true, true)},
	{spec: `{"type": "piecewise_linear", "bins": 5, "dim": 3}`, in: 3, oracle: piecesOf()},
	{spec: `{"type": "piecewise_linear", "bins": 1, "dim": 2, "columns": [2]}`, in: 3, oracle: piecesOf(1)},
	{spec: `{"type": "piecewise_linear", "bins": 4, "dim": 2, "columns": [3, 1], "trainable": false}`, in: 4, oracle: piecesOf(2, 0)},
	{spec: `{"type": "batch_ensemble", "units": 3, "members": 4}`, in: 5, oracle: membersCase(4, false, false, "linear")},
	{spec: `{"type": "batch_ensemble", "units": 3, "members": 3, "split": true, "activation": "silu"}`, in: 6, oracle: membersCase(3, true, false, "silu")},
	{spec: `{"type": "batch_ensemble", "units": 2, "members": 3, "split": true, "shared": false, "activation": "tanh"}`, in: 6, oracle: membersCase(3, true, false, "tanh")},
	{spec: `{"type": "batch_ensemble", "units": 4, "members": 2, "shared": false, "use_bias": false, "average": true, "activation": "silu"}`, in: 3, oracle: membersCase(2, false, true, "silu")},
	{spec: `{"type": "batch_ensemble", "units": 2, "members": 3, "split": true, "average": true, "scaling_initializer": "standard_normal"}`, in: 6, oracle: membersCase(3, true, true, "linear")},
	{spec: `{"type": "batch_ensemble", "units": 2, "members": 3, "trainable": false}`, in: 4, oracle: membersCase(3, false, false, "linear")},
	{spec: `{"type": "residual", "layers": [{"units": 4, "activation": "silu"}, "dropout", {"units": 6, "trainable": false}, "layer_normalization"]}`, in: 6,
		oracle: func(p find, _, _ oracle.Mat) oracle.Layer {
			return &oracle.Residual{Block: oracle.Network{
				&oracle.Dense{Kernel: p("dense/kernel"), Bias: p("dense/bias"), Act: oracle.Act("silu", nil)},
				&oracle.Affine{Factor: maskOf("noise/dropout", 4), Shift: oracle.Zeros(caseRows, 4)},
				&oracle.Dense{Kernel: p("dense_1/kernel"), Bias: p("dense_1/bias"), Act: oracle.Act("linear", nil)},
				&oracle.GroupNormalization{Groups: 1, Gamma: p("layer_normalization/gamma"), Beta: p("layer_normalization/beta"), Epsilon: 1e-3}}}
		}},
	{spec: `{"type": "parallel", "branches": [[{"units": 4, "activation": "silu"}, "dropout"], {"columns": [5, 2], "layers": [{"units": 3}]}, []]}`, in: 6,
		oracle: parallelOf("concatenate", func(p find) []oracle.Network {
			return []oracle.Network{{&oracle.Dense{Kernel: p("dense/kernel"), Bias: p("dense/bias"), Act: oracle.Act("silu", nil)},
				&oracle.Affine{Factor: maskOf("noise/dropout", 4), Shift: oracle.Zeros(caseRows, 4)}},
				{&oracle.Dense{Kernel: p("dense_1/kernel"), Bias: p("dense_1/bias"), Act: oracle.Act("linear", nil)}}, nil}
		}, nil, []int{4, 1}, nil)},
	{spec: `{"type": "parallel", "merge": "add", "branches": [[{"units": 6, "activation": "tanh"}], [{"units": 6, "trainable": false}], []]}`, in: 6,
		oracle: parallelOf("add", func(p find) []oracle.Network {
			return []oracle.Network{{&oracle.Dense{Kernel: p("dense/kernel"), Bias: p("dense/bias"), Act: oracle.Act("tanh", nil)}},
				{&oracle.Dense{Kernel: p("dense_1/kernel"), Bias: p("dense_1/bias"), Act: oracle.Act("linear", nil)}}, nil}
		}, nil, nil, nil)},
	{spec: `{"type": "parallel", "merge": "multiply", "branches": [[{"units": 2, "activation": "tanh"}], {"columns": [1, 6]}, [{"units": 2, "activation": "selu"}]]}`, in: 6,
		oracle: parallelOf("multiply", func(p find) []oracle.Network {
			return []oracle.Network{{&oracle.Dense{Kernel: p("dense/kernel"), Bias: p("dense/bias"), Act: oracle.Act("tanh", nil)}}, nil,
				{&oracle.Dense{Kernel: p("dense_1/kernel"), Bias: p("dense_1/bias"), Act: oracle.Act("selu", nil)}}}
		}, nil, []int{0, 5}, nil)},
}

func parallelOf(merge string, branches func(find) []oracle.Network, columns ...[]int) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer {
		return &oracle.Parallel{Merge: merge, Columns: columns, Branches: branches(p)}
	}
}

// embeddingOf looks codes up in a table that numbers pass by.
func embeddingOf(coded ...int) func(find, oracle.Mat, oracle.Mat) oracle.Layer {
	return func(p find, _, _ oracle.Mat) oracle.Layer { return &lookup{table: p("embeddings"), coded: coded} }
}

// lookup is the float64 twin of Embedding; its own Backward is not needed, since
// gradients are compared with differences of Forward.
type lookup struct {
	table *oracle.Param
	coded []int
}

func (l *lookup) Forward(x oracle.Mat, _ bool) oracle.Mat {
	var y oracle.Mat
	for _, row := range x {
		var out []float64
		for j, v := range row {
			if slices.Contains(l.coded, j) {
				out = append(out, l.table.Value[int(v)]...)
			} else {
				out = append(out, v)
			}
		}
		y = append(y, out)
	}
	return y
}

func (l *lookup) Backward(oracle.Mat) oracle.Mat { panic("not needed") }
func (l *lookup) Params() []*oracle.Param        { return []*oracle.Param{l.table} }

func TestEveryLayerHasACase(t *testing.T) {
	covered := map[string]bool{}
	for _, c := range layerCases {
		covered[elements(t, "["+c.spec+"]")[0].Type] = true
	}
	for _, name := range Layers.Names() {
		if !covered[name] {
			t.Errorf("no case for the layer %q: add one to layerCases", name)
		}
	}
}
