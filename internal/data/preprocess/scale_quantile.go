package preprocess

import (
	"math"
	"slices"
	"sort"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/stats"
)

var _ = Scalers.Add("quantile", "the share of training rows below x, as a number of the normal or uniform distribution: for columns of any shape (scikit-learn's QuantileTransformer)", func(f *spec.Fields) Scaler {
	return quantiles{
		n:      f.Int("n_quantiles", 256, "how many quantiles are kept; at most as many as there are training rows", spec.In(2, 10000)),
		normal: f.Enum("output_distribution", "normal", "the distribution that training rows come out in: mean 0 and sd 1 within ± 5.2, or evenly from 0 to 1", "normal", "uniform") == "normal",
	}
})

type quantiles struct {
	n      int
	normal bool
}

func (quantiles) Learns() []Learned { return []Learned{{Name: "quantiles", Table: true}} }

// Fit returns the quantiles 0, 1/(k−1), … 1 of the training values. They stand at
// rank i·(n−1)/(k−1), so with a quantile for each row they are the values.
func (s quantiles) Fit(x []float64) []float64 {
	sorted := slices.Sorted(slices.Values(x))
	k := min(s.n, len(sorted))
	table := make([]float64, k)
	table[0] = sorted[0]
	for i := 1; i < k; i++ {
		rank := float64(i*(len(sorted)-1)) / float64(k-1)
		table[i] = max(table[i-1], stats.AtRank(sorted, rank)) // interpolation may round down
	}
	return table
}

func (s quantiles) Scale(table []float64, x float64) float64 {
	if s.normal {
		if len(table) > 0 && table[0] == table[len(table)-1] && x == table[0] {
			return 0 // a constant column is in the middle
		}
		return normalQuantile(share(table, x))
	}
	return share(table, x)
}

// share interpolates between the quantiles. Where several are equal, so that x
// stands for a range of shares, it returns the middle of the range; but what is
// at the lowest quantile or below is 0, and at the highest or above 1.
func share(table []float64, x float64) float64 {
	last := len(table) - 1
	if x <= table[0] {
		return 0
	}
	if x >= table[last] {
		return 1
	}
	above := sort.Search(last, func(i int) bool { return table[i] > x }) // the first above x
	first := sort.SearchFloat64s(table, x)                               // the first not below x
	return (between(table, above, x) + between(table, first, x)) / 2
}

// between returns the share of x, which lies between quantiles i−1 and i.
func between(table []float64, i int, x float64) float64 {
	part := (x - table[i-1]) / (table[i] - table[i-1])
	return (float64(i-1) + part) / float64(len(table)-1)
}

// shareLimit keeps shares from the ends, where the normal quantile is infinite;
// it is scikit-learn's, so that 0 and 1 give ∓5.1993375827.
const shareLimit = 1e-7 - 0x1p-52

// normalQuantile returns the number that a standard normal variable is below
// with probability p: algorithm AS 241 (Wichura, Applied Statistics 37, 1988),
// PPND16, exact to about 1e-16, without its third branch, which is for p below
// 1.4e-11. It is written in operations that have the same bits everywhere.
func normalQuantile(p float64) float64 {
	p = max(shareLimit, min(1-shareLimit, p))
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return q * (polynomial(r, &centre[0]) / polynomial(r, &centre[1]))
	}
	r := math.Sqrt(-kernel.Log64(min(p, 1-p))) - 1.6
	return math.Copysign(polynomial(r, &tail[0])/polynomial(r, &tail[1]), q)
}

// The coefficients of AS 241, from the constant up: numerator and denominator
// near the middle, and in the tails.
var (
	centre = [2][8]float64{
		{3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
			4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
		{1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
			2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3},
	}
	tail = [2][8]float64{
		{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
			1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
		{1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
			1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9},
	}
)

// polynomial evaluates c[0] + c[1]·x + … by Horner's rule.
func polynomial(x float64, c *[8]float64) float64 {
	v := c[7]
	for i := 6; i >= 0; i-- {
		v = float64(v*x) + c[i]
	}
	return v
}
