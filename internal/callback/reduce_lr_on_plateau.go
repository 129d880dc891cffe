package callback

import (
	"fmt"
	"math"

	"mlp/internal/spec"
	"mlp/internal/train"
)

var _ = Callbacks.Add("reduce_lr_on_plateau", "multiplies the learning rate when a value has stopped improving", func(f *spec.Fields) *train.Hooks {
	p := &plateau{
		monitor:  readMonitor(f, 1e-4),
		factor:   f.Float("factor", 0.1, "what the rate is multiplied by", spec.Between(0, 1)),
		patience: f.Int("patience", 10, "epochs without improvement that are allowed", spec.NonNegative),
		cooldown: f.Int("cooldown", 0, "epochs after a reduction in which nothing is counted", spec.NonNegative),
		minRate:  f.Float("min_lr", 0, "the rate never goes below", spec.NonNegative),
	}
	h := &train.Hooks{Name: "reduce_lr_on_plateau", Epoch: p.epoch}
	h.Begin = func(r *train.Run) error {
		if err := needsConstantRate(r, h); err != nil {
			return err
		}
		return p.resolve(r, h)
	}
	h.Save = func() map[string]float64 {
		return p.save(map[string]float64{"wait": float64(p.wait), "cooling": float64(p.cooling)})
	}
	h.Load = func(s map[string]float64) { p.load(s); p.wait, p.cooling = int(s["wait"]), int(s["cooling"]) }
	return h
})

type plateau struct {
	*monitor
	factor, minRate    float64
	patience, cooldown int
	wait, cooling      int
}

func (p *plateau) epoch(r *train.Run) error {
	rate := r.LearningRate()
	r.Logs().Set("learning_rate", rate)
	if !r.Logs().Has(p.name) {
		return nil
	}
	if p.cooling > 0 {
		p.cooling--
		p.wait = 0
	}
	if p.improved(r.Logs().Get(p.name)) {
		p.wait = 0
		return nil
	}
	if p.cooling > 0 {
		return nil
	}
	if p.wait++; p.wait < p.patience || rate <= p.minRate {
		return nil
	}
	p.cooling, p.wait = p.cooldown, 0
	next := math.Max(rate*p.factor, p.minRate)
	r.Note(fmt.Sprintf("epoch %d: %s has not improved: learning rate %g → %g", r.Epoch(), p.name, rate, next))
	return r.SetLearningRate(next)
}
