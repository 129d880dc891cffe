package model

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"mlp/internal/loss"
	"mlp/internal/modelfile"
)

func (m *Model) encodeRun() string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	r := modelfile.Run{Epoch: m.Run.Epoch, BestEpoch: m.Run.BestEpoch, Target: m.Run.Target, Done: m.Run.Done,
		Iterations: m.Optimizer.Iterations(), LearningRate: number(m.Optimizer.LearningRate()), Slowed: m.Run.Slowed, Stopped: m.Run.Stopped, Callbacks: m.Run.Callbacks}
	if m.overRun() {
		now := m.Optimizer.Time()
		r.First, r.Length = now.First, now.Length
	}
	if p := m.Run.Partial; p != nil {
		if r.Batch = p.Batch; p.Start != nil {
			r.StartRate = number(p.Start.optimizer.LearningRate)
		}
	}
	return r.Encode()
}

// overRun reports whether a setting of the model depends on how long the run is and
// when it began.
func (m *Model) overRun() bool {
	return m.Optimizer.OverRun() || m.Net.OverRun() || loss.OverRun(m.Loss)
}

// decodeRun reads what encodeRun wrote, and the learning rate of the next step.
func (m *Model) decodeRun(text string) (r modelfile.Run, rate float64, err error) {
	if err := modelfile.Unmarshal(text, &r); err != nil {
		return r, 0, err
	}
	m.Run = Run{Epoch: r.Epoch, BestEpoch: r.BestEpoch, Target: r.Target, Done: r.Done, Slowed: r.Slowed, Stopped: r.Stopped, Callbacks: r.Callbacks}
	rate, err = strconv.ParseFloat(r.LearningRate, 64)
	switch {
	case err != nil || !(rate >= 0 && rate <= math.MaxFloat64):
		err = fmt.Errorf("%.60q is no learning rate", r.LearningRate)
	case r.Epoch != len(m.History.Epochs):
		err = fmt.Errorf("%d epochs in the run, %d in the history", r.Epoch, len(m.History.Epochs))
	case r.Batch < 0 || r.Iterations < int64(r.Batch) || r.Target < 0 || r.BestEpoch < 0 || r.BestEpoch > r.Epoch:
		err = errors.New("a number of epochs or steps is impossible")
	case r.First < 0 || r.First > r.Iterations || r.Length < 0 || r.Length > math.MaxInt64-r.First:
		err = errors.New("a run has an impossible beginning or length")
	case r.Slowed < 0 || r.Slowed > 300:
		err = fmt.Errorf("a learning rate that was cut to a tenth %d times", r.Slowed)
	}
	m.Optimizer.Slow(r.Slowed)
	m.Optimizer.BeginRun(r.First, r.Length)
	return r, rate, err
}
