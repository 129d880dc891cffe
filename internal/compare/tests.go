package compare

import (
	"math"

	"mlp/internal/kernel"
)

// McNemar returns the two-sided mid-p value of the test whether a row is as likely to be
// right in one way only as in the other: right1 rows are right by the first alone,
// right2 by the second alone (McNemar 1947; mid-p after Fagerland, Lydersen & Laake
// 2013). It is 1 without such rows.
func McNemar(right1, right2 int) float64 {
	n, k := right1+right2, min(right1, right2)
	if n == 0 {
		return 1
	}
	// P(X = i) for X of n fair coins, from i = k down: each is i/(n−i+1) of the one above.
	at := kernel.Exp64(logBinomial(n, k) - float64(n)*math.Ln2)
	p, term := 0.0, at
	for i := k; i >= 0; i-- {
		p += term
		term *= float64(i) / float64(n-i+1)
	}
	return min(1, 2*p-at)
}

func logBinomial(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// NadeauBengio returns the two-sided p value of the corrected resampled t test (Nadeau &
// Bengio 2003): differences are of the folds, whose training rows overlap, so that their
// variance is larger than it looks. test and train are how many rows a fold has.
func NadeauBengio(differences []float64, test, train float64) (mean, se, p float64) {
	k := float64(len(differences))
	for _, d := range differences {
		mean += d / k
	}
	variance := 0.0
	for _, d := range differences {
		variance += float64((d - mean) * (d - mean) / (k - 1))
	}
	se = math.Sqrt((1/k + test/train) * variance)
	if se == 0 {
		if mean == 0 {
			return mean, se, 1
		}
		return mean, se, 0
	}
	return mean, se, studentTails(mean/se, k-1)
}

// studentTails is the probability that Student's variable is beyond ±t: the incomplete
// beta function I(df/(df+t²); df/2, ½).
func studentTails(t, df float64) float64 { return beta(df/(df+float64(t*t)), df/2, 0.5) }

// studentWithin is the t for which it is within ±t with a probability, found by halving.
func studentWithin(level, df float64) float64 {
	low, high := 0.0, 1e6
	for range 200 {
		if middle := (low + high) / 2; studentTails(middle, df) > 1-level {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// beta is the regularised incomplete beta function, by its continued fraction (DLMF
// 8.17.22), which converges fast below the mean.
func beta(x, a, b float64) float64 {
	if x <= 0 || x >= 1 {
		return max(0, min(1, x))
	}
	if x > (a+1)/(a+b+2) {
		return 1 - beta(1-x, b, a)
	}
	ab, _ := math.Lgamma(a + b)
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	front := kernel.Exp64(ab-la-lb+float64(a*kernel.Log64(x))+float64(b*kernel.Log64(1-x))) / a
	// Lentz's way of computing 1/(1 + d₁/(1 + d₂/(1 + …))).
	const tiny = 1e-300
	f, c, d := 1.0, 1.0, 0.0
	for i := range 500 {
		m := float64(i / 2)
		term := 1.0
		switch {
		case i == 0:
		case i%2 == 0:
			term = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		d = 1 + float64(term*d)
		if math.Abs(d) < tiny {
			d = tiny
		}
		d = 1 / d
		c = 1 + term/c
		if math.Abs(c) < tiny {
			c = tiny
		}
		f *= c * d
		if math.Abs(1-float64(c*d)) < 1e-14 {
			break
		}
	}
	return front * (f - 1)
}

// normalTails is the probability that a standard normal variable is beyond ±z.
func normalTails(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }
