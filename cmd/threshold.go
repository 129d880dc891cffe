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

// givenThreshold returns --threshold, or the spec's.
func givenThreshold(c *cobra.Command, ofSpec evaluate.Threshold) (evaluate.Threshold, error) {
	flag := c.Flags().Lookup("threshold")
	if !flag.Changed {
		return ofSpec, nil
	}
	t, err := evaluate.ParseThreshold(flag.Value.String())
	if err != nil {
		return t, problem.Usage("flag --threshold", "write, for example, --threshold 0.3, or "+metric.Rules, "%v", err)
	}
	t.Anew, t.Pos = true, problem.Pos{File: "flag --threshold"}
	return t, nil
}

// threshold returns the number to answer by where nothing can be chosen: that of
// --threshold, of the spec, or of the model.
func threshold(c *cobra.Command, m *model.Model, ofSpec evaluate.Threshold) (float64, error) {
	t, err := givenThreshold(c, ofSpec)
	if err != nil {
		return 0, err
	}
	if err := t.Check(m); err != nil {
		return 0, err
	}
	at, ok := t.Resolve(m)
	if !ok {
		at := "evaluate.threshold"
		if t.Anew {
			at = "flag --threshold"
		}
		return 0, problem.Usage(at, fmt.Sprintf("give a number with --threshold, or choose one with `mlp evaluate MODEL DATA --threshold %q --store MODEL`", t.Text()),
			"the model holds no threshold chosen by %s, and it takes known answers to choose one", t.Text())
	}
	return at.Value, nil
}
