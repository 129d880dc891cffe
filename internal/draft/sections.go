package draft

import (
	"fmt"
	"slices"

	"mlp/internal/callback"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/profile"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/loss"
	"mlp/internal/metric"
	"mlp/internal/nn"
	"mlp/internal/optim"
	"mlp/internal/problem"
	"mlp/internal/schedule"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// data says where the table is, how it is read and what its columns become.
func (d *draft) data() *spec.Node {
	n := fields(setting{"path", pathNode(d.paths)})
	d.reading(n)
	d.target(n)
	if d.id != "" {
		why := "different in every row; repeated in predictions"
		if d.idGiven {
			why = "no input; repeated in predictions"
		}
		n.Put("id", noted(spec.NewString(d.id), why))
	}
	if d.weight != "" {
		n.Put("weight", spec.NewString(d.weight))
	}
	if len(d.ignored) > 0 {
		list := spec.NewList()
		for _, c := range d.ignored {
			item := spec.NewString(c.name)
			if !c.brief {
				item.Note = c.why
			}
			list.Items = append(list.Items, item)
		}
		n.Put("ignore", list)
	}
	if d.plan.members > 0 {
		d.memberColumns(n)
	} else {
		n.Put("numeric", fields(setting{"scale", component(preprocess.Scalers, "standard")}, setting{"missing", component(preprocess.Imputers, "median")}))
		n.Put("categorical", fields(setting{"encode", component(preprocess.Encoders, "one_hot")}, setting{"unknown", spec.NewString("other")}))
	}
	if len(d.exceptions) > 0 {
		n.Put("columns", spec.NewList(d.exceptions...))
	}
	if d.task == task.Regression {
		why := "reported in the target's own units all the same"
		if d.crowded() {
			why += "; a long tail: log1p would learn proportions in place of amounts"
		}
		n.Put("scale_target", noted(spec.NewBool(true), why))
	}
	switch test := (setting{"test", spec.NewFloat(d.plan.test)}); {
	case d.plan.test == 0:
		n.Above = append(n.Above, "no split: too few rows, of all or of a label, to keep some for a test"+after(d.hints.NoTest))
	case d.plan.validation > 0:
		n.Put("split", noted(fields(setting{"validation", spec.NewFloat(d.plan.validation)}, test), "early stopping watches validation; test is for the final figure"))
	default:
		n.Put("split", noted(fields(test), "for the final figure"))
	}
	return n
}

// reading repeats what was settled of how to read the table.
func (d *draft) reading(n *spec.Node) {
	c := d.config
	if c.Delimiter != 0 {
		n.Put("delimiter", spec.NewString(string(rune(c.Delimiter))))
	}
	switch {
	case !d.table.HeaderFound:
		n.Put("header", noted(spec.NewBool(false), "the columns are called c1, c2, …"))
	case c.Header == table.Yes:
		n.Put("header", spec.NewBool(true))
	}
	if r := d.table.Reading; !r.Plain() {
		n.Put("read", r.Node())
	}
	if !slices.Equal(c.NA, schema.DefaultNA) {
		n.Put("na_values", spec.NewStrings(c.NA...))
	}
}

// target says what is to be predicted, what kind of task that was taken for, and
// why.
func (d *draft) target(n *spec.Node) {
	n.Put("target", spec.NewString(d.survey.Target.Name))
	n.Put("task", noted(spec.NewString(d.task.String()), d.whyTask()))
	if none := d.table.Dropped; none > 0 {
		n.Put("drop_missing_target", noted(spec.NewBool(true), problem.Count(none, "row")+" without a target left out"))
	}
	if d.task == task.Binary {
		n.Put("positive", noted(spec.NewString(d.labels[1]), fmt.Sprintf("the other label is %q", d.labels[0])))
	}
}

// whyTask gives the reason for the task. A column of whole numbers may hold names
// of classes or amounts.
func (d *draft) whyTask() string {
	other := func(task task.Task) string {
		if d.hints.OtherTask == nil {
			return ""
		}
		return after(d.hints.OtherTask(task))
	}
	whole := d.survey.WholeNumbers
	switch {
	case d.task == task.Regression && whole > 0:
		return fmt.Sprintf("%d different whole numbers, taken for amounts", whole) + other(task.Multiclass)
	case d.task == task.Regression:
		return "the target is a number"
	case whole > 2:
		return fmt.Sprintf("%d different whole numbers, taken for names of classes: %s", len(d.labels), spec.QuoteSome(d.labels)) + other(task.Regression)
	case d.task == task.Binary:
		return "two labels"
	}
	return fmt.Sprintf("%d labels: %s", len(d.labels), spec.QuoteSome(d.labels))
}

// layers are hidden layers of the planned widths, and an output for the task.
func (d *draft) layers() *spec.Node {
	n := noted(spec.NewList(), "about "+problem.Count(d.inputs, "input"))
	dense, hidden, dropout := plainDense, "relu", spec.NewFloat(d.plan.dropout)
	if d.plan.members > 0 {
		dense, hidden, dropout = memberDense, memberActivation, falling(d.plan.dropout)
		if d.plan.waves {
			n.Items = append(n.Items, noted(component(nn.Layers, "periodic"), "adds waves of each input, of learned frequencies"))
		}
		n.Items = append(n.Items, noted(component(nn.Layers, "scale"), "learns what each input weighs"))
	}
	for _, units := range d.plan.units {
		n.Items = append(n.Items, dense(units, hidden))
		if d.plan.dropout > 0 {
			n.Items = append(n.Items, component(nn.Layers, "dropout", setting{"rate", dropout}))
		}
	}
	var output *spec.Node
	switch d.task {
	case task.Binary:
		output = noted(dense(1, "sigmoid"), fmt.Sprintf("the probability of %q", d.labels[1]))
	case task.Multiclass:
		output = noted(dense(len(d.labels), "softmax"), "a probability for each label")
	default:
		output = dense(1, "")
	}
	n.Items = append(n.Items, output)
	return n
}

// plainDense is a layer with what it has by default.
func plainDense(units int, activation string) *spec.Node {
	settings := []setting{{"units", spec.NewInt(int64(units))}}
	if activation != "" {
		settings = append(settings, setting{"activation", component(nn.Activations, activation)})
	}
	return component(nn.Layers, "dense", settings...)
}

// compile is the loss of the task and Adam, with decay of the weights if planned.
func (d *draft) compile() *spec.Node {
	lossName, metrics := "mean_squared_error", []string{"mean_absolute_error", "r2_score"}
	switch d.task {
	case task.Binary:
		lossName, metrics = "binary_crossentropy", []string{"accuracy", "auc"}
	case task.Multiclass:
		lossName, metrics = "sparse_categorical_crossentropy", []string{"accuracy"}
	}
	rate := setting{"learning_rate", spec.NewFloat(d.plan.rate)}
	optimizer := component(optim.Optimizers, "adam", rate)
	switch {
	case d.plan.members > 0:
		optimizer = d.plan.memberOptimizer()
	case d.plan.decay > 0:
		optimizer = component(optim.Optimizers, "adamw", rate, setting{"weight_decay", spec.NewFloat(d.plan.decay)})
	}
	list := spec.NewList()
	for _, m := range metrics {
		list.Items = append(list.Items, component(metric.Metrics, m))
	}
	return fields(setting{"optimizer", optimizer}, setting{"loss", component(loss.Losses, lossName)}, setting{"metrics", list})
}

// fit says how long to train. The learning rate of one plain network falls to 0
// along a cosine.
func (d *draft) fit() *spec.Node {
	p := d.plan
	if p.members > 0 {
		return d.memberFit()
	}
	why := fmt.Sprintf("below %d rows none are spared for early stopping: they are worth more as training rows", watchedRows)
	if p.validation > 0 {
		why = "at most; early stopping ends it"
	} else if d.table.Rows >= watchedRows {
		why = "a label is too rare for validation rows and early stopping"
	}
	epochs := spec.NewInt(int64(p.epochs))
	cosine := component(schedule.Schedules, "cosine_decay", setting{"initial_learning_rate", spec.NewFloat(p.rate)}, setting{"decay_steps", epochs})
	callbacks := spec.NewList(component(callback.Callbacks, "learning_rate_scheduler", setting{"schedule", noted(cosine, "steps are epochs here")}))
	if p.validation > 0 {
		callbacks.Items = append(callbacks.Items, component(callback.Callbacks, "early_stopping", setting{"monitor", spec.NewString("val_loss")},
			setting{"patience", spec.NewInt(int64(p.patience))}, setting{"restore_best_weights", spec.NewBool(true)}))
	}
	if hint := d.rareLabel(); hint != "" {
		callbacks.Above = append(callbacks.Above, hint)
	}
	return fields(setting{"epochs", noted(spec.NewInt(int64(p.epochs)), why)}, setting{"batch_size", spec.NewInt(int64(p.batch))}, setting{"callbacks", callbacks})
}

// rareLabel is what a reader may add for a label that few rows have; empty where
// there is none.
func (d *draft) rareLabel() string {
	if len(d.survey.Classes) == 0 {
		return ""
	}
	r := slices.MinFunc(d.survey.Classes, func(a, b profile.Count) int { return a.N - b.N })
	if !skewed(r.N, d.table.Rows, len(d.labels)) {
		return ""
	}
	return fmt.Sprintf("class_weight: balanced   # only %s labelled %q: finds more of them, at the price of accuracy", problem.CountAre(r.N, "row"), r.Value)
}

// skewed reports whether a class has less than a fifth of the rows of an even
// share.
func skewed(n, rows, classes int) bool { return 5*n*classes < rows }

// after appends a hint to a sentence; none where it is empty.
func after(hint string) string {
	if hint == "" {
		return ""
	}
	return "; " + hint
}

// pathNode names the files of the table.
func pathNode(paths []string) *spec.Node {
	if len(paths) == 1 {
		return spec.NewString(paths[0])
	}
	return spec.NewStrings(paths...)
}
