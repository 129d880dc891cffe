package predict

import (
	"slices"
	"strconv"
	"strings"

	"mlp/internal/conformal"
	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/task"
)

// Kinds are what can be written of an answer.
var Kinds = []string{"label", "probability", "both", "value", "interval", "all"}

// An Answer turns a row of a network's outputs into cells: a label, probabilities,
// or values in the target's own units.
type Answer struct {
	task      task.Task
	labels    []string
	targets   []string
	threshold float64 // a positive label is answered above it

	label     bool // writes the answer
	certainty bool // writes the probability of the answer
	rest      bool // writes the probability of every label, or the values

	level *conformal.Level // of intervals or sets; nil for none
}

// NewAnswer returns the answers of a model; kind is one of Kinds. That the model's
// target has no such thing, as no number has a label, is a problem.
func NewAnswer(m *model.Model, threshold float64, kind string) (*Answer, error) {
	switch numbers := m.Pipeline.Task() == task.Regression; {
	case !slices.Contains(Kinds, kind):
		return nil, problem.InOption("answers", problem.DidYouMean(kind, Kinds), "%q is not one of %s", kind, strings.Join(Kinds, ", "))
	case kind == "interval":
	case numbers && kind == "both":
		return nil, noSuch("label")
	case numbers && kind != "value" && kind != "all", !numbers && kind == "value":
		return nil, noSuch(kind)
	}
	return newAnswer(m.Pipeline.Task(), m.Pipeline.Labels(), m.Pipeline.Targets(), threshold, kind), nil
}

func noSuch(kind string) error {
	return problem.InOption("answers", "leave it out to get all there is", "the model's target has no %s", kind)
}

func newAnswer(of task.Task, labels, targets []string, threshold float64, kind string) *Answer {
	return &Answer{task: of, labels: labels, targets: targets, threshold: threshold,
		label: kind == "label" || kind == "both" || kind == "all", certainty: kind == "both",
		rest: kind == "probability" || kind == "value" || kind == "all"}
}

// Columns names the cells: the target's name for the answer, then one probability
// a label. Several labels that do not exclude each other are targets of their own.
// What Promise adds comes last.
func (a *Answer) Columns() []string { return append(a.columns(), a.promised()...) }

func (a *Answer) columns() (names []string) {
	if a.task == task.Regression {
		if a.rest {
			names = append(names, a.targets...)
		}
		return names
	}
	if a.label {
		names = append(names, a.targets...)
	}
	switch {
	case a.certainty && a.task == task.MultiLabel:
		for _, t := range a.targets {
			names = append(names, "probability("+t+")")
		}
	case a.certainty:
		names = append(names, "probability")
	case a.rest && a.task == task.MultiLabel:
		for _, t := range a.targets {
			names = append(names, "p("+t+")")
		}
	case a.rest:
		for _, l := range a.labels {
			names = append(names, "p("+l+")")
		}
	}
	return names
}

// A CellWriter takes the cells of a row in order.
type CellWriter interface {
	Word(s string)
	Words(all []string) // in one cell
	Number(v float32)
}

// Write hands on the cells of a row; outputs has one value an output of the network.
// Of an ensemble groups are those of the averages that its intervals rest on.
func (a *Answer) Write(w CellWriter, outputs []float32, groups ...[]float32) {
	a.write(w, outputs)
	if len(groups) == 0 {
		groups = [][]float32{outputs}
	}
	a.writePromised(w, groups)
}

func (a *Answer) write(w CellWriter, outputs []float32) {
	switch a.task {
	case task.MultiLabel:
		a.writeEach(w, outputs)
		return
	case task.Regression:
		for _, v := range outputs {
			if a.rest {
				w.Number(v)
			}
		}
		return
	}
	answer := evaluate.Answer(outputs, a.threshold)
	if a.label {
		w.Word(a.labels[answer])
	}
	for class := range a.labels {
		if a.rest || a.certainty && class == answer {
			w.Number(probability(outputs, class))
		}
	}
}

// writeEach hands on a yes or no for every output, as 1 or 0.
func (a *Answer) writeEach(w CellWriter, outputs []float32) {
	if a.label {
		for _, p := range outputs {
			w.Number(float32(evaluate.Answer([]float32{p}, a.threshold)))
		}
	}
	for _, p := range outputs {
		switch {
		case a.certainty:
			w.Number(probability([]float32{p}, evaluate.Answer([]float32{p}, a.threshold)))
		case a.rest:
			w.Number(p)
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

// truth hands on the known answer of a row in one cell: a label, or numbers
// separated by spaces.
func (a *Answer) truth(w CellWriter, row []float32) {
	if a.task.Classes() {
		w.Word(a.labels[int(row[0])])
		return
	}
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = strconv.FormatFloat(float64(v), 'g', -1, 32)
	}
	w.Word(strings.Join(cells, " "))
}
