package loss

import (
	"math"
	"strings"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/oracle/golden"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// What the real Keras computed; testdata/keras/README.md of package train says how.
const goldens = "../train/testdata/keras"

// forward is how near a loss and its gradient must come to Keras: some sixteen
// roundings of 2⁻²⁴. Losses are summed in float64 here, so nearly all of the
// distance is Keras's; where its float32 is further from its float64 than that,
// golden.Comparison goes by it.
const forward = 1e-6

// made builds the loss that a case asks for.
func made(t testing.TB, c golden.Case) Loss {
	t.Helper()
	n, err := spec.ParseJSON(c.Config, "config", "config")
	if err != nil {
		t.Fatal(err)
	}
	n.Put("type", spec.NewString(c.Type))
	if c.Type == "tversky" {
		exchange(n, "alpha", "beta")
	}
	l, err := Losses.Build(n)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return l
}

// exchange gives Tversky's weights the meaning they have in Keras 3.15.1: alpha
// for misses and beta for false positives, against its documentation. Later
// versions, and mlp, have it as documented.
func exchange(n *spec.Node, a, b string) {
	va, vb := n.Get(a), n.Get(b)
	if va != nil && vb != nil {
		n.Put(a, vb)
		n.Put(b, va)
	}
}

func matrix(m golden.Matrix) tensor.Mat { return tensor.View(m.Rows, m.Cols, m.Float32()) }

// question is the batch of a case.
func question(k *kernel.Engine, c golden.Case) *Batch {
	b := batch(k, matrix(c.Given["p"]), matrix(c.Given["y"]))
	if w, ok := c.Given["w"]; ok {
		b.Weight = w.Float32()
	}
	return b
}

func TestLossesAreKeras(t *testing.T) {
	k := engine(t)
	near := golden.Comparison{T: t, Bound: forward}
	seen := map[string]bool{"quantile": true, "gaussian_nll": true} // Keras has none; runs under a loss written for it are compared in package train
	for _, c := range golden.Cases(t, goldens, "losses", 190) {
		l := made(t, c)
		doc, _ := Losses.Describe(c.Type)
		seen[doc.Name] = true
		b := question(k, c)
		if c.Type == "categorical_generalized_cross_entropy" {
			b = crossed(b)
		}
		near.NearWide(c, "value", []float64{l.Eval(b)})
		near.Near(c, "dp", uncrossed(c, b.Grad).Data)
		absorbedIsKeras(t, k, &near, c)
	}
	near.Report()
	for _, name := range Losses.Names() {
		if !seen[name] {
			t.Errorf("Keras was not asked about %q", name)
		}
	}
}

// crossed makes the batch that Keras's categorical_generalized_cross_entropy has
// in mind when labels have one column: it sets every row's label against every
// row's prediction, N × N pairs in all, and means over them (pitfall 6, here
// within Keras itself). mlp takes each row's own label; so the loss is right if it
// gives Keras's number for the pairs written out as rows.
func crossed(b *Batch) *Batch {
	n := b.Pred.Rows
	pairs := batch(b.K, tensor.New(n*n, b.Pred.Cols), tensor.New(n*n, 1))
	for i := range n * n {
		copy(pairs.Pred.Row(i), b.Pred.Row(i%n))
		pairs.Target.Set(i, 0, b.Target.At(i/n, 0))
		if b.Weight != nil {
			pairs.Weight = append(pairs.Weight, b.Weight[i%n])
		}
	}
	return pairs
}

// uncrossed adds up the gradients of the pairs by their predictions.
func uncrossed(c golden.Case, g tensor.Mat) tensor.Mat {
	n := c.Given["p"].Rows
	sum := tensor.New(n, g.Cols)
	for i := range g.Rows {
		for j, v := range g.Row(i) {
			sum.Row(i % n)[j] += v
		}
	}
	return sum
}

// absorbedIsKeras compares a loss from logits once more, in the way that the
// model computes it under a sigmoid or softmax of its own.
func absorbedIsKeras(t *testing.T, k *kernel.Engine, near *golden.Comparison, c golden.Case) {
	t.Helper()
	if !strings.Contains(string(c.Config), `"from_logits":true`) {
		return
	}
	plain := c
	plain.Config = []byte(strings.Replace(string(c.Config), `"from_logits":true`, `"from_logits":false`, 1))
	plain.Name += " absorbed"
	l := made(t, plain).(LogitLoss)
	b := absorbed(t, l, question(k, c))
	near.NearWide(plain, "value", []float64{l.Eval(b)})
	near.Near(plain, "dp", b.Grad.Data)
}

// Pitfall 1: however sure and wrong a network is, its loss grows and its gradient
// stays, because the loss is taken from logits. From probabilities, Keras and mlp
// alike lose both.
func TestASureMistakeKeepsItsGradient(t *testing.T) {
	k := engine(t)
	l := build(t, `"binary_crossentropy"`).(LogitLoss)
	for _, z := range []float32{10, 20, 100} {
		b := absorbed(t, l, batch(k, mat(1, 1, z), mat(1, 1, 0)))
		// σ(10) is 4.5e-5 from 1, and the loss as much from z.
		if v := l.Eval(b); math.Abs(v-float64(z)) > 1e-4 || math.Abs(float64(b.Grad.Data[0])-1) > 1e-4 {
			t.Errorf("logit %v: loss %v and gradient %v, want %v and 1", z, v, b.Grad.Data[0], z)
		}
	}
	b := batch(k, mat(1, 1, 1), mat(1, 1, 0))
	if v := l.Eval(b); !near(v, 15.942385, 1e-6) || b.Grad.Data[0] != 0 {
		t.Errorf("probability 1: loss %v and gradient %v, want Keras's 15.942385 and 0", v, b.Grad.Data[0])
	}
}

// Pitfall 3: names that Keras has but does not find.
func TestNamesThatKerasMisses(t *testing.T) {
	for _, name := range []string{"cce", "scce", "kld", "logcosh", "kullback_leibler_divergence", "cosine_proximity", "mse", "MSE", "bce"} {
		if _, ok := Losses.Describe(name); !ok {
			t.Errorf("%q is not understood", name)
		}
	}
}

// On the edge between a loss and none, and where classes tie, the gradient is Keras's.
func TestKinksAreKeras(t *testing.T) {
	k := engine(t)
	near := golden.Comparison{T: t, Bound: forward}
	compared := 0
	for _, c := range golden.Cases(t, goldens, "kinks", 30) {
		if _, ok := c.Given["p"]; !ok {
			continue // an activation: see nn
		}
		compared++
		b := question(k, c)
		near.NearWide(c, "value", []float64{made(t, c).Eval(b)})
		near.Near(c, "dp", b.Grad.Data)
	}
	if compared < 8 {
		t.Errorf("%d losses", compared)
	}
	near.Report()
}
