// Package evaluate measures a model on rows whose target is known: in go a model,
// rows and what the evaluate section says; out come the loss, metrics with intervals
// and baselines, the threshold that was used, the confusion matrix, and which gates
// failed. The network runs once over the rows. No weight is changed.
package evaluate

import (
	"slices"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// Config is the evaluate section, and what the command line adds.
type Config struct {
	Metrics   []model.Metric   // beside those of the compile section
	Require   []Gate           // also measured, if nothing else measures their metric
	Threshold metric.Threshold // above which the answer is the positive label

	ThresholdPos   problem.Pos // in the spec
	ThresholdGiven bool        // on the command line: a rule chooses anew, on the rows that are measured

	Unseen   *Unseen // rows to be counted apart; nil: there can be none
	Thorough bool    // intervals and baselines, calibration or errors, each class
}

// Decode reads the section.
func Decode(f *spec.Fields) Config {
	c := Config{Metrics: model.DecodeMetrics(f, "metrics", nil, "what is measured beside the compiled metrics")}
	c.readThreshold(f)
	if n := f.Table("require", "gates that travel with the model: metric, then >= or <= and a number"); n != nil {
		for _, k := range n.Keys {
			g, err := ParseRequirement(k.Name, k.Value.Text)
			if err != nil {
				f.Problem("require", `write, for example, {accuracy: ">= 0.74"}`, "%v", err)
				continue
			}
			g.Source, g.Pos = "evaluate.require", k.Pos
			c.Require = append(c.Require, g)
		}
	}
	return c
}

// readThreshold reads the field of that name.
func (c *Config) readThreshold(f *spec.Fields) {
	const hint = "write a number such as 0.3, or " + metric.Rules
	n := f.Any("threshold", spec.NewFloat(metric.DefaultThreshold), "probability above which the answer is the positive label, and so what accuracy, precision, recall, f1 and the like are measured at: "+
		"a number between 0 and 1, or a rule, "+metric.Rules+", by which fit chooses it on the validation rows, else on the training rows")
	if !n.IsScalar() {
		f.Problem("threshold", hint, "%s is neither a number between 0 and 1 nor a rule", n.Kind)
		return
	}
	t, err := metric.ParseThreshold(n.Text)
	if err != nil {
		f.Problem("threshold", hint, "%v", err)
		return
	}
	c.Threshold, c.ThresholdPos = t, f.PosOf("threshold")
}

// MetricsFor returns what is measured: what the compile section names, then what the
// evaluate section adds, then what only a gate needs, then, of a thorough evaluation,
// the standard metrics of the task. All are prepared for the model. The error lists
// every metric that is unknown or means nothing for the outputs.
func (c Config) MetricsFor(m *model.Model) ([]model.Metric, error) {
	metrics := append([]model.Metric{}, m.Metrics...)
	for _, x := range c.Metrics {
		if !contains(metrics, x.Name) {
			metrics = append(metrics, x)
		}
	}
	metrics, err := withGateMetrics(metrics, c.Require, c.Unseen != nil)
	if err != nil {
		return nil, err
	}
	if c.Thorough {
		metrics = withStandard(metrics, m)
	}
	return metrics, m.PrepareMetrics(metrics[len(m.Metrics):])
}

func contains(metrics []model.Metric, name string) bool {
	return slices.ContainsFunc(metrics, func(x model.Metric) bool { return x.Name == name })
}

// withStandard adds the standard metrics of the task: how well probabilities are
// calibrated, or how large errors are.
func withStandard(all []model.Metric, m *model.Model) []model.Metric {
	var names []string
	_, probabilities := m.Probabilities()
	switch {
	case m.Pipeline.Task() == task.Regression:
		names = append(slices.Clone(standardOfNumbers), standardOfHeads[m.Head().Form]...)
	case probabilities || m.Net.Last.Name == "sigmoid": // which of several classes have no logits, but are compared as well
		names = []string{"log_loss", "brier", "ece"}
	}
	canonical := func(name string) string {
		doc, _ := metric.Metrics.Describe(name)
		return doc.Name
	}
	for _, name := range names {
		if !slices.ContainsFunc(all, func(x model.Metric) bool { return !x.Weighted && canonical(x.Name) == canonical(name) }) {
			all = append(all, standard(name))
		}
	}
	return all
}
