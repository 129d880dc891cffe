package data

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// text writes the draft.
func (d *draft) text() string {
	b := &strings.Builder{}
	fmt.Fprintf(b, "# %s: %s, %s\n", oneLine(d.table.Name), problem.Count(d.table.Rows, "row"), problem.Count(len(d.table.Columns), "column"))
	fmt.Fprintf(b, "# Drafted by `mlp init`; every line may be changed, `mlp fit -c` runs it as it is.\n")
	for _, w := range d.warnings {
		fmt.Fprintf(b, "# Look at this first: %s\n", oneLine(w))
	}
	fmt.Fprintf(b, "seed: %d\n\n", draftSeed)
	p := d.choosePlan()
	d.writeData(b, p)
	d.writeLayers(b, p)
	d.writeCompile(b, p)
	d.writeFit(b, p)
	return b.String()
}

func (d *draft) writeData(b *strings.Builder, p plan) {
	fmt.Fprintf(b, "data:\n  path: %s\n", yamlText(d.source))
	d.writeReading(b)
	d.writeTarget(b)
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
	if d.schema.Task == Regression {
		fmt.Fprintf(b, "  scale_target: true         # reported in the target's own units all the same\n")
	}
	switch {
	case p.test == 0:
		fmt.Fprintf(b, "  # no split: too few rows, of all or of a label, to keep some for a test; `mlp cv` measures without one\n")
	case p.validation > 0:
		fmt.Fprintf(b, "  split: {validation: %g, test: %g}    # early stopping watches validation; test is for the final figure\n", p.validation, p.test)
	default:
		fmt.Fprintf(b, "  split: {test: %g}         # for the final figure\n", p.test)
	}
}

// writeReading repeats what the command line said of how to read the table.
func (d *draft) writeReading(b *strings.Builder) {
	c := d.config
	if c.Delimiter != 0 {
		fmt.Fprintf(b, "  delimiter: %q\n", string(rune(c.Delimiter)))
	}
	switch {
	case !d.table.HeaderFound:
		fmt.Fprintf(b, "  header: false              # the columns are called c1, c2, …\n")
	case c.Header == Yes:
		fmt.Fprintf(b, "  header: true\n")
	}
	if !slices.Equal(c.NA, DefaultNA) {
		var words []string
		for _, w := range c.NA {
			words = append(words, yamlText(w))
		}
		fmt.Fprintf(b, "  na_values: [%s]\n", strings.Join(words, ", "))
	}
}

// writeTarget says what is to be predicted, what it was taken for, and how to
// have it taken otherwise.
func (d *draft) writeTarget(b *strings.Builder) {
	s := d.schema
	fmt.Fprintf(b, "  target: %s\n  task: %-20s # %s\n", yamlText(d.target.Name), s.Task, oneLine(d.whyTask()))
	if s.Task == Binary {
		fmt.Fprintf(b, "  positive: %s               # the other label is %s\n", yamlText(s.Labels[1]), oneLine(fmt.Sprintf("%q", s.Labels[0])))
	}
}

// whyTask tells by what the task was chosen. A column of whole numbers may be
// names of classes or amounts.
func (d *draft) whyTask() string {
	again := func(task Task) string {
		return fmt.Sprintf("; `mlp init … --set data.task=%s` drafts for the other case", task)
	}
	whole := d.target.Kind == Numeric && d.target.IsInteger()
	s := d.schema
	switch {
	case s.Task == Regression && whole && d.target.Codes != nil:
		return fmt.Sprintf("%d different whole numbers, taken for amounts", len(newLabelIndex(d.target.Words).Words)) + again(Multiclass)
	case s.Task == Regression:
		return "the target is a number"
	case whole && len(s.Labels) > 2:
		return fmt.Sprintf("%d different whole numbers, taken for names of classes: %s", len(s.Labels), someLabels(s.Labels)) + again(Regression)
	case s.Task == Binary:
		return "two labels"
	}
	return fmt.Sprintf("%d labels: %s", len(s.Labels), someLabels(s.Labels))
}

func (d *draft) writeLayers(b *strings.Builder, p plan) {
	fmt.Fprintf(b, "\nlayers:                      # about %s\n", problem.Count(d.inputs, "input"))
	for _, u := range p.units {
		fmt.Fprintf(b, "  - {type: dense, units: %d, activation: relu}\n", u)
		if p.dropout > 0 {
			fmt.Fprintf(b, "  - {type: dropout, rate: %g}\n", p.dropout)
		}
	}
	switch s := d.schema; s.Task {
	case Binary:
		fmt.Fprintf(b, "  - {type: dense, units: 1, activation: sigmoid}    # the probability of %s\n", oneLine(fmt.Sprintf("%q", s.Labels[1])))
	case Multiclass:
		fmt.Fprintf(b, "  - {type: dense, units: %d, activation: softmax}    # a probability for each label\n", len(s.Labels))
	default:
		fmt.Fprintf(b, "  - {type: dense, units: 1}\n")
	}
}

func (d *draft) writeCompile(b *strings.Builder, p plan) {
	loss, metrics := "mean_squared_error", "mean_absolute_error, r2_score"
	switch d.schema.Task {
	case Binary:
		loss, metrics = "binary_crossentropy", "accuracy, auc"
	case Multiclass:
		loss, metrics = "sparse_categorical_crossentropy", "accuracy"
	}
	optimizer := fmt.Sprintf("{type: adam, learning_rate: %g}", p.rate)
	if p.decay > 0 {
		optimizer = fmt.Sprintf("{type: adamw, learning_rate: %g, weight_decay: %g}", p.rate, p.decay)
	}
	fmt.Fprintf(b, "\ncompile:\n  optimizer: %s\n  loss: %s\n  metrics: [%s]\n", optimizer, loss, metrics)
}

func (d *draft) writeFit(b *strings.Builder, p plan) {
	why := fmt.Sprintf("below %d rows none are spared for early stopping: they are worth more as training rows", watchedRows)
	if p.validation > 0 {
		why = "at most; early stopping ends it"
	} else if d.table.Rows >= watchedRows {
		why = "a label is too rare for validation rows and early stopping"
	}
	fmt.Fprintf(b, "\nfit:\n  epochs: %-19d# %s\n  batch_size: %d\n", p.epochs, why, p.batch)
	if d.schema.Task.Classes() {
		if r := d.rarest(); skewed(r.N, d.table.Rows, len(d.schema.Labels)) {
			fmt.Fprintf(b, "  # class_weight: balanced   # only %s labelled %s: finds more of them, at the price of accuracy\n",
				problem.CountAre(r.N, "row"), oneLine(spec.Quote([]string{r.Value})))
		}
	}
	if p.annealed || p.validation > 0 {
		fmt.Fprintf(b, "  callbacks:\n")
	}
	if p.annealed {
		fmt.Fprintf(b, "    - {type: learning_rate_scheduler, schedule: {type: cosine_decay, initial_learning_rate: %g, decay_steps: %d}}    # steps are epochs here\n", p.rate, p.epochs)
	}
	if p.validation > 0 {
		fmt.Fprintf(b, "    - {type: early_stopping, monitor: val_loss, patience: %d, restore_best_weights: true}\n", p.patience)
	}
}

// skewed reports whether a class has less than a fifth of the rows of an even
// share.
func skewed(n, rows, classes int) bool { return 5*n*classes < rows }

// oneLine keeps what stands in a comment from ending it.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
