package cmd

import (
	"strings"
	"testing"

	"mlp/internal/train"
)

// The hint after a divergence fits what was found.
func TestDivergedHint(t *testing.T) {
	for _, c := range []struct {
		name string
		d    train.Diverged
		want string
	}{
		{"huge inputs", train.Diverged{Input: 3e38, LearningRate: 0.01}, "inputs are as large as 3e+38: scale them (`scale: standard`), or try `--learning-rate 0.001`"},
		{"a huge rate", train.Diverged{LearningRate: 1e10}, "learning rate 1e+10; try `--learning-rate 1e+09`, `--set compile.optimizer.clipnorm=1`, or `--set fit.on_nan=reduce_lr`"},
		{"a schedule", train.Diverged{LearningRate: 1e10, Scheduled: true}, "try a schedule with a tenth of the rate"},
		{"a layer", train.Diverged{Layer: "first", What: "output"}, "first bad layer first, whose output is not finite"},
		{"weights", train.Diverged{Layer: "first", What: "weights"}, "first bad layer first, whose weights are not finite"},
		{"a gradient", train.Diverged{Gradient: 12, GradientOf: "first/kernel"}, "largest gradient of the last step 12, of first/kernel"},
		{"the first step", train.Diverged{}, "no step was taken before"},
	} {
		if got := divergedHint(&c.d); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := divergedHint(&train.Diverged{Retries: 3}); strings.Contains(got, "on_nan") {
		t.Errorf("after three lower rates: %q", got)
	}
}
