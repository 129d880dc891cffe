package train

import (
	"context"
	"slices"

	"mlp/internal/model"
	"mlp/internal/rng"
)

// PrepareEpoch returns the first epoch of a run, to be trained as often as it is
// called, how many batches it has, and the first of them.
func PrepareEpoch(m *model.Model, o Options) (epoch func() error, batches int, first *model.Part, err error) {
	r, err := start(m, o)
	if err != nil {
		return nil, 0, nil, err
	}
	order := newOrder(o.Parts.Train, o.BatchSize, o.Shuffle)
	epoch = func() error {
		r.epoch = 1
		_, err := r.trainEpoch(context.Background(), order, o)
		return err
	}
	return epoch, r.batches, order.batch(m.Engine, 0), nil
}

// Shuffled returns the order of the rows in an epoch.
func Shuffled(p *model.Part, size int, seed, epoch uint64) []int {
	o := newOrder(p, size, true)
	o.shuffle(rng.New(seed, "shuffle").At(epoch))
	return slices.Clone(o.rows)
}
