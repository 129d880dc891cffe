package train

import (
	"mlp/internal/kernel"
	"mlp/internal/model"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// batches yields the training rows in batches. Shuffled rows are gathered into one
// batch that is reused; rows in file order are only cut. Members that share a network
// have a row each, one after the other, of target, truth and weight, and, where each has
// an order of its own, of the input.
type batches struct {
	part    *model.Part
	size    int
	members int
	orders  [][]int    // of the rows, of all members or of each; nil: file order, cut
	draws   bool       // the orders are drawn anew for each epoch
	spread  []int      // of the batch, for what is compared with the output
	out     model.Part // the batch given out last
	same    bool       // Truth and Target are the same numbers
}

// newBatches makes batches for a number of members; apart says that each has an order of
// its own.
func newBatches(p *model.Part, size int, shuffle bool, members int, apart bool) *batches {
	o := &batches{part: p, size: size, members: members, draws: shuffle, same: &p.Target.Data[0] == &p.Truth.Data[0]}
	if !shuffle && members == 1 {
		return o
	}
	size = min(size, p.X.Rows)
	orders, inputs := 1, size
	if apart {
		orders, inputs = members, size*members
	}
	for range orders {
		order := make([]int, p.X.Rows)
		for i := range order {
			order[i] = i
		}
		o.orders = append(o.orders, order)
	}
	o.spread = make([]int, size*members)
	o.out.X, o.out.Target = tensor.New(inputs, p.X.Cols), tensor.New(size*members, p.Target.Cols)
	o.out.Truth = o.out.Target
	if !o.same {
		o.out.Truth = tensor.New(size*members, p.Truth.Cols)
	}
	if p.Weight != nil {
		o.out.Weight = make([]float32, size*members)
	}
	return o
}

// shuffle draws the order of an epoch, or one for each member; the first has that which
// all have otherwise.
func (o *batches) shuffle(s rng.Stream) {
	for i, order := range o.orders {
		if !o.draws {
			return
		}
		if i > 0 {
			s.At(uint64(i)).Perm(order)
		} else {
			s.Perm(order)
		}
	}
}

// batch returns batch i, counted from 0, until the next call; the last one may
// be short.
func (o *batches) batch(k *kernel.Engine, i int) *model.Part {
	lo, hi := i*o.size, min((i+1)*o.size, o.part.X.Rows)
	b := &o.out
	if o.orders == nil {
		b.X, b.Target, b.Truth = o.part.X.Slice(lo, hi), o.part.Target.Slice(lo, hi), o.part.Truth.Slice(lo, hi)
		if o.part.Weight != nil {
			b.Weight = o.part.Weight[lo:hi]
		}
		return b
	}
	inputs, outputs := o.take(lo, hi)
	gather(k, &b.X, &o.part.X, inputs)
	gather(k, &b.Target, &o.part.Target, outputs)
	if o.same {
		b.Truth.Rows, b.Truth.Data = b.Target.Rows, b.Target.Data
	} else {
		gather(k, &b.Truth, &o.part.Truth, outputs)
	}
	if o.part.Weight != nil {
		b.Weight = b.Weight[:len(outputs)]
		k.Gather(b.Weight, o.part.Weight, 1, outputs)
	}
	return b
}

// take returns the rows of a batch: those that go in, and those that what comes out is
// compared with.
func (o *batches) take(lo, hi int) (inputs, outputs []int) {
	if o.members == 1 {
		return o.orders[0][lo:hi], o.orders[0][lo:hi]
	}
	outputs = o.spread[:(hi-lo)*o.members]
	for i := range outputs {
		outputs[i] = o.orders[i%o.members%len(o.orders)][lo+i/o.members]
	}
	if len(o.orders) > 1 {
		return outputs, outputs
	}
	return o.orders[0][lo:hi], outputs
}

// gather makes to the given rows of from, in memory that to has had before.
func gather(k *kernel.Engine, to, from *tensor.Mat, rows []int) {
	to.Rows, to.Data = len(rows), to.Data[:len(rows)*from.Cols]
	k.Gather(to.Data, from.Data, from.Cols, rows)
}
