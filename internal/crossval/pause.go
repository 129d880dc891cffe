package crossval

import (
	"bytes"
	"context"

	"mlp/internal/model"
	"mlp/internal/train"
)

// A Standing is where a fold stands at the end of a Run with Pause. Going on from there
// gives the bytes that the fold would have had without the pause.
type Standing struct {
	fold  Fold
	model []byte // a model file in which the run goes on; nil: the fold has ended
}

// Bytes is what a standing holds of memory, nearly.
func (s *Standing) Bytes() int { return len(s.model) }

// pauseAfter is called once an epoch, and pauses the run after one.
func pauseAfter(epoch int, pause context.CancelFunc) *train.Hooks {
	return &train.Hooks{Name: "pause", Epoch: func(r *train.Run) error {
		if r.Epoch() >= epoch && r.Epoch() < r.Epochs() {
			pause()
		}
		return nil
	}}
}

// standing is a model whose run has paused, to go on from; m is then given the weights
// that it is measured with.
func standing(m *model.Model) ([]byte, error) {
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		return nil, err
	}
	m.Optimizer.Finish(m.Trainable())
	return file.Bytes(), nil
}
