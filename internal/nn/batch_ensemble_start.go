package nn

import (
	"math"

	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// planParams declares the parameters with how they start.
func (e *BatchEnsemble) planParams(p *Plan) {
	if e.kernels = 1; !e.Shared {
		e.kernels = e.Members
	}
	d := e.dense
	if d == nil {
		start := uniformWithin(1 / math.Sqrt(float64(e.in)))
		d = &Dense{KernelInitializer: start, BiasInitializer: start}
	}
	kernel, bias := d.starts(p, e.in)
	kernel, e.divides = dividing(kernel)
	if e.UseBias {
		bias, e.kinks = moving(bias)
	}
	if d.NTK {
		e.factor = ntkFactor(e.in)
	}
	e.kernel = p.Param("kernel", Param{Rows: e.kernels * e.in, Cols: e.Units, Trainable: true, Stacked: !e.Shared, Decay: true,
		Init: blocks(kernel, e.kernels), Regularizer: d.KernelRegularizer})
	if e.Shared {
		if !e.unscaled {
			e.r = p.Param("input_scale", Param{Rows: e.Members, Cols: e.in, Trainable: true, Stacked: true, Init: e.startScale(p.columns)})
			e.summed = append(e.summed, e.r)
		}
		e.s = p.Param("output_scale", Param{Rows: e.Members, Cols: e.Units, Trainable: true, Stacked: true, Init: constant(1)})
		e.summed = append(e.summed, e.s)
	}
	if e.UseBias {
		e.bias = p.Param("bias", Param{Rows: e.Members, Cols: e.Units, Trainable: true, Stacked: true, Init: alike(bias, e.Units, e.Shared), Regularizer: d.BiasRegularizer})
		e.summed = append(e.summed, e.bias)
	}
}

// Adapts reports whether kernel or bias start from the training rows.
func (e *BatchEnsemble) Adapts() Rows {
	if e.divides || e.kinks != nil {
		return SomeRows
	}
	return NoRows
}

// Adapt gives kernel and bias their first values by x (rows·members, in), as Dense does: a
// kernel by the rows of all members that have it, a bias by those of its member.
func (e *BatchEnsemble) Adapt(w *Workspace, x tensor.Mat) {
	kern := w.Param(e.kernel)
	for k := range e.kernels {
		if !e.divides {
			break
		}
		divideColumns(e.kernelOf(kern, k), func(add func(z []float32)) {
			for lo := 0; lo < x.Rows; lo += w.block() {
				rows := x.Slice(lo, min(lo+w.block(), x.Rows))
				z := e.block(w.values(e.z, rows.Rows), e.products(w, rows), k, e.Units)
				for ; len(z) > 0; z = z[e.Units:] {
					add(z[:e.Units])
				}
			}
		})
	}
	if e.kinks == nil {
		return
	}
	bias := w.Param(e.bias).Data
	e.kinks.move(w, e.bias, x.Rows/e.Members, func(j int, rows []int, shares []float64) {
		m, unit := j/e.Units, j%e.Units
		setKink(&bias[j], orOne(float64(e.factor)), rows, shares, func(row int) float64 {
			return sumAt(e.part(x, row, m), e.scale(w, m), e.kernelOf(kern, m%e.kernels), unit)
		})
	})
}

// alike lets all members that share a kernel start from one draw, so that only their
// factors tell them apart.
func alike(start Initializer, units int, shared bool) Initializer {
	return fillFunc(func(w []float32, shape []int, s rng.Stream) {
		start.Fill(w, shape, s)
		for i := units; shared && i < len(w); i++ {
			w[i] = w[i-units]
		}
	})
}

// blocks draws each of several kernels, one below the other, by itself.
func blocks(start Initializer, n int) Initializer {
	if n == 1 {
		return start
	}
	return fillFunc(func(w []float32, shape []int, s rng.Stream) {
		rows, size := shape[0]/n, len(w)/n
		for k := range n {
			start.Fill(w[k*size:(k+1)*size], []int{rows, shape[1]}, s.At(uint64(k)))
		}
	})
}

// startScale draws the factors of the inputs.
func (e *BatchEnsemble) startScale(columns []string) Initializer {
	switch {
	case e.Split && e.start == "auto":
		return constant(1)
	case e.Split:
		columns = nil
	}
	return startScale(e.start, e.in, columns)
}

// startScale draws the factors of a member's inputs; those that are made of one column
// of the table, where columns are known, have one in common.
func startScale(start string, in int, columns []string) Initializer {
	first := make([]int, in) // the first input that is made of the same column
	at := map[string]int{}
	for j := range first {
		first[j] = j
		if len(columns) == in {
			if k, ok := at[columns[j]]; ok {
				first[j] = k
			} else {
				at[columns[j]] = j
			}
		}
	}
	return fillFunc(func(w []float32, _ []int, s rng.Stream) {
		for i := range w {
			v := 1.0
			switch k := uint64(i - i%len(first) + first[i%len(first)]); {
			case start == "standard_normal":
				v = s.Normal(k)
			case start != "ones" && s.Float64(k) < 0.5: // random_signs, or auto
				v = -1
			}
			w[i] = float32(v)
		}
	})
}
