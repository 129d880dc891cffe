// Package draft proposes a spec for a table. A table and the column to predict
// flow in; out comes the tree of a spec that trains well as it stands, in which
// comments give the reason for each choice. The names of components are those of
// the registries.
package draft

import (
	"fmt"

	"mlp/internal/data/profile"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// Hints are what a program that shows a draft adds to its comments: how to go on
// with it. Those left empty are left out.
type Hints struct {
	Use       string                 // how to use the draft, at its top
	OtherTask func(task.Task) string // how to have another task drafted where the target allows both
	NoTest    string                 // what to do where the rows are too few for a test
	Intervals string                 // how to have the intervals of answers

	Fits func(*spec.Node) bool // whether a spec may be so long; nil: any may
}

// New drafts a spec for t, which paths name in it. c holds what is already
// settled: one target and how the table is read. The error says why nothing can
// be learned from the table: a problem of the target or of its columns. It works on so
// many goroutines; 0: one a core. A fast draft is of one plain network.
func New(t *table.Table, c schema.Config, paths []string, hints Hints, fast bool, threads int) (*spec.Node, error) {
	survey, err := profile.NewSurvey(t, c, threads)
	if err != nil {
		return nil, err
	}
	d := &draft{survey: survey, table: survey.Table, task: survey.Schema.Task, labels: survey.Schema.Labels, config: c, paths: paths, hints: hints, fast: fast}
	if d.id, err = given("data.id", c.ID, t.Names()); err == nil {
		d.weight, err = given("data.weight", c.Weight, t.Names())
	}
	if err != nil {
		return nil, err
	}
	d.idGiven = d.id != ""
	for _, col := range survey.Columns {
		d.column(col)
	}
	if d.inputs == 0 {
		d.useAnyway()
	}
	if d.inputs == 0 {
		if err := survey.Check(); err != nil {
			return nil, err
		}
		return nil, problem.Data(problem.Pos{File: t.Name}, "", "the table needs columns to predict from; if it has some, name the delimiter", "no column is left as an input")
	}
	d.plan = d.choosePlan()
	return d.fitting()
}

// given returns the name of the column that a setting names; "" where it names none.
func given(path string, refs []schema.ColumnRef, names []string) (string, error) {
	if len(refs) == 0 {
		return "", nil
	}
	if i := refs[0].Find(names); i >= 0 {
		return names[i], nil
	}
	return "", schema.UnknownColumn(path, refs[0], names)
}

// A draft is a spec in the making.
type draft struct {
	survey *profile.Survey
	table  *table.Table
	task   task.Task
	labels []string // in the order of the classes; of two, the second is the positive one
	config schema.Config
	paths  []string
	hints  Hints
	fast   bool

	id         string       // the column that names the rows, if there is one
	idGiven    bool         // by who asks for the draft
	weight     string       // the column of row weights, if one is given
	ignored    []ignored    // columns left out
	exceptions []*spec.Node // entries for single columns
	inputs     int          // of the network, about
	doubts     []string     // of cells that may be missing ones
	words      bool         // whether a column of words is an input
	constants  bool

	plan plan
}

// spec joins the sections.
func (d *draft) spec() *spec.Node {
	n := spec.NewMap()
	n.Above = append(n.Above, fmt.Sprintf("%s: %s, %s", d.table.Name, problem.Count(d.table.Rows, "row"), problem.Count(len(d.table.Columns), "column")))
	if d.hints.Use != "" {
		n.Above = append(n.Above, d.hints.Use)
	}
	for _, w := range d.survey.Leaks {
		n.Above = append(n.Above, lookFirst+w.Msg+": "+w.Hint)
	}
	for _, doubt := range d.doubts {
		n.Above = append(n.Above, lookFirst+doubt)
	}
	if d.constants {
		n.Above = append(n.Above, lookFirst+"no column says much: the inputs are constants or numbers of the rows")
	}
	n.Put("seed", spec.NewInt(seed))
	for _, section := range []struct {
		name string
		tree *spec.Node
	}{{"data", d.data()}, {"layers", d.layers()}, {"compile", d.compile()}, {"ensemble", d.ensemble()}, {"fit", d.fit()}} {
		if section.tree == nil {
			continue
		}
		section.tree.Above = append([]string{""}, section.tree.Above...)
		n.Put(section.name, section.tree)
	}
	return n
}

const lookFirst = "Look at this first: "
