package nn

import (
	"math"

	"mlp/internal/form"
	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("dense", "Dense", "act(x·W + b), the fully connected layer", func(f *spec.Fields) Layer {
	f.Moot("lora_rank", "weights are trained whole", "null")
	f.Moot("lora_alpha", "weights are trained whole", "null")
	f.Alias("units", "output_dim")
	f.Alias("kernel_initializer", "init")
	f.Alias("kernel_regularizer", "W_regularizer")
	f.Alias("bias_regularizer", "b_regularizer")
	d := &Dense{
		Units:     f.NeedInt("units", "number of outputs", spec.In(1, 1<<20)),
		activated: activated{Activation: spec.One(f, "activation", Activations, "linear", "applied to the weighted sums")},
		UseBias:   f.Bool("use_bias", true, "whether a bias is added"),
		NTK: f.Enum("parameterization", "standard",
			"ntk: x·W/√inputs + b, W of size 1 (the neural tangent kernel's, Jacot et al. 2018); its kernel starts from standard_normal unless told otherwise",
			"standard", "ntk") == "ntk",
	}
	f.Unsaid("parameterization")
	start := "glorot_uniform"
	if d.NTK {
		start = "standard_normal"
	}
	d.KernelInitializer = spec.One(f, "kernel_initializer", Initializers, start, "how the kernel starts")
	d.BiasInitializer = spec.One(f, "bias_initializer", Initializers, "zeros", "how the bias starts")
	d.KernelRegularizer = spec.One(f, "kernel_regularizer", Regularizers, "", "penalty on the kernel")
	d.BiasRegularizer = spec.One(f, "bias_regularizer", Regularizers, "", "penalty on the bias")
	d.KernelConstraint = spec.One(f, "kernel_constraint", Constraints, "", "projection of the kernel after each update")
	d.BiasConstraint = spec.One(f, "bias_constraint", Constraints, "", "projection of the bias after each update")
	d.Kernel = f.Matrix("kernel", "the weights themselves, inputs × units, instead of an initializer")
	d.Bias = f.Floats("bias", nil, "the biases themselves, one a unit, instead of an initializer")
	if len(d.Bias) > 0 && len(d.Bias) != d.Units {
		f.Problem("bias", "give one bias for each unit", "%d biases for %d units", len(d.Bias), d.Units)
	}
	if len(d.Bias) > 0 && !d.UseBias {
		f.Problem("bias", "drop one of them", "a bias is given, but use_bias is false")
	}
	return d
})

// Dense is the fully connected layer: y = act(x·W + b), x (batch, in), W (in, units),
// b (units), y (batch, units). With NTK it is y = act(f·x·W + b), f = 1/√in: W stays
// of size 1 whatever the width, so that one learning rate fits layers of all widths.
type Dense struct {
	Units int
	activated
	UseBias                            bool
	NTK                                bool
	KernelInitializer, BiasInitializer Initializer
	KernelRegularizer, BiasRegularizer Regularizer
	KernelConstraint, BiasConstraint   Constraint
	Kernel                             [][]float64 // literal weights; nil: drawn
	Bias                               []float64   // literal biases; empty: drawn

	kernel, bias ParamID
	x            InputID
	y, z, dx     BufID // z is y itself unless the activation needs its input on the way back
	fx, fdz      BufID // with NTK: f·x and f·dz, as no product has a factor
	factor       float32
	divides      bool    // the kernel is data_dependent
	kinks        *hePlus // how the bias starts, if so
	inputGrad    bool
}

// Plan declares W and b and returns the number of units.
func (d *Dense) Plan(p *Plan, in int) int {
	kernelInit, biasInit := d.starts(p, in)
	kernelInit, d.divides = dividing(kernelInit)
	if d.UseBias {
		biasInit, d.kinks = moving(biasInit)
	}
	d.kernel = p.Param("kernel", Param{Rows: in, Cols: d.Units, Init: kernelInit, Regularizer: d.KernelRegularizer,
		Constraint: d.KernelConstraint, Trainable: true, Decay: true})
	if d.UseBias {
		d.bias = p.Param("bias", Param{Rows: 1, Cols: d.Units, Vector: true, Init: biasInit, Regularizer: d.BiasRegularizer,
			Constraint: d.BiasConstraint, Trainable: true})
	}
	d.activated.plan(p, d.Units)
	d.x, d.y = p.Input(), p.Buffer(d.Units)
	d.z = d.y
	if d.needsInput() {
		d.z = p.Buffer(d.Units)
	}
	if d.inputGrad = p.InputGrad(); d.inputGrad {
		d.dx = p.Buffer(in)
	}
	if d.NTK {
		d.factor = ntkFactor(in)
		d.fx = p.Buffer(in)
		if d.inputGrad {
			d.fdz = p.Buffer(d.Units)
		}
	}
	return d.Units
}

// starts returns how kernel and bias start.
func (d *Dense) starts(p *Plan, in int) (kernel, bias Initializer) {
	kernel, bias = d.KernelInitializer, d.BiasInitializer
	if d.Kernel != nil {
		if len(d.Kernel) != in || len(d.Kernel[0]) != d.Units {
			p.Problem("rows are inputs, columns are units", "the kernel is %d × %d; %d inputs and %d units need %d × %d",
				len(d.Kernel), len(d.Kernel[0]), in, d.Units, in, d.Units)
			return constant(0), bias
		}
		kernel = Literal(d.Kernel)
	}
	if len(d.Bias) > 0 {
		bias = Literal([][]float64{d.Bias})
	}
	return kernel, bias
}

func ntkFactor(in int) float32 { return float32(1 / math.Sqrt(float64(in))) }

// Forward computes z = f·x·W + b, f being 1 without NTK, and y = act(z).
func (d *Dense) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	w.Keep(d.x, x)
	d.sums(w, w.values(d.z, x.Rows), x.Data, x.Rows) // z (batch, units)
	if d.linear() {
		return w.Buf(d.z, x.Rows)
	}
	d.forward(w, w.Buf(d.y, x.Rows), w.Buf(d.z, x.Rows)) // y, z (batch, units)
	return w.Buf(d.y, x.Rows)
}

// sums computes z = f·x·W + b: (batch, units) = (batch, in) · (in, units) + (units).
func (d *Dense) sums(w *Workspace, z, x []float32, rows int) {
	if !d.UseBias {
		d.products(w, z, x, rows)
		return
	}
	kern := &w.params[d.kernel]
	if d.NTK {
		x = d.scaled(w, d.fx, x, rows)
	}
	w.K.GemmBias(kernel.NN, rows, kern.Cols, kern.Rows, x, kern.Data, w.params[d.bias].Data, z)
}

// products computes z = f·x·W.
func (d *Dense) products(w *Workspace, z, x []float32, rows int) {
	kern := &w.params[d.kernel]
	if d.NTK {
		x = d.scaled(w, d.fx, x, rows)
	}
	w.K.Gemm(kernel.NN, rows, kern.Cols, kern.Rows, x, kern.Data, 0, z)
}

// scaled computes f·x in a buffer.
func (d *Dense) scaled(w *Workspace, id BufID, x []float32, rows int) []float32 {
	fx := w.values(id, rows)
	clear(fx)
	w.K.Axpy(d.factor, x, fx)
	return fx
}

// Backward computes dz = dy·act'(z), dW = f·xᵀ·dz, db = Σ rows of dz, dx = f·dz·Wᵀ.
func (d *Dense) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	rows, dz, kern := dy.Rows, dy.Data, &w.params[d.kernel] // dz takes the place of dy (batch, units)
	if !d.linear() {
		d.backward(w, dy, w.Buf(d.z, rows), w.Buf(d.y, rows))
	}
	if g := w.grads[d.kernel].Data; len(g) > 0 {
		x := w.inputs[d.x].Data
		if d.NTK {
			x = w.values(d.fx, rows)
		}
		// dW (in, units) = xᵀ (in, batch) · dz (batch, units)
		w.K.Gemm(kernel.TN, kern.Rows, kern.Cols, rows, x, dz, 0, g)
		if d.UseBias {
			w.K.SumRows(w.grads[d.bias].Data, dz, rows, kern.Cols) // db (units)
		}
	}
	if !d.inputGrad {
		return tensor.Mat{}
	}
	if d.NTK {
		dz = d.scaled(w, d.fdz, dz, rows)
	}
	// dx (batch, in) = dz (batch, units) · Wᵀ (units, in)
	w.K.Gemm(kernel.NT, rows, kern.Rows, kern.Cols, dz, kern.Data, 0, w.values(d.dx, rows))
	return w.Buf(d.dx, rows)
}

// Express writes down y = act(f·x·W + b).
func (d *Dense) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	if d.NTK {
		x = b.Mul(x, b.Const32(d.factor))
	}
	z := b.Times(x, 1, w.Param(d.kernel).Data, d.Units)
	if d.UseBias {
		z = b.Add(z, b.Const32(w.Param(d.bias).Data...))
	}
	return d.activated.Express(b, w, z)
}
