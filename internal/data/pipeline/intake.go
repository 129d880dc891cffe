package pipeline

import (
	"mlp/internal/data/parse"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// An Intake takes rows for a pipeline cell by cell, from no file, and makes tables of them
// that give the inputs which ReadFor and Open give for the same cells. It serves one
// caller at a time; its memory is used again after Clear.
type Intake struct {
	pipeline *Pipeline
	names    []string
	place    map[string]int
	cells    *table.Sheet
	inspect  []parse.Inspector
	there    []bool // of each column, whether a row has it
	bad      problem.List
}

// NewIntake returns an Intake. typed says that numbers are written with the marks of the
// table that the model was trained on, as they stand in text; else they are JSON's. strict
// has it refuse what the training rows did not hold, as Stream.Strict does.
func (p *Pipeline) NewIntake(typed, strict bool) *Intake {
	var marks scan.Marks
	if typed {
		marks = p.schema.Reading.Marks
	}
	i := &Intake{pipeline: p, names: p.wanted(false), place: map[string]int{}}
	i.cells = table.NewSheet(i.names, p.plans(i.names, false), marks)
	i.inspect = p.inspectors(i.names, strict)
	i.there = make([]bool, len(i.names))
	for j, name := range i.names {
		i.place[name] = j
	}
	return i
}

// Columns names the columns that a row is made of, in their order.
func (i *Intake) Columns() []string { return i.names }

// Column returns the place of a column among them, or -1: it is not needed.
func (i *Intake) Column(name []byte) int {
	if j, ok := i.place[string(name)]; ok {
		return j
	}
	return -1
}

// Rows returns how many rows have been taken.
func (i *Intake) Rows() int { return i.cells.Rows() }

// Set gives the row under way its cell in column j: an empty one is missing.
func (i *Intake) Set(j int, cell []byte) {
	if i.cells.Given(j) {
		i.complain(j, problem.Data(problem.Pos{}, "", "", "the column stands twice in the row"))
		return
	}
	i.there[j] = true
	if i.inspect != nil && i.inspect[j] != nil {
		v, missing := i.cells.Peek(j, cell)
		if found := i.inspect[j](cell, v, missing); found != nil {
			i.complain(j, found)
		}
	}
	if verdict := i.cells.Set(j, cell); verdict != scan.IsNumber && i.numbers(j) {
		msg, _ := scan.WhyNotNumber(string(cell))
		i.complain(j, problem.Data(problem.Pos{}, "", "", "%s", msg))
	}
}

// numbers reports whether column j is read as numbers.
func (i *Intake) numbers(j int) bool { return i.pipeline.features[j].column.Kind.Numbers }

// complain adds a problem of column j in the row under way.
func (i *Intake) complain(j int, p *problem.Problem) {
	if !i.bad.Full() {
		p.Pos, p.Path = problem.Pos{Line: i.Rows() + 1}, i.names[j]
		i.bad.Add(p)
	}
}

// EndRow ends the row under way.
func (i *Intake) EndRow() {
	for j, inspect := range i.inspect {
		if inspect == nil || i.cells.Given(j) {
			continue
		}
		if found := inspect(nil, 0, true); found != nil && i.there[j] { // of a column that no row has Table complains
			i.complain(j, found)
		}
	}
	i.cells.EndRow()
}

// Table returns the rows as a table, which lives until Clear, or what is wrong with them:
// a problem's line is the number of its row.
func (i *Intake) Table() (*table.Table, error) {
	if err := i.missing(); err != nil {
		return nil, err
	}
	if err := i.bad.Err(); err != nil {
		return nil, err
	}
	t := i.cells.Table()
	return t, i.pipeline.check(t, Rows{})
}

// missing complains of columns that no row has.
func (i *Intake) missing() error {
	var missing []string
	for j, there := range i.there {
		if !there && i.Rows() > 0 {
			missing = append(missing, i.names[j])
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return problem.Data(problem.Pos{}, missing[0], "", "the column is missing")
	}
	return problem.Data(problem.Pos{}, missing[0], "", "%d columns are missing: %s", len(missing), spec.QuoteSome(missing))
}

// Clear forgets all rows and what was wrong with them.
func (i *Intake) Clear() {
	i.cells.Clear()
	i.bad = problem.List{}
	clear(i.there)
}

// An InputColumn is what a row needs, described to those who make rows.
type InputColumn struct {
	Name       string
	Numbers    bool     // cells are numbers; else text
	Wide       bool     // float32 does not tell the numbers apart
	Categories []string // that the model tells apart; nil where there are none
	Seen       SeenColumn
	Known      bool // whether Seen says anything
}

// InputColumns describes the columns that a row is made of, in the order of Columns.
func (i *Intake) InputColumns() []InputColumn {
	var all []InputColumn
	for k := range i.pipeline.features {
		f := &i.pipeline.features[k]
		all = append(all, InputColumn{Name: f.column.Name, Numbers: f.column.Kind.Numbers, Wide: f.column.Wide, Categories: f.Categories(), Seen: f.seenColumn(), Known: f.seen.known})
	}
	return all
}
