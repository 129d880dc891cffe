package nn

import (
	"slices"

	"mlp/internal/embedding"
	"mlp/internal/tensor"
)

// Waves returns a layer that embeds inputs, counted from 0, as a periodic layer of the
// spec would, and learns at a factor of the learning rate.
func Waves(e embedding.Periodic, rate float64, inputs []int) Element {
	return Element{Type: "periodic", Class: "Periodic", Trainable: true, Rate: rate, Path: "data", Layer: &Periodic{Periodic: e, places: inputs}}
}

// Pieces does so for a piecewise-linear layer, whose pieces have their ends, of each
// input, from elsewhere.
func Pieces(e embedding.PiecewiseLinear, rate float64, inputs []int, ends [][]float32) Element {
	longest := slices.MaxFunc(ends, func(a, b []float32) int { return len(a) - len(b) })
	e.Bins = len(longest) - 1 // not more than there are
	return Element{Type: "piecewise_linear", Class: "PiecewiseLinear", Trainable: true, Rate: rate, Path: "data",
		Layer: &PiecewiseLinear{PiecewiseLinear: e, Ends: ends, places: inputs}}
}

// embedded is what the layers have in common that make several numbers of single
// columns: which columns these are, and where the numbers stand. A row of the output
// holds the inputs that stay, in their order, then the numbers made of each column.
type embedded struct {
	places []int // of the input, counted from 0, ascending or as they are given
	stays  []int // the inputs that stay, in order
	made   int   // numbers made of a column
	out    int   // width

	z, dz, y, dx BufID
	inputGrad    bool
}

// madeOf names the columns that the outputs are made of.
func (e *embedded) madeOf(columns []string) []string {
	var names []string
	for _, j := range e.stays {
		names = append(names, columns[j])
	}
	for _, j := range e.places {
		for range e.made {
			names = append(names, columns[j])
		}
	}
	return names
}

// plan declares the buffers; no places are all. concat keeps the columns themselves.
func (e *embedded) plan(p *Plan, places []int, in int, concat bool, made int) {
	embeds := make([]bool, in)
	if e.places = places; len(places) == 0 {
		e.places = make([]int, in)
		for j := range e.places {
			e.places[j] = j
		}
	}
	e.stays = nil
	for i, j := range e.places {
		switch {
		case j >= in:
			p.Problem("columns are counted from 1", "there is no column %d; the layer has %d inputs", j+1, in)
			e.places = e.places[:i]
		case embeds[j]:
			p.Problem("name each once", "column %d is named twice", j+1)
		default:
			embeds[j] = true
			continue
		}
		break
	}
	for j := range embeds {
		if concat || !embeds[j] {
			e.stays = append(e.stays, j)
		}
	}
	e.made, e.out = made, len(e.stays)+len(e.places)*made
	e.z, e.y = p.Buffer(len(e.places)), p.Buffer(e.out)
	if e.inputGrad = p.InputGrad(); e.inputGrad {
		e.dz, e.dx = p.Buffer(len(e.places)), p.Buffer(in)
	}
}

// gather copies the embedded columns of x (batch, in) beside one another, (columns,
// batch), where Backward finds them.
func (e *embedded) gather(w *Workspace, x tensor.Mat) tensor.Mat {
	z := e.columns(w, x.Rows)
	for i := range x.Rows {
		row := x.Row(i)
		for j, from := range e.places {
			z.Data[j*x.Rows+i] = row[from]
		}
	}
	return z
}

// columns returns what gather has written.
func (e *embedded) columns(w *Workspace, rows int) tensor.Mat {
	return tensor.View(len(e.places), rows, w.values(e.z, rows))
}

// scatter lays out y (batch, out): the inputs that stay, then what was made (columns,
// made, batch) with the bias added, of each column or the same for all.
func (e *embedded) scatter(w *Workspace, x tensor.Mat, made []float32, bias tensor.Mat, relu bool) tensor.Mat {
	y, n := w.Buf(e.y, x.Rows), x.Rows
	for i := range n {
		in, out := x.Row(i), y.Row(i)
		for k, j := range e.stays {
			out[k] = in[j]
		}
		out = out[len(e.stays):]
		left := bias.Data // of one column or of all
		for k := range out {
			if len(left) == 0 {
				left = bias.Data
			}
			v := made[k*n+i] + left[0]
			left = left[1:]
			if relu && !(v > 0) && v == v {
				v = 0
			}
			out[k] = v
		}
	}
	return y
}

// collect is the inverse: from dy (batch, out) it takes ∂loss/∂made (columns, made,
// batch), 0 where a relu has cut.
func (e *embedded) collect(w *Workspace, dy tensor.Mat, made []float32, relu bool) []float32 {
	y, n := w.Buf(e.y, dy.Rows), dy.Rows
	for i := range n {
		d, out := dy.Row(i)[len(e.stays):], y.Row(i)[len(e.stays):]
		for k, v := range d {
			if relu && !(out[k] > 0) {
				v = 0
			}
			made[k*n+i] = v
		}
	}
	return made
}

// grad returns a vector of zeros for ∂loss/∂column of column j, or an empty one if it
// is not wanted.
func (e *embedded) grad(w *Workspace, j, rows int) []float32 {
	if !e.inputGrad {
		return nil
	}
	dz := w.values(e.dz, rows)[j*rows : (j+1)*rows]
	clear(dz)
	return dz
}

// back returns ∂loss/∂x: that of the inputs that stay, and that of the columns by what
// was made of them.
func (e *embedded) back(w *Workspace, dy tensor.Mat) tensor.Mat {
	if !e.inputGrad {
		return tensor.Mat{}
	}
	dx, dz, n := w.Buf(e.dx, dy.Rows), w.values(e.dz, dy.Rows), dy.Rows
	clear(dx.Data)
	for i := range n {
		d, out := dy.Row(i), dx.Row(i)
		for k, j := range e.stays {
			out[j] = d[k]
		}
		for k, j := range e.places {
			out[j] += dz[k*n+i]
		}
	}
	return dx
}

// sumColumns sums d (columns, made, batch) over the rows of the batch, in order; where
// the columns share one bias, over these too.
func sumColumns(sum tensor.Mat, d []float32, rows int, shared bool) {
	if shared {
		clear(sum.Data)
	}
	for k := range len(d) / rows {
		s := float32(0)
		for _, v := range d[k*rows : (k+1)*rows] {
			s += v
		}
		if shared {
			sum.Data[k%len(sum.Data)] += s
		} else {
			sum.Data[k] = s
		}
	}
}
