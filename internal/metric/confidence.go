package metric

import (
	"math"
	"math/bits"
	"slices"

	"mlp/internal/rng"
	"mlp/internal/stats"
	"mlp/internal/task"
)

// An Interval is a confidence interval of a metric, for the population of which
// the rows are a sample.
type Interval struct {
	Low, High float64
	Method    string // "wilson", "delong" or "bootstrap"
}

// A proportion is a metric that is a binomial proportion: successes among
// independent rows.
type proportion interface {
	// ofRows returns the successes and the rows; ok is false where the metric is no
	// proportion of independent rows, as with several labels a row.
	ofRows(outputs int) (successes, n float64, ok bool)
}

// ofRows implements proportion: the labels of a row are not independent.
func (m *accuracy) ofRows(outputs int) (successes, n float64, ok bool) {
	return m.correct, float64(m.rows), outputs == 1 || m.Task == task.Multiclass
}

// ofRows implements proportion for the rates of one class that have a denominator.
func (m *rate) ofRows(int) (successes, n float64, ok bool) {
	j := max(m.classID, 0)
	if m.denominator == nil || m.classID < 0 && len(m.tp) != 1 {
		return 0, 0, false
	}
	return m.tp[j], m.denominator(m.tp[j], m.fp[j], m.fn[j], 0), true
}

// normal returns the z for which a standard normal variable lies within ±z with
// probability level.
func normal(level float64) float64 { return rng.Quantile((1 + level) / 2) }

// Wilson returns the score interval of the proportion successes/n (Wilson 1927),
// which is good for small n and for proportions near 0 and 1. level is the
// probability, in (0, 1), that the interval covers the truth. For n = 0 it is [0, 1].
func Wilson(successes, n, level float64) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	z := normal(level)
	zz := float64(z*z) / n
	p := successes / n
	mid := p + float64(zz/2)
	half := float64(z * math.Sqrt(float64(p*(1-p))/n+zz/(4*n)))
	return max(0, (mid-half)/(1+zz)), min(1, (mid+half)/(1+zz))
}

// Bootstrap returns percentiles of a statistic of rows drawn with replacement
// from n (Efron 1979). Of up to 5000 rows n are drawn each time, 400 to 1000 times;
// of more rows 5000 are, and the distances from the statistic of all rows shrink by
// √(5000/n), as sampling errors do (Bickel, Götze & van Zwet 1997: m out of n).
// Draws for which the statistic is NaN are left out; if they are more than half, or
// n is 0, the limits are NaN. statistic must not retain rows.
func Bootstrap(n int, level float64, seed uint64, statistic func(rows []int) float64) (low, high float64) {
	const maxDraw = 5000
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	m := min(n, maxDraw)
	repeats := min(1000, max(400, 2_000_000/m))
	stream := rng.New(seed, "bootstrap")
	rows := make([]int, m)
	var values []float64
	for r := range repeats {
		draw := stream.At(uint64(r))
		for i := range rows {
			hi, _ := bits.Mul64(draw.Uint64(uint64(i)), uint64(n))
			rows[i] = int(hi)
		}
		if v := statistic(rows); v == v {
			values = append(values, v)
		}
		if len(values)+repeats-1-r < repeats/2 {
			return math.NaN(), math.NaN() // whatever the others give
		}
	}
	slices.Sort(values)
	low, high = stats.Quantile(values, (1-level)/2), stats.Quantile(values, (1+level)/2)
	if m < n {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		whole, shrink := statistic(all), math.Sqrt(float64(m)/float64(n))
		low = whole + float64(shrink*(low-whole))
		high = whole + float64(shrink*(high-whole))
	}
	return low, high
}
