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
	meaning   task.Meaning
	labels    []string
	targets   []string
	head      task.Head // of numbers: what the outputs are
	threshold float64   // a positive label is answered above it

	label     bool // writes the answer
	certainty bool // writes the probability of the answer, or what else its output means
	rest      bool // writes that of every label, or the values

	level *conformal.Level // of intervals or sets; nil for none
	own   float64          // the share that the head's own intervals are to hold; 0 for none
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
	case numbers && kind != "value" && kind != "all":
		return nil, noSuch(kind)
	case !numbers && kind == "probability" && m.Meaning() != task.Probability, !numbers && kind == "value" && m.Meaning() == task.Probability:
		return nil, noSuch(kind)
	}
	return answerOf(m, threshold, kind), nil
}

// answerOf makes one of a kind that the model has.
func answerOf(m *model.Model, threshold float64, kind string) *Answer {
	return newAnswer(m.Pipeline.Task(), m.Meaning(), m.Head(), m.Pipeline.Labels(), m.Pipeline.Targets(), threshold, kind)
}

func noSuch(kind string) error {
	return problem.InOption("answers", "leave it out to get all there is", "the model's target has no %s", kind)
}

func newAnswer(of task.Task, meaning task.Meaning, head task.Head, labels, targets []string, threshold float64, kind string) *Answer {
	return &Answer{task: of, meaning: meaning, head: head, labels: labels, targets: targets, threshold: threshold,
		label: kind == "label" || kind == "both" || kind == "all", certainty: kind == "both",
		rest: kind == "probability" || kind == "value" || kind == "all"}
}

// Columns names the cells: the target's name for the answer, then one probability, or
// margin, a label. Several labels that do not exclude each other are targets of their own.
// What Promise adds comes last.
func (a *Answer) Columns() []string { return append(a.columns(), a.promised()...) }

func (a *Answer) columns() (names []string) {
	if a.task == task.Regression {
		if a.rest {
			names = append(names, a.head.Names(a.targets)...)
		}
		return names
	}
	if a.label {
		names = append(names, a.targets...)
	}
	switch {
	case a.certainty && a.task == task.MultiLabel:
		for _, t := range a.targets {
			names = append(names, a.meaning.String()+"("+t+")")
		}
	case a.certainty:
		names = append(names, a.meaning.String())
	case a.rest && a.task == task.MultiLabel:
		for _, t := range a.targets {
			names = append(names, a.word()+"("+t+")")
		}
	case a.rest:
		for _, l := range a.labels {
			names = append(names, a.word()+"("+l+")")
		}
	}
	return names
}

// word is what an output means, in the name of a column.
func (a *Answer) word() string {
	if a.meaning == task.Probability {
		return "p"
	}
	return a.meaning.String()
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
			w.Number(a.of(outputs, class))
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
			w.Number(a.of([]float32{p}, evaluate.Answer([]float32{p}, a.threshold)))
		case a.rest:
			w.Number(p)
		}
	}
}

// of is what the outputs say of a class; a single one is that of the second of two.
func (a *Answer) of(outputs []float32, class int) float32 {
	switch {
	case len(outputs) > 1:
		return outputs[class]
	case class == 0:
		return a.meaning.Opposite(outputs[0])
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
