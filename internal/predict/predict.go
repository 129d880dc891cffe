// Package predict answers rows: a fitted model and a table go in, and for each row,
// in order, a label, probabilities or values come out, chunk by chunk in constant
// memory; or, of Transform, what the network is given. How a row is written is the
// business of the rowwriter.
package predict

import (
	"io"
	"slices"

	"mlp/internal/data/dialect"
	"mlp/internal/data/pipeline"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/rowwriter"
	"mlp/internal/tensor"
)

// Chunk is how many rows are answered at a time.
const Chunk = 4096

// Options is what may be said of a prediction besides the model and the table.
type Options struct {
	Keep   []string // columns of the table to copy to the front of each row; "all" alone: every one
	Strict bool     // refuse cells unlike those of training
	Rows   int      // answered at a time; 0: Chunk
}

// A Prediction is a table that is being answered.
type Prediction struct {
	reading
	m      *model.Model
	answer *Answer
}

// A reading is a table that is read row by row for a model, and what is written of each.
type reading struct {
	// Names are the columns of the output: of the table's columns the id and those that
	// are kept, in the order of the file, then those that are made of a row.
	Names  []string
	Unused []string        // columns of the table that are neither read nor kept
	Drift  *pipeline.Drift // how the rows differ from those of training; complete after Write

	pipeline *pipeline.Pipeline
	stream   *pipeline.Stream
	kept     int // cells of the table in front of each row
}

// Open begins to read the table and settles the columns of the output.
func Open(m *model.Model, src source.Source, a *Answer, o Options) (*Prediction, error) {
	r, err := open(m.Pipeline, src, o, a.Columns(), "predicted")
	return &Prediction{reading: r, m: m, answer: a}, err
}

// open begins to read a table. made are the columns that are made of a row; clash is what
// one is called whose name is taken: "predicted" for predicted(NAME).
func open(p *pipeline.Pipeline, src source.Source, o Options, made []string, clash string) (reading, error) {
	if o.Rows == 0 {
		o.Rows = Chunk
	}
	s, err := p.Open(src, o.Rows)
	if err != nil {
		return reading{}, err
	}
	roles := rolesOf(p.Schema())
	columns, err := keptColumns(o.Keep, s.Names(), roles)
	if err != nil {
		_ = s.Close() // the first error matters more
		return reading{}, err
	}
	s.Keep(columns)
	if o.Strict {
		s.Strict()
	}
	r := reading{pipeline: p, stream: s, kept: len(columns), Drift: p.Drift()}
	names := make([]string, len(columns))
	for i, j := range columns {
		names[i] = s.Names()[j]
	}
	for j, name := range s.Names() {
		_, read := roles[name]
		if _, kept := slices.BinarySearch(columns, j); !read && !kept {
			r.Unused = append(r.Unused, name)
		}
	}
	r.Names = distinct(names, made, clash)
	return r, nil
}

// keep hands on the cells of the table that stand in front of a row.
func (r *reading) keep(rows rowwriter.Writer, t *table.Table, row int) {
	for j := range r.kept {
		rows.Verbatim(t.Verbatim.Cell(row, j), t.Verbatim.JSON)
	}
}

// chunks hands on the rows of the table as the network is given them, and counts how they
// differ from those of training.
func (r *reading) chunks(do func(t *table.Table, x tensor.Mat) error) error {
	return r.stream.Each(func(t *table.Table) error {
		set, err := r.pipeline.Apply(t, table.AllRows(t))
		if err != nil {
			return err
		}
		r.Drift.Add(t)
		return do(t, set.X)
	})
}

// keptColumns finds the columns to keep among those of the table, in its order: the
// id, and those that are named.
func keptColumns(keep, names []string, roles map[string]schema.Role) ([]int, error) {
	all := len(keep) == 1 && keep[0] == "all"
	wanted := map[string]bool{}
	for _, name := range keep {
		wanted[name] = true
		if !all && !slices.Contains(names, name) {
			return nil, problem.InOption("keep", problem.DidYouMean(name, names), "the table has no column %q", name)
		}
	}
	var columns []int
	for j, name := range names {
		if role, ok := roles[name]; all || wanted[name] || ok && role == schema.ID {
			columns = append(columns, j)
		}
	}
	return columns, nil
}

func rolesOf(s *schema.Schema) map[string]schema.Role {
	roles := make(map[string]schema.Role, len(s.Columns))
	for _, c := range s.Columns {
		roles[c.Name] = c.Role
	}
	return roles
}

// distinct returns the names of the kept columns, then those that are made, none of them
// twice.
func distinct(kept, made []string, clash string) []string {
	var all []string
	var names dialect.Names
	for _, name := range kept {
		all = append(all, names.Free(name))
	}
	clashes := make([]bool, len(made))
	for i, name := range made {
		clashes[i] = names.Has(name)
	}
	for i, name := range made {
		if clashes[i] {
			name = clash + "(" + name + ")"
		}
		all = append(all, names.Free(name))
	}
	return all
}

// Write answers chunk by chunk: each row goes to rows, and the bytes of a chunk to w.
// Nothing is written before the first chunk has been read without a mistake. Of a table
// without rows there is what stands above rows.
func (p *Prediction) Write(rows rowwriter.Writer, w io.Writer) error {
	r := NewResponder(p.m, p.answer)
	err := p.chunks(func(t *table.Table, x tensor.Mat) error {
		r.Answer(x, rows, func(row int) { p.keep(rows, t, row) }, rows.End)
		_, err := w.Write(rows.Bytes())
		return err
	})
	if err == nil && p.Drift.Rows == 0 {
		_, err = w.Write(rows.Bytes())
	}
	return err
}
