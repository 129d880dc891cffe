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
		d.moveKinks(w, x)
	}
}

// divide divides each column of W by the standard deviation (÷ rows) of its sums
// z = f·x·W; a column whose sums are all the same stays.
func (d *Dense) divide(w *Workspace, x tensor.Mat) {
	n, units := float64(x.Rows), d.Units
	sums := func(add func(z []float32)) { // of each row, in order, w.batch at a time
		for lo := 0; lo < x.Rows; lo += w.batch {
			rows := x.Slice(lo, min(lo+w.batch, x.Rows))
			z := w.Buf(d.z, rows.Rows)
			d.products(w, z.Data, rows.Data, rows.Rows)
			for i := range z.Rows {
				add(z.Row(i))
			}
		}
	}
	mean, variance := make([]float64, units), make([]float64, units)
	sums(func(z []float32) {
		for j, v := range z {
			mean[j] += float64(v) // exact while all are the same: 24 bits and 16 of maxSample
		}
	})
	for j := range mean {
		mean[j] /= n
	}
	sums(func(z []float32) {
		for j, v := range z {
			dev := float64(v) - mean[j]
			variance[j] += float64(dev * dev)
		}
	})
	kern := w.Param(d.kernel)
	for j, v := range variance {
		if sd := math.Sqrt(v / n); sd > 0 && !math.IsInf(sd, 0) {
			for i := range kern.Rows {
				kern.Set(i, j, float32(float64(kern.At(i, j))/sd))
			}
		}
	}
}

// moveKinks draws for each unit as many rows as there are samples, with replacement,
// and shares uniform among those that sum to 1, once they are divided by their sum:
// exponential ones.
func (d *Dense) moveKinks(w *Workspace, x tensor.Mat) {
	s := d.kinks.draws(rng.New(w.Seed, "init/"+w.net.Params[d.bias].Name))
	samples := d.kinks.samples
	rows, shares := make([]int, samples), make([]float64, samples)
	for j := range w.Param(d.bias).Data {
		for k := range samples {
			at := uint64(j*samples + k)
			rows[k] = int(s.At(1).Float64(at) * float64(x.Rows))
			shares[k] = -kernel.Log64(1 - s.At(2).Float64(at))
		}
		d.moveKink(w, x, j, rows, shares)
	}
}

// moveKink sets b_j = −Σ share·z_j/Σ share, with the sums z = f·x·W at the rows.
func (d *Dense) moveKink(w *Workspace, x tensor.Mat, j int, rows []int, shares []float64) {
	kern, factor := w.Param(d.kernel), 1.0
	if d.NTK {
		factor = float64(d.factor)
	}
	total, sum := 0.0, 0.0
	for k, share := range shares {
		z := 0.0
		for i, v := range x.Row(rows[k]) {
			z += float64(v) * float64(kern.At(i, j)) // exact in float64, so fusing changes nothing
		}
		total += share
		sum += float64(share * z)
	}
	if total > 0 { // not if every draw was 0
		w.Param(d.bias).Data[j] = float32(-(sum / total) * factor)
	}
}
