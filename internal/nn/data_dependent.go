package nn

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// Initializers that look at the training rows: what they make of them is a function of
// the seed and the rows.
var (
	_ = Initializers.Add("data_dependent",
		"standard normal, each column then divided by the standard deviation of its weighted sums over the training rows; for the kernel of a dense layer (Krähenbühl et al. 2016)",
		func(f *spec.Fields) Initializer {
			return dataDependent{seeded(f, func(w []float32, _ []int, s rng.Stream) { normal(w, s, 0, 1, false) })}
		})
	_ = Initializers.Add("he_plus",
		"minus the weighted sum at a random point among some training rows, so that each unit has its kink within the data; for the bias of a dense layer (Steinwart 2019)",
		func(f *spec.Fields) Initializer {
			return hePlus{fillFunc: constant(0), samples: f.Int("samples", 5, "rows around each point", spec.In(1, 1000)), draws: ownStream(f)}
		})
)

// dataDependent draws; Dense.Adapt divides.
type dataDependent struct{ fillFunc }

func (dataDependent) place() string { return "the kernel of a dense layer" }

// hePlus fills with zeros, which Dense.Adapt replaces.
type hePlus struct {
	fillFunc
	samples int
	draws   func(rng.Stream) rng.Stream
}

func (hePlus) place() string { return "the bias of a dense layer" }

// dividing returns what a kernel is drawn from, and whether its columns are then divided.
func dividing(start Initializer) (Initializer, bool) {
	if fill, ok := start.(dataDependent); ok {
		return fill.fillFunc, true
	}
	return start, false
}

// moving returns what a bias starts from, and how it then moves, if it does.
func moving(start Initializer) (Initializer, *hePlus) {
	if fill, ok := start.(hePlus); ok {
		return fill.fillFunc, &fill
	}
	return start, nil
}

// Adapts reports whether kernel or bias start from the training rows.
func (d *Dense) Adapts() Rows {
	if d.divides || d.kinks != nil {
		return SomeRows
	}
	return NoRows
}

// Adapt gives kernel and bias their first values by x (rows, in).
func (d *Dense) Adapt(w *Workspace, x tensor.Mat) {
	if d.divides {
		d.divide(w, x)
	}
	if d.kinks != nil {
		bias := w.Param(d.bias).Data
		d.kinks.move(w, d.bias, x.Rows, func(k int, rows []int, shares []float64) {
			d.moveKink(w, bias, x, k, rows, shares)
		})
	}
}

// divide divides each column of W by the standard deviation (÷ rows) of its sums
// z = f·x·W.
func (d *Dense) divide(w *Workspace, x tensor.Mat) {
	divideColumns(w.Param(d.kernel), func(add func(z []float32)) { // of each row, in order, w.block() at a time
		for lo := 0; lo < x.Rows; lo += w.block() {
			rows := x.Slice(lo, min(lo+w.block(), x.Rows))
			z := w.Buf(d.z, rows.Rows)
			d.products(w, z.Data, rows.Data, rows.Rows)
			for i := range z.Rows {
				add(z.Row(i))
			}
		}
	})
}

// divideColumns divides each column of a kernel by the standard deviation (÷ rows) of its
// sums z, which each visits row by row; a column whose sums are all the same stays.
func divideColumns(kern tensor.Mat, each func(add func(z []float32))) {
	n, mean, variance := 0.0, make([]float64, kern.Cols), make([]float64, kern.Cols)
	each(func(z []float32) {
		n++
		for j, v := range z {
			mean[j] += float64(v) // exact while all are the same: 24 bits and 16 of maxSample
		}
	})
	for j := range mean {
		mean[j] /= n
	}
	each(func(z []float32) {
		for j, v := range z {
			dev := float64(v) - mean[j]
			variance[j] += float64(dev * dev)
		}
	})
	for j, v := range variance {
		if sd := math.Sqrt(v / n); sd > 0 && !math.IsInf(sd, 0) {
			for i := range kern.Rows {
				kern.Set(i, j, float32(float64(kern.At(i, j))/sd))
			}
		}
	}
}

// move draws for each number of a bias as many of the rows as there are samples, with
// replacement, and shares uniform among those that sum to 1, once they are divided by their
// sum: exponential ones.
func (h *hePlus) move(w *Workspace, bias ParamID, among int, to func(k int, rows []int, shares []float64)) {
	s := h.draws(rng.New(w.Seed, "init/"+w.net.Params[bias].Name))
	rows, shares := make([]int, h.samples), make([]float64, h.samples)
	for k := range w.Param(bias).Data {
		for i := range h.samples {
			at := uint64(k*h.samples + i)
			rows[i] = int(s.At(1).Float64(at) * float64(among))
			shares[i] = -kernel.Log64(1 - s.At(2).Float64(at))
		}
		to(k, rows, shares)
	}
}

// moveKink sets b_k by the sums z = f·x·W of unit k at some rows.
func (d *Dense) moveKink(w *Workspace, bias []float32, x tensor.Mat, k int, rows []int, shares []float64) {
	setKink(&bias[k], orOne(float64(d.factor)), rows, shares, func(row int) float64 { return sumAt(x.Row(row), nil, w.Param(d.kernel), k) })
}

// setKink sets b = −f·Σ share·z/Σ share, with the sums z at the rows.
func setKink(b *float32, factor float64, rows []int, shares []float64, z func(row int) float64) {
	total, sum := 0.0, 0.0
	for i, share := range shares {
		total += share
		sum += float64(share * z(rows[i]))
	}
	if total > 0 { // not if every draw was 0
		*b = float32(-(sum / total) * factor)
	}
}

// sumAt is Σ x·r·w of a row x and a column of a kernel; r is 1 where it is nil.
func sumAt(x, r []float32, kern tensor.Mat, column int) float64 {
	z := 0.0
	for i, v := range x {
		if r != nil {
			v *= r[i]
		}
		z += float64(v) * float64(kern.At(i, column)) // exact in float64, so fusing changes nothing
	}
	return z
}
