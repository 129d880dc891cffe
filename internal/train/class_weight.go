package train

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// weighClasses returns the training rows with the weight of each multiplied by that
// of its class. "balanced" gives a class n / (classes × its rows), as scikit-learn
// does. The caller's rows keep their weights: class weights are for one run, and
// not for what is measured on the same rows after it.
func weighClasses(m *model.Model, p *model.Part, n *spec.Node) (*model.Part, error) {
	if n == nil {
		return p, nil
	}
	complain := func(at *spec.Node, hint, format string, args ...any) (*model.Part, error) {
		return nil, problem.Problems{{Pos: at.Pos, Path: "fit.class_weight", Msg: fmt.Sprintf(format, args...), Hint: hint}}
	}
	labels := m.Pipeline.Labels()
	if !m.Pipeline.Task().Classes() {
		return complain(n, "drop it", "a target of %s has no classes to weigh", m.Pipeline.Task())
	}
	weights := make([]float64, len(labels))
	for i := range weights {
		weights[i] = 1
	}
	switch n.Kind {
	case spec.String:
		if n.Text != "balanced" {
			return complain(n, `write balanced, or a list of {label, weight}`, "%q is not a class weight", n.Text)
		}
		count := make([]int, len(labels))
		for i := range p.Truth.Rows {
			count[int(p.Truth.At(i, 0))]++
		}
		for i, c := range count {
			if c > 0 {
				weights[i] = float64(p.Truth.Rows) / float64(len(labels)*c)
			}
		}
	case spec.Map:
		for _, k := range n.Keys {
			if k.Value.Kind != spec.Int && k.Value.Kind != spec.Float || k.Value.Float < 0 {
				return complain(k.Value, "write `{pos: 2, neg: 1}`", "the weight of %q is no number that is not negative", k.Name)
			}
			at := slices.Index(labels, k.Name)
			if at < 0 {
				return complain(k.Value, "a class goes by its label, and the labels are "+strings.Join(labels[:min(len(labels), 8)], ", "), "the target has no label %q", k.Name)
			}
			weights[at] = k.Value.Float
		}
	case spec.List:
		for _, item := range n.Items {
			label, weight := item.Get("label"), item.Get("weight")
			if label == nil || weight == nil || weight.Kind != spec.Int && weight.Kind != spec.Float || weight.Float < 0 || len(item.Keys) != 2 {
				return complain(item, "write `- {label: pos, weight: 2}`", "an entry needs a label and a weight that is not negative")
			}
			at := slices.Index(labels, label.Text)
			if at < 0 {
				return complain(label, problem.DidYouMean(label.Text, labels), "the target has no label %q", label.Text)
			}
			weights[at] = weight.Float
		}
	default:
		return complain(n, `write balanced, or a list of {label, weight}`, "%s is not a class weight", n.Kind)
	}
	row := make([]float32, p.Truth.Rows)
	for i := range row {
		row[i] = float32(weights[int(p.Truth.At(i, 0))])
		if p.Weight != nil {
			row[i] *= p.Weight[i]
		}
	}
	weighed := *p
	weighed.Weight = row
	return &weighed, nil
}
