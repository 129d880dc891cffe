// Package task names what a model predicts. The data section decides it, from the
// spec, the loss or the target column; losses, metrics and answers depend on it.
package task

// A Task is what is to be predicted.
type Task uint8

// The tasks. Auto leaves it to the target.
const (
	Auto       Task = iota
	Binary          // two classes, one probability
	Multiclass      // two or more classes, a probability each
	Regression      // one or several numbers
	MultiLabel      // several columns between 0 and 1: labels that do not exclude each other, or under softmax a distribution
)

// Names are the tasks as a spec has them.
var Names = [...]string{"auto", "binary", "multiclass", "regression", "multilabel"}

func (t Task) String() string { return Names[t] }

// Classes reports whether the target is a label.
func (t Task) Classes() bool { return t == Binary || t == Multiclass }

// Named returns the task of a name.
func Named(name string) (Task, bool) {
	for i, n := range Names {
		if n == name {
			return Task(i), true
		}
	}
	return Auto, false
}
