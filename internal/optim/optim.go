// Package optim updates weights from gradients: the rules (SGD, Adam, …) and what
// surrounds a rule (accumulation, clipping, weight decay, moving average). In flow w and g, all trainable parameters of a network as one
// vector each; out comes the new w. Names, parameters, defaults and the order of
// operations are those of Keras 3.
package optim

import (
	"mlp/internal/kernel"
	"mlp/internal/schedule"
	"mlp/internal/tensor"
)

// A Rule is the update of one optimizer. It sees all trainable parameters of a
// network as one vector.
type Rule interface {
	// Init allocates the state for the given parameters, which lie end to end.
	Init(params []Span)
	// Step updates w (n) from the gradient g (n), which it may overwrite. t counts
	// updates from 1; parts divide the vector and have the learning rates of this
	// step. It allocates nothing.
	Step(k *kernel.Engine, t int64, parts []Part, w, g []float32)
	// Slots returns the state by Keras's names, for saving and restoring; the
	// slices are the rule's own. nil: the rule has no state.
	Slots() []Slot
}

// A starter is a rule whose initial state is a function of the weights.
type starter interface {
	start(w []float32) // before the very first step, not after a resume
}

// A decayer is a rule with a weight decay of its own for some parameters.
type decayer interface {
	decayOf(i int, common float64, now schedule.Time) float64 // of the parameter params[i]
	overRun() bool                                            // it depends on the run
}

// A Span is where one parameter lies in the vector of all of them.
type Span struct {
	Name       string // "dense/kernel"
	Off        int
	Rows, Cols int     // a vector has one row
	Vector     bool    // one dimension, which some rules treat in another way than a matrix of one row
	Stacked    bool    // vectors or matrices one below the other, which are no matrix together
	Decay      bool    // weight decay applies: true for kernels and embeddings, false for biases and normalisation
	Rate       float32 // factor of the learning rate; 0 stands for 1
	DecayRate  float32 // further factor of the weight decay, beside Rate; 0 stands for 1
}

// factor reads a Rate or a DecayRate.
func factor(v float32) float64 {
	if v == 0 {
		return 1
	}
	return float64(v)
}

// A Part is a stretch of the vector of parameters, as long as one learning rate holds:
// all of it, unless parameters have factors.
type Part struct {
	Lo, Hi int
	LR     float32 // of this step
}

// pacing divides the vector into parts, and knows the factors of their rates.
type pacing struct {
	parts   []Part
	factors []float64 // of parts
	partOf  []int     // the part in which params[i] lies
}

func newPacing(params []Span) (p pacing) {
	for _, q := range params {
		rate, last := factor(q.Rate), len(p.parts)-1
		if last < 0 || p.factors[last] != rate {
			p.parts, p.factors = append(p.parts, Part{Lo: q.Off}), append(p.factors, rate)
			last++
		}
		p.parts[last].Hi = q.Off + q.Len()
		p.partOf = append(p.partOf, last)
	}
	return p
}

// at gives the parts the rates of a step whose common learning rate is lr.
func (p *pacing) at(lr float64) []Part {
	for i, f := range p.factors {
		p.parts[i].LR = float32(lr * f)
	}
	return p.parts
}

// Len returns how many numbers the parameter has.
func (s Span) Len() int { return s.Rows * s.Cols }

// Of returns the parameter's part of a vector of all parameters.
func (s Span) Of(v []float32) tensor.Mat {
	return tensor.View(s.Rows, s.Cols, v[s.Off:s.Off+s.Len()])
}

// of returns the parameter's part of v as a plain slice.
func (s Span) of(v []float32) []float32 { return v[s.Off : s.Off+s.Len()] }

// size returns the length of the vector that params divide.
func size(params []Span) int {
	n := 0
	for _, p := range params {
		n += p.Len()
	}
	return n
}

// A Slot is a named part of an optimizer's state. A slot as long as the vector
// of parameters is saved parameter by parameter; a shorter one as it is.
type Slot struct {
	Name string // "momentum", "velocity"
	Data []float32
}
