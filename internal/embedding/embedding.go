// Package embedding says what a network may learn of a single number: the settings of
// its waves and of its pieces, which the data section of a spec and a layer read alike,
// and where the pieces end. Settings and a training column flow in; out come the ends of
// the pieces, and a number's place among them.
package embedding

import "mlp/internal/spec"

// Periodic are waves of a number, mixed: see the layer.
type Periodic struct {
	Frequencies int
	Dim         int // numbers that stand for one, with Concat itself among them
	Sigma       float64
	Phases      bool
	ReLU        bool
	Concat      bool
	Shared      bool
}

// ReadPeriodic reads the settings.
func ReadPeriodic(f *spec.Fields) Periodic {
	e := Periodic{
		Frequencies: f.Int("frequencies", 16, "waves of each column", spec.In(1, 4096)),
		Dim:         f.Int("dim", 4, "how many numbers stand for a column, with concat itself among them", spec.In(1, 4096)),
		Sigma:       f.Float("sigma", 0.1, "the frequencies start as N(0, sigma²), in turns for each unit of the column", spec.Positive),
		Phases:      f.Bool("bias", true, "a wave is a cosine whose phase is learned; false: a cosine and a sine of each frequency"),
		ReLU:        f.Enum("activation", "linear", "what follows the mixture of waves", "linear", "relu") == "relu",
		Concat:      f.Bool("concat", true, "the column itself stays beside what is made of it"),
		Shared:      f.Bool("shared", false, "all columns have the mixture in common"),
	}
	if e.Concat && e.Dim < 2 {
		f.Problem("dim", "2 or more, or `concat: false`", "with the column itself, nothing is left of %d for its waves", e.Dim)
		e.Dim = 2
	}
	return e
}

// PeriodicRate is the factor of the learning rate of RealMLP: what the waves are must
// not change much faster than what is made of them.
const PeriodicRate = 0.1

// ReadRate reads by how much faster or slower than others the numbers are learned that an
// encoder leaves to the network.
func ReadRate(f *spec.Fields, def float64) float64 {
	return f.Float("learning_rate_multiplier", def, "factor of the learning rate of what is learned", spec.Positive, spec.AtMost(1e6))
}

// Made is how many numbers are made of a column, itself apart.
func (e Periodic) Made() int {
	if e.Concat {
		return e.Dim - 1
	}
	return e.Dim
}

// Waves is how many waves a column has.
func (e Periodic) Waves() int {
	if e.Phases {
		return e.Frequencies
	}
	return 2 * e.Frequencies
}
