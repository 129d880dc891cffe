package train

import (
	"mlp/internal/problem"
	"mlp/internal/spec"
)

var _ = Callbacks.Add("swap_ema_weights", "measures the validation rows with the moving average of the weights, which the optimizer keeps under use_ema", func(f *spec.Fields) *Hooks {
	s := &averageSwap{onEpoch: f.Bool("swap_on_epoch", false, "stays with the average until the next epoch begins, so that what is saved after this callback has it")}
	h := &Hooks{Name: "swap_ema_weights", TestBegin: s.in, TestEnd: s.out}
	h.Begin = func(r *Run) error {
		if !r.m.Optimizer.Averages() {
			return problem.Problems{{Pos: h.pos, Path: h.path, Msg: "the optimizer keeps no average of the weights", Hint: "add `use_ema: true` to the optimizer"}}
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

func (*averageSwap) in(r *Run) error {
	r.m.Optimizer.Finish(r.trained())
	return nil
}

func (*averageSwap) out(r *Run) error {
	r.m.Optimizer.Begin(r.trained())
	return nil
}

// trained are the weights that the optimizer moves.
func (r *Run) trained() []float32 { return r.m.Work.Params[:r.m.Net.Trainable] }
