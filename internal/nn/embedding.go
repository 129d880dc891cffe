package nn

import (
	"math"
	"slices"

	"mlp/internal/form"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

var _ = register("embedding", "Embedding",
	"puts a learned vector in the place of each integer code",
	func(f *spec.Fields) Layer {
		f.Moot("mask_zero", "a code is never padding: each has its vector", "false")
		f.Moot("input_length", "a row has the columns of the table")
		f.Moot("weights", "weights start from an initializer", "null")
		e := &Embedding{
			InputDim:    f.NeedInt("input_dim", "how many codes there are: 0 … input_dim − 1", spec.In(1, 1<<24)),
			OutputDim:   f.NeedInt("output_dim", "how many numbers stand for a code", spec.In(1, 1<<16)),
			Initializer: spec.One(f, "embeddings_initializer", Initializers, "uniform", "how the vectors start"),
			Regularizer: spec.One(f, "embeddings_regularizer", Regularizers, "", "penalty on the vectors"),
			Constraint:  spec.One(f, "embeddings_constraint", Constraints, "", "projection of the vectors after each update"),
		}
		for _, c := range f.Floats("columns", nil, "which inputs are codes, counted from 1; empty: all. The others pass as they are") {
			if c != math.Floor(c) || c < 1 {
				f.Problem("columns", "write the columns' places: [1, 4]", "%v is not the place of a column", c)
				continue
			}
			e.Columns = append(e.Columns, int(c)-1)
		}
		return e
	})

// Lookup returns a layer that replaces one input, counted from 0, by a vector of
// dim numbers for each of its codes, as an embedding layer of the spec would. The
// vectors start as N(0, 1), or as that layer's do.
func Lookup(input, codes, dim int, standard bool) (Element, error) {
	initializer := "uniform"
	if standard {
		initializer = "standard_normal"
	}
	start, err := Initializers.Build(spec.NewString(initializer))
	return Element{Type: "embedding", Class: "Embedding", Trainable: true, Path: "data",
		Layer: &Embedding{InputDim: codes, OutputDim: dim, Columns: []int{input}, Initializer: start}}, err
}

// Embedding replaces every code, where it stands in the row, by OutputDim
// numbers: the code's row of a table that all coded columns share. A code beyond
// the table gives NaN, which stops a run at once, rather than a wrong number.
type Embedding struct {
	InputDim, OutputDim int
	Columns             []int // which inputs are codes, counted from 0; empty: all
	Initializer         Initializer
	Regularizer         Regularizer
	Constraint          Constraint

	table     ParamID
	coded     []bool // for each input
	x         InputID
	y, dx     BufID
	inputGrad bool
}

// Plan declares the table, InputDim × OutputDim, and returns the new width.
func (e *Embedding) Plan(p *Plan, in int) int {
	e.coded = make([]bool, in)
	out := in
	for j := range e.coded {
		e.coded[j] = len(e.Columns) == 0 || slices.Contains(e.Columns, j)
		if e.coded[j] {
			out += e.OutputDim - 1
		}
	}
	for _, c := range e.Columns {
		if c >= in {
			p.Problem("columns are counted from 1", "there is no column %d; the layer has %d inputs", c+1, in)
		}
	}
	e.table = p.Param("embeddings", Param{Rows: e.InputDim, Cols: e.OutputDim, Trainable: true, Decay: true,
		Init: e.Initializer, Regularizer: e.Regularizer, Constraint: e.Constraint})
	e.x, e.y = p.Input(), p.Buffer(out)
	if e.inputGrad = p.InputGrad(); e.inputGrad {
		e.dx = p.Buffer(in)
	}
	return out
}

func (e *Embedding) madeOf(columns []string) []string {
	var names []string
	for j, name := range columns {
		names = append(names, name)
		for k := 1; e.coded[j] && k < e.OutputDim; k++ {
			names = append(names, name)
		}
	}
	return names
}

// row returns the row of table for a code, nil if there is none. Fractions are cut off.
func (e *Embedding) row(table tensor.Mat, code float32) []float32 {
	if c := math.Trunc(float64(code)); c >= 0 && c < float64(e.InputDim) {
		return table.Row(int(c))
	}
	return nil
}

// Forward copies plain inputs and looks codes up.
func (e *Embedding) Forward(w *Workspace, x tensor.Mat) tensor.Mat {
	w.Keep(e.x, x)
	y, table := w.Buf(e.y, x.Rows), w.Param(e.table) // (batch, out), (InputDim, OutputDim)
	for i := range x.Rows {
		out := y.Row(i)
		for j, v := range x.Row(i) {
			if !e.coded[j] {
				out[0] = v
				out = out[1:]
				continue
			}
			row := e.row(table, v)
			copy(out, row)
			if row == nil {
				for k := range e.OutputDim {
					out[k] = float32(math.NaN())
				}
			}
			out = out[e.OutputDim:]
		}
	}
	return y
}

// Backward adds dy to the rows of the table's gradient that were looked up, the
// rows of the batch in order. ∂loss/∂code is 0.
func (e *Embedding) Backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	x, g := w.Kept(e.x), w.Grad(e.table) // (batch, in), (InputDim, OutputDim)
	clear(g.Data)
	dx := tensor.Mat{}
	if e.inputGrad {
		dx = w.Buf(e.dx, dy.Rows) // (batch, in)
		clear(dx.Data)
	}
	for i := range dy.Rows {
		d := dy.Row(i)
		for j, v := range x.Row(i) {
			if !e.coded[j] {
				if e.inputGrad {
					dx.Set(i, j, d[0])
				}
				d = d[1:]
				continue
			}
			if !g.Empty() {
				row := e.row(g, v)
				for k := range row {
					row[k] += d[k]
				}
			}
			d = d[e.OutputDim:]
		}
	}
	return dx
}

// Express writes down the looking up. A code beyond the table has a row of NaN behind it.
func (e *Embedding) Express(b *form.Builder, w *Workspace, x form.Value) form.Value {
	var table []float64
	for _, v := range w.Param(e.table).Data {
		table = append(table, float64(v))
	}
	for range e.OutputDim {
		table = append(table, math.NaN())
	}
	beyond := b.Const32(float32(e.InputDim))
	var all []form.Value
	for j := 0; j < len(e.coded); {
		from := j
		for j < len(e.coded) && !e.coded[j] {
			j++
		}
		if j > from {
			all = append(all, b.Part(x, from, j))
			continue
		}
		code := b.Pick(x, j)
		code = b.Select(b.Less(b.Const32(-1), code), b.AtMost(code, beyond), beyond)
		all = append(all, b.RowsOf(b.To(form.Code, code), form.F32, table, e.OutputDim))
		j++
	}
	return b.Join(all...)
}
