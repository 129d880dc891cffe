package evaluate

import (
	"cmp"
	"math"
	"slices"

	"mlp/internal/metric"
	"mlp/internal/stats"
)

// calibrated compares probabilities with what was found, in bins of as many rows.
func calibrated(p []float64, yes []bool) []Share {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	bins := min(equalBins, max(1, len(p)/5))
	var all []Share
	for b := range bins {
		rows := order[b*len(order)/bins : (b+1)*len(order)/bins]
		s := Share{Rows: len(rows)}
		hits := 0.0
		for _, i := range rows {
			s.Predicted += p[i] / float64(len(rows))
			if yes[i] {
				hits++
			}
		}
		s.Found = hits / float64(len(rows))
		s.FoundLow, s.FoundHigh = metric.Wilson(hits, float64(len(rows)), level)
		all = append(all, s)
	}
	return all
}

// byTruth counts probabilities for rows that are not, and for rows that are.
func byTruth(names []string, p []float64, yes []bool) []Histogram {
	all := make([]Histogram, 2)
	for i := range all {
		all[i] = Histogram{Name: names[i], Counts: make([]float64, evenBins)}
		for k := range evenBins + 1 {
			all[i].Edges = append(all[i].Edges, float64(k)/evenBins)
		}
	}
	for i, v := range p {
		is := 0
		if yes[i] {
			is = 1
		}
		all[is].Counts[min(evenBins-1, max(0, int(v*evenBins)))]++
	}
	return all
}

// spreadOf is the truth and the answers for one target.
func spreadOf(name string, truth, answer []float64) Spread {
	n := len(truth)
	s := Spread{Target: name, Residuals: Histogram{Name: name, Counts: make([]float64, evenBins)}}
	few := min(n, pointsOfCurve)
	for k := range few {
		i := k * n / few
		s.Truth, s.Answer = append(s.Truth, truth[i]), append(s.Answer, answer[i])
	}
	apart := make([]float64, n)
	for i := range apart {
		apart[i] = truth[i] - answer[i]
	}
	sorted := stats.Present(apart)
	if len(sorted) == 0 {
		return s
	}
	// Few rows far away would leave one bar for all others.
	low, high := stats.Quantile(sorted, 0.01), stats.Quantile(sorted, 0.99)
	end := max(math.Abs(low), math.Abs(high))
	if end == 0 {
		end = 1
	}
	for k := range evenBins + 1 {
		s.Residuals.Edges = append(s.Residuals.Edges, end*(2*float64(k)/evenBins-1))
	}
	for _, v := range sorted {
		at := int((v/end + 1) / 2 * evenBins)
		s.Residuals.Counts[min(evenBins-1, max(0, at))]++
	}
	return s
}
