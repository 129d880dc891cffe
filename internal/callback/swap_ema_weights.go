package callback

import (
	"mlp/internal/spec"
	"mlp/internal/train"
)

var _ = Callbacks.Add("swap_ema_weights", "measures the validation rows with the moving average of the weights, which the optimizer keeps under use_ema", func(f *spec.Fields) *train.Hooks {
	s := &averageSwap{onEpoch: f.Bool("swap_on_epoch", false, "stays with the average until the next epoch begins, so that what is saved after this callback has it")}
	h := &train.Hooks{Name: "swap_ema_weights", TestBegin: s.in, TestEnd: s.out}
	h.Begin = func(r *train.Run) error {
		if !r.HasAverage() {
			return h.Problem("", "add `use_ema: true` to the optimizer", "the optimizer keeps no average of the weights")
		}
		return nil
	}
	if s.onEpoch {
		h.Epoch, h.EpochBegin = s.in, s.out
	}
	return h
})

// averageSwap exchanges the weights with their average and back. In Keras the
// second exchange is missing after predict; here both are the same call, and the
// optimizer knows which of the two stands in the model, also in a saved state.
type averageSwap struct{ onEpoch bool }

func (*averageSwap) in(r *train.Run) error {
	r.UseAverage()
	return nil
}

func (*averageSwap) out(r *train.Run) error {
	r.UseTrained()
	return nil
}
