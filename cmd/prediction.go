package cmd

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/tensor"
)

// predictChunk is how many rows are answered at a time.
const predictChunk = 4096

// A prediction is a table that is being answered.
type prediction struct {
	m      *model.Model
	stream *pipeline.Stream
	format *formatter
	rows   rowWriter
	kept   int      // cells of the table in front of each row
	unused []string // columns of the table that are neither read nor kept
	drift  *pipeline.Drift
}

// open begins to read the table and settles the columns of the output.
func (o *predictOptions) open(m *model.Model, src table.Source, f *formatter) (*prediction, error) {
	o.app.tables = append(o.app.tables, src)
	s, err := m.Pipeline.Open(src, o.rows)
	if err != nil {
		return nil, err
	}
	columns, err := keptColumns(o.keep, s.Names(), m.Pipeline.Schema())
	if err != nil {
		_ = s.Close() // the complaint matters more
		return nil, err
	}
	s.Keep(columns)
	if o.strict {
		s.Strict()
	}
	p := &prediction{m: m, stream: s, format: f, kept: len(columns), drift: m.Pipeline.Drift()}
	names := make([]string, len(columns))
	for i, j := range columns {
		names[i] = s.Names()[j]
	}
	roles := rolesOf(m.Pipeline.Schema())
	for j, name := range s.Names() {
		_, known := roles[name]
		if _, kept := slices.BinarySearch(columns, j); !known && !kept {
			p.unused = append(p.unused, name)
		}
	}
	names = distinct(names, f.columns())
	terminal := o.out == "-" && isTerminal(o.app.Out)
	if o.app.json {
		p.rows = newJSONRows(names, terminal)
	} else {
		p.rows = newCSVRows(names, terminal)
	}
	return p, nil
}

// keptColumns finds the columns to keep among those of the table, in its order: the
// id, and what --keep names. A name with a comma is quoted, as in a table.
func keptColumns(flags, names []string, sch *schema.Schema) ([]int, error) {
	var keep []string
	for _, flag := range flags {
		list, err := csv.NewReader(strings.NewReader(flag)).Read()
		if err != nil {
			return nil, problem.Usage("flag --keep", `name columns as a,b; quote a name that has a comma: '"a, b",c'`, "%q is no list of columns", flag)
		}
		keep = append(keep, list...)
	}
	all := len(keep) == 1 && keep[0] == "all"
	wanted := map[string]bool{}
	for _, name := range keep {
		wanted[name] = true
		if !all && !slices.Contains(names, name) {
			return nil, problem.Usage("flag --keep", problem.DidYouMean(name, names), "the table has no column %q", name)
		}
	}
	var columns []int
	roles := rolesOf(sch)
	for j, name := range names {
		if role, known := roles[name]; all || wanted[name] || known && role == schema.ID {
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

// distinct returns the names of the kept columns, then those of the predictions,
// none of them twice.
func distinct(kept, predicted []string) []string {
	var names []string
	taken := map[string]bool{}
	add := func(name string) {
		free := name
		for n := 2; taken[free]; n++ {
			free = fmt.Sprintf("%s_%d", name, n)
		}
		taken[free] = true
		names = append(names, free)
	}
	for _, name := range kept {
		add(name)
	}
	clashes := maps.Clone(taken)
	for _, name := range predicted {
		if clashes[name] {
			name = "predicted(" + name + ")"
		}
		add(name)
	}
	return names
}

// write answers chunk by chunk. Nothing is written before the first chunk is known
// to be good.
func (p *prediction) write(w io.Writer) error {
	return p.stream.Each(func(t *table.Table) error {
		set, err := p.m.Pipeline.Apply(t, table.AllRows(t))
		if err != nil {
			return err
		}
		p.drift.Add(t)
		pred := tensor.New(set.X.Rows, p.m.Net.Out)
		p.m.Predict(set.X, pred)
		for i := range pred.Rows {
			for j := range p.kept {
				p.rows.kept(t.Verbatim.Cell(i, j), t.Verbatim.JSON)
			}
			p.format.write(p.rows, pred.Row(i))
			p.rows.end()
		}
		_, err = w.Write(p.rows.bytes())
		return err
	})
}
