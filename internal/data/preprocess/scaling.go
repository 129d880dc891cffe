package preprocess

import (
	"math"
	"slices"

	"mlp/internal/stats"
)

// A scaling turns one number of a row into one network input: what is missing is
// filled, then scaled, then clipped. It is learned from training rows.
type scaling struct {
	config NumericConfig
	fill   float64
	fills  bool      // else a missing value is refused
	stats  []float64 // of the scaler
}

// fitScaling learns the fill, then the scale of the values with the gaps filled.
// x holds NaN where a value is missing, and is overwritten.
func fitScaling(config NumericConfig, x []float64) scaling {
	s := scaling{config: config}
	s.fill, s.fills = config.Missing.Use.Fill(stats.Present(x))
	kept := x[:0]
	for _, v := range x {
		if v == v {
			kept = append(kept, v)
		} else if s.fills {
			kept = append(kept, s.fill)
		}
	}
	if len(kept) == 0 {
		kept = append(kept, 0)
	}
	s.stats = config.Scale.Use.Fit(kept)
	return s
}

// input returns the network input for a value that is there or filled.
func (s *scaling) input(v float64) float32 {
	return Finite32(s.config.Clip.apply(s.config.Scale.Use.Scale(s.stats, v)))
}

// save returns the learned numbers; prefix is what stands before their names.
func (s *scaling) save(prefix string) []Numbers {
	var learned []Numbers
	if s.fills {
		learned = append(learned, Numbers{prefix + "fill", []float64{s.fill}})
	}
	rest := s.stats
	for _, what := range s.config.Scale.Use.Learns() {
		n := 1
		if what.Table {
			n = len(rest)
		}
		learned = append(learned, Numbers{prefix + what.Name, rest[:n:n]})
		rest = rest[n:]
	}
	return learned
}

// loadScaling restores what was learned.
func loadScaling(l *Loader, config NumericConfig, prefix string) scaling {
	s := scaling{config: config}
	if _, s.fills = config.Missing.Use.Fill(nil); s.fills {
		s.fill = l.Number(prefix + "fill")
	}
	for _, what := range config.Scale.Use.Learns() {
		switch {
		case what.Table:
			s.stats = append(s.stats, l.Table(prefix+what.Name)...)
		case what.Divisor:
			s.stats = append(s.stats, l.Divisor(prefix+what.Name))
		case what.Spread:
			s.stats = append(s.stats, l.Spread(prefix+what.Name))
		default:
			s.stats = append(s.stats, l.Number(prefix+what.Name))
		}
	}
	return s
}

// Finite32 rounds to float32; what lies beyond its range becomes its largest
// number, so that one absurd value cannot turn a prediction into NaN.
func Finite32(v float64) float32 {
	return float32(max(-math.MaxFloat32, min(math.MaxFloat32, v)))
}

// Merged counts the neighbours among different values, sorted, that become equal
// inputs before they are clipped.
func (s NumericConfig) Merged(sorted []float64) int {
	s.Clip = Clip{}
	fitted := fitScaling(s, slices.Clone(sorted))
	n := 0
	for i := 1; i < len(sorted); i++ {
		if fitted.input(sorted[i]) == fitted.input(sorted[i-1]) {
			n++
		}
	}
	return n
}
