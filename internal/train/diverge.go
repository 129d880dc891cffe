package train

import (
	"fmt"
	"math"
	"strings"

	"mlp/internal/nn"
)

// Diverged is the error of a run whose loss is not a number any more. The model
// has gone back to its last whole epoch.
type Diverged struct {
	Epoch, Batch, Batches int
	Loss                  float64
	Layer                 string  // the first parameter that is not finite, or has the largest gradient
	Gradient              float64 // the largest finite one, in absolute value
	LearningRate          float64
}

// Error says where it happened.
func (d *Diverged) Error() string {
	return fmt.Sprintf("fit: epoch %d, batch %d of %d: loss is %s", d.Epoch, d.Batch, d.Batches, strings.Replace(fmt.Sprint(d.Loss), "+", "", 1))
}

// Hint says what was seen and what to try.
func (d *Diverged) Hint() string {
	return fmt.Sprintf("first bad or largest in %s, largest finite gradient %.3g, learning rate %g; try `--learning-rate %.3g`, `--set compile.optimizer.clipnorm=1`, or scale the inputs",
		d.Layer, d.Gradient, d.LearningRate, d.LearningRate/10)
}

// diagnose looks for the reason of a loss that is not finite.
func diagnose(r *Run, loss float64) error {
	m := r.m
	d := &Diverged{Epoch: r.epoch, Batch: r.batch, Batches: r.batches, Loss: loss, LearningRate: m.Optimizer.LearningRate()}
	bad := ""
	for i, p := range m.Net.Params {
		if bad == "" && !finite(m.Work.Param(nn.ParamID(i)).Data) {
			bad = p.Name
		}
		for _, g := range m.Work.Grad(nn.ParamID(i)).Data {
			if v := math.Abs(float64(g)); !math.IsInf(v, 0) && v > d.Gradient {
				d.Gradient, d.Layer = v, p.Name
			}
		}
	}
	if bad != "" {
		d.Layer = bad
	}
	return d
}

func finite(values []float32) bool {
	for _, v := range values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
	}
	return true
}
