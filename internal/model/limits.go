package model

import (
	"fmt"

	"mlp/internal/data/source"
	"mlp/internal/memory"
	"mlp/internal/modelfile"
	"mlp/internal/problem"
	"mlp/internal/safetensors"
	"mlp/internal/spec"
)

// checkRoom refuses a network that has no room in memory while it is trained: weights,
// their gradients, and two numbers for each that optimizers remember.
func (m *Model) checkRoom() error {
	need := 4 * (int64(m.Net.Size) + 3*int64(m.Net.Trainable))
	if left := memory.Left(need); need > left {
		p := problem.Data(problem.Pos{}, "", "use fewer units, or encode columns of many categories by hash",
			"to train %d weights takes %s, and of the %s that the process may use %s are left", m.Net.Size, source.InBytes(need), source.InBytes(memory.Available()), source.InBytes(left))
		p.Path = "layers"
		return p
	}
	return nil
}

// checkLimits refuses to build what Read would refuse for its size: it is no use
// to train a model that cannot be loaded.
func (m *Model) checkLimits() error {
	if n := len(spec.CanonicalJSON(m.Spec)); n > modelfile.MaxSpec {
		return &problem.Problem{Path: "layers", Hint: "use fewer layers, or shorter lists of literal weights",
			Msg: fmt.Sprintf("with every default written out the spec has %d bytes, and a model file has room for %d", n, modelfile.MaxSpec)}
	}
	schema, numbers := m.Pipeline.Save()
	values := 0
	schema.Walk("", func(string, *spec.Node) { values++ })
	if n := len(spec.CanonicalJSON(schema)); n > modelfile.MaxSchema || values > spec.MaxValues {
		return problem.Data(problem.Pos{}, "", "raise min_count, or leave out columns with very many categories",
			"columns and categories take %d bytes and %d values in a model file, which has room for %d and %d", n, values, modelfile.MaxSchema, spec.MaxValues)
	}
	if len(numbers) > modelfile.MaxTensors/2 {
		return problem.Data(problem.Pos{}, "", "leave out columns", "the columns have %d learned numbers, and a model file has room for %d", len(numbers), modelfile.MaxTensors/2)
	}
	for _, n := range numbers {
		if len(n.Name) > safetensors.MaxName {
			return problem.Data(problem.Pos{}, "", "shorten the name of the column", "the name %.40q … has %d bytes, and a model file has room for %d", n.Name, len(n.Name), safetensors.MaxName)
		}
	}
	return nil
}
