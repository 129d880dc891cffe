package model_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/tensor"
)

// embedders are data sections in which the network learns something of its inputs, in
// all mixtures that move the places of others.
var embedders = map[string]string{
	"waves and vectors":                  `"numeric":{"encode":"periodic"},"categorical":{"encode":{"embedding":3}}`,
	"waves alone stay not":               `"numeric":{"encode":{"type":"periodic","concat":false,"dim":2}},"categorical":{"encode":{"embedding":3}}`,
	"bins, vectors and waves":            `"numeric":{"encode":"periodic"},"columns":[{"name":"width","encode":{"type":"discretization","num_bins":4,"output_mode":"embedding","dim":3}},{"name":"more","encode":{"discretization":3}}],"categorical":{"encode":{"embedding":3}}`,
	"pieces and vectors":                 `"numeric":{"encode":{"type":"piecewise_linear","dim":2,"bins":5}},"categorical":{"encode":{"embedding":3}}`,
	"pieces, waves, neither":             `"numeric":{"encode":{"type":"piecewise_linear","dim":3,"bins":5}},"columns":[{"name":"width","encode":{"type":"periodic","concat":false}},{"name":"more","encode":"none"}]`,
	"pieces as inputs beside waves":      `"numeric":{"encode":{"type":"piecewise_linear","dim":null,"bins":5}},"columns":[{"name":"more","encode":"periodic"}],"categorical":{"encode":{"embedding":3}}`,
	"two kinds of waves, the last stays": `"numeric":{"encode":{"type":"periodic","concat":false,"dim":2}},"columns":[{"name":"length","encode":{"type":"periodic","frequencies":3}}],"categorical":{"encode":{"embedding":2}}`,
}

// five columns: three of numbers, one of words between them, one of two values.
func embeddable() string {
	var b strings.Builder
	b.WriteString("length,colour,width,two,more,y\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d.5,%s,%d,%d,%.2f,%d\n", i%7, []string{"red", "blue", "green"}[i%3], i%11, i%2, float64(i*i%13)/3, i%5)
	}
	return b.String()
}

// What the network learns of a column stands in the place of that column: a branch that
// names it reads what comes of it, and of no other.
func TestEmbeddingsStandForTheirColumns(t *testing.T) {
	names := []string{"length", "colour", "width", "two", "more"}
	for name, data := range embedders {
		var branches []string
		for _, c := range names {
			branches = append(branches, `{"columns":["`+c+`"],"layers":[{"units":1,"use_bias":false,"kernel_initializer":"ones"}]}`)
		}
		spec := `{"data":{"target":"y","task":"regression",` + data + `},"layers":[{"type":"parallel","branches":[` + strings.Join(branches, ",") + `]},{"units":1}]}`
		m, _, p := recipetest.SetUp(t, spec, embeddable(), 1)
		for i := range m.Work.Params { // V of pieces starts at 0
			m.Work.Params[i] += float32(i%5)/7 + 0.1
		}
		x := p.Train.X.Slice(0, 1)
		before := branchesOf(m, x)
		inputs := m.Pipeline.Columns()
		codes := map[int]int{} // how many there are of an input that is one
		for _, e := range m.Pipeline.EmbeddedInputs() {
			codes[e.Input] = e.Vectors.Codes
		}
		for k, c := range names {
			changed := x.Clone()
			for j, of := range inputs {
				if of == c && codes[j] > 0 {
					changed.Set(0, j, float32((int(x.At(0, j))+1)%codes[j]))
				} else if of == c {
					changed.Set(0, j, x.At(0, j)+0.37)
				}
			}
			after := branchesOf(m, changed)
			for b := range names {
				if (before[b] != after[b]) != (b == k) {
					t.Errorf("%s: column %s changes the branch of %s: %v; of its own: %v", name, c, names[b], before[b] != after[b], before[k] != after[k])
				}
			}
		}
		m.Close()
	}
}

// branchesOf returns what the layer of branches gives for one row.
func branchesOf(m *model.Model, x tensor.Mat) []float32 {
	w := m.Reserve(1)
	steps := m.Net.Trace(w, x, 0)
	for _, s := range steps {
		if s.Class == "Parallel" {
			return slices.Clone(s.Output)
		}
	}
	return nil
}

// A column's encoder and the layer of that name are the same network: the same weights
// under the same names, and the same predictions.
func TestEncodersAreLayers(t *testing.T) {
	for encoder, layer := range map[string]string{
		`"periodic"`: `{"type":"periodic","columns":[1,2,4]}`,
		`{"type":"periodic","bias":false,"activation":"relu","shared":true,"learning_rate_multiplier":3}`: `{"type":"periodic","bias":false,"activation":"relu","shared":true,"columns":[1,2,4],"learning_rate_multiplier":3}`,
		`{"type":"piecewise_linear","bins":6,"dim":3}`:                                                    `{"type":"piecewise_linear","bins":6,"dim":3,"columns":[1,2,4]}`,
	} {
		fitted := func(data, layers string) *model.Model {
			spec := `{"seed":4,"data":{"target":"y","task":"regression","ignore":["colour"]` + data + `},"layers":[` + layers + `{"units":3,"activation":"tanh"},{"units":1}],"compile":{"optimizer":{"adam":0.01}},"fit":{"epochs":3,"batch_size":8}}`
			m, s, p := recipetest.SetUp(t, spec, embeddable(), 1)
			recipetest.MustFit(t, m, s, p)
			return m
		}
		a, b := fitted(`,"numeric":{"encode":`+encoder+`}`, ""), fitted("", layer+",")
		if len(a.Trainable()) != len(b.Trainable()) || len(a.Trainable()) < 20 {
			t.Errorf("%s: %d weights, the layer has %d", encoder, len(a.Trainable()), len(b.Trainable()))
			continue
		}
		for i, v := range a.Trainable() {
			if v != b.Trainable()[i] {
				t.Errorf("%s: weight %d is %v, of the layer %v", encoder, i, v, b.Trainable()[i])
				break
			}
		}
		a.Close()
		b.Close()
	}
}

// A model of every mixture predicts the same after its file is read.
func TestEmbeddingsAreSaved(t *testing.T) {
	for name, data := range embedders {
		spec := `{"data":{"target":"y","task":"regression",` + data + `},"layers":[{"units":2,"activation":"tanh"},{"units":1}],"fit":{"epochs":2}}`
		m, s, p := recipetest.SetUp(t, spec, embeddable(), 1)
		recipetest.MustFit(t, m, s, p)
		file := recipetest.Written(t, m)
		again, err := model.ReadFrom("m.bin", file, 1)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, got := tensor.New(p.Train.X.Rows, 1), tensor.New(p.Train.X.Rows, 1)
		m.Predict(p.Train.X, want)
		again.Predict(p.Train.X, got)
		if !slices.Equal(want.Data, got.Data) {
			t.Errorf("%s: other predictions after reading", name)
		}
		if !bytes.Equal(recipetest.Written(t, again), file) {
			t.Errorf("%s: other bytes after reading", name)
		}
		m.Close()
		again.Close()
	}
}
