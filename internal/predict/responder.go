package predict

import (
	"mlp/internal/model"
	"mlp/internal/tensor"
)

// A Responder answers rows as a network takes them, in memory that it keeps. It serves one
// caller at a time.
type Responder struct {
	m      *model.Model
	answer *Answer
	groups [][]int
	step   int // rows at a time

	outputs   tensor.Mat
	room, own []tensor.Mat // what each group answers
	row       [][]float32
}

// NewResponder returns one for the answers of a model.
func NewResponder(m *model.Model, a *Answer) *Responder {
	r := &Responder{m: m, answer: a, groups: a.groups()}
	n := len(r.groups)
	// Answers of many groups take their room for some rows of a chunk at a time.
	r.step = max(model.EvalRows, Chunk/max(1, n))
	r.room, r.own, r.row = make([]tensor.Mat, n), make([]tensor.Mat, n), make([][]float32, n)
	return r
}

// reserve makes room for so many rows.
func (r *Responder) reserve(rows int) {
	if r.outputs.Rows >= rows {
		return
	}
	r.outputs = tensor.New(rows, r.m.Net.Out)
	for g := range r.room {
		r.room[g] = tensor.New(rows, r.m.Net.Out)
	}
}

// Answer hands the cells of each row of x to w, between calls of begin, which is given the
// row's index, and end.
func (r *Responder) Answer(x tensor.Mat, w CellWriter, begin func(row int), end func()) {
	r.reserve(min(r.step, x.Rows))
	for lo := 0; lo < x.Rows; lo += r.step {
		n := min(r.step, x.Rows-lo)
		for g := range r.own {
			r.own[g] = r.room[g].Slice(0, n)
		}
		r.m.PredictGroups(x.Slice(lo, lo+n), r.outputs.Slice(0, n), r.groups, r.own)
		for i := range n {
			begin(lo + i)
			for g := range r.own {
				r.row[g] = r.own[g].Row(i)
			}
			r.answer.Write(w, r.outputs.Row(i), r.row...)
			end()
		}
	}
}
