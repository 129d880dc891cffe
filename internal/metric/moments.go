package metric

import (
	"math"

	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// moments follows, for each output, the weighted means, variances and covariance
// of targets and predictions in one pass (West 1979, Comm. ACM 22), which loses
// nothing when the mean is large.
type moments struct {
	value func(m *moments) float64

	cols   []moment
	rows   int
	weight float64
}

// A moment is of one output: means, and sums of products of deviations.
type moment struct {
	t, p       float64 // means
	tt, pp, tp float64 // Σ w·(t − t̄)², Σ w·(p − p̄)², Σ w·(t − t̄)(p − p̄)
	miss       float64 // Σ w·(t − p)²
}

// Reset implements Metric.
func (m *moments) Reset() {
	clear(m.cols)
	m.rows, m.weight = 0, 0
}

// State implements Metric.
func (m *moments) State(s *State) {
	s.Int(&m.rows)
	s.Float(&m.weight)
	for i := range m.cols {
		c := &m.cols[i]
		for _, v := range []*float64{&c.t, &c.p, &c.tt, &c.pp, &c.tp, &c.miss} {
			s.Float(v)
		}
	}
}

// Goal implements Metric.
func (m *moments) Goal() Goal { return Higher }

// Value implements Metric.
func (m *moments) Value() float64 { return m.value(m) }

// Prepare implements Metric.
func (m *moments) Prepare(o Outputs) *problem.Problem {
	m.cols = make([]moment, o.Columns)
	return nil
}

// Update implements Metric.
func (m *moments) Update(pred, target tensor.Mat, weight []float32) {
	if len(m.cols) != pred.Cols {
		m.cols = make([]moment, pred.Cols)
	}
	for i := range pred.Rows {
		w := weightOf(weight, i)
		m.rows++
		if w == 0 {
			continue
		}
		m.weight += w
		share := w / m.weight
		for j, v := range pred.Row(i) {
			m.cols[j].add(targetOf(target.Row(i), j, pred.Cols), float64(v), w, share)
		}
	}
}

func (c *moment) add(t, p, w, share float64) {
	dt, dp := t-c.t, p-c.p
	c.t += float64(dt * share)
	c.p += float64(dp * share)
	c.tt += float64(w * dt * (t - c.t))
	c.pp += float64(w * dp * (p - c.p))
	c.tp += float64(w * dt * (p - c.p))
	c.miss += float64(w * (t - p) * (t - p))
}

// meanOver averages v over the outputs.
func (m *moments) meanOver(v func(c moment) float64) float64 {
	sum := 0.0
	for _, c := range m.cols {
		sum += v(c)
	}
	return ratio(sum, float64(len(m.cols)))
}

// r2 is 1 − Σ(t − p)²/Σ(t − t̄)² of one output; as in Keras 0 where the target is
// constant and missed, NaN where it is constant and met.
func r2(c moment) float64 {
	v := 1 - c.miss/c.tt
	if math.IsInf(v, 0) {
		return 0
	}
	return v
}

// weightedR2 weights each output's R² by its variance.
func weightedR2(m *moments) float64 {
	var sum, variance float64
	for _, c := range m.cols {
		sum += float64(r2(c) * c.tt)
		variance += c.tt
	}
	return sum / variance
}

var (
	_ = Metrics.Add("r2_score",
		"1 − Σ(t − p)²/Σ(t − mean t)²: 1 is perfect, 0 no better than the mean",
		func(f *spec.Fields) Metric {
			how := f.Enum("class_aggregation", "uniform_average", "over several outputs: the plain mean, or weighted by the variance of each",
				"uniform_average", "variance_weighted_average")
			regressors := f.Int("num_regressors", 0, "adjusts for this many regressors p: 1 − (1 − R²)(n − 1)/(n − p − 1)", spec.NonNegative)
			return &moments{value: func(m *moments) float64 {
				v := m.meanOver(r2)
				if how == "variance_weighted_average" {
					v = weightedR2(m)
				}
				if n := float64(m.rows); regressors > 0 && n > float64(regressors)+1 {
					v = 1 - float64((1-v)*((n-1)/(n-float64(regressors)-1)))
				}
				return v
			}}
		}, "r2")

	_ = Metrics.Add("pearson_correlation",
		"Pearson's r of targets and predictions over all rows, averaged over the outputs; Keras correlates "+
			"the outputs of each row by default",
		func(*spec.Fields) Metric {
			return &moments{value: func(m *moments) float64 {
				return m.meanOver(func(c moment) float64 { return c.tp / math.Sqrt(c.tt) / math.Sqrt(c.pp) })
			}}
		}, "pearson")

	_ = Metrics.Add("concordance_correlation",
		"2·cov/(var t + var p + (mean t − mean p)²) over all rows, averaged over the outputs (Lin 1989); "+
			"Keras takes the outputs of each row by default",
		func(*spec.Fields) Metric {
			return &moments{value: func(m *moments) float64 {
				return m.meanOver(func(c moment) float64 {
					d := c.t - c.p
					return 2 * c.tp / (c.tt + c.pp + float64(m.weight*float64(d*d)))
				})
			}}
		}, "ccc")
)
