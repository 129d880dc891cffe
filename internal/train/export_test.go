package train

import (
	"context"
	"slices"

	"mlp/internal/kernel"
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
	o := newBatches(p, size, true, 1, false)
	o.shuffle(rng.New(seed, "shuffle").At(epoch))
	return slices.Clone(o.orders[0])
}

// Epoch returns the batches of an epoch of members.
func Epoch(k *kernel.Engine, p *model.Part, size int, shuffle bool, members int, apart bool) (all []*model.Part) {
	o := newBatches(p, size, shuffle, members, apart)
	o.shuffle(rng.New(1, "shuffle"))
	for lo := 0; lo < p.X.Rows; lo += size {
		b := o.batch(k, lo/size)
		all = append(all, &model.Part{X: b.X.Clone(), Target: b.Target.Clone(), Truth: b.Truth.Clone(), Weight: slices.Clone(b.Weight)})
	}
	return all
}
