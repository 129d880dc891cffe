package evaluate

import (
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// standardOfNumbers are the metrics that every evaluation of numbers has.
var standardOfNumbers = []string{"mae", "rmse", "r2"}

// standardOfHeads are those of heads that say more than an answer.
var standardOfHeads = map[task.Form][]string{
	task.Quantiles: {"mean_pinball", "coverage", "interval_width"},
	task.MeanSD:    {"gaussian_nll", "coverage", "interval_width"},
	task.Rate:      {"poisson_deviance"},
}

// standard builds a metric that is measured unasked.
func standard(name string) model.Metric {
	built, err := metric.Metrics.Build(spec.NewString(name))
	if err != nil {
		panic("evaluate: " + err.Error()) // the names are those of this package
	}
	return model.Metric{Metric: built, Name: name}
}

// TargetValues are the standard metrics of one of several numeric targets, in its own
// units and without weights.
type TargetValues struct {
	Target string
	Values []Value
}

// eachTarget measures each of several targets by itself: taken together, the one with
// the largest numbers hides all others. It is nil for one target.
func (e *Evaluation) eachTarget() []TargetValues {
	targets := e.m.Pipeline.Targets()
	if len(targets) < 2 {
		return nil
	}
	one := e.m.Outputs()
	one.Columns = 1
	guess := simplest(e.m, e.part.Truth, false)
	all := make([]TargetValues, len(targets))
	for j, target := range targets {
		pred, truth := e.out.pred.Column(j, nil), e.part.Truth.Column(j, nil)
		all[j].Target = target
		for _, name := range standardOfNumbers {
			x := standard(name)
			if p := x.Prepare(one); p != nil {
				panic("evaluate: " + p.Error()) // they are metrics of one number
			}
			v := valueOf(x, pred, &model.Part{Truth: truth})
			in := metric.Confidence(x.Metric, pred, truth, nil, level, e.m.Config.Seed)
			v.Low, v.High = in.Low, in.High
			v.Baseline = metric.Alike(x.Metric, guess[j:j+1], truth, nil)
			all[j].Values = append(all[j].Values, v)
		}
	}
	return all
}
