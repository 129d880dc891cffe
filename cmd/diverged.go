package cmd

import (
	"fmt"

	"mlp/internal/train"
)

// bigInput is a size from which on inputs are better scaled: standardised ones
// rarely exceed ten.
const bigInput = 1e3

// divergedHint says what was found where a run diverged, and what to try.
func divergedHint(d *train.Diverged) string {
	where, gradient := "every layer's output is still finite", "no step was taken before"
	if d.Layer != "" {
		where = fmt.Sprintf("first bad layer %s, whose %s not finite", d.Layer, map[string]string{"weights": "weights are", "output": "output is"}[d.What])
	}
	if d.GradientOf != "" {
		gradient = fmt.Sprintf("largest gradient of the last step %.3g, of %s", d.Gradient, d.GradientOf)
	}
	advice := fmt.Sprintf("try `--learning-rate %.3g`", d.LearningRate/10)
	if d.Scheduled {
		advice = "try a schedule with a tenth of the rate"
	}
	if advice += ", `--set compile.optimizer.clipnorm=1`"; d.Retries == 0 {
		advice += ", or `--set fit.on_nan=" + train.ReduceLR + "`"
	}
	if d.Input > bigInput {
		advice = fmt.Sprintf("inputs are as large as %.3g: scale them (`scale: standard`), or %s", d.Input, advice)
	}
	return fmt.Sprintf("%s; %s; learning rate %.6g; %s", where, gradient, d.LearningRate, advice)
}
