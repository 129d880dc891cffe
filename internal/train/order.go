package train

import (
	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// An order yields the training rows in batches. Shuffled rows are gathered into
// one batch that is reused; rows in file order are only cut.
type order struct {
	part   *model.Part
	size   int
	rows   []int // nil: file order
	buffer model.Part
	same   bool // Truth and Target are the same numbers
}

func newOrder(p *model.Part, size int, shuffle bool) *order {
	o := &order{part: p, size: size, same: &p.Target.Data[0] == &p.Truth.Data[0]}
	if !shuffle {
		return o
	}
	size = min(size, p.X.Rows)
	o.rows = make([]int, p.X.Rows)
	o.buffer.X, o.buffer.Target = tensor.New(size, p.X.Cols), tensor.New(size, p.Target.Cols)
	o.buffer.Truth = o.buffer.Target
	if !o.same {
		o.buffer.Truth = tensor.New(size, p.Truth.Cols)
	}
	if p.Weight != nil {
		o.buffer.Weight = make([]float32, size)
	}
	return o
}

// shuffle draws the order of an epoch.
func (o *order) shuffle(s rng.Stream) {
	if o.rows != nil {
		s.Perm(o.rows)
	}
}

// batch returns batch i, counted from 0; the last one may be short.
func (o *order) batch(k *kernel.Engine, i int) model.Part {
	lo, hi := i*o.size, min((i+1)*o.size, o.part.X.Rows)
	if o.rows == nil {
		b := model.Part{X: o.part.X.Slice(lo, hi), Target: o.part.Target.Slice(lo, hi), Truth: o.part.Truth.Slice(lo, hi)}
		if o.part.Weight != nil {
			b.Weight = o.part.Weight[lo:hi]
		}
		return b
	}
	rows := o.rows[lo:hi]
	gather := func(to, from tensor.Mat) tensor.Mat {
		to = to.Slice(0, len(rows))
		k.Gather(to.Data, from.Data, from.Cols, rows)
		return to
	}
	b := model.Part{X: gather(o.buffer.X, o.part.X), Target: gather(o.buffer.Target, o.part.Target)}
	b.Truth = b.Target
	if !o.same {
		b.Truth = gather(o.buffer.Truth, o.part.Truth)
	}
	if o.part.Weight != nil {
		b.Weight = o.buffer.Weight[:len(rows)]
		for i, row := range rows {
			b.Weight[i] = o.part.Weight[row]
		}
	}
	return b
}
