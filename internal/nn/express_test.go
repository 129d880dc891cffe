package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mlp/internal/form"
	"mlp/internal/oracle"
	"mlp/internal/tensor"
)

// formless are the activations and layers that have no form outside, with the reason.
var formless = map[string]string{
	"sparsemax": "it sorts a row, which no operation of a form does",
}

// expressed runs what express writes down of a row of so many numbers, for each row of x.
func expressed(x tensor.Mat, express func(b *form.Builder, x form.Value) form.Value) (y tensor.Mat, refused []form.Refusal) {
	b := &form.Builder{}
	out := express(b, b.Input(form.Column{Type: form.F32, Len: x.Cols}))
	b.Answer(form.Answer{Value: out})
	y = tensor.New(x.Rows, b.Len(out))
	r := form.NewRunner(&b.Program)
	for i := range x.Rows {
		row := make([]float64, x.Cols)
		for j, v := range x.Row(i) {
			row[j] = float64(v)
		}
		for j, v := range r.Run([]form.Cell{{Numbers: row}})[0] {
			y.Set(i, j, float32(v))
		}
	}
	return y, b.Refusals
}

// Every layer writes down what it computes outside training, to the last bit, or is on
// the list of those that do not.
func TestLayersHaveAForm(t *testing.T) {
	k := engine(t)
	for _, c := range layerCases {
		g := newRig(t, &c, k)
		g.w.Training = false
		_, want := g.net.Forward(g.w, g.x)
		got, refused := expressed(g.x, func(b *form.Builder, x form.Value) form.Value {
			_, pred := g.net.Express(b, g.w, x)
			return pred
		})
		if g.net.Elements[0].Type != "" && formless[g.net.Elements[0].Type] != "" {
			if len(refused) == 0 {
				t.Errorf("%s has a form: take it off the list", c.spec)
			}
			continue
		}
		if len(refused) > 0 {
			t.Errorf("%s: %v", c.spec, refused)
			continue
		}
		same(t, c.spec, got.Data, want.Data)
	}
}

// So does every activation, also as a parametric one.
func TestActivationsHaveAForm(t *testing.T) {
	k := engine(t)
	x := grid(rand.New(rand.NewPCG(5, 6)), 60, 7, 4)
	for i, v := range []float32{-80, -50, -17, 17, 30, 60, 0} {
		x.Set(0, i, v)
	}
	for _, name := range Activations.Names() {
		cases := activationCases[name]
		if name != "threshold" {
			cases = append(slices.Clone(cases), nil)
		}
		for _, p := range cases {
			for _, share := range []bool{false, true} {
				if share && slices.Contains(ofRows, name) {
					continue // they act on rows, or are no function to have a share of
				}
				a := makeActivation(t, name, p)
				if share {
					p = oracle.Params{"parametric": 1}
					if name == "threshold" {
						p = oracle.Params{"parametric": 1, "threshold": 0.25, "default_value": -1.5}
					}
					a = makeActivation(t, name, p)
				}
				want := tensor.New(x.Rows, x.Cols)
				a.Forward(k, want, x)
				got, refused := expressed(x, a.express)
				if formless[name] != "" {
					if len(refused) == 0 {
						t.Errorf("%s has a form: take it off the list", name)
					}
					continue
				}
				if len(refused) > 0 {
					t.Errorf("%s: %v", name, refused)
					continue
				}
				for i, v := range got.Data {
					if w := want.Data[i]; math.Float32bits(v) != math.Float32bits(w) {
						t.Errorf("%s %v: of %v the form makes %v, and the activation %v", name, p, x.Data[i], v, w)
						break
					}
				}
			}
		}
	}
}
