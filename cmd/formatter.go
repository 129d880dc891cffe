package cmd

import (
	"slices"
	"strconv"
	"strings"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/task"
)

// outputs are what predict can write of an answer, in the words of --output.
var outputs = []string{"label", "probability", "both", "value", "all"}

// A formatter turns a row of outputs into cells.
type formatter struct {
	task      task.Task
	labels    []string
	targets   []string
	threshold float64
	label     bool // the answer
	certainty bool // the probability of the answer
	rest      bool // the probability of every label, or the values
}

func newFormatter(m *model.Model, threshold float64, output string) *formatter {
	return &formatter{task: m.Pipeline.Task(), labels: m.Pipeline.Labels(), targets: m.Pipeline.Targets(), threshold: threshold,
		label: slices.Contains([]string{"label", "both", "all"}, output), certainty: output == "both",
		rest: output != "label" && output != "both"}
}

// columns names the cells: the target's name for the answer, then one probability
// a label. Several labels that do not exclude each other are targets of their own.
func (f *formatter) columns() []string {
	if f.task == task.Regression {
		return f.targets
	}
	var names []string
	if f.label {
		names = append(names, f.targets...)
	}
	switch {
	case f.certainty && f.task == task.MultiLabel:
		for _, t := range f.targets {
			names = append(names, "probability("+t+")")
		}
	case f.certainty:
		names = append(names, "probability")
	case f.rest && f.task == task.MultiLabel:
		for _, t := range f.targets {
			names = append(names, "p("+t+")")
		}
	case f.rest:
		for _, l := range f.labels {
			names = append(names, "p("+l+")")
		}
	}
	return names
}

// A cellWriter takes the cells of a row in order.
type cellWriter interface {
	word(s string)
	number(v float32)
}

// write hands on the cells of an answer.
func (f *formatter) write(w cellWriter, outputs []float32) {
	switch {
	case f.task == task.MultiLabel:
		f.writeEach(w, outputs)
		return
	case f.task == task.Regression:
		for _, v := range outputs {
			w.number(v)
		}
		return
	}
	answer := evaluate.Answer(outputs, f.threshold)
	if f.label {
		w.word(f.labels[answer])
	}
	for class := range f.labels {
		if f.rest || f.certainty && class == answer {
			w.number(probability(outputs, class))
		}
	}
}

// writeEach hands on a yes or no for every output, as 1 or 0.
func (f *formatter) writeEach(w cellWriter, outputs []float32) {
	if f.label {
		for _, p := range outputs {
			w.number(float32(evaluate.Answer([]float32{p}, f.threshold)))
		}
	}
	for _, p := range outputs {
		switch {
		case f.certainty:
			w.number(probability([]float32{p}, evaluate.Answer([]float32{p}, f.threshold)))
		case f.rest:
			w.number(p)
		}
	}
}

// probability is that of a class; a single output is that of the second of two.
func probability(outputs []float32, class int) float32 {
	switch {
	case len(outputs) > 1:
		return outputs[class]
	case class == 0:
		return 1 - outputs[0]
	}
	return outputs[0]
}

// row returns the cells of an answer.
func (f *formatter) row(outputs []float32) []string {
	var w cellList
	f.write(&w, outputs)
	return w
}

type cellList []string

func (l *cellList) word(s string)    { *l = append(*l, s) }
func (l *cellList) number(v float32) { *l = append(*l, cell(v)) }

// truth writes a row of known answers.
func (f *formatter) truth(row []float32) string {
	if f.task.Classes() {
		return f.labels[int(row[0])]
	}
	var cells []string
	for _, v := range row {
		cells = append(cells, cell(v))
	}
	return strings.Join(cells, " ")
}

// cell writes a number as short as it round-trips in float32.
func cell(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) }
