package preprocess

import (
	"slices"
)

// inputScales scale the inputs that one column of categories has become, each by what
// was learned of it; nil leaves them as they stand. Most of them are 0 in most rows, so
// what 0 becomes is computed once.
type inputScales []inputScale

type inputScale struct {
	scaler Scaler
	clip   Clip
	stats  []float64
	zero   float32 // what 0 becomes
}

func newInputScale(s Scaler, c Clip, stats []float64) inputScale {
	one := inputScale{scaler: s, clip: c, stats: stats}
	one.zero = one.of(0)
	return one
}

func (s *inputScale) of(v float64) float32 {
	return Finite32(s.clip.apply(s.scaler.Scale(s.stats, v)))
}

// fitInputScales learns from so many rows; written holds for each input its values that
// are not 0.
func fitInputScales(s Scaler, c Clip, written [][]float64, rows int) inputScales {
	all := make(inputScales, len(written))
	x := make([]float64, max(rows, 1))
	for j, values := range written {
		clear(x)
		copy(x, values)
		slices.Sort(x) // sums do not depend on the order of the rows
		all[j] = newInputScale(s, c, s.Fit(x))
	}
	return all
}

// apply scales the inputs of one row in place.
func (s inputScales) apply(dst []float32) {
	for j := range s {
		if dst[j] == 0 {
			dst[j] = s[j].zero
		} else {
			dst[j] = s[j].of(float64(dst[j]))
		}
	}
}

// save returns what was learned, the inputs one after the other under each name.
func (s inputScales) save(scaler Scaler, prefix string) []Numbers {
	var learned []Numbers
	at := 0
	for _, what := range scaler.Learns() {
		all := Numbers{Name: prefix + what.Name}
		n := 1
		for _, one := range s {
			if what.Table {
				n = len(one.stats) - at // of as many rows as any other input, so as long
			}
			all.Data = append(all.Data, one.stats[at:at+n]...)
		}
		at += n
		learned = append(learned, all)
	}
	return learned
}

// loadInputScales restores what was learned of so many inputs.
func loadInputScales(l *Loader, scaler Scaler, clip Clip, prefix string, inputs int) inputScales {
	stats := make([][]float64, inputs)
	for _, what := range scaler.Learns() {
		name := prefix + what.Name
		v := l.finite(name)
		n := len(v) / max(1, inputs)
		if n == 0 || n*inputs != len(v) || n > 1 && !what.Table {
			l.Fail("%q does not hold numbers for %d inputs", name, inputs)
			return nil
		}
		for j := range stats {
			own := v[j*n : (j+1)*n]
			if what.Table && !slices.IsSorted(own) || what.Divisor && own[0] <= 0 || what.Spread && own[0] < 0 {
				l.Fail("%q: the numbers of input %d cannot be", name, j+1)
				return nil
			}
			stats[j] = append(stats[j], own...)
		}
	}
	all := make(inputScales, inputs)
	for j := range all {
		all[j] = newInputScale(scaler, clip, stats[j])
	}
	return all
}
