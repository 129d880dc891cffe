package nn

import (
	"math"

	"mlp/internal/rng"
	"mlp/internal/spec"
)

// An Initializer gives a parameter its first values, row after row. Every number
// is a function of the stream and its index. shape is (inputs, outputs) for a
// matrix, which are then fan_in and fan_out as in Keras, and (length) for a
// vector, whose length is both.
type Initializer interface {
	Fill(w []float32, shape []int, s rng.Stream)
}

// Initializers are registered here, and where one is too long for a row.
var Initializers = spec.NewRegistry[Initializer]("initializer", "initializers")

func init() {
	Initializers.Moot("input_axes", "fans are those of a matrix, inputs × units", "null")
	Initializers.Moot("output_axes", "fans are those of a matrix, inputs × units", "null")
}

type fillFunc func(w []float32, shape []int, s rng.Stream)

func (f fillFunc) Fill(w []float32, shape []int, s rng.Stream) { f(w, shape, s) }

// A matrixFill needs a matrix; Plan.Param reports a problem for a vector.
type matrixFill struct{ fillFunc }

// A rowsFill starts from the training rows too, which reach it in one place only;
// Plan.Param reports a problem for others.
type rowsFill interface{ place() string }

// constant fills with one value.
func constant(v float64) fillFunc {
	return func(w []float32, _ []int, _ rng.Stream) {
		for i := range w {
			w[i] = float32(v)
		}
	}
}

// Literal fills with numbers written in the spec.
func Literal(rows [][]float64) Initializer {
	return fillFunc(func(w []float32, _ []int, _ rng.Stream) {
		for _, row := range rows {
			for j, v := range row {
				w[j] = float32(v)
			}
			w = w[len(row):]
		}
	})
}

// uniform draws from [lo, hi).
func uniform(w []float32, s rng.Stream, lo, hi float64) {
	for i := range w {
		w[i] = float32(lo + float64((hi-lo)*s.Float64(uint64(i))))
	}
}

// normal draws from N(mean, sd), cut at two sd if truncated.
func normal(w []float32, s rng.Stream, mean, sd float64, truncated bool) {
	draw := s.Normal
	if truncated {
		draw = s.TruncatedNormal
	}
	for i := range w {
		w[i] = float32(mean + float64(sd*draw(uint64(i))))
	}
}

// truncatedSD is the standard deviation of a standard normal cut at ±2, by which
// Keras divides so that the cut distribution has the given variance.
const truncatedSD = 0.87962566103423978

// varianceScaling draws with variance scale/fan.
func varianceScaling(scale float64, mode, distribution string) fillFunc {
	return func(w []float32, shape []int, s rng.Stream) {
		in, out := float64(shape[0]), float64(shape[len(shape)-1])
		fan := map[string]float64{"fan_in": in, "fan_out": out, "fan_avg": (in + out) / 2}[mode]
		sd := math.Sqrt(scale / math.Max(1, fan))
		switch distribution {
		case "uniform":
			limit := math.Sqrt(3 * scale / math.Max(1, fan))
			uniform(w, s, -limit, limit)
		case "untruncated_normal":
			normal(w, s, 0, sd, false)
		default:
			normal(w, s, 0, sd/truncatedSD, true)
		}
	}
}

// ownStream reads the seed that every random initializer may have. With one of its
// own, it draws the same numbers whatever the seed of the run and the parameter.
func ownStream(f *spec.Fields) func(rng.Stream) rng.Stream {
	own := f.Has("seed")
	seed := f.OptInt("seed", "of these draws; from the seed of the run and the parameter's name when empty", spec.NonNegative)
	return func(s rng.Stream) rng.Stream {
		if own {
			return rng.New(uint64(seed), "init")
		}
		return s
	}
}

// seeded reads the seed of an initializer.
func seeded(f *spec.Fields, fill fillFunc) fillFunc {
	stream := ownStream(f)
	return func(w []float32, shape []int, s rng.Stream) { fill(w, shape, stream(s)) }
}

// scaled registers a named special case of variance_scaling.
func scaled(name, doc string, scale float64, mode, distribution string) spec.Registered {
	return Initializers.Add(name, doc, func(f *spec.Fields) Initializer {
		return seeded(f, varianceScaling(scale, mode, distribution))
	})
}

var (
	_ = Initializers.Add("zeros", "0", func(*spec.Fields) Initializer { return constant(0) }, "zero")
	_ = Initializers.Add("ones", "1", func(*spec.Fields) Initializer { return constant(1) }, "one")
	_ = Initializers.Add("constant", "one value", func(f *spec.Fields) Initializer {
		return constant(f.Float("value", 0, "the value"))
	})
	_ = Initializers.Add("identity",
		"gain on the diagonal of a matrix, which need not be square, 0 elsewhere",
		func(f *spec.Fields) Initializer {
			gain := float32(f.Float("gain", 1, "the number on the diagonal"))
			return matrixFill{func(w []float32, shape []int, _ rng.Stream) {
				clear(w)
				for i := range min(shape[0], shape[1]) {
					w[i*shape[1]+i] = gain
				}
			}}
		}, "identity_initializer")
	_ = Initializers.Add("random_uniform",
		"uniform between minval and maxval",
		func(f *spec.Fields) Initializer {
			lo, hi := f.Float("minval", -0.05, "lower bound"), f.Float("maxval", 0.05, "upper bound")
			if lo > hi {
				f.Problem("maxval", "exchange minval and maxval", "maxval %v is less than minval %v", hi, lo)
			}
			return seeded(f, func(w []float32, _ []int, s rng.Stream) { uniform(w, s, lo, hi) })
		}, "uniform")
	_ = Initializers.Add("random_normal", "normal, not cut", func(f *spec.Fields) Initializer {
		mean, sd := f.Float("mean", 0, "mean"), f.Float("stddev", 0.05, "standard deviation", spec.NonNegative)
		return seeded(f, func(w []float32, _ []int, s rng.Stream) { normal(w, s, mean, sd, false) })
	}, "normal")
	_ = Initializers.Add("standard_normal", "normal of mean 0 and standard deviation 1, not cut", func(f *spec.Fields) Initializer {
		return seeded(f, func(w []float32, _ []int, s rng.Stream) { normal(w, s, 0, 1, false) })
	})
	_ = Initializers.Add("truncated_normal",
		"normal, cut at two standard deviations",
		func(f *spec.Fields) Initializer {
			mean, sd := f.Float("mean", 0, "mean"), f.Float("stddev", 0.05, "standard deviation before the cut", spec.NonNegative)
			return seeded(f, func(w []float32, _ []int, s rng.Stream) { normal(w, s, mean, sd, true) })
		})
	_ = Initializers.Add("variance_scaling",
		"variance scale/fan (Glorot & Bengio 2010, He et al. 2015)",
		func(f *spec.Fields) Initializer {
			return seeded(f, varianceScaling(
				f.Float("scale", 1, "variance times fan", spec.Positive),
				f.Enum("mode", "fan_in", "which fan", "fan_in", "fan_out", "fan_avg"),
				f.Enum("distribution", "truncated_normal", "shape of the distribution; normal is truncated_normal", "truncated_normal", "untruncated_normal", "normal", "uniform")))
		})
	_ = scaled("glorot_uniform", "uniform ±√(6/(in + out)) (Glorot & Bengio 2010)", 1, "fan_avg", "uniform")
	_ = scaled("glorot_normal",
		"normal cut at two sd, variance 2/(in + out) (Glorot & Bengio 2010)",
		1, "fan_avg", "truncated_normal")
	_ = scaled("he_uniform", "uniform ±√(6/in) (He et al. 2015)", 2, "fan_in", "uniform")
	_ = scaled("he_normal",
		"normal cut at two sd, variance 2/in (He et al. 2015)",
		2, "fan_in", "truncated_normal")
	_ = scaled("lecun_uniform", "uniform ±√(3/in) (LeCun et al. 1998)", 1, "fan_in", "uniform")
	_ = scaled("lecun_normal",
		"normal cut at two sd, variance 1/in (LeCun et al. 1998)",
		1, "fan_in", "truncated_normal")
)
