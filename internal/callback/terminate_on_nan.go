package callback

import (
	"mlp/internal/spec"
	"mlp/internal/train"
)

// Keras's callback of this name is what mlp does anyway: a run ends at the first
// batch whose loss is not a number, goes back to its last whole epoch, and says
// so by its exit code; under on_nan: reduce_lr when lower rates have not helped. So
// the name is understood and sets nothing; it only stands against on_nan: ignore
// (decodeFit).
var _ = Callbacks.Add("terminate_on_nan", "ends the run when the loss is not a number: what happens anyway unless fit.on_nan says ignore", func(f *spec.Fields) *train.Hooks {
	f.Bool("raise_error", false, "kept for Keras's sake: a run that ends so is an error either way")
	return &train.Hooks{Name: "terminate_on_nan", HaltsOnNaN: true}
})
