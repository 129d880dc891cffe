package nn

import (
	"fmt"

	"mlp/internal/problem"
	"mlp/internal/schedule"
)

// ParamID, BufID and the other handles index what a Plan declared.
type (
	ParamID int
	BufID   int
	WideID  int
	InputID int
)

// A Param is one array of parameters, or of statistics that are not trained.
// A vector has one row.
type Param struct {
	Name        string // Keras's path: "dense/kernel"
	Rows, Cols  int
	Vector      bool // saved with one dimension
	Stacked     bool // what single columns or members have of their own, one below the other: no matrix to an update rule
	Init        Initializer
	Regularizer Regularizer // nil: none
	Constraint  Constraint  // nil: none
	Decay       bool        // weight decay applies
	Rate        float32     // factor of the learning rate; 0 stands for 1
	DecayRate   float32     // further factor of the weight decay, beside Rate; 0 stands for 1
	Trainable   bool
	Off         int // within Workspace.Params
}

// Len returns how many numbers the parameter has.
func (p Param) Len() int { return p.Rows * p.Cols }

// Shape returns the dimensions as they are saved.
func (p Param) Shape() []int {
	if p.Vector {
		return []int{p.Cols}
	}
	return []int{p.Rows, p.Cols}
}

// A Plan collects what the layers of a network need, before any memory is made.
type Plan struct {
	params []Param
	bufs   []int // columns of each batch × columns buffer
	times  []int // rows of each that there are for a row of the batch: one a member, where members share the layer
	wides  []int // lengths of the float64 buffers
	inputs int   // how many inputs Forward keeps for Backward

	members  int      // that every row is for, from the layer on that is being planned; 0 stands for 1
	layer    *Element // the one being planned
	columns  []string // of the table, that its inputs are made of; nil where layers have mixed them
	rate     float64  // of the blocks around it: factor of the learning rate; 0 stands for 1
	overRun  bool     // a layer has a setting that depends on how long the run is
	learning bool     // a layer before this one has trainable parameters
	problems problem.Problems
}

// Param declares a parameter of the layer being planned, under the layer's name.
// A frozen layer's parameters are never trainable.
func (p *Plan) Param(name string, param Param) ParamID {
	param.Name = p.layer.Name + "/" + name
	param.Trainable = param.Trainable && p.layer.Trainable
	param.Rate = float32(orOne(float64(param.Rate)) * p.layer.rateOf(name) * orOne(p.rate))
	if !param.Trainable {
		param.Regularizer = nil // as in Keras, what is not trained is not penalised
	}
	if _, matrix := param.Init.(matrixFill); matrix && param.Vector {
		p.Problem("choose another initializer for it", "the %s is a vector; its initializer needs a matrix", name)
		param.Init = constant(0)
	}
	if fill, ok := param.Init.(rowsFill); ok {
		p.Problem("choose another initializer for it", "the initializer of the %s looks at the training rows; it is for %s", name, fill.place())
		param.Init = constant(0)
	}
	p.params = append(p.params, param)
	return ParamID(len(p.params) - 1)
}

// orOne reads a factor, for which 0 stands for 1.
func orOne(v float64) float64 {
	if v == 0 {
		return 1
	}
	return v
}

// Buffer declares a matrix of batch × cols that a step may overwrite; where members of an
// ensemble share the layer, of batch·members × cols.
func (p *Plan) Buffer(cols int) BufID {
	p.bufs, p.times = append(p.bufs, cols), append(p.times, max(1, p.members))
	return BufID(len(p.bufs) - 1)
}

// Wide declares a vector of n float64, for sums that need them.
func (p *Plan) Wide(n int) WideID {
	p.wides = append(p.wides, n)
	return WideID(len(p.wides) - 1)
}

// Input declares that Forward will Keep its input for Backward.
func (p *Plan) Input() InputID {
	p.inputs++
	return InputID(p.inputs - 1)
}

// InputGrad reports whether Backward must return ∂loss/∂input: whether a layer
// before this one has something to train.
func (p *Plan) InputGrad() bool { return p.learning }

// LayerName returns the name of the layer being planned, unique in the network.
func (p *Plan) LayerName() string { return p.layer.Name }

// follow notes that a setting of the layer may follow a schedule.
func (p *Plan) follow(n schedule.Number) { p.overRun = p.overRun || n.OverRun() }

// Trainable reports whether the layer being planned is to be trained.
func (p *Plan) Trainable() bool { return p.layer.Trainable }

// Problem reports a problem at the layer being planned; Build returns it.
func (p *Plan) Problem(hint, format string, args ...any) {
	p.problems = append(p.problems, &problem.Problem{
		Pos: p.layer.Pos, Path: p.layer.Path, Hint: hint, Msg: fmt.Sprintf(format, args...)})
}
