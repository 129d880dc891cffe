package metric

import (
	"fmt"

	"mlp/internal/problem"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// taskWords are the tasks as error messages have them.
var taskWords = map[task.Task]string{task.Regression: "regression", task.Binary: "binary classification",
	task.MultiLabel: "multi-label classification", task.Multiclass: "multi-class classification"}

// Outputs describes the outputs of a network to a metric. Their task is Multiclass
// too where two units share a binary target, and where labels are one distribution.
type Outputs struct {
	Task    task.Task
	Columns int
	Meaning task.Meaning
	Head    task.Head `json:",omitzero"` // of several outputs for one target those are shown to metrics of heads alone
	Link    string    // the activation that makes probabilities of logits in which the layers end; "" where no loss says from_logits
}

// inferOutputs takes the outputs from the shapes of the first batch, for a metric
// that was not prepared.
func inferOutputs(pred, target tensor.Mat) Outputs {
	o := Outputs{Task: task.MultiLabel, Columns: pred.Cols}
	switch {
	case pred.Cols == 1:
		o.Task = task.Binary
	case target.Cols == 1:
		o.Task = task.Multiclass
	}
	return o
}

// outputInfo is the part of a metric that Prepare sets: what the outputs are.
type outputInfo struct {
	Outputs
	prepared bool
}

func (k *outputInfo) set(o Outputs) { k.Outputs, k.prepared = o, true }

// refuse returns the problem that metric name is not defined for the outputs.
func refuse(name string, o Outputs, hint string) *problem.Problem {
	return &problem.Problem{Msg: fmt.Sprintf("%s means nothing for %s", name, taskWords[o.Task]), Hint: hint}
}

// refuseMargins returns the problem that metric name is for probabilities.
func refuseMargins(name string) *problem.Problem {
	return &problem.Problem{Msg: name + " is for probabilities, and a hinge loss makes margins", Hint: "use accuracy, auc or hinge; or a cross-entropy as the loss"}
}

// Hints of what to use instead.
const (
	forNumbers = "use mean_absolute_error, root_mean_squared_error or r2_score"
	forLabels  = "use auc, f1 or binary_accuracy, which look at each label"
)

// classOf returns the class that a row of targets names: by its index, or the
// largest of one-hot columns.
func classOf(target []float32) int {
	if len(target) == 1 {
		return int(target[0])
	}
	return argmax(target)
}

// argmax returns the index of the largest number, the first of equals.
func argmax(x []float32) int {
	best := 0
	for j, v := range x {
		if v > x[best] {
			best = j
		}
	}
	return best
}

// targetOf returns the target of column j out of cols, where target may be a
// class index.
func targetOf(target []float32, j, cols int) float64 {
	if len(target) == cols {
		return float64(target[j])
	}
	if int(target[0]) == j {
		return 1
	}
	return 0
}

// weightOf returns the weight of row i.
func weightOf(weight []float32, i int) float64 {
	if weight == nil {
		return 1
	}
	return float64(weight[i])
}

// ratio is a/b, or 0 where b is 0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
