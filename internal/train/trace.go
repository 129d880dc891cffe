package train

import (
	"slices"

	"mlp/internal/model"
	"mlp/internal/nn"
)

// A StepTrace is what one step of training on one row does.
type StepTrace struct {
	Layers       []nn.Step
	Loss         float64 // penalties not included
	Penalty      float64
	Step         int64 // of the optimizer, from 1
	LearningRate float64
	Params       []ParamTrace
}

// A ParamTrace is one parameter, [row][column] end to end.
type ParamTrace struct {
	Name                  string
	Rows, Cols            int
	Before, Gradient, New []float32 // the gradient is nil of what is not trained
}

// TraceStep does a step on the first row of p, forward, loss, backward and the optimizer's
// update at its present state, and says all that it computed. The model has made the step
// afterwards.
func TraceStep(m *model.Model, p *model.Part) *StepTrace {
	row := p.Select([]int{0})
	w := m.Reserve(1)
	w.Step = uint64(m.Optimizer.Iterations())
	m.Optimizer.Begin(m.Trainable())
	m.Optimizer.BeginRun(m.Optimizer.Iterations(), 1)
	before := slices.Clone(w.Params)
	t := &StepTrace{Step: m.Optimizer.Iterations() + 1, LearningRate: m.Optimizer.LearningRate()}
	w.Time = m.Optimizer.Time()
	t.Layers = m.Net.TraceTraining(w, row.X)
	copy(w.Params, before)

	logits, pred := m.Net.Forward(w, row.X)
	loss, dlogits := m.BatchGradient(logits, pred, row.Target, row.Weight)
	m.Net.TraceBackward(w, dlogits, t.Layers)
	t.Loss, t.Penalty = loss, m.Net.Penalty(w, true)
	gradient := slices.Clone(w.Grads) // the rules overwrite it
	m.Optimizer.Step(m.Engine, m.Trainable(), w.Grads)
	m.Net.Constrain(w)
	w.Step++
	for _, q := range m.Net.Params {
		lo, hi := q.Off, q.Off+q.Len()
		one := ParamTrace{Name: q.Name, Rows: q.Rows, Cols: q.Cols, Before: before[lo:hi], New: slices.Clone(w.Params[lo:hi])}
		if q.Trainable {
			one.Gradient = gradient[lo:hi]
		}
		t.Params = append(t.Params, one)
	}
	return t
}
