package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
)

func addThreshold(c *cobra.Command) {
	c.Flags().String("threshold", "", "answer the positive label above this `PROBABILITY`, or, in evaluate, above one chosen on DATA by a rule: max_f1, "+
		"max_accuracy, max_youden, or a floor such as \"recall>=0.9\"; the spec's, or the model's, if not given")
}

// giveThreshold puts --threshold, if it is given, in the place of the spec's.
func giveThreshold(c *cobra.Command, config *evaluate.Config) error {
	flag := c.Flags().Lookup("threshold")
	if !flag.Changed {
		return nil
	}
	t, err := metric.ParseThreshold(flag.Value.String())
	if err != nil {
		return problem.Usage("flag --threshold", "write, for example, --threshold 0.3, or "+metric.Rules, "%v", err)
	}
	config.Threshold, config.ThresholdGiven = t, true
	return nil
}

// threshold returns the number to answer by where nothing can be chosen: that of
// --threshold, of the spec, or of the model.
func threshold(c *cobra.Command, m *model.Model, config evaluate.Config) (float64, error) {
	if err := giveThreshold(c, &config); err != nil {
		return 0, err
	}
	if err := config.CheckThreshold(m); err != nil {
		return 0, err
	}
	if held := m.Threshold; held != nil && held.Rule == config.Threshold.Rule {
		return held.Value, nil // also where --threshold repeats the rule, by which evaluate would choose anew
	}
	at, ok := config.ResolveThreshold(m)
	if !ok {
		at := "evaluate.threshold"
		if config.ThresholdGiven {
			at = "flag --threshold"
		}
		return 0, problem.Usage(at, fmt.Sprintf("give a number with --threshold, or choose one with `mlp evaluate MODEL DATA --threshold %q --store MODEL`", config.Threshold.Text()),
			"the model holds no threshold chosen by %s, and it takes known answers to choose one", config.Threshold.Text())
	}
	return at.Value, nil
}
