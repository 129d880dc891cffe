package nn

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A chain is layers one after the other: those of a network, or of a block
// within it.
type chain struct {
	elements []Element
	widths   []int // output width of each
	first    int   // Backward ends at this layer: nobody needs a gradient before it
}

// plan plans the layers for inputs of the given width and returns the width of
// the last. prefix comes before their names; in a frozen block all are frozen.
func (c *chain) plan(p *Plan, in int, prefix string, trainable bool) int {
	outer := p.layer
	defer func() { p.layer = outer }()
	nameLayers(p, c.elements, prefix)
	if c.first = len(c.elements); p.learning {
		c.first = 0
	}
	for i := range c.elements {
		e := &c.elements[i]
		e.Trainable = e.Trainable && trainable
		p.layer = e
		before, learning := len(p.params), p.learning
		in = e.Plan(p, in)
		p.layer = e // a block has planned layers of its own
		e.activity.plan(p, in)
		c.widths = append(c.widths, in)
		for _, q := range p.params[before:] {
			p.learning = p.learning || q.Trainable
		}
		if p.learning && !learning {
			c.first = i
		}
	}
	return in
}

func (c *chain) forward(w *Workspace, x tensor.Mat) tensor.Mat {
	for i := range c.elements {
		x = c.elements[i].forward(w, x)
	}
	return x
}

func (c *chain) backward(w *Workspace, dy tensor.Mat) tensor.Mat {
	for i := len(c.elements) - 1; i >= c.first; i-- {
		dy = c.elements[i].backward(w, dy)
	}
	return dy
}

// adapts reports whether a layer wants statistics of its input.
func (c *chain) adapts() bool { return slices.ContainsFunc(c.elements, Element.adapts) }

func (e Element) adapts() bool {
	a, ok := e.Layer.(Adapter)
	return ok && a.Adapts()
}

// adapt shows each Adapter all rows of x as the layers before it leave them.
func (c *chain) adapt(w *Workspace, x tensor.Mat) {
	for i := range c.elements {
		e := &c.elements[i]
		if e.adapts() {
			e.Layer.(Adapter).Adapt(w, x)
		}
		if !slices.ContainsFunc(c.elements[i+1:], Element.adapts) {
			return
		}
		x = whole(w, e, x, c.widths[i])
	}
}

// whole runs all rows of x through a layer, as many at a time as w has room for.
func whole(w *Workspace, e *Element, x tensor.Mat, width int) tensor.Mat {
	y := tensor.New(x.Rows, width)
	for lo := 0; lo < x.Rows; lo += w.batch {
		hi := min(lo+w.batch, x.Rows)
		copy(y.Slice(lo, hi).Data, e.Forward(w, x.Slice(lo, hi)).Data)
	}
	return y
}

// nameLayers gives each layer the name Keras would: dense, dense_1, …
func nameLayers(p *Plan, elements []Element, prefix string) {
	taken := map[string]*Element{}
	complain := func(e *Element, hint, msg string, also ...spec.Pos) {
		p.problems = append(p.problems, &spec.Problem{Pos: e.Pos, Path: e.Path + ".name", Msg: msg, Hint: hint, Also: also})
	}
	for i := range elements {
		e := &elements[i]
		if e.Name == "" {
			continue
		}
		if strings.ContainsAny(e.Name, "/") {
			complain(e, "`/` parts a layer's name from its parameters'", fmt.Sprintf("the name %q has a slash", e.Name))
		}
		if other := taken[e.Name]; other != nil {
			complain(e, "names are how weights are found in the model file; choose another",
				fmt.Sprintf("two layers are named %q", e.Name), other.Pos)
		}
		taken[e.Name] = e
	}
	count := map[string]int{}
	for i := range elements {
		e := &elements[i]
		for e.Name == "" {
			name := e.Type
			if k := count[e.Type]; k > 0 {
				name = fmt.Sprintf("%s_%d", e.Type, k)
			}
			count[e.Type]++
			if taken[name] == nil {
				e.Name = name
				taken[name] = e
			}
		}
		e.Name = prefix + e.Name
	}
}
