package nn

import (
	"fmt"
	"slices"

	"mlp/internal/form"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("parallel", "Parallel",
	"layers side by side on the same input, whose outputs are concatenated, added or multiplied: wide and deep, two towers (Cheng et al. 2016)",
	func(f *spec.Fields) Layer {
		p := &Parallel{Branches: spec.EachOr(f, "branches", "layers",
			"each a list of layers, or a map where it has columns of its own; an empty list passes the input on", readBranch)}
		p.Merge = f.Enum("merge", "concatenate", "how the outputs become one", "concatenate", "add", "multiply")
		if len(p.Branches) == 0 {
			f.Problem("branches", "list the layers of each branch under `branches:`", "a parallel layer needs at least one branch")
		}
		return p
	})

func readBranch(f *spec.Fields) branch {
	b := branch{path: f.Path(), pos: f.Pos()}
	b.elements = spec.Values(spec.Many(f, "layers", Layers, nil, "the layers of the branch; empty passes the input on"))
	columns := f.Any("columns", spec.NewNull(), "what the branch reads of the input: places, counted from 1, or names of the table's columns where no layer has mixed them; all when empty")
	switch {
	case columns.Kind == spec.List:
		b.columns = columns.Items
		if len(b.columns) == 0 {
			f.Problem("columns", "name some, or leave the field out for all", "a branch of no columns")
		}
	case columns.Kind != spec.Null:
		b.columns = []*spec.Node{columns}
	}
	return b
}

// Parallel gives its input to all branches and puts together what comes of it.
type Parallel struct {
	Merge    string // concatenate, add or multiply
	Branches []branch

	out, dx   BufID
	y         []InputID // outputs of the branches
	inputGrad bool
}

// A branch is layers on some of the columns.
type branch struct {
	chain
	columns []*spec.Node // as they are written; none: all
	path    string
	pos     problem.Pos

	from  []int // the columns, counted from 0; nil: all
	part  BufID // these columns of a batch
	width int   // of the output
	dy    BufID // the gradient of the output
}

func (l *Parallel) inside() []*chain {
	var all []*chain
	for i := range l.Branches {
		all = append(all, &l.Branches[i].chain)
	}
	return all
}

// feed returns the input of branch i.
func (l *Parallel) feed(w *Workspace, i int, x tensor.Mat) tensor.Mat {
	b := &l.Branches[i]
	if b.from == nil {
		return x
	}
	part := w.Buf(b.part, x.Rows) // (batch, columns)
	b.pick(part, x)
	return part
}

// pick copies the branch's columns of x (rows, in) to part (rows, columns).
func (b *branch) pick(part, x tensor.Mat) {
	for r := range x.Rows {
		row, to := x.Row(r), part.Row(r)
		for k, j := range b.from {
			to[k] = row[j]
		}
	}
}

// Plan plans the branches, each for its columns, and returns the width of what they
// become together.
func (l *Parallel) Plan(p *Plan, in int) int {
	l.inputGrad = p.InputGrad()
	columns, out := p.columns, 0
	for i := range l.Branches {
		b := &l.Branches[i]
		width := in
		p.columns = columns
		if b.columns != nil {
			b.from = b.places(p, in, columns)
			b.part = p.Buffer(len(b.from))
			width, p.columns = len(b.from), nil
			for _, j := range b.from {
				if columns != nil {
					p.columns = append(p.columns, columns[j])
				}
			}
		}
		p.learning = l.inputGrad // a branch stands behind what stands before the layer
		b.width = b.plan(p, width, p.Trainable())
		b.dy = p.Buffer(b.width)
		l.y = append(l.y, p.Input())
		switch {
		case l.Merge == "concatenate":
			out += b.width
		case i == 0:
			out = b.width
		case b.width != out:
			p.Problem("end all branches in dense layers of as many units, or `merge: concatenate`",
				"branch 1 gives %s and branch %d gives %s, which cannot be %s", counted(out), i+1, counted(b.width), map[string]string{"add": "added", "multiply": "multiplied"}[l.Merge])
		}
	}
	l.out = p.Buffer(out)
	if l.inputGrad {
		l.dx = p.Buffer(in)
	}
	return out
}

func counted(columns int) string {
	if columns == 1 {
		return "1 column"
	}
	return fmt.Sprintf("%d columns", columns)
}

// places returns the columns of in that the branch reads, names being those of the
// table that they are made of, nil where they are not known; the first one where there
// is a problem.
func (b *branch) places(p *Plan, in int, names []string) []int {
	var from []int
	for _, c := range b.columns {
		complain := func(hint, format string, args ...any) {
			p.problems = append(p.problems, &problem.Problem{Pos: c.Pos, Path: b.path + ".columns", Hint: hint, Msg: fmt.Sprintf(format, args...), Width: len(c.Text)})
		}
		var found []int
		switch {
		case c.Kind == spec.Int && c.Float >= 1 && c.Float <= float64(in):
			found = []int{int(c.Float) - 1}
		case c.Kind == spec.Int:
			complain("columns are counted from 1", "there is no column %s; the layer has %d inputs", c.Text, in)
		case c.Kind != spec.String:
			complain("write a name, or a place counted from 1", "%s is not a column", c.Text)
		case names == nil:
			complain("put the layer first, or give places, counted from 1", "%q names a column of the table, and the layers before have mixed them", c.Text)
		default:
			for j, name := range names {
				if name == c.Text {
					found = append(found, j)
				}
			}
			if found == nil {
				complain(problem.DidYouMean(c.Text, names), "no input is made of a column %q", c.Text)
			}
		}
		for _, j := range found {
			if slices.Contains(from, j) {
				complain("name it once", "column %d of the input is given twice", j+1)
				continue
			}
			from = append(from, j)
		}
	}
	if from == nil {
		from = []int{0}
	}
	return from
}

// Forward runs the branches in order and merges their outputs y_b.
func (l *Parallel) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	out, at := w.Buf(l.out, x.Rows), 0 // (batch, out)
	for i := range l.Branches {
		b := &l.Branches[i]
		y := b.forward(w, l.feed(w, i, x)) // (batch, width)
		w.Keep(l.y[i], y)
		switch {
		case l.Merge == "concatenate":
			for r := range y.Rows {
				copy(out.Row(r)[at:], y.Row(r))
			}
			at += b.width
		case i == 0:
			copy(out.Data, y.Data)
		case l.Merge == "add":
			addTo(out, y)
		default:
			w.K.Mul(out.Data, out.Data, y.Data)
		}
	}
	return out
}

// Backward gives each branch its part of dy, dy itself, or dy·Π y of the others, and
// adds what they return, in order.
func (l *Parallel) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	var dx tensor.Mat
	if l.inputGrad {
		dx = w.Buf(l.dx, dy.Rows) // (batch, in)
		clear(dx.Data)
	}
	at := 0
	for i := range l.Branches {
		b := &l.Branches[i]
		d := w.Buf(b.dy, dy.Rows) // (batch, width); the branch may overwrite it
		if l.Merge == "concatenate" {
			for r := range d.Rows {
				copy(d.Row(r), dy.Row(r)[at:])
			}
			at += b.width
		} else {
			copy(d.Data, dy.Data)
		}
		if l.Merge == "multiply" {
			for k := range l.Branches {
				if k != i {
					w.K.Mul(d.Data, d.Data, w.Kept(l.y[k]).Data)
				}
			}
		}
		d = b.backward(w, d)
		switch {
		case !l.inputGrad:
		case b.from == nil:
			addTo(dx, d)
		default:
			for r := range d.Rows {
				to := dx.Row(r)
				for k, v := range d.Row(r) {
					to[b.from[k]] += v
				}
			}
		}
	}
	return dx
}

// Adapts reports how many rows the layers of the branches look at.
func (l *Parallel) Adapts() Rows {
	rows := NoRows
	for i := range l.Branches {
		rows = max(rows, l.Branches[i].adapts())
	}
	return rows
}

// Adapt gives the branches' Adapters their input.
func (l *Parallel) Adapt(w *Workspace, x tensor.Mat) {
	for i := range l.Branches {
		b := &l.Branches[i]
		part := x
		if b.from != nil {
			part = tensor.New(x.Rows, len(b.from))
			b.pick(part, x)
		}
		b.adapt(w, part)
	}
}

// Express writes down the branches and what they become.
func (l *Parallel) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	var all []form.Value
	for i := range l.Branches {
		of := x
		if from := l.Branches[i].from; from != nil {
			of = b.Pick(x, from...)
		}
		all = append(all, l.Branches[i].Express(b, w, of))
	}
	if l.Merge == "concatenate" {
		return b.Join(all...)
	}
	out := all[0]
	for _, y := range all[1:] {
		if l.Merge == "add" {
			out = b.Add(out, y)
		} else {
			out = b.Mul(out, y)
		}
	}
	return out
}
