package metric

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// A cut is what a metric of decisions compares an output with.
type cut struct {
	own *float64 // the spec's; nil: none
	at  float32
}

// readCut reads the threshold of one output.
func readCut(f *spec.Fields, doc string, checks ...spec.Check) cut {
	c := cut{own: f.OptFloat("threshold", doc+", of a logit where the loss says from_logits, as in Keras; if not given evaluate.threshold, and while training 0.5, or 0 of margins", checks...)}
	c.fit(Outputs{})
	return c
}

// fit settles the cut for outputs. Under a loss from logits they are probabilities of
// the numbers that the spec's own threshold is for.
func (c *cut) fit(o Outputs) {
	switch {
	case c.own == nil:
		c.at = float32(o.Meaning.Cut())
	case o.Link == "sigmoid":
		c.at = kernel.Sigmoid32(float32(*c.own))
	default:
		c.at = float32(*c.own)
	}
}

// half is the cut of a metric that has no threshold of its own.
func half() cut { return cut{at: DefaultThreshold} }
