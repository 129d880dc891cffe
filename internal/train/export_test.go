package train

import (
	"context"
	"slices"

	"mlp/internal/model"
	"mlp/internal/rng"
)

// PrepareEpoch returns the first epoch of a run, to be trained as often as it is
// called, and its first step, with how many it has.
func PrepareEpoch(m *model.Model, o Options) (epoch func() error, step func(), steps int, err error) {
	l, err := newLoop(m, o)
	if err != nil {
		return nil, nil, 0, err
	}
	epoch = func() error {
		l.epoch = 1
		_, err := l.trainEpoch(context.Background())
		return err
	}
	b := l.rows.batch(m.Engine, 0)
	return epoch, func() { l.step(b) }, l.batches, nil
}

// Shuffled returns the order of the rows in an epoch.
func Shuffled(p *model.Part, size int, seed, epoch uint64) []int {
	o := newBatches(p, size, true)
	o.shuffle(rng.New(seed, "shuffle").At(epoch))
	return slices.Clone(o.rows)
}
