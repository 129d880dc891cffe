package cmd

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"mlp/internal/data"
	"mlp/internal/model"
	"mlp/internal/train"
)

// A formatter turns a row of outputs into cells.
type formatter struct {
	id          string // the column of ids that comes first; "" for none
	task        data.Task
	labels      []string
	targets     []string
	threshold   float64
	label, rest bool
}

func newFormatter(m *model.Model, threshold float64, output string) *formatter {
	return &formatter{task: m.Pipeline.Task(), labels: m.Pipeline.Labels(), targets: m.Pipeline.Targets(),
		threshold: threshold, label: output == "label" || output == "all", rest: output != "label"}
}

// columns names the cells: the id, the target's name for the answer, then one
// probability a label. Several labels that do not exclude each other are targets
// of their own.
func (f *formatter) columns() []string {
	var names []string
	if f.id != "" {
		names = append(names, f.id)
	}
	if f.task == data.Regression {
		return append(names, f.targets...)
	}
	if f.label {
		names = append(names, f.targets...)
	}
	if f.rest {
		labels := f.labels
		if f.task == data.MultiLabel {
			labels = f.targets
		}
		for _, l := range labels {
			names = append(names, "p("+l+")")
		}
	}
	return names
}

func (f *formatter) row(outputs []float32) []string {
	var cells []string
	switch {
	case f.task == data.MultiLabel && f.label:
		for _, p := range outputs {
			cells = append(cells, strconv.Itoa(train.Answer([]float32{p}, f.threshold)))
		}
	case f.task.Classes() && f.label:
		cells = append(cells, f.labels[train.Answer(outputs, f.threshold)])
	}
	if !f.rest {
		return cells
	}
	if f.task.Classes() && len(outputs) == 1 {
		return append(cells, cell(1-outputs[0]), cell(outputs[0]))
	}
	for _, v := range outputs {
		cells = append(cells, cell(v))
	}
	return cells
}

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

// writeJSON writes a row as one object on one line.
func (f *formatter) writeJSON(w io.Writer, cells []string) error {
	names := f.columns()
	words := 0 // cells at the front that are no numbers
	if f.id != "" {
		words++
	}
	if f.task.Classes() && f.label {
		words++
	}
	parts := make([]string, len(cells))
	for i, c := range cells {
		if i < words {
			c = quoteJSON(c)
		} else if v, err := strconv.ParseFloat(c, 64); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			c = "null"
		}
		parts[i] = quoteJSON(names[i]) + ":" + c
	}
	_, err := fmt.Fprintf(w, "{%s}\n", strings.Join(parts, ","))
	return err
}
