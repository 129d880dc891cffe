package nn

import (
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Constraint projects a parameter after each update.
type Constraint interface {
	Apply(w tensor.Mat)
}

// Constraints are registered here.
var Constraints = spec.NewRegistry[Constraint]("constraint", "constraints")

type constrain func(w tensor.Mat)

func (c constrain) Apply(w tensor.Mat) { c(w) }

var _ = Constraints.Add("non_neg", "max(w, 0)", func(*spec.Fields) Constraint {
	return constrain(func(w tensor.Mat) {
		for i, v := range w.Data {
			w.Data[i] = max(v, 0)
		}
	})
})
