package nn

import (
	"fmt"
	"strings"

	"mlp/internal/problem"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// A chain is layers one after the other: those of a network, or of a block
// within it.
type chain struct {
	elements []Element
	widths   []int    // output width of each
	params   [][2]int // parameters of each: from, up to
	first    int      // backward ends at this layer: none before it has anything to train
}

// A block is a layer made of layers.
type block interface {
	inside() []*chain
	// feed returns what chain i is given of the block's input x.
	feed(w *Workspace, i int, x tensor.Mat) tensor.Mat
}

// A columnar layer makes each of its outputs of one column, and names those it makes
// its outputs of.
type columnar interface {
	madeOf(columns []string) []string
}

// plan plans the layers for inputs of the given width and returns the width of
// the last. In a frozen block all are frozen.
func (c *chain) plan(p *Plan, in int, trainable bool) int {
	outer, rate := p.layer, p.rate
	defer func() { p.layer, p.rate = outer, rate }()
	if outer != nil {
		p.rate = orOne(rate) * orOne(outer.Rate)
	}
	if c.first = len(c.elements); p.learning {
		c.first = 0
	}
	for i := range c.elements {
		e := &c.elements[i]
		e.Trainable = e.Trainable && trainable
		p.layer = e
		p.problems = append(p.problems, e.stated.check(e.Path, in)...)
		before, learning := len(p.params), p.learning
		in = e.Plan(p, in)
		if l, ok := e.Layer.(columnar); ok && p.columns != nil {
			p.columns = l.madeOf(p.columns)
		} else {
			p.columns = nil
		}
		e.checkRates(p, p.params[before:])
		e.activity.plan(p, in)
		c.widths = append(c.widths, in)
		c.params = append(c.params, [2]int{before, len(p.params)})
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

// adapts returns how many rows these layers look at before training.
func (c *chain) adapts() Rows { return rowsFor(c.elements) }

func rowsFor(elements []Element) Rows {
	rows := NoRows
	for _, e := range elements {
		if a, ok := e.Layer.(Adapter); ok {
			rows = max(rows, a.Adapts())
		}
	}
	return rows
}

// adapt gives each Adapter the rows of x (rows, in) after the layers before it.
func (c *chain) adapt(w *Workspace, x tensor.Mat) {
	for i := range c.elements {
		switch rowsFor(c.elements[i:]) {
		case NoRows:
			return
		case SomeRows:
			x = sample(x, rng.New(w.Seed, "adapt"))
		}
		e := &c.elements[i]
		if a, ok := e.Layer.(Adapter); ok && a.Adapts() != NoRows {
			a.Adapt(w, x)
		}
		if rowsFor(c.elements[i+1:]) != NoRows {
			x = whole(w, e, x, c.widths[i])
		}
	}
}

// maxSample is how many rows a start is made from: the standard deviation of so many
// is within a third of a percent of that of all, and they take 64 MiB a layer of 256.
const maxSample = 1 << 16

// sample returns x, or of each of maxSample stretches of it one row.
func sample(x tensor.Mat, s rng.Stream) tensor.Mat {
	if x.Rows <= maxSample {
		return x
	}
	y := tensor.New(maxSample, x.Cols)
	for i := range maxSample {
		lo, hi := i*x.Rows/maxSample, (i+1)*x.Rows/maxSample
		copy(y.Row(i), x.Row(lo+int(s.Float64(uint64(i))*float64(hi-lo))))
	}
	return y
}

// whole runs all rows of x (rows, in) through a layer, w.block() at a time, and returns
// (rows, width), or (rows·members, width) where the layer makes a row for each of them.
func whole(w *Workspace, e *Element, x tensor.Mat, width int) tensor.Mat {
	var y []float32
	for lo := 0; lo < x.Rows; lo += w.block() {
		y = append(y, e.Forward(w, x.Slice(lo, min(lo+w.block(), x.Rows))).Data...)
	}
	return tensor.View(len(y)/width, width, y)
}

// flatten lists the layers of a network in the order of computation, a block
// before the layers it is made of.
func (c *chain) flatten(visit func(*Element)) {
	for i := range c.elements {
		visit(&c.elements[i])
		if b, ok := c.elements[i].Layer.(block); ok {
			for _, inner := range b.inside() {
				inner.flatten(visit)
			}
		}
	}
}

// name gives each layer the name Keras would: dense, dense_1, … Layers within
// blocks count with the others, as in a Keras model that is drawn as a graph.
func (c *chain) name(p *Plan) {
	taken := map[string]*Element{}
	c.flatten(func(e *Element) {
		if e.Name == "" {
			return
		}
		complain := func(hint, msg string, also ...problem.Pos) {
			p.problems = append(p.problems, &problem.Problem{Pos: e.Pos, Path: e.Path + ".name", Msg: msg, Hint: hint, Also: also})
		}
		if strings.Contains(e.Name, "/") {
			complain("`/` separates a layer's name from its parameters'", fmt.Sprintf("the name %q has a slash", e.Name))
		}
		if other := taken[e.Name]; other != nil {
			complain("names are how weights are found in the model file; choose another",
				fmt.Sprintf("two layers are named %q", e.Name), other.Pos)
		}
		taken[e.Name] = e
	})
	count := map[string]int{}
	c.flatten(func(e *Element) {
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
	})
}
