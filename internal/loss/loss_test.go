package loss

import (
	"math"
	"slices"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// build makes a loss from a spec written as JSON.
func build(t testing.TB, text string) Loss {
	t.Helper()
	n, err := spec.ParseJSON([]byte(text), "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	l, err := Losses.Build(n)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return l
}

func engine(t testing.TB) *kernel.Engine {
	t.Helper()
	k, err := kernel.New("native", 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

func mat(rows, cols int, v ...float32) tensor.Mat { return tensor.View(rows, cols, v) }

// batch makes a batch with a gradient and scratch of its own.
func batch(k *kernel.Engine, pred, target tensor.Mat) *Batch {
	return &Batch{K: k, Pred: pred, Target: target,
		Grad: tensor.New(pred.Rows, pred.Cols), Scratch: make([]float32, pred.Rows*pred.Cols)}
}

// underSoftmax and underSigmoid give a batch whose predictions are logits the
// form in which the model hands it to a loss that absorbs the activation.
func underSoftmax(b *Batch) *Batch {
	b.Logits, b.Pred = b.Pred, b.Pred.Clone()
	b.K.Softmax(b.Pred.Data, b.Logits.Data, b.Pred.Rows, b.Pred.Cols)
	return b
}

func underSigmoid(b *Batch) *Batch {
	b.Logits, b.Pred = b.Pred, b.Pred.Clone()
	b.K.Sigmoid(b.Pred.Data, b.Logits.Data)
	return b
}

// The matrices of the golden values: real targets and predictions, one-hot
// classes and probabilities, one column of both, and weights for it.
var (
	R = mat(2, 2, 1, 2, 3, -4)
	P = mat(2, 2, 1.5, 2, 0, -1)
	Y = mat(2, 3, 0, 1, 0, 0, 0, 1)
	Q = mat(2, 3, .05, .9, .05, .1, .7, .2)
	B = mat(4, 1, 0, 1, 1, 0)
	U = mat(4, 1, .2, .7, .4, .9)
	W = []float32{1, 2, 0, .5}
)

// each returns f of every element.
func each(m tensor.Mat, f func(v float64) float64) tensor.Mat {
	m = m.Clone()
	for i, v := range m.Data {
		m.Data[i] = float32(f(float64(v)))
	}
	return m
}

// Values that Keras 3 computed in float32 (torch backend).
func TestGoldens(t *testing.T) {
	signs := each(U, func(v float64) float64 { return 2*v - 1 })
	cases := []struct {
		spec         string
		target, pred tensor.Mat
		weight       []float32
		want         float64
	}{
		{`"mse"`, R, P, nil, 4.5625},
		{`"mae"`, R, P, nil, 1.625},
		{`"mape"`, R, P, nil, 56.25},
		{`"msle"`, R, P, nil, 0.49290118},
		{`"huber"`, R, P, nil, 1.28125},
		{`{"huber": 0.3}`, R, P, nil, 0.45375},
		{`"log_cosh"`, R, P, nil, 1.18469286},
		{`"poisson"`, each(R, math.Abs), each(P, math.Abs), nil, 12.76563168},
		{`"hinge"`, B, signs, nil, 1.0},
		{`"squared_hinge"`, B, signs, nil, 1.3},
		{`"categorical_hinge"`, Y, Q, nil, 0.825},
		{`"bce"`, B, U, nil, 0.94967353},
		{`{"type": "bce", "label_smoothing": 0.1}`, B, U, nil, 0.94505984},
		{`"bce"`, B, U, W, 0.52194649},
		{`{"type": "bce", "reduction": "mean_with_sample_weight"}`, B, U, W, 0.59651029},
		{`"bce"`, mat(1, 1, 0), mat(1, 1, 1), nil, 15.942385},
		{`"bce"`, mat(1, 1, 1), mat(1, 1, 0), nil, 16.118095},
		{`"binary_focal_crossentropy"`, B, U, nil, 0.55899620},
		{`{"type": "binary_focal_crossentropy", "apply_class_balancing": true}`, B, U, nil, 0.37400144},
		{`"cce"`, Y, Q, nil, 0.85739923},
		{`"cce"`, Y, each(Q, func(v float64) float64 { return 3 * v }), nil, 0.85739928},
		{`{"type": "cce", "label_smoothing": 0.1}`, Y, Q, nil, 0.94441807},
		{`"sparse_categorical_crossentropy"`, mat(2, 1, 1, 2), Q, nil, 0.85739923},
		{`"categorical_focal_crossentropy"`, Y, Q, nil, 0.12888674},
		{`"categorical_generalized_cross_entropy"`, mat(2, 1, 1, 2), Q, nil, 0.60410315},
		{`"kl_divergence"`, Y, Q, nil, 0.85739642},
		{`"cosine_similarity"`, R, P, nil, -0.89193499},
		{`"dice"`, Y, Q, nil, 0.45},
		{`{"type": "tversky", "alpha": 0.3, "beta": 0.7}`, Y, Q, nil, 0.45},
	}
	k := engine(t)
	for _, c := range cases {
		b := batch(k, c.pred, c.target)
		b.Weight = c.weight
		got := build(t, c.spec).Eval(b)
		// Keras sums in float32 and its inputs are float32: a few units of 2⁻²⁴.
		if !near(got, c.want, 3e-7) {
			t.Errorf("%s: %.9g, want %.9g", c.spec, got, c.want)
		}
	}
}

// near compares relative to want, or absolutely where want is below 1.
func near(got, want, tol float64) bool {
	return math.Abs(got-want) <= tol*max(1, math.Abs(want))
}

// A loss that absorbs an activation must give the same from logits and from
// probabilities, as long as those are inside the cut.
func TestLogitsAgreeWithProbabilities(t *testing.T) {
	k := engine(t)
	for _, name := range Losses.Names() {
		l, ok := build(t, `"`+name+`"`).(LogitLoss)
		if !ok {
			continue
		}
		for i, c := range examples(l) {
			b := absorbed(t, l, batch(k, c.pred, c.target))
			got := l.Eval(b)
			p := batch(k, b.Pred, c.target)
			want := l.Eval(p)
			// b.Pred is rounded to float32, which moves ln p by up to 2⁻²³/p.
			if !near(got, want, 1e-6) {
				t.Errorf("%s, example %d: %.9g from logits, %.9g from probabilities", name, i, got, want)
			}
			raw := fromLogits(t, name)
			q := batch(k, c.pred, c.target)
			if v := raw.Eval(q); !near(v, got, 1e-7) { // p rounded to float32 in one case only
				t.Errorf("%s, example %d: %.9g with from_logits, want %.9g", name, i, v, got)
			}
			for j, g := range q.Grad.Data {
				if !near(float64(g), float64(b.Grad.Data[j]), 1e-6) {
					t.Errorf("%s, example %d: gradient %d is %v with from_logits, want %v", name, i, j, g, b.Grad.Data[j])
				}
			}
		}
	}
}

func fromLogits(t *testing.T, name string) LogitLoss {
	t.Helper()
	l := build(t, `{"type": "`+name+`", "from_logits": true}`).(LogitLoss)
	if !l.FromLogits() {
		t.Errorf("%s does not say that it is given logits", name)
	}
	return l
}

func absorbed(t *testing.T, l LogitLoss, b *Batch) *Batch {
	t.Helper()
	switch l.Absorbs() {
	case "sigmoid":
		return underSigmoid(b)
	case "softmax":
		return underSoftmax(b)
	}
	t.Fatalf("absorbs %q", l.Absorbs())
	return nil
}

// From logits, a sure mistake costs what it should and keeps its gradient; Keras
// on JAX or torch caps the first at 16 and loses the second.
func TestSaturationKeepsLossAndGradient(t *testing.T) {
	k := engine(t)
	cases := []struct {
		name   string
		logits tensor.Mat
		target tensor.Mat
		want   float64
		grad   []float64
	}{
		{"bce", mat(1, 1, 200), mat(1, 1, 0), 200, []float64{1}},
		{"bce", mat(1, 1, -200), mat(1, 1, 1), 200, []float64{-1}},
		{"bce", mat(1, 1, 200), mat(1, 1, 1), 0, []float64{0}}, // e^−200 is less than float32 holds
		{"bce", mat(1, 1, -30), mat(1, 1, 0), math.Exp(-30), []float64{math.Exp(-30)}},
		{"cce", mat(1, 3, 200, 0, 0), mat(1, 3, 0, 1, 0), 200, []float64{1, -1, 0}},
		{"scce", mat(1, 3, 200, 0, 0), mat(1, 1, 1), 200, []float64{1, -1, 0}},
		{"scce", mat(1, 2, 30, 0), mat(1, 1, 0), math.Log1p(math.Exp(-30)), []float64{0, math.Exp(-30)}},
	}
	for _, c := range cases {
		l := build(t, `"`+c.name+`"`).(LogitLoss)
		b := absorbed(t, l, batch(k, c.logits, c.target))
		if got := l.Eval(b); math.Abs(got-c.want) > 1e-6*c.want { // p is float32
			t.Errorf("%s of %v: %v, want %v", c.name, c.logits.Data, got, c.want)
		}
		for j, want := range c.grad {
			if got := float64(b.Grad.Data[j]); math.Abs(got-want) > 1e-6*math.Abs(want) && math.Abs(got-want) > 1e-12 {
				t.Errorf("%s of %v: gradient %v, want %v", c.name, c.logits.Data, got, want)
			}
		}
	}
}

// The cut is flat: outside it Keras's probabilities have no gradient.
func TestProbabilitiesOutsideTheCutHaveNoGradient(t *testing.T) {
	k := engine(t)
	b := batch(k, mat(2, 1, 1.5, -0.2), mat(2, 1, 0, 1))
	build(t, `"bce"`).Eval(b)
	for _, g := range b.Grad.Data {
		if g != 0 {
			t.Errorf("gradient %v, want 0", g)
		}
	}
}

func TestWeightsReductionAndIgnoredRows(t *testing.T) {
	k := engine(t)
	target, pred := mat(4, 1, 0, 0, 0, 0), mat(4, 1, 1, 2, 3, 4)
	weight := []float32{1, 0, 2, 1}
	for _, c := range []struct {
		reduction string
		want      float64
	}{{"sum_over_batch_size", 35. / 4}, {"mean", 35. / 4}, {"mean_with_sample_weight", 35. / 4}, {"sum", 35}} {
		b := batch(k, pred, target)
		b.Weight = weight
		if got := build(t, `{"type": "mse", "reduction": "`+c.reduction+`"}`).Eval(b); got != c.want {
			t.Errorf("%s: %v, want %v", c.reduction, got, c.want)
		}
	}
	weight = []float32{2, 0, 4, 2}
	b := batch(k, pred, target)
	b.Weight = weight
	if got := build(t, `{"type": "mse", "reduction": "mean_with_sample_weight"}`).Eval(b); got != 70./8 {
		t.Errorf("weighted mean %v, want %v", got, 70./8)
	}

	l := build(t, `{"type": "scce", "ignore_class": 0}`)
	all := batch(k, Q, mat(2, 1, 0, 2))
	one := batch(k, Q.Slice(1, 2), mat(1, 1, 2))
	if got, want := l.Eval(all), l.Eval(one); !near(got, want, 1e-15) {
		t.Errorf("with an ignored row %v, want %v", got, want)
	}
	if all.Grad.At(0, 0) != 0 || all.Grad.At(1, 2) != one.Grad.At(0, 2) {
		t.Errorf("gradient with an ignored row is %v, without it %v", all.Grad.Data, one.Grad.Data)
	}
}

// Keras turns targets into signs only if all of them are 0 or 1.
func TestHingeTakesBothKindsOfTargets(t *testing.T) {
	k := engine(t)
	pred := mat(3, 1, .5, -.25, 2)
	zeroOne := build(t, `"hinge"`).Eval(batch(k, pred, mat(3, 1, 0, 1, 1)))
	signs := build(t, `"hinge"`).Eval(batch(k, pred, mat(3, 1, -1, 1, 1)))
	if zeroOne != signs || zeroOne != (1.5+1.25+0)/3 {
		t.Errorf("%v with 0 and 1, %v with signs, want %v", zeroOne, signs, (1.5+1.25)/3)
	}
}

// Keras smooths one-hot labels only; an index is smoothed as the one-hot row that it
// stands for, to the last bit, and categorical_crossentropy is compared with Keras.
func TestSmoothedIndexIsSmoothedOneHot(t *testing.T) {
	k := engine(t)
	for _, field := range []string{"", `, "label_smoothing": 0.1`, `, "label_smoothing": 1`} {
		sparse, dense := build(t, `{"type": "sparse_categorical_crossentropy"`+field+`}`), build(t, `{"type": "categorical_crossentropy"`+field+`}`)
		for _, e := range examples(sparse) {
			hot := tensor.New(e.pred.Rows, e.pred.Cols)
			for i := range hot.Rows {
				hot.Set(i, int(e.target.At(i, 0)), 1)
			}
			for form, make := range forms(t, k, sparse, e) {
				a, b := make(), make()
				b.Target = hot
				for _, c := range []*Batch{a, b} {
					c.Weight = []float32{1, 2, 0.5, 0, 3, 1, 0.25}
				}
				if v, w := sparse.Eval(a), dense.Eval(b); v != w || !slices.Equal(a.Grad.Data, b.Grad.Data) {
					t.Errorf("%s%s: loss %v and gradient %v of indices, %v and %v of one-hot rows", form, field, v, a.Grad.Data, w, b.Grad.Data)
				}
			}
		}
	}
}
