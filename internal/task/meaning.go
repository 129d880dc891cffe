package task

// A Meaning is what the outputs of a network mean as answers. It follows from the task,
// the loss and the activation that makes the outputs.
type Meaning uint8

// The meanings.
const (
	Value       Meaning = iota // a number in the target's own units; of a label one near 1 where it is so, near 0 where not
	Probability                // of a label
	Margin                     // how far a row is on the side of a label: above 0 it is so, below not
)

func (m Meaning) String() string { return [...]string{"value", "probability", "margin"}[m] }

// Cut is what an output is above where it stands for a label, unless the spec says
// otherwise.
func (m Meaning) Cut() float64 {
	if m == Margin {
		return 0
	}
	return 0.5
}

// Opposite returns what the output of a label says of its opposite.
func (m Meaning) Opposite(output float32) float32 {
	if m == Margin {
		return -output
	}
	return 1 - output
}
