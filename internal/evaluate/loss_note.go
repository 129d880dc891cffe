package evaluate

import (
	"math"
	"slices"
	"strings"

	"mlp/internal/model"
)

// crossEntropies are the losses that log_loss is, but for what is added to them.
var crossEntropies = []string{"binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"}

// lossNote says in what a loss differs from the log_loss of the same rows; "" where it does
// not. The one is what training makes less, the other is about the answers as they are
// given.
func lossNote(m *model.Model, found, told float64) string {
	if !(math.Abs(told-found) > 1e-4*max(1, math.Abs(found))) {
		return ""
	}
	loss := m.Spec.At("compile.loss")
	name := loss
	if typed := loss.Get("type"); typed != nil {
		name = typed
	}
	var with []string
	if name != nil && !slices.Contains(crossEntropies, name.Text) {
		with = append(with, name.Text)
	}
	if s := loss.Get("label_smoothing"); s != nil && s.Text != "0" {
		with = append(with, "with label smoothing")
	}
	for _, p := range m.Net.Params {
		if p.Regularizer != nil {
			with = append(with, "with penalties")
			break
		}
	}
	if m.Calibration != nil {
		with = append(with, "before the temperature")
	}
	if len(with) == 0 {
		with = []string{"as training has it"}
	}
	return "loss: " + strings.Join(with, ", ") + "; log_loss: of the answers as they are given"
}
