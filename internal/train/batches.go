package train

import (
	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// batches yields the training rows in batches. Shuffled rows are gathered into one
// batch that is reused; rows in file order are only cut.
type batches struct {
	part *model.Part
	size int
	rows []int      // nil: file order
	out  model.Part // the batch given out last
	same bool       // Truth and Target are the same numbers
}

func newBatches(p *model.Part, size int, shuffle bool) *batches {
	o := &batches{part: p, size: size, same: &p.Target.Data[0] == &p.Truth.Data[0]}
	if !shuffle {
		return o
	}
	size = min(size, p.X.Rows)
	o.rows = make([]int, p.X.Rows)
	o.out.X, o.out.Target = tensor.New(size, p.X.Cols), tensor.New(size, p.Target.Cols)
	o.out.Truth = o.out.Target
	if !o.same {
		o.out.Truth = tensor.New(size, p.Truth.Cols)
	}
	if p.Weight != nil {
		o.out.Weight = make([]float32, size)
	}
	return o
}

// shuffle draws the order of an epoch.
func (o *batches) shuffle(s rng.Stream) {
	if o.rows != nil {
		s.Perm(o.rows)
	}
}

// batch returns batch i, counted from 0, until the next call; the last one may
// be short.
func (o *batches) batch(k *kernel.Engine, i int) *model.Part {
	lo, hi := i*o.size, min((i+1)*o.size, o.part.X.Rows)
	b := &o.out
	if o.rows == nil {
		b.X, b.Target, b.Truth = o.part.X.Slice(lo, hi), o.part.Target.Slice(lo, hi), o.part.Truth.Slice(lo, hi)
		if o.part.Weight != nil {
			b.Weight = o.part.Weight[lo:hi]
		}
		return b
	}
	rows := o.rows[lo:hi]
	gather(k, &b.X, &o.part.X, rows)
	gather(k, &b.Target, &o.part.Target, rows)
	if o.same {
		b.Truth.Rows, b.Truth.Data = b.Target.Rows, b.Target.Data
	} else {
		gather(k, &b.Truth, &o.part.Truth, rows)
	}
	if o.part.Weight != nil {
		b.Weight = b.Weight[:len(rows)]
		k.Gather(b.Weight, o.part.Weight, 1, rows)
	}
	return b
}

// gather makes to the given rows of from, in memory that to has had before.
func gather(k *kernel.Engine, to, from *tensor.Mat, rows []int) {
	to.Rows, to.Data = len(rows), to.Data[:len(rows)*from.Cols]
	k.Gather(to.Data, from.Data, from.Cols, rows)
}
