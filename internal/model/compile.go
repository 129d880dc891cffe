package model

import (
	"fmt"
	"slices"

	"mlp/internal/loss"
	"mlp/internal/optim"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// Compile attaches loss, metrics and optimizer, and checks that the target, the
// output layer and the loss fit together. What was left to the program ("auto")
// is decided here and written into the spec.
func (m *Model) Compile() error {
	c := &m.Config.Compile
	m.Loss, m.Optimizer = c.Loss, c.Optimizer
	if m.Loss == nil {
		if at := m.Spec.Get("compile").Get("loss"); m.Pipeline.Task() == task.Regression && at != nil && slices.Contains(loss.Crossentropy, at.Text) {
			return &problem.Problem{Pos: at.Pos, Path: "compile.loss", Width: len(at.Text), Hint: "use mean_squared_error; if its numbers are classes, write `task: multiclass` under data",
				Msg: fmt.Sprintf("%s is for classes, and the target is a number", at.Text)}
		}
		name := suited[m.Pipeline.Task()]
		if m.Pipeline.Task() == task.Binary && m.Net.Out == 2 {
			name = "sparse_categorical_crossentropy"
		}
		l, resolved, err := loss.Losses.Resolve(spec.NewString(name))
		if err != nil {
			return err
		}
		m.Loss = l
		m.decide("loss", resolved)
	}
	if err := newCompatibility(m).check(); err != nil {
		return err
	}
	if m.Net.Members > 1 && !loss.AddsUp(m.Loss, true) {
		return newCompatibility(m).atLoss("write `reduction: sum_over_batch_size` under the loss, or `type: independent` under ensemble",
			"members that share a network are trained on the mean of their losses, and this one is taken of a batch as a whole")
	}
	m.meet()
	if err := m.chooseMetrics(); err != nil {
		return err
	}
	m.Optimizer.Init(m.spans())
	m.Run.Partial = nil // its sums are those of other metrics
	if m.Run.Epoch == 0 {
		m.Stage = Compiled // a fitted model stays one: as in Keras, its weights stay
	}
	return nil
}

// decide writes a choice into the compile section of the spec, resolved: a model
// is compiled anew when this section differs from what its file says.
func (m *Model) decide(key string, v *spec.Node) {
	v.Origin = "auto, from the target"
	m.Spec.Get("compile").Put(key, v)
}

// spans says where the trainable parameters lie.
func (m *Model) spans() []optim.Span {
	var spans []optim.Span
	for _, p := range m.Net.Params {
		if p.Trainable {
			spans = append(spans, optim.Span{Name: p.Name, Off: p.Off, Rows: p.Rows, Cols: p.Cols, Vector: p.Vector, Stacked: p.Stacked, Decay: p.Decay,
				Rate: p.Rate, DecayRate: p.DecayRate})
		}
	}
	return spans
}
