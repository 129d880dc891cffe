package metric

import (
	"slices"

	"mlp/internal/kernel"
	"mlp/internal/problem"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// OfHead reports whether a metric measures all outputs of a head that has several for one
// target, (rows, outputs) against (rows, 1). Others are shown the one that is the answer.
func OfHead(m Metric) bool {
	_, ok := m.(interface{ ofHead() })
	return ok
}

// headMetric is the mean over rows of a function of all outputs of a head.
type headMetric struct {
	mean
	name  string
	of    func(h task.Head) func(t float64, outputs []float32) float64 // nil of a head that it means nothing for
	where string                                                       // it means something
}

func (*headMetric) ofHead() {}

// Prepare implements Metric.
func (m *headMetric) Prepare(o Outputs) *problem.Problem {
	var f func(t float64, outputs []float32) float64
	if o.Head.Several() {
		f = m.of(o.Head)
	}
	if f == nil {
		return &problem.Problem{Msg: m.name + " means nothing for these outputs", Hint: "it is for " + m.where}
	}
	m.row = func(pred, target []float32) float64 { return f(float64(target[0]), pred) }
	return nil
}

// A pinballMetric measures one quantile, of a head that has several too.
type pinballMetric struct {
	mean
	quantile float64
}

func (*pinballMetric) ofHead() {}

func pinball(q, t, p float64) float64 { return max(float64(q*(t-p)), float64((q-1)*(t-p))) }

// Prepare implements Metric.
func (m *pinballMetric) Prepare(o Outputs) *problem.Problem {
	h, q := o.Head, m.quantile
	switch {
	case !h.Several():
		m.row = overOutputs(func(t, p float64) float64 { return pinball(q, t, p) })
	case h.Form == task.MeanSD:
		z := rng.Quantile(q)
		m.row = func(pred, target []float32) float64 {
			return pinball(q, float64(target[0]), float64(pred[0])+float64(z*float64(pred[1])))
		}
	default:
		j := slices.Index(h.Parts, q)
		if j < 0 {
			return &problem.Problem{Msg: "no output is the " + task.QuantileName(q) + " that pinball is to measure", Hint: "name one of the quantiles of the loss, or use mean_pinball"}
		}
		m.row = func(pred, target []float32) float64 { return pinball(q, float64(target[0]), float64(pred[j])) }
	}
	return nil
}

// band returns the ends of what a head says holds the truth: its outermost quantiles, or
// the middle share of a normal distribution.
func band(h task.Head, share float64) func(outputs []float32) (low, high float64) {
	if h.Form == task.Quantiles {
		return func(o []float32) (low, high float64) { return float64(o[0]), float64(o[len(o)-1]) }
	}
	return func(o []float32) (low, high float64) { return h.Interval(o, share) }
}

// readBand reads what coverage and width are of.
func readBand(f *spec.Fields) float64 {
	return f.Float("share", 0.9, "of a mean and a spread, the share of rows that the band is to hold; of quantiles it reaches from the first to the last", spec.Between(0, 1))
}

const ofHeads = "a loss quantile with quantiles, or gaussian_nll"

var (
	_ = Metrics.Add("pinball",
		"mean of max(q·e, (q − 1)·e), e = t − p: how well p predicts the q-quantile",
		func(f *spec.Fields) Metric {
			q := f.Float("quantile", 0.5, "which quantile is predicted, or which of several is measured", spec.Between(0, 1))
			m := &pinballMetric{quantile: q}
			m.mean = mean{goal: Lower, row: overOutputs(func(t, p float64) float64 { return pinball(q, t, p) })}
			return m
		}, "quantile")

	_ = Metrics.Add("mean_pinball",
		"mean of max(q·e, (q − 1)·e), e = t − p, over rows and all quantiles q that the network gives",
		func(*spec.Fields) Metric {
			return &headMetric{name: "mean_pinball", where: "a loss quantile with quantiles", mean: mean{goal: Lower}, of: func(h task.Head) func(t float64, outputs []float32) float64 {
				if h.Form != task.Quantiles {
					return nil
				}
				return func(t float64, outputs []float32) float64 {
					sum := 0.0
					for j, p := range outputs {
						sum += pinball(h.Parts[j], t, float64(p))
					}
					return sum / float64(len(outputs))
				}
			}}
		})

	_ = Metrics.Add("coverage",
		"share of rows whose truth lies between the outermost quantiles, or in the middle share of the normal distribution, that the network gives",
		func(f *spec.Fields) Metric {
			share := readBand(f)
			return &headMetric{name: "coverage", where: ofHeads, mean: mean{goal: None}, of: func(h task.Head) func(t float64, outputs []float32) float64 {
				ends := band(h, share)
				return func(t float64, outputs []float32) float64 {
					if low, high := ends(outputs); low <= t && t <= high {
						return 1
					}
					return 0
				}
			}}
		})

	_ = Metrics.Add("interval_width",
		"mean distance between the outermost quantiles, or the ends of the middle share of the normal distribution, that the network gives",
		func(f *spec.Fields) Metric {
			share := readBand(f)
			return &headMetric{name: "interval_width", where: ofHeads, mean: mean{goal: None}, of: func(h task.Head) func(t float64, outputs []float32) float64 {
				ends := band(h, share)
				return func(_ float64, outputs []float32) float64 {
					low, high := ends(outputs)
					return high - low
				}
			}}
		})

	_ = Metrics.Add("gaussian_nll",
		"mean of ln σ + ½((t − μ)/σ)² + ½ln 2π: the log score of a normal distribution, in the target's own units",
		func(*spec.Fields) Metric {
			return &headMetric{name: "gaussian_nll", where: "the loss gaussian_nll", mean: mean{goal: Lower}, of: func(h task.Head) func(t float64, outputs []float32) float64 {
				if h.Form != task.MeanSD {
					return nil
				}
				return func(t float64, outputs []float32) float64 {
					sd := max(float64(outputs[1]), fuzz)
					z := (t - float64(outputs[0])) / sd
					return kernel.Log64(sd) + float64(0.5*float64(z*z)) + halfLogTwoPi
				}
			}}
		})

	_ = pointwise("poisson_deviance", "2 · mean of t·ln(t/p) − (t − p), p at least 1e-7, for counts t and rates p: 0 where they agree",
		func(t, p float64) float64 {
			p = max(p, fuzz)
			v := p - t
			if t > 0 {
				v += float64(t * kernel.Log64(t/p))
			}
			return 2 * v
		})
)

// halfLogTwoPi is ½ln 2π.
const halfLogTwoPi = 0.91893853320467274178
