package nn

import (
	"slices"

	"mlp/internal/problem"
)

// Members are networks that share all but a few weights, and are trained side by side as
// one: BatchEnsemble (Wen et al. 2020), in the form of TabM (arXiv:2410.24210).
type Members struct {
	Count int
	Mini  bool   // only the inputs of the first dense layer are scaled for each member
	Apart bool   // in training each member has rows of its own
	Start string // how the factors of the inputs start; auto: standard_normal behind numbers that are embedded, else random_signs
}

// Share makes of the layers of one network those of all members: before the first dense
// layer they part, dense layers scale inputs and outputs for each, and the last one is
// each member's own. What is not dense is common to all. The layers are used, not copied.
func (m Members) Share(elements []Element) ([]Element, error) {
	first := slices.IndexFunc(elements, holdsDense)
	last := len(elements) - 1
	for ; last >= 0; last-- {
		if _, ok := elements[last].Layer.(*Dense); ok {
			break
		}
	}
	if last < 0 || slices.ContainsFunc(elements[last+1:], holdsDense) {
		return nil, problem.Problems{{Path: "layers", Msg: "members that share a network need a dense layer at its end, each one of its own",
			Hint: "let the last layer with weights be dense, outside of blocks"}}
	}
	s := sharing{Members: m, head: elements[last].Layer}
	var all []Element
	for i := range elements {
		if i == first {
			start := m.Start
			if start == "auto" {
				start = "random_signs"
				if slices.ContainsFunc(elements[:i], embedsNumbers) {
					start = "standard_normal"
				}
			}
			all = append(all, Element{Type: "members", Class: "Members", Trainable: true, Path: "ensemble", Pos: elements[i].Pos,
				Layer: &fork{members: m.Count, apart: m.Apart, start: start}})
		}
		s.convert(&elements[i])
		all = append(all, elements[i])
	}
	return all, s.problems.Err()
}

func embedsNumbers(e Element) bool {
	switch e.Layer.(type) {
	case *Periodic, *PiecewiseLinear:
		return true
	}
	return false
}

func holdsDense(e Element) bool {
	if b, ok := e.Layer.(block); ok {
		return slices.ContainsFunc(b.inside(), func(c *chain) bool { return slices.ContainsFunc(c.elements, holdsDense) })
	}
	_, ok := e.Layer.(*Dense)
	return ok
}

// sharing converts dense layers.
type sharing struct {
	Members
	head     Layer
	begun    bool // the first dense layer is behind
	problems problem.Problems
}

func (s *sharing) convert(e *Element) {
	switch l := e.Layer.(type) {
	case block:
		for _, c := range l.inside() {
			for i := range c.elements {
				s.convert(&c.elements[i])
			}
		}
	case *BatchEnsemble:
		s.complain(e, "", "write a dense layer: the ensemble has the members", "a layer of members of its own cannot stand in a network that members share")
	case *Dense:
		own := e.Layer == s.head
		if s.Mini && !own {
			return
		}
		s.check(e, l, own)
		e.Layer, e.Class = &BatchEnsemble{Units: l.Units, Members: s.Count, Split: true, Shared: !own, UseBias: l.UseBias, activated: l.activated,
			start: "ones", dense: l, unscaled: !s.begun}, "BatchEnsemble"
		s.begun = true
	}
}

// check refuses what has no meaning for kernels and biases of several members.
func (s *sharing) check(e *Element, d *Dense, own bool) {
	for _, c := range []Constraint{d.KernelConstraint, d.BiasConstraint} {
		if c != nil {
			s.complain(e, "", "drop it, or use `type: independent` under ensemble", "weights that members share cannot have a constraint")
		}
	}
	if _, ok := d.KernelRegularizer.(Orthogonal); ok && own {
		s.complain(e, ".kernel_regularizer", "use l1 or l2 there", "the last kernel is one for each member, and they need not be orthogonal to each other")
	}
	if _, ok := d.BiasRegularizer.(Orthogonal); ok {
		s.complain(e, ".bias_regularizer", "use l1 or l2 there", "the bias is one for each member, and they need not be orthogonal to each other")
	}
}

func (s *sharing) complain(e *Element, field, hint, msg string) {
	s.problems = append(s.problems, &problem.Problem{Pos: e.Pos, Path: e.Path + field, Msg: msg, Hint: hint})
}
