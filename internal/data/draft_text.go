package data

import (
	"fmt"
	"strings"
)

// text writes the draft.
func (d *draft) text() string {
	b := &strings.Builder{}
	s := d.schema
	fmt.Fprintf(b, "# %s: %s, %s\n", d.table.Name, count(d.table.Rows, "row"), count(len(d.table.Columns), "column"))
	fmt.Fprintf(b, "# Drafted by `mlp init`; every line may be changed, `mlp fit -c` runs it as it is.\n")
	for _, w := range d.warnings {
		fmt.Fprintf(b, "# Look at this first: %s\n", w)
	}
	fmt.Fprintf(b, "seed: 1\n\n")
	d.data(b)
	shape := chooseShape(d.table.Rows, d.inputs)
	fmt.Fprintf(b, "\nlayers:                      # about %d inputs\n", d.inputs)
	for _, u := range shape.units {
		fmt.Fprintf(b, "  - {type: dense, units: %d, activation: relu}\n", u)
		if shape.dropout > 0 {
			fmt.Fprintf(b, "  - {type: dropout, rate: %g}\n", shape.dropout)
		}
	}
	switch s.Task {
	case Binary:
		fmt.Fprintf(b, "  - {type: dense, units: 1, activation: sigmoid}    # the probability of %q\n", s.Labels[1])
	case Multiclass:
		fmt.Fprintf(b, "  - {type: dense, units: %d, activation: softmax}    # a probability for each label\n", len(s.Labels))
	default:
		fmt.Fprintf(b, "  - {type: dense, units: 1}\n")
	}
	loss, metrics := "mean_squared_error", "mean_absolute_error"
	switch s.Task {
	case Binary:
		loss, metrics = "binary_crossentropy", "accuracy, auc"
	case Multiclass:
		loss, metrics = "sparse_categorical_crossentropy", "accuracy"
	}
	fmt.Fprintf(b, "\ncompile:\n  optimizer: {type: adam, learning_rate: 0.001}\n  loss: %s\n  metrics: [%s]\n", loss, metrics)
	fmt.Fprintf(b, "\nfit:\n  epochs: %d                # at most; early stopping ends it\n  batch_size: %d\n", shape.epochs, shape.batch)
	if s.Task.Classes() {
		if r := d.rarest(); 10*r.N < d.table.Rows && s.Task == Binary {
			fmt.Fprintf(b, "  class_weight: balanced     # only %s labelled %q\n", countAre(r.N, "row"), r.Value)
		}
	}
	fmt.Fprintf(b, "  callbacks:\n    - {type: early_stopping, monitor: val_loss, patience: %d, restore_best_weights: true}\n", shape.patience)
	return b.String()
}

// data writes the `data:` section.
func (d *draft) data(b *strings.Builder) {
	s := d.schema
	fmt.Fprintf(b, "data:\n  path: %s\n", yamlText(d.source))
	target := yamlText(d.target.Name)
	if !d.table.HeaderFound {
		fmt.Fprintf(b, "  header: false              # the columns are called c1, c2, …\n")
	}
	fmt.Fprintf(b, "  target: %s\n  task: %s\n", target, s.Task)
	switch s.Task {
	case Binary:
		fmt.Fprintf(b, "  positive: %s               # the other label is %q\n", yamlText(s.Labels[1]), s.Labels[0])
	case Multiclass:
		fmt.Fprintf(b, "  # %d labels: %s\n", len(s.Labels), oneLine(someLabels(s.Labels)))
	}
	if d.id != "" {
		fmt.Fprintf(b, "  id: %s                     # different in every row; repeated in predictions\n", d.id)
	}
	if len(d.ignore) > 0 {
		fmt.Fprintf(b, "  ignore:\n")
		for _, n := range d.ignore {
			fmt.Fprintf(b, "    - %s    # %s\n", n.text, oneLine(n.why))
		}
	}
	fmt.Fprintf(b, "  numeric: {scale: standard, missing: median}\n")
	fmt.Fprintf(b, "  categorical: {encode: one_hot, unknown: other}\n")
	if len(d.exceptions) > 0 {
		fmt.Fprintf(b, "  columns:\n")
		for _, n := range d.exceptions {
			fmt.Fprintf(b, "    - %s    # %s\n", n.text, oneLine(n.why))
		}
	}
	if s.Task == Regression {
		fmt.Fprintf(b, "  scale_target: true         # reported in the target's own units all the same\n")
	}
	fmt.Fprintf(b, "  split: {validation: 0.15, test: 0.15}    # early stopping watches validation; test is for the final figure\n")
}

// oneLine keeps what stands in a comment from ending it.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
