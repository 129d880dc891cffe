// Package export writes a model for other programs: as source code of several languages,
// as SQL, as ONNX. A model flows in and becomes a form.Program, the same for all of them;
// out come the bytes of a file. A format is one file of this package with a registration,
// and knows nothing but the operations of a form.
package export

import (
	"slices"
	"strings"

	"mlp/internal/form"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/task"
)

// What a program may be given.
const (
	Columns = "columns" // the columns of the table, one by one
	Matrix  = "matrix"  // the columns of the table as one matrix; all must be numbers
	Encoded = "encoded" // what the preprocessing makes of them: the network alone
)

// Inputs are the ways to give a program its row.
var Inputs = []string{Columns, Matrix, Encoded}

// Express writes a model down. threshold is what a positive label is answered above.
func Express(m *model.Model, inputs string, threshold float64) (*form.Program, error) {
	b := &form.Builder{}
	pred := expressNetworks(b, m, expressInputs(b, m, inputs))
	if m.Pipeline.Task() == task.Regression {
		pred = m.Pipeline.ExpressUnscale(b, pred, m.Head())
	}
	if m.Calibration != nil {
		pred = m.Calibration.Express(b, pred)
	}
	answer(b, m, pred, threshold)
	if len(b.Refusals) > 0 {
		var all problem.Problems
		for _, r := range b.Refusals {
			hint := "leave it out of the model, or export the network alone and prepare its inputs elsewhere"
			if inputs == Encoded {
				hint = "leave it out of the model"
			}
			all = append(all, &problem.Problem{Path: r.At, Msg: "cannot be exported: " + r.Why, Hint: hint})
		}
		return nil, all
	}
	b.Live()
	return &b.Program, nil
}

// expressInputs writes down what the networks read.
func expressInputs(b *form.Builder, m *model.Model, inputs string) form.Value {
	names := m.Pipeline.Features()
	switch inputs {
	case Encoded:
		return b.Input(form.Column{Name: "inputs", Type: form.F32, Len: len(names), About: strings.Join(names, ", ")})
	case Columns:
		return m.Pipeline.Express(b, b.Input)
	}
	var cells []form.Column
	probe := &form.Builder{}
	m.Pipeline.Express(probe, func(c form.Column) form.Value {
		cells = append(cells, c)
		return probe.Input(c)
	})
	all := form.Column{Name: "inputs", Type: form.F32, Len: len(cells)}
	for i, c := range cells {
		if c.Type != form.F32 {
			b.At = c.Name
			b.Refuse(1, "a matrix of float32 cannot hold the column")
		}
		if i > 0 {
			all.About += ", "
		}
		all.About += c.Name
	}
	x, at := b.Input(all), -1
	return m.Pipeline.Express(b, func(c form.Column) form.Value {
		at++
		if c.Type != form.F32 {
			return b.Input(c) // has been refused
		}
		return b.Pick(x, at)
	})
}

// expressNetworks writes down the network, or the members of an ensemble and their average.
func expressNetworks(b *form.Builder, m *model.Model, x form.Value) form.Value {
	if m.Members == nil && m.Net.Members == 1 {
		_, pred := m.Net.Express(b, m.Work, x)
		return pred
	}
	last := m.Net.Last.Name
	byLogits := (last == "sigmoid" || last == "softmax") && m.AveragesLogits()
	sum := b.Const64(0)
	add := func(one *model.Model, weight float64) {
		logits, pred := one.Net.Express(b, one.Work, x)
		if byLogits {
			pred = logits
		}
		sum = b.Add(sum, b.Mul(b.Const64(weight), b.To(form.F64, pred)))
	}
	for _, one := range m.Members {
		add(one.Model, one.Weight)
	}
	for i := 0; m.Members == nil && i < m.Net.Members; i++ {
		m.Work.Member = i
		add(m, 1/float64(m.Net.Members))
	}
	mean := b.To(form.F32, sum)
	if !byLogits {
		return mean
	}
	z := b.To(form.F64, mean)
	if last == "sigmoid" {
		below := b.AtMost(z, b.Const64(0))
		return b.To(form.F32, b.Call(form.Exp64, b.Sub(below, b.Call(form.Log1p64, b.Call(form.Exp64, b.Neg(b.Abs(z)))))))
	}
	top, n := b.Max(z, b.Len(z)), b.Len(z)
	norm := b.Add(top, b.Call(form.Log64, b.Total(b.Call(form.Exp64, b.Sub(z, top)), n)))
	return b.To(form.F32, b.Call(form.Exp64, b.Sub(z, norm)))
}

// answer writes down what is answered: the label and what the outputs say of each, or
// values.
func answer(b *form.Builder, m *model.Model, pred form.Value, threshold float64) {
	targets, labels, meaning := m.Pipeline.Targets(), m.Pipeline.Labels(), m.Meaning()
	above := func(x form.Value) form.Value {
		yes := b.Less(b.Const32(float32(threshold)), x)
		return b.Select(yes, b.Codes(1), b.Codes(0))
	}
	scores := map[task.Meaning]string{task.Value: "values", task.Probability: "probabilities", task.Margin: "margins"}[meaning]
	switch m.Pipeline.Task() {
	case task.Regression:
		for j, name := range m.Answers() {
			b.Answer(form.Answer{Name: name, Value: b.Pick(pred, j), Names: []string{name}})
		}
		return
	case task.MultiLabel:
		b.Answer(form.Answer{Name: "labels", Value: above(pred), Names: targets})
		b.Answer(form.Answer{Name: scores, Value: pred, Names: targets})
		return
	}
	if b.Len(pred) > 1 {
		b.Answer(form.Answer{Name: "label", Value: largest(b, pred), Names: targets, Labels: labels})
		b.Answer(form.Answer{Name: scores, Value: pred, Names: labels})
		return
	}
	b.Answer(form.Answer{Name: "label", Value: above(pred), Names: targets, Labels: labels})
	opposite := b.Sub(b.Const32(1), pred)
	if meaning == task.Margin {
		opposite = b.Neg(pred)
	}
	b.Answer(form.Answer{Name: scores, Value: b.Join(opposite, pred), Names: labels})
}

// largest writes down the place of the largest, of several the first.
func largest(b *form.Builder, x form.Value) form.Value {
	n := b.Len(x)
	places := make([]float32, n)
	for i := range places {
		places[i] = float32(-i)
	}
	first := b.Max(b.Select(b.Equal(x, b.Max(x, n)), b.Const32(places...), b.Const32(float32(-n))), n)
	return b.To(form.Code, b.Neg(b.Select(b.Less(b.Const32(float32(-n)), first), first, b.Const32(0))))
}

// usual is a row of usual cells, for a test that a file carries.
func usual(p *form.Program) []form.Cell {
	var row []form.Cell
	for _, c := range p.Columns {
		cell := form.Cell{Text: c.Word}
		for k := range c.Len {
			v := c.Typic
			if c.Len > 1 {
				v = float64(k%5)/4 - 0.5
			}
			cell.Numbers = append(cell.Numbers, v)
		}
		if c.Type == form.Text {
			cell.Numbers = nil
		}
		row = append(row, cell)
	}
	return row
}

// CheckInputs refuses a word that is none of Inputs.
func CheckInputs(inputs string) error {
	if !slices.Contains(Inputs, inputs) {
		return problem.InOption("inputs", problem.DidYouMean(inputs, Inputs), "%q is not one of %s", inputs, strings.Join(Inputs, ", "))
	}
	return nil
}
