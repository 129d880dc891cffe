package schema

// Task is what is to be predicted.
type Task uint8

// The tasks. Auto stands for "not said": the target decides.
const (
	Auto       Task = iota
	Binary          // two classes, one probability
	Multiclass      // two or more classes, a probability each
	Regression      // one or several numbers
	MultiLabel      // several columns between 0 and 1: labels that do not exclude each other, or under softmax a distribution
)

var TaskNames = [...]string{"auto", "binary", "multiclass", "regression", "multilabel"}

func (t Task) String() string { return TaskNames[t] }

// Classes reports whether the target is a label.
func (t Task) Classes() bool { return t == Binary || t == Multiclass }

func taskNamed(name string) (Task, bool) {
	for i, n := range TaskNames {
		if n == name {
			return Task(i), true
		}
	}
	return Auto, false
}
