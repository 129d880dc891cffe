package predict

import (
	"slices"
	"strconv"
	"strings"

	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/problem"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// A Trace is the forward pass of one row.
type Trace struct {
	Features []string  // the network's inputs, by name
	Cells    []string  // of the table that they are made of
	Inputs   []float32 // their values
	Steps    []nn.Step // layer by layer
	Outputs  []float32 // in the target's own units
	Answer   []Cell

	// Of a trace of a step of training; the layers are then as training sees them.
	Truth []Cell // one a target
	Step  *train.StepTrace
}

// A Cell is a part of an answer under its name.
type Cell struct{ Name, Value string }

// TraceRow runs the network on one row of a table; row 1 is the first.
// Of an ensemble it shows the member of that number, whose answer is not that of all.
// With backward it does a step of training on the row too, after which the model is
// another one.
func TraceRow(m *model.Model, src source.Source, row, member int, backward bool) (*Trace, error) {
	m, within, err := memberOf(m, member)
	if err != nil {
		return nil, err
	}
	if backward && m.Optimizer == nil {
		return nil, problem.InOption("backward", "compile the model first", "the model is %s: without a loss there is nothing to go back from", m.Stage)
	}
	if backward && m.Net.Members > 1 {
		return nil, problem.InOption("backward", "leave it out", "the members share the network, and a step moves all of them")
	}
	wanted := m.Wanted()
	wanted.Targets, wanted.DropMissing = backward, false // a row has the number that it has in the file
	table, err := m.Pipeline.ReadRows(src, wanted)
	if err != nil {
		return nil, err
	}
	if row < 1 || row > table.Rows {
		return nil, problem.InOption("row", "", "there is no row %d: %s has %d rows of data", row, src.Name, table.Rows)
	}
	set, err := m.Pipeline.Apply(table, []int{row - 1})
	if err != nil {
		return nil, err
	}
	t := &Trace{Features: m.Pipeline.Features(), Cells: cellsOf(m, table, row-1), Inputs: set.X.Row(0), Steps: m.Net.Trace(m.Reserve(0), set.X, within)}
	out := tensor.New(1, m.Net.Out)
	if m.Predict(set.X, out); m.Net.Members > 1 { // what one of them says, as it is trained
		copy(out.Data, t.Steps[len(t.Steps)-1].Output)
		m.Unscale(out)
	} else if c := m.Calibration; c != nil {
		at := nn.Step{Name: "temperature", Class: "Calibration", Input: slices.Clone(t.Steps[len(t.Steps)-1].Output)}
		at.Output = slices.Clone(at.Input)
		c.Apply(tensor.View(1, m.Net.Out, at.Output))
		t.Steps = append(t.Steps, at)
	}
	t.Outputs = out.Row(0)
	a := answerOf(m, m.Meaning().Cut(), "all")
	cells := &cells{names: a.Columns()}
	a.Write(cells, t.Outputs)
	t.Answer = cells.all
	if backward {
		part := m.Part(set)
		for j, name := range m.Pipeline.Targets() {
			t.Truth = append(t.Truth, Cell{name, truthOf(m, part, j)})
		}
		t.Step = train.TraceStep(m, part)
		t.Steps = t.Step.Layers
	}
	return t, nil
}

// cellsOf are the cells that the inputs of a row are made of, one an input.
func cellsOf(m *model.Model, t *table.Table, row int) []string {
	columns := t.ByName()
	var all []string
	for _, name := range m.Pipeline.Columns() {
		all = append(all, columns[name].Text(row))
	}
	return all
}

// truthOf is what the first row has for a target: a label, or a number.
func truthOf(m *model.Model, p *model.Part, target int) string {
	v := p.Truth.At(0, target)
	if m.Pipeline.Task().Classes() {
		return m.Pipeline.Labels()[int(v)]
	}
	return strconv.FormatFloat(float64(v), 'g', -1, 32)
}

// cells collects an answer cell by cell.
type cells struct {
	names []string
	all   []Cell
}

func (c *cells) Word(s string) { c.all = append(c.all, Cell{c.names[len(c.all)], s}) }

func (c *cells) Words(all []string) { c.Word(strings.Join(all, "|")) }

func (c *cells) Number(v float32) { c.Word(strconv.FormatFloat(float64(v), 'g', -1, 32)) }

// memberOf returns the network of a member of an ensemble, and which of those it is that
// share the network, counted from 0; the model itself where it is no ensemble.
func memberOf(m *model.Model, member int) (of *model.Model, within int, err error) {
	var numbers []string
	for _, one := range m.Members {
		if one.Number == member {
			return one.Model, 0, nil
		}
		numbers = append(numbers, strconv.Itoa(one.Number))
	}
	choices := "choose one of " + strings.Join(numbers, ", ")
	if shared := m.Config.Shared; shared != nil {
		if member >= 1 && member <= shared.Count {
			return m, member - 1, nil
		}
		choices = "choose one of 1 to " + strconv.Itoa(shared.Count)
	}
	one := m.Members == nil && m.Config.Shared == nil
	switch {
	case member != 0 && one:
		return nil, 0, problem.InOption("member", "leave it out", "the model is one network, not an ensemble")
	case one:
		return m, 0, nil
	case member == 0:
		return nil, 0, problem.InOption("member", choices, "the model is an ensemble: a row goes through each of its members by itself")
	}
	return nil, 0, problem.InOption("member", choices, "there is no member %d", member)
}
