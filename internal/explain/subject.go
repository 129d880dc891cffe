// Package explain says what a model makes of the columns of a table: in go a model and
// rows, out come how much the loss rises without a column, how the answer goes with the
// values of one, and what each column adds to the answer for a row (Shapley values).
//
// A column stands for all network inputs that are made of it. As each column is encoded
// by itself, another value of it is the inputs of a row that has this value: the model
// is asked about rows that are put together of others, and about no cell that nobody
// wrote. Every draw is a function of the seed, so the same question has the same answer.
package explain

import (
	"path"
	"slices"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/rng"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// A Subject is a model and the rows that it is asked about.
type Subject struct {
	Columns []Column // that the model reads, those of a group as one
	Outputs []string // what the answers are for: the positive label, each label, or each number that is answered
	Rows    int      // of the table

	m     *model.Model
	table *table.Table
	cells map[string]*table.Column
	at    []int // the rows in the table; nil: all
}

// A Column is a column of the table, or a group of some.
type Column struct {
	Name   string
	names  []string // of the columns of the table
	inputs []int    // of the network that are made of it, rising
}

// Read reads a table that a model is asked about. groups are patterns of names, such as
// lag_*; the columns that match one are taken as one, under the pattern. With truth the
// table must have the target, and rows that lack it are left out.
func Read(m *model.Model, src source.Source, groups []string, truth bool) (*Subject, error) {
	read := func() (*table.Table, error) { return m.Pipeline.ReadFor(src, false) }
	if truth {
		read = func() (*table.Table, error) { return m.Pipeline.ReadRows(src, m.Wanted()) }
	}
	t, err := read()
	if err != nil {
		return nil, err
	}
	if t.Rows == 0 {
		return nil, problem.Data(problem.Pos{File: t.Name}, "", "", "there are no rows to explain")
	}
	s := &Subject{Outputs: outputs(m), Rows: t.Rows, m: m, table: t, cells: t.ByName()}
	s.Columns, err = columns(m.Pipeline.Columns(), groups)
	return s, err
}

// Only leaves the rows that stand in some lines of the file, which rise.
func (s *Subject) Only(lines []int) {
	for row, line := range s.table.Lines {
		if _, ok := slices.BinarySearch(lines, line); ok {
			s.at = append(s.at, row)
		}
	}
	s.Rows = len(s.at)
}

// row is the place in the table of a row that is asked about.
func (s *Subject) row(i int) int {
	if s.at == nil {
		return i
	}
	return s.at[i]
}

// columns gathers the inputs of each column or group; of gives the column that each
// input is made of.
func columns(of, groups []string) (all []Column, err error) {
	at := map[string]int{}
	matched := make([]bool, len(groups))
	for input, column := range of {
		name := column
		for g, pattern := range groups {
			ok, err := path.Match(pattern, column)
			if err != nil {
				return nil, problem.InOption("group", "write, for example, lag_*", "%q is no pattern", pattern)
			}
			if ok {
				name, matched[g] = pattern, true
				break
			}
		}
		i, there := at[name]
		if !there {
			i = len(all)
			at[name], all = i, append(all, Column{Name: name})
		}
		c := &all[i]
		if c.inputs = append(c.inputs, input); !slices.Contains(c.names, column) {
			c.names = append(c.names, column)
		}
	}
	if g := slices.Index(matched, false); g >= 0 {
		return nil, problem.InOption("group", problem.DidYouMean(groups[g], of), "no column that the model reads matches %q", groups[g])
	}
	return all, nil
}

// outputs names what the outputs of the network are for.
func outputs(m *model.Model) []string {
	labels := m.Pipeline.Labels()
	switch {
	case m.Pipeline.Task() == task.Binary && m.Net.Out == 1:
		return labels[1:]
	case m.Pipeline.Task().Classes():
		return labels
	}
	return m.Answers()
}

// column returns a column by its name.
func (s *Subject) column(name string) (Column, error) {
	var names []string
	for _, c := range s.Columns {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return Column{}, problem.InOption("column", problem.DidYouMean(name, names), "the model reads no column %q", name)
}

// Cell is what stands in the table in a row, counted from 0; "" for a group.
func (s *Subject) Cell(c Column, row int) string {
	if len(c.names) > 1 || s.cells[c.Name] == nil {
		return ""
	}
	if text := s.cells[c.Name].Text(s.row(row)); text != "" {
		return text
	}
	return "(missing)"
}

// encode returns rows as the network takes them.
func (s *Subject) encode(rows []int) (*pipeline.Dataset, error) {
	at := make([]int, len(rows))
	for i, row := range rows {
		at[i] = s.row(row)
	}
	return s.m.Pipeline.Apply(s.table, at)
}

// answer is what the model answers, (rows, outputs).
func (s *Subject) answer(x tensor.Mat) tensor.Mat {
	out := tensor.New(x.Rows, s.m.Net.Out)
	s.m.Predict(x, out)
	return out
}

// put copies the inputs of a column from one row to another.
func (c Column) put(to, from []float32) {
	for _, j := range c.inputs {
		to[j] = from[j]
	}
}

// Sample draws up to most of n rows, in rising order: all of them if they are no more.
func Sample(n, most int, seed uint64, what string) []int {
	rows := make([]int, n)
	if n > most {
		rng.New(seed, what).Perm(rows)
		rows = rows[:most]
		slices.Sort(rows)
		return rows
	}
	for i := range rows {
		rows[i] = i
	}
	return rows
}
