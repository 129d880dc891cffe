package model

import (
	"slices"

	"mlp/internal/modelfile"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Member is one network of an ensemble. It has the ensemble's preprocessing, and
// weights, history and run of its own.
type Member struct {
	*Model
	Number  int       // from 1
	Variant int       // of the spec, from 1, which is the spec itself
	Fold    int       // that it leaves out, from 1; 0 where there are none
	Weight  float64   // its share of the average
	Round   int       // of the training that it has begun last
	Set     []Setting // in what its spec differs

	frozen *frozen
}

// A Setting is a value of a variant of the spec.
type Setting struct {
	Path  string
	Value *spec.Node
}

// frozen is a member as it was when its run was saved.
type frozen struct {
	record  modelfile.Member
	tensors []safetensors.Tensor
}

// combined is room for averages.
type combined struct{ logits, pred tensor.Mat }

func (c *combined) reserve(rows, out int) {
	if c.pred.Rows < rows {
		c.logits, c.pred = tensor.New(rows, out), tensor.New(rows, out)
	}
}

// VariantSpec returns the spec of a variant: the ensemble's, with some values set.
func VariantSpec(tree *spec.Node, set []Setting) (*spec.Node, error) {
	tree = tree.Clone()
	tree.Keys = slices.DeleteFunc(tree.Keys, func(k spec.Key) bool { return k.Name == "ensemble" })
	for _, s := range set {
		if err := tree.Set(s.Path, s.Value.Clone()); err != nil {
			return nil, &problem.Problem{Path: "ensemble.vary", Msg: err.Error()}
		}
	}
	return tree, nil
}
