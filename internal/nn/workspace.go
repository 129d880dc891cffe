package nn

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/schedule"
	"mlp/internal/tensor"
)

// A Workspace is all the memory of one goroutine's use of a network: parameters,
// gradients and what a step computes. Results of Forward live until the next Forward,
// gradients until the next Backward.
type Workspace struct {
	K        *kernel.Engine
	Training bool   // dropout draws and batch statistics; false for prediction
	Seed     uint64 // of the run, for layers that draw
	Step     uint64 // counts training steps from 0, for layers that draw

	// Member is which of those that share the network is written down, counted from 0.
	Member int

	// Time is where training stands, for layers whose settings follow a schedule.
	Time schedule.Time

	Params []float32 // trainable ones first, Network.Trainable of them
	Grads  []float32 // of the trainable ones

	net    *Network
	batch  int
	params []tensor.Mat // one a parameter, views of Params
	grads  []tensor.Mat // views of Grads; empty for a parameter that is not trained
	bufs   [][]float32
	wides  [][]float64
	inputs []tensor.Mat
	extra  float64 // activity penalties since the last Forward
}

// NewWorkspace allocates for batches of at most batch rows, 1 or more. Parameters
// are zero until Init draws them or a file is read into Params.
func (n *Network) NewWorkspace(k *kernel.Engine, batch int) *Workspace {
	return n.newWorkspace(k, batch, make([]float32, n.Size), make([]float32, n.Trainable))
}

// Twin returns a workspace with the parameters of w, not a copy of them, and memory of its
// own for the rest: another goroutine may predict in it. It has no gradients.
func (w *Workspace) Twin(k *kernel.Engine, batch int) *Workspace {
	return w.net.newWorkspace(k, batch, w.Params, nil)
}

// IsTwin reports whether the parameters are those of another workspace.
func (w *Workspace) IsTwin() bool { return w.Grads == nil }

// newWorkspace allocates what comes besides parameters and gradients; without gradients
// nothing can be trained in it.
func (n *Network) newWorkspace(k *kernel.Engine, batch int, params, grads []float32) *Workspace {
	w := &Workspace{K: k, net: n, batch: batch, Params: params, Grads: grads}
	w.params, w.grads = make([]tensor.Mat, len(n.Params)), make([]tensor.Mat, len(n.Params))
	for i, p := range n.Params {
		w.params[i] = tensor.View(p.Rows, p.Cols, w.Params[p.Off:])
		if p.Trainable && grads != nil {
			w.grads[i] = tensor.View(p.Rows, p.Cols, w.Grads[p.Off:])
		}
	}
	total := 0
	for i, cols := range n.plan.bufs {
		total += aligned(batch * n.plan.times[i] * cols)
	}
	arena := make([]float32, total)
	for i, cols := range n.plan.bufs {
		size := batch * n.plan.times[i] * cols
		w.bufs = append(w.bufs, arena[:size:size])
		arena = arena[aligned(size):]
	}
	for _, length := range n.plan.wides {
		w.wides = append(w.wides, make([]float64, length))
	}
	w.inputs = make([]tensor.Mat, n.plan.inputs)
	return w
}

// aligned rounds up to a cache line of 16 numbers.
func aligned(n int) int { return (n + 15) &^ 15 }

// Batch returns the largest number of rows w has room for.
func (w *Workspace) Batch() int { return w.batch }

// block is how many rows Adapt takes at a time: w has room for them, and of each row for
// members they hold all.
func (w *Workspace) block() int { return max(1, w.batch/w.net.Members) * w.net.Members }

// Param returns a parameter's values, in the shape it was declared with.
func (w *Workspace) Param(id ParamID) tensor.Mat { return w.params[id] }

// Grad returns the matrix of a parameter's gradient, empty if it is not trained.
func (w *Workspace) Grad(id ParamID) tensor.Mat { return w.grads[id] }

// Buf returns the first rows of a buffer, (rows, cols) with the cols it was declared
// with. A short last batch is just fewer rows.
func (w *Workspace) Buf(id BufID, rows int) tensor.Mat {
	return tensor.View(rows, w.net.plan.bufs[id], w.bufs[id])
}

// Wide returns a float64 buffer.
func (w *Workspace) Wide(id WideID) []float64 { return w.wides[id] }

// values returns the numbers of the first rows of a buffer.
func (w *Workspace) values(id BufID, rows int) []float32 {
	return w.bufs[id][:rows*w.net.plan.bufs[id]]
}

// Keep stores an input for Backward. (Copied as a whole, a Mat that was just written
// stalls the processor until its fields have left the store buffer; field by field
// it does not.)
func (w *Workspace) Keep(id InputID, x tensor.Mat) {
	in := &w.inputs[id]
	in.Rows, in.Cols, in.Data = x.Rows, x.Cols, x.Data
}

// Kept returns the input that Keep stored.
func (w *Workspace) Kept(id InputID) tensor.Mat { return w.inputs[id] }

// AddLoss adds an activity penalty to the loss of this batch.
func (w *Workspace) AddLoss(v float64) { w.extra += v }

// AddedLoss returns the activity penalties of the last Forward.
func (w *Workspace) AddedLoss() float64 { return w.extra }

// Poison fills every buffer with NaN, so that a test notices when a result is read
// after the end of its lifetime.
func (w *Workspace) Poison() {
	nan := float32(math.NaN())
	for _, b := range w.bufs {
		for i := range b {
			b[i] = nan
		}
	}
	for _, b := range w.wides {
		for i := range b {
			b[i] = math.NaN()
		}
	}
}
