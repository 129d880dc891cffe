package metric

import (
	"cmp"
	"math"
	"slices"

	"mlp/internal/kernel"
)

// DeLong returns the interval of the area under the ROC curve from its
// nonparametric variance (DeLong, DeLong & Clarke-Pearson 1988), computed by ranks
// (Sun & Xu 2014). score and target are (rows); a target that is not 0 is positive.
// level is the probability of coverage. With fewer than two positives or negatives
// the limits are NaN.
//
// The interval is symmetric on the scale of the log odds, ln(a/(1 − a)), with
// Student's t by Satterthwaite's degrees of freedom: on the plain scale, with a
// normal variable, it misses too often where the area is near 1 or the positives
// are few (Pepe 2003, §5.2; TestCoverage measures it). If every positive is above
// every negative the estimated variance is 0, and the interval is Wilson's, of as
// many successes as there are rows of the rarer label.
func DeLong(score, target []float32, level float64) (low, high float64) {
	area, perPositive, perNegative, m, n := areaVariance(score, target)
	variance := perPositive + perNegative
	switch {
	case m < 2 || n < 2:
		return math.NaN(), math.NaN()
	case variance == 0 && (area == 1 || area == 0):
		k := min(m, n)
		return Wilson(float64(area*k), k, level)
	case variance == 0: // all scores are the same
		return area, area
	}
	df := float64(variance*variance) / (float64(perPositive*perPositive)/(m-1) + float64(perNegative*perNegative)/(n-1))
	half := float64(student(level, df) * math.Sqrt(variance) / float64(area*(1-area)))
	odds := kernel.Log64(area / (1 - area))
	logistic := func(x float64) float64 { return 1 / (1 + kernel.Exp64(-x)) }
	return logistic(odds - half), logistic(odds + half)
}

// areaVariance returns the area, the two terms of its variance, and how many
// positives and negatives there are.
func areaVariance(score, target []float32) (area, perPositive, perNegative, m, n float64) {
	above, below := placements(score, target)
	m, n = float64(len(above)), float64(len(below))
	if m < 2 || n < 2 {
		return 0, 0, 0, m, n
	}
	area, v10 := meanVariance(above)
	_, v01 := meanVariance(below)
	return area, v10 / m, v01 / n, m, n
}

// placements returns for each positive the share of negatives below it, and for each
// negative the share of positives above it, both in the order of the rows.
func placements(score, target []float32) (above, below []float64) {
	var positive, negative []float32
	for i, s := range score {
		if target[i] != 0 {
			positive = append(positive, s)
		} else {
			negative = append(negative, s)
		}
	}
	m, n := float64(len(positive)), float64(len(negative))
	all := midranks(slices.Concat(positive, negative))
	own, other := midranks(positive), midranks(negative)
	above, below = make([]float64, len(positive)), make([]float64, len(negative))
	for i := range above {
		above[i] = (all[i] - own[i]) / n
	}
	for j := range below {
		below[j] = 1 - (all[len(positive)+j]-other[j])/m
	}
	return above, below
}

// student returns the t for which Student's variable lies within ±t with probability
// level: the expansion about the normal quantile of Abramowitz &
// Stegun 26.7.5, which from 2 degrees of freedom on, the least there are taken to
// be, is within 4 % at a level of 0.95, and from 5 within 0.2 %.
func student(level, df float64) float64 {
	z := normal(level)
	d := max(df, 2)
	z2 := float64(z * z)
	z3, z5, z7 := float64(z*z2), float64(z*z2*z2), float64(z*z2*z2*z2)
	g1 := (z3 + z) / 4
	g2 := (float64(5*z5) + float64(16*z3) + float64(3*z)) / 96
	g3 := (float64(3*z7) + float64(19*z5) + float64(17*z3) - float64(15*z)) / 384
	return z + g1/d + g2/(d*d) + g3/(d*d*d)
}

// midranks returns the rank of each number, from 1; equals share their mean.
func midranks(x []float32) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	ranks := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] || j == i {
			j++
		}
		for _, k := range order[i:j] {
			ranks[k] = float64(i+j+1) / 2
		}
		i = j
	}
	return ranks
}

// meanVariance returns the mean and the variance with divisor n − 1.
func meanVariance(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		variance += float64((v - mean) * (v - mean))
	}
	return mean, variance / float64(len(x)-1)
}

// PairedDeLong returns the difference of the areas under the ROC curves of two scores of
// the same rows, second less first, with its standard error (DeLong, DeLong &
// Clarke-Pearson 1988). They are NaN with fewer than two positives or negatives.
func PairedDeLong(first, second, target []float32) (difference, se float64) {
	above1, below1 := placements(first, target)
	above2, below2 := placements(second, target)
	if len(above1) < 2 || len(below1) < 2 {
		return math.NaN(), math.NaN()
	}
	for i := range above1 {
		above2[i] -= above1[i]
	}
	for j := range below1 {
		below2[j] -= below1[j]
	}
	difference, v10 := meanVariance(above2)
	_, v01 := meanVariance(below2)
	return difference, math.Sqrt(v10/float64(len(above2)) + v01/float64(len(below2)))
}
