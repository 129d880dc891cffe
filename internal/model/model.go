// Package model joins what is needed to predict from a raw row: the fitted
// preprocessing, the network with its weights, and, once it is compiled, the
// loss, the metrics and the optimizer. It reads and writes model.bin.
package model

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mlp/internal/calibrate"
	"mlp/internal/conformal"
	"mlp/internal/data/pipeline"
	"mlp/internal/kernel"
	"mlp/internal/loss"
	"mlp/internal/metric"
	"mlp/internal/modelfile"
	"mlp/internal/nn"
	"mlp/internal/optim"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
	"mlp/internal/stats"
)

// A Model is everything a model file holds, ready to work.
type Model struct {
	Stage    Stage
	Spec     *spec.Node // resolved: every default is written out
	Config   Config
	Pipeline *pipeline.Pipeline
	Net      *nn.Network
	Work     *nn.Workspace
	Engine   *kernel.Engine

	// From compiled on.
	Loss      loss.Loss
	Optimizer *optim.Optimizer
	Metrics   []Metric // under metrics:, then under weighted_metrics:

	History modelfile.History
	Run     Run
	Data    modelfile.DataInfo
	// Threshold is what a rule in evaluate.threshold has chosen; nil where there
	// is none, or it has not chosen yet.
	Threshold *metric.Threshold
	// Calibration is the temperature of the probabilities, and Scores what intervals and
	// sets of labels are made by; nil where the spec asks for none, or the model is not
	// trained to its end.
	Calibration *calibrate.Calibration
	Scores      *conformal.Scores
	Best        []float32 // the best weights so far while a run is going on, else nil

	// Of an ensemble; the model's own weights are those of its first member, or
	// untrained ones before there is any.
	Members   []*Member          // whose answers are averaged; nil until they are trained
	Round     int                // how often it was trained: that of a member that lags is still to come
	Folds     []int              // the fold of each training row, from 0; not saved, for it follows from the table
	OutOfFold *modelfile.Figures // what the answers to rows that a member was not trained on are worth
	combined  combined
	apart     []combined // of each of the members that share the network

	objective objective
	targets   []stats.Interval  // in which each target of a regression is trained; nil for a model read from a file
	unknown   map[string]string // metadata this version does not know, preserved in rewriting
}

// EvalRows is how many rows are evaluated at a time. It is fixed, so that sums
// over a table do not depend on the batch size.
const EvalRows = 256

// plan builds the engine and the network for the pipeline's features. Memory is
// made by reserve.
func (m *Model) plan(threads int) error {
	engine, err := kernel.New(m.Config.Compile.Backend, threads)
	if err != nil {
		return err
	}
	if err := m.buildNet(); err != nil {
		engine.Close()
		return err
	}
	m.Engine = engine
	return nil
}

// buildNet plans the network for the pipeline's features.
func (m *Model) buildNet() error {
	layers, err := m.embeddings()
	if err != nil {
		return err
	}
	layers = append(layers, m.Config.Layers...)
	if s := m.Config.Shared; s != nil {
		if layers, err = s.Share(layers); err != nil {
			return err
		}
	}
	net, err := nn.Build(layers, len(m.Pipeline.Features()), m.Pipeline.Columns()...)
	if err != nil {
		return err
	}
	if err := checkNames(net); err != nil {
		return err
	}
	m.Net = net
	return nil
}

// embeddings returns the layers that stand before those of the spec: what the network
// learns in the place of single inputs, as the data section has it. Numbers come first,
// those of equal settings in one layer; then categories, a layer each.
func (m *Model) embeddings() ([]nn.Element, error) {
	inputs := m.Pipeline.EmbeddedInputs()
	places := make([]int, len(inputs)) // in the row as the layers so far have left it
	var groups [][]int                 // indices of inputs
	for i, c := range inputs {
		places[i] = c.Input
		if c.Codes() {
			continue
		}
		g := slices.IndexFunc(groups, func(g []int) bool { return inputs[g[0]].Number.Equal(c.Number) })
		if g < 0 {
			g, groups = len(groups), append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	var layers []nn.Element
	for _, g := range groups {
		layers = append(layers, embedNumbers(inputs, places, g))
	}
	for i, c := range slices.Backward(inputs) { // the last one first, since each makes the row longer
		if !c.Codes() {
			continue
		}
		e, err := nn.Lookup(places[i], c.Vectors.Codes, c.Vectors.Dim, c.Vectors.Standard)
		if err != nil {
			return nil, err
		}
		layers = append(layers, e)
	}
	return layers, nil
}

// embedNumbers returns the layer for inputs of equal settings. Where they do not stay
// beside what is made of them, which is behind all others, the places of those move up.
func embedNumbers(inputs []pipeline.EmbeddedInput, places []int, group []int) nn.Element {
	var at []int
	var ends [][]float32
	for _, i := range group {
		at, ends = append(at, places[i]), append(ends, inputs[i].Ends)
	}
	encoder := inputs[group[0]].Number
	if !encoder.Stays() {
		for i := range places {
			gone, _ := slices.BinarySearch(at, places[i])
			places[i] -= gone
		}
	}
	if encoder.Periodic != nil {
		return nn.Waves(*encoder.Periodic, encoder.Rate, at)
	}
	return nn.Pieces(*encoder.Piecewise, encoder.Rate, at, ends)
}

// reserved are the first words of tensor names that are not a layer's.
var reserved = []string{"optimizer", "best", "preprocess", "conformal", safetensors.ChecksumName}

// checkNames refuses a layer whose weights would be taken for something else in
// the model file.
func checkNames(net *nn.Network) error {
	for _, p := range net.Params {
		layer, _, _ := strings.Cut(p.Name, "/")
		if !slices.Contains(reserved, layer) {
			continue
		}
		found := &problem.Problem{Path: "layers", Msg: fmt.Sprintf("a layer cannot be named %q", layer),
			Hint: "the model file has that name for something else; choose another"}
		for _, e := range net.Elements {
			if e.Name == layer {
				found.Pos, found.Path = e.Pos, e.Path+".name"
			}
		}
		return problem.Problems{found}
	}
	return nil
}

// reserve makes room for batches of up to rows rows, keeping the parameters.
func (m *Model) reserve(rows int) {
	if m.Work != nil && m.Work.Batch() >= rows {
		return
	}
	old := m.Work
	if old != nil && old.IsTwin() {
		m.Work = old.Twin(m.Engine, rows)
		return
	}
	m.Work = m.Net.NewWorkspace(m.Engine, rows)
	m.Work.Seed = m.Config.Seed
	if old != nil {
		copy(m.Work.Params, old.Params)
		m.Work.Step = old.Step
	}
	m.objective.reserve(rows * m.Net.Members * m.Net.Out)
}

// Reserve returns the workspace with room for batches of up to rows rows, and of
// EvalRows at least. The parameters are preserved.
func (m *Model) Reserve(rows int) *nn.Workspace {
	m.reserve(max(rows, EvalRows))
	return m.Work
}

// Trainable returns the parameters that the optimizer moves.
func (m *Model) Trainable() []float32 { return m.Work.Params[:m.Net.Trainable] }

// Close stops the engine, and those of the members.
func (m *Model) Close() {
	m.Engine.Close()
	for _, one := range m.Members {
		one.Engine.Close()
	}
}

// Finite reports whether every parameter is a number.
func (m *Model) Finite() bool { return allFinite(m.Work.Params) }

// FileSize is how many bytes the file of the model has at least: its weights. Most
// optimizers keep two numbers more for each.
func (m *Model) FileSize() int64 {
	n := 4 * int64(m.Net.Size)
	if m.Config.Ensemble != nil {
		n *= int64(m.Config.Ensemble.Members)
	}
	return n
}

func allFinite(v []float32) bool {
	for _, w := range v {
		if !finite(float64(w)) {
			return false
		}
	}
	return true
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
