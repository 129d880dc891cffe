package nn

import (
	"fmt"
	"slices"

	"mlp/internal/problem"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Network is a stack of planned layers. They end in logits; Last turns them into
// predictions: Ends, the activation taken from the last layer, or what AnswerBy says.
type Network struct {
	Elements  []Element
	Last      Activation
	Ends      Activation
	In, Out   int
	Members   int   // that share the network; the output has a row for each of them, of each row of the input
	Widths    []int // output width of each layer
	Params    []Param
	Trainable int // how many numbers are trained; they come first in Workspace.Params
	Size      int // how many numbers there are in all

	chain  chain
	plan   *Plan
	logits InputID // of the last Forward, for a penalty after the last activation
	pred   BufID
	dlast  BufID
}

// Build plans the layers for inputs of the given width. The layers are used, not
// copied: a second network needs layers read anew from the spec. The error is
// problem.Problems, each with the position of its layer in the spec. columns, where they
// are known, name for each input the column of the table that it is made of.
func Build(elements []Element, in int, columns ...string) (*Network, error) {
	return buildWith(elements, in, &Plan{columns: columns})
}

func buildWith(elements []Element, in int, p *Plan) (*Network, error) {
	if len(elements) == 0 {
		return nil, problem.Problems{{Path: "layers", Msg: "a network needs at least one layer", Hint: "add `- {type: dense, units: 1, activation: sigmoid}`"}}
	}
	n := &Network{Elements: slices.Clone(elements), In: in, Members: 1, Last: Linear(), plan: p}
	for _, e := range n.Elements {
		if f, ok := e.Layer.(spreader); ok {
			p.members = f.spreads()
		}
	}
	last := &n.Elements[len(elements)-1]
	if h, ok := last.Layer.(Head); ok {
		n.Last = h.TakeActivation()
		if n.Last.Parametric { // predictions would be computed without α
			p.problems = append(p.problems, &problem.Problem{Pos: last.Pos, Path: last.Path + ".activation",
				Msg:  "the last activation of a network cannot be parametric: losses are computed from what stands before it",
				Hint: "drop `parametric`, or add the layer `{type: activation, activation: linear}` after it"})
		}
		last.penalizedAfterLast = n.Last.Name != "linear"
	}
	n.Ends = n.Last
	n.chain.elements = n.Elements
	n.chain.name(p)
	n.Out = n.chain.plan(p, in, true)
	n.Widths, n.Members = n.chain.widths, max(1, p.members)
	n.logits, n.pred, n.dlast = p.Input(), p.Buffer(n.Out), p.Buffer(n.Out)
	n.place()
	n.checkSize()
	return n, p.problems.Err()
}

// A spreader is a layer for whose members the rows of a batch are each for one already, in
// training, so that the layers before it have as many; 0 where it is not so.
type spreader interface{ spreads() int }

// Sizes beyond these are refused before anything is allocated: Go cannot recover
// from an allocation that fails.
const (
	maxWeights = 1 << 30 // 4 GiB of them, and up to four times that while training
	maxColumns = 1 << 24 // of all buffers; with 256 rows they take 16 GiB
)

func (n *Network) checkSize() {
	weights, columns := 0.0, 0.0
	for _, p := range n.Params {
		weights += float64(p.Rows) * float64(p.Cols)
	}
	for i, c := range n.plan.bufs {
		columns += float64(c) * float64(n.plan.times[i])
	}
	const hint = "use fewer units"
	if weights > maxWeights {
		n.plan.problems = append(n.plan.problems, &problem.Problem{Path: "layers", Hint: hint,
			Msg: fmt.Sprintf("the network would have %.4g weights; %d are possible", weights, maxWeights)})
	} else if columns > maxColumns {
		n.plan.problems = append(n.plan.problems, &problem.Problem{Path: "layers", Hint: hint,
			Msg: fmt.Sprintf("the layers are %.4g numbers wide together; %d are possible", columns, maxColumns)})
	}
}

// place lays the parameters out, trainable ones first, each part in the order of
// declaration.
func (n *Network) place() {
	n.Params = n.plan.params
	for _, trainable := range []bool{true, false} {
		for i := range n.Params {
			if p := &n.Params[i]; p.Trainable == trainable {
				p.Off = n.Size
				n.Size += p.Len()
			}
		}
		if trainable {
			n.Trainable = n.Size
		}
	}
}

// Kinds returns the type of each layer by its name, those within blocks too.
func (n *Network) Kinds() map[string]string {
	kinds := map[string]string{}
	n.chain.flatten(func(e *Element) { kinds[e.Name] = e.Type })
	return kinds
}

// Init draws every parameter from its initializer. Each has a stream of its own,
// named by the parameter, so that adding a layer changes no other's weights.
func (n *Network) Init(w *Workspace, seed uint64) {
	for i, p := range n.Params {
		p.Init.Fill(w.Param(ParamID(i)).Data, p.Shape(), rng.New(seed, "init/"+p.Name))
	}
}

// OverRun reports whether a layer has a setting that depends on how long the run is
// and when it began.
func (n *Network) OverRun() bool { return n.plan.overRun }

// Adapts reports whether a layer looks at the training rows, so that Adapt is to be
// called.
func (n *Network) Adapts() bool { return n.chain.adapts() != NoRows }

// Adapt shows the Adapters among the layers all training rows x (training rows, in). It
// comes once, after Init and before training, with the seed that Init had in w.Seed.
func (n *Network) Adapt(w *Workspace, x tensor.Mat) {
	training := w.Training
	w.Training = false
	n.chain.adapt(w, x)
	w.Training = training
}

// AnswerBy lets an activation make predictions of the outputs of layers that end
// linearly, for a loss that takes these outputs as its logits. The layers stay what they
// are: a penalty on the last one's output is on the logits. "" undoes it.
func (n *Network) AnswerBy(activation string) {
	n.Last = n.Ends
	if activation == "" {
		return
	}
	last, err := Activations.Build(spec.NewString(activation))
	if err != nil {
		panic("nn: " + err.Error()) // losses know the names
	}
	n.Last = last
}

// Forward runs x (batch, In) through all layers. logits is the output before the
// last activation, pred after it, both (batch, Out); they are the same matrix if
// that is linear. They live in w until the next Forward.
func (n *Network) Forward(w *Workspace, x tensor.Mat) (logits, pred tensor.Mat) {
	w.extra = 0
	x = n.chain.forward(w, x)
	if n.Last.Name == "linear" {
		return x, x
	}
	pred = w.Buf(n.pred, x.Rows) // (batch, Out), as the logits x
	n.Last.Forward(w.K, pred, x)
	if last := &n.Elements[len(n.Elements)-1]; last.penalizedAfterLast {
		last.activity.measure(w, pred)
	}
	w.Keep(n.logits, x)
	return x, pred
}

// Backward takes ∂loss/∂logits (batch, Out) of the last Forward, which it may
// overwrite, and fills w.Grads.
func (n *Network) Backward(w *Workspace, dlogits tensor.Mat) {
	n.addPenalty(w, dlogits)
	n.chain.backward(w, dlogits)
}

// addPenalty adds the gradient of a penalty on what comes after the last activation.
func (n *Network) addPenalty(w *Workspace, dlogits tensor.Mat) {
	if last := &n.Elements[len(n.Elements)-1]; last.penalizedAfterLast && last.activity.Regularizer != nil {
		d := last.activity.grad(w) // (batch, Out)
		n.Last.Backward(w.K, d, d, w.Kept(n.logits), w.Kept(last.activity.y))
		addTo(dlogits, d)
	}
}

// BackwardLast returns ∂loss/∂logits from ∂loss/∂pred, both (batch, Out), for a loss
// that does not absorb the last activation.
func (n *Network) BackwardLast(w *Workspace, dpred, logits, pred tensor.Mat) tensor.Mat {
	if n.Last.Name == "linear" {
		return dpred
	}
	d := w.Buf(n.dlast, dpred.Rows) // (batch, Out)
	n.Last.Backward(w.K, d, dpred, logits, pred)
	return d
}

// Penalty returns the sum of all regularization terms, those on activities since
// the last Forward included, and adds the gradients of the terms on parameters
// if grads is set. (Backward has added those on activities.)
func (n *Network) Penalty(w *Workspace, grads bool) float64 {
	sum := w.extra
	for i := range n.Params {
		p := &n.Params[i]
		if p.Regularizer == nil {
			continue
		}
		g := tensor.Mat{}
		if grads {
			g = w.Grad(ParamID(i))
		}
		sum += p.Regularizer.Penalty(w.Param(ParamID(i)), g)
	}
	return sum
}

// Constrain projects every constrained parameter; it follows each update. A
// vector is given to its constraint as one column, so that norms over axis 0 are
// norms of the whole, as in Keras.
func (n *Network) Constrain(w *Workspace) {
	for i := range n.Params {
		p := &n.Params[i]
		if p.Constraint == nil || !p.Trainable {
			continue
		}
		m := w.Param(ParamID(i))
		if p.Vector {
			m = tensor.View(m.Cols, 1, m.Data)
		}
		p.Constraint.Apply(m)
	}
}
