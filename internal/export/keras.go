package export

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/keras"
	"mlp/internal/loss"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/optim"
	"mlp/internal/problem"
	"mlp/internal/schedule"
	"mlp/internal/spec"
	"mlp/internal/task"
)

var (
	_ = registerNetwork("keras", "Keras 3: layers, weights, loss and optimizer with what it remembers, so that training goes on there; numbers within rounding of the model's",
		func(m *model.Model, inputs string) ([]byte, []string, error) {
			archive, _, notes, err := writeKeras(m, inputs)
			return archive, notes, err
		}, ".keras")
	_ = registerNetwork("keras_weights", "the weights alone, for load_weights of a Keras model of the same layers",
		func(m *model.Model, inputs string) ([]byte, []string, error) {
			_, weights, notes, err := writeKeras(m, inputs)
			return weights, notes, err
		}, ".weights.h5")
)

// leaving is a network on its way to Keras.
type leaving struct {
	keras.Network
	m        *model.Model
	problems problem.Problems
}

func writeKeras(m *model.Model, inputs string) (archive, weights []byte, notes []string, err error) {
	l := &leaving{m: m}
	l.Name, l.Inputs = m.Config.Name, m.Net.In
	switch {
	case m.Members != nil:
		l.refuse("ensemble", "%d networks whose answers are averaged are no stack of layers", len(m.Members))
	case m.Net.Members > 1:
		l.refuse("ensemble", "%d networks that share weights are no stack of layers", m.Net.Members)
	}
	if inputs != Encoded {
		l.scaleInputs()
	}
	l.layers()
	if l.problems == nil {
		l.ends()
		l.compiled()
	}
	if err := l.problems.Err(); err != nil {
		return nil, nil, nil, err
	}
	l.describe(inputs)
	return l.Write()
}

func (l *leaving) refuse(at, format string, args ...any) {
	l.problems = append(l.problems, &problem.Problem{Path: at, Msg: "cannot be exported: " + fmt.Sprintf(format, args...), Hint: "choose another format"})
}

// add adds a layer that the model has not, under a name that none of its layers has.
func (l *leaving) add(kind string, vars []keras.Array, settings ...any) {
	name := kind
	for k := 1; slices.ContainsFunc(l.m.Net.Elements, func(e nn.Element) bool { return e.Name == name }) ||
		slices.ContainsFunc(l.Layers, func(o keras.Layer) bool { return o.Name == name }); k++ {
		name = fmt.Sprintf("%s_%d", kind, k)
	}
	l.Layers = append(l.Layers, keras.Layer{Name: name, Spec: component(kind, settings...), Vars: vars})
}

// component is a spec of a kind with settings: names, and a number or numbers each.
func component(kind string, settings ...any) *spec.Node {
	n := spec.NewMap()
	n.Put("type", spec.NewString(kind))
	for i := 0; i < len(settings); i += 2 {
		value := spec.NewList()
		switch v := settings[i+1].(type) {
		case string:
			value = spec.NewString(v)
		case []float64:
			for _, x := range v {
				value.Items = append(value.Items, spec.NewFloat(x))
			}
			if len(v) == 1 {
				value = value.Items[0]
			}
		}
		n.Put(settings[i].(string), value)
	}
	return n
}

// scaleInputs lets the network begin with a Normalization, unless the columns are given to
// it as they are.
func (l *leaving) scaleInputs() {
	shift, divisor := l.m.Pipeline.Affine(func(column, why string) {
		l.problems = append(l.problems, &problem.Problem{Path: column, Msg: "cannot be exported to Keras: " + why, Remedy: problem.Remedy{Kind: problem.NetworkAlone}})
	})
	if len(l.problems) > 0 || allAre(0, shift) && allAre(1, divisor) {
		return
	}
	mean, variance := make([]float32, len(shift)), make([]float32, len(shift))
	for j := range shift {
		mean[j], variance[j] = float32(shift[j]), float32(divisor[j]*divisor[j])
	}
	shape := []int{len(shift)}
	l.add("normalization", []keras.Array{{Shape: shape, Data: mean}, {Shape: shape, Data: variance}}, "mean", []float64{})
}

func allAre(v float64, of []float64) bool {
	return !slices.ContainsFunc(of, func(x float64) bool { return x != v })
}

// layers adds those of the network.
func (l *leaving) layers() {
	list := l.m.Spec.Get("layers").Items
	before := len(l.m.Net.Elements) - len(list)
	for i, e := range l.m.Net.Elements {
		if i < before {
			l.refuse(e.Name, "it stands for columns that the network embeds; of a category or a number among others Keras makes no vector")
			continue
		}
		if e.Type == "input" {
			continue
		}
		node := list[i-before].Clone()
		if node.Kind != spec.Map {
			node = spec.NewMap()
		}
		node.Put("type", spec.NewString(e.Type))
		for _, k := range node.Keys {
			for end, name := range partNames {
				if strings.HasSuffix(k.Name, end) {
					rename(k.Value, name)
				}
			}
		}
		one := keras.Layer{Name: e.Name, Spec: node}
		for k, p := range l.m.Net.Params {
			if strings.HasPrefix(p.Name, e.Name+"/") {
				one.Vars = append(one.Vars, keras.Array{Shape: p.Shape(), Data: l.m.Work.Param(nn.ParamID(k)).Data})
			}
		}
		if e.Type == "normalization" && len(one.Vars) == 2 {
			one.Vars[1].Data = slices.Clone(one.Vars[1].Data)
			for j, v := range one.Vars[1].Data {
				if v == 0 { // only shifted here, and divided by 1e-7 in Keras
					one.Vars[1].Data[j] = 1
				}
			}
		}
		l.Layers = append(l.Layers, one)
		if e.Type == "embedding" {
			if columns := node.Get("columns"); columns != nil && len(columns.Items) > 0 {
				l.refuse(e.Name, "Keras's Embedding takes all inputs for codes, and here some are none")
			}
			l.add("flatten", nil)
		}
	}
}

// partNames give the parts of layers the names that they have without aliases, by the end of
// the setting's name.
var partNames = map[string]func(string) string{
	"activation": nameIn(nn.Activations), "_initializer": nameIn(nn.Initializers), "_regularizer": nameIn(nn.Regularizers), "_constraint": nameIn(nn.Constraints),
}

func nameIn[T any](r *spec.Registry[T]) func(string) string {
	return func(name string) string {
		if d, ok := r.Describe(name); ok {
			return d.Name
		}
		return name
	}
}

// rename changes what a component is called, in place.
func rename(n *spec.Node, name func(string) string) {
	if n != nil && n.Kind == spec.Map {
		n = n.Get("type")
	}
	if n != nil && n.Kind == spec.String {
		n.Text = name(n.Text)
	}
}

// ends turns the outputs into answers: a temperature stands before the last activation, and
// values come in the units of the target.
func (l *leaving) ends() {
	last := &l.Layers[len(l.Layers)-1]
	if c := l.m.Calibration; c != nil {
		a := last.Spec.Get("activation")
		if a == nil {
			l.refuse(last.Name, "its temperature has no place before the activation")
			return
		}
		last.Spec.Put("activation", spec.NewString("linear"))
		var factors []float64
		for _, t := range c.Temperature {
			factors = append(factors, 1/t)
		}
		l.add("rescaling", nil, "scale", factors)
		l.add("activation", nil, "activation", a.Word())
	}
	if l.m.Net.Last.Name != l.m.Net.Ends.Name {
		l.add("activation", nil, "activation", l.m.Net.Last.Name) // the loss takes what stands before it
	}
	if l.m.Pipeline.Task() != task.Regression {
		return
	}
	factor, offset, why := l.m.Pipeline.AffineTargets()
	if why != "" {
		l.refuse(strings.Join(l.m.Pipeline.Targets(), ", "), "%s", why)
	}
	if len(factor) == l.m.Net.Out && !(allAre(1, factor) && allAre(0, offset)) {
		l.add("rescaling", nil, "scale", factor, "offset", offset)
	}
}

// compiled adds loss and optimizer, with what it remembers of its training.
func (l *leaving) compiled() {
	m := l.m
	if m.Optimizer == nil {
		return
	}
	l.Compile, l.Rate = m.Spec.Get("compile").Clone(), m.Optimizer.LearningRate()
	rename(l.Compile.Get("loss"), nameIn(loss.Losses))
	rename(l.Compile.Get("optimizer"), nameIn(optim.Optimizers))
	rename(l.Compile.Get("optimizer").Get("learning_rate"), nameIn(schedule.Schedules))
	for _, one := range l.Compile.Get("metrics").Items {
		rename(one, nameIn(metric.Metrics))
	}
	state := m.Optimizer.State()
	if m.Stage != model.Fitted {
		return
	}
	l.State = &keras.State{Iterations: state.Iterations}
	for _, s := range state.Slots {
		slot := keras.Slot{Name: s.Name}
		for _, p := range m.Net.Params {
			if p.Trainable && len(s.Data) == m.Net.Trainable {
				slot.Vars = append(slot.Vars, keras.Array{Shape: p.Shape(), Data: s.Data[p.Off : p.Off+p.Len()]})
			}
		}
		l.State.Slots = append(l.State.Slots, slot)
	}
}

// describe says what goes in and comes out, which Keras has no place for.
func (l *leaving) describe(inputs string) {
	about := map[string]any{"inputs": l.m.Pipeline.Features(), "targets": l.m.Pipeline.Targets()}
	if inputs != Encoded {
		about["inputs"] = l.m.Pipeline.Columns()
	}
	if labels := l.m.Pipeline.Labels(); len(labels) > 0 {
		about["labels"] = labels
	}
	l.About = map[string]any{"mlp": about}
}
