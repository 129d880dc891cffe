package oracle

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// gradientError is how far central differences may be from a gradient, relative
// to the larger of 1 and the gradient: they are good to about 1e-10 (see
// Gradient), and functions with large higher derivatives cost two digits more.
const gradientError = 1e-7

// grid draws rows × cols numbers in ±span that stay at least 1/64 away from all
// multiples of 1/4, where the kinks of the piecewise functions are.
func grid(r *rand.Rand, rows, cols int, span float64) Mat {
	m := Zeros(rows, cols)
	for i := range m {
		for j := range m[i] {
			for near := true; near; {
				v := span * (2*r.Float64() - 1)
				m[i][j], near = v, math.Abs(v-math.Round(v*4)/4) < 1.0/64
			}
		}
	}
	return m
}

func compare(t *testing.T, what string, got, want Mat) {
	t.Helper()
	for i := range want {
		for j, w := range want[i] {
			if g := got[i][j]; !(math.Abs(g-w) <= gradientError*math.Max(1, math.Abs(w))) {
				t.Errorf("%s[%d][%d] is %.12g, differences say %.12g", what, i, j, g, w)
			}
		}
	}
}

// weigh returns Σ dy·y, whose gradient by y is dy.
func weigh(dy, y Mat) float64 {
	s := 0.0
	for i := range dy {
		s += dot(dy[i], y[i])
	}
	return s
}

func TestActivationGradients(t *testing.T) {
	settings := []Params{nil, {"negative_slope": 0.1, "max_value": 1.1, "threshold": 0.3, "alpha": 0.7, "b": 1, "approximate": 1, "default_value": -1}}
	for _, name := range Activations() {
		for _, p := range settings {
			r := rand.New(rand.NewPCG(1, 2))
			x, dy := grid(r, 40, 5, 4), grid(r, 40, 5, 1)
			a := &Activate{Act: Act(name, p)}
			if p != nil {
				x[0][0], x[0][1], x[0][2] = 0.31, 1.09, 1.11 // beside the kinks of these settings
			}
			a.Forward(x, true)
			got := a.Backward(dy)
			compare(t, name, got, Gradient(func() float64 { return weigh(dy, a.Forward(x, true)) }, x))
		}
	}
}

func TestLayerGradients(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const rows, cols = 5, 6
	vector := func(name string) *Param { return NewParam(name, grid(r, 1, cols, 2)) }
	still := func() ([]float64, []float64) { return grid(r, 1, cols, 1)[0], []float64{0.5, 1, 2, 0.25, 3, 1} }
	mean, variance := still()
	for name, l := range map[string]Layer{
		"dense":                &Dense{Kernel: NewParam("kernel", grid(r, cols, 4, 1)), Bias: NewParam("bias", grid(r, 1, 4, 1)), Act: Act("tanh", nil)},
		"dense without bias":   &Dense{Kernel: NewParam("kernel", grid(r, cols, 4, 1)), Act: Act("softmax", nil)},
		"ntk":                  &Dense{Kernel: NewParam("kernel", grid(r, cols, 4, 1)), Bias: NewParam("bias", grid(r, 1, 4, 1)), Act: Act("selu", nil), NTK: true},
		"parametric":           &Parametric{Act: Act("mish", nil), Alpha: vector("alpha")},
		"scale":                &Scale{S: vector("scale")},
		"batch normalization":  &BatchNormalization{Gamma: vector("gamma"), Beta: vector("beta"), Mean: make([]float64, cols), Variance: make([]float64, cols), Momentum: 0.9, Epsilon: 1e-3},
		"frozen normalization": &BatchNormalization{Gamma: vector("gamma"), Beta: vector("beta"), Mean: mean, Variance: variance, Epsilon: 1e-3, Frozen: true},
		"batch, nothing else":  &BatchNormalization{Mean: make([]float64, cols), Variance: make([]float64, cols), Epsilon: 1e-3},
		"layer normalization":  &GroupNormalization{Groups: 1, Gamma: vector("gamma"), Beta: vector("beta"), Epsilon: 1e-3},
		"group normalization":  &GroupNormalization{Groups: 2, Gamma: vector("gamma"), Beta: vector("beta"), Epsilon: 1e-3},
		"rms normalization":    &RMSNormalization{Scale: vector("scale"), Epsilon: 1e-6},
		"unit normalization":   &UnitNormalization{},
		"affine":               &Affine{Factor: grid(r, rows, cols, 1), Shift: grid(r, rows, cols, 1)},
		"prelu":                &PReLU{Alpha: vector("alpha")},
		"glu":                  &GLU{},
		"concatenated": &Parallel{Merge: "concatenate", Columns: [][]int{nil, {4, 1}}, Branches: []Network{{&Scale{S: vector("s")}},
			{&Dense{Kernel: NewParam("kernel", grid(r, 2, 3, 1)), Act: Act("tanh", nil)}}}},
		"added": &Parallel{Merge: "add", Columns: [][]int{nil, nil}, Branches: []Network{nil, {&Scale{S: vector("s")}}}},
		"multiplied": &Parallel{Merge: "multiply", Columns: [][]int{nil, {0, 1}, nil}, Branches: []Network{
			{&Dense{Kernel: NewParam("kernel", grid(r, cols, 2, 1)), Act: Act("tanh", nil)}}, nil,
			{&Dense{Kernel: NewParam("kernel", grid(r, cols, 2, 1)), Act: Act("silu", nil)}}}},
		"residual": &Residual{Network{
			&Dense{Kernel: NewParam("kernel", grid(r, cols, 3, 1)), Bias: NewParam("bias", grid(r, 1, 3, 1)), Act: Act("silu", nil)},
			&Dense{Kernel: NewParam("kernel", grid(r, 3, cols, 1)), Act: Act("linear", nil)}}},
	} {
		x := grid(r, rows, cols, 2)
		dy := grid(r, rows, len(l.Forward(x, true)[0]), 1)
		value := func() float64 { return weigh(dy, l.Forward(x, true)) }
		value()
		dx := l.Backward(dy)
		var grads []Mat
		for _, p := range l.Params() {
			grads = append(grads, Clone(p.Grad))
		}
		compare(t, name+" dx", dx, Gradient(value, x))
		for i, p := range l.Params() {
			compare(t, name+" "+p.Name, grads[i], Gradient(value, p.Value))
		}
	}
}

func TestLossGradients(t *testing.T) {
	settings := []Params{nil,
		{"from_logits": 1, "label_smoothing": 0.1, "delta": 0.3, "q": 0.8, "quantile": 0.9, "gamma": 3, "apply_class_balancing": 1},
		{"quantiles": 0.1}}
	weight := []float64{1, 2, 0, 0.5}
	for _, name := range Losses() {
		for _, s := range settings {
			r := rand.New(rand.NewPCG(5, 6))
			pred, target := grid(r, 4, 3, 2), Zeros(4, 3)
			ofIndex := strings.HasPrefix(name, "sparse") || strings.Contains(name, "generalized")
			entropy := strings.HasSuffix(name, "crossentropy") // takes logits too
			for b := range pred {
				target[b][r.IntN(3)] = 1
				for j := range pred[b] {
					if !entropy || s["from_logits"] == 0 {
						pred[b][j] = 0.45 + pred[b][j]/5 // a probability, and a number like others
					}
					if !entropy && !strings.Contains(name, "hinge") {
						target[b][j] += 0.3 // no zero, which a percentage would divide by
					}
				}
				if ofIndex {
					target[b] = []float64{float64(b % 3)}
				}
			}
			_, got := Loss(name, s, target, pred, weight)
			compare(t, fmt.Sprint(name, " ", s), got, Gradient(func() float64 {
				v, _ := Loss(name, s, target, pred, weight)
				return v
			}, pred))
		}
	}
	r := rand.New(rand.NewPCG(7, 8))
	target, pred := Mat{{1, 0}, {0, 1}, {1, 1}}, grid(r, 3, 2, 1)
	_, got := Tversky(0.3, 0.7, target, pred)
	compare(t, "tversky", got, Gradient(func() float64 { v, _ := Tversky(0.3, 0.7, target, pred); return v }, pred))
}

func TestPenaltyGradients(t *testing.T) {
	w := grid(rand.New(rand.NewPCG(9, 10)), 4, 3, 2)
	_, got := L1L2(0.1, 0.2, w)
	compare(t, "l1l2", got, Gradient(func() float64 { v, _ := L1L2(0.1, 0.2, w); return v }, w))
	_, got = Orthogonal(0.1, w)
	compare(t, "orthogonal", got, Gradient(func() float64 { v, _ := Orthogonal(0.1, w); return v }, w))
}

// A network learns: the whole stack of forward, loss, backward and update brings
// the cross-entropy of three separable classes below a tenth of ln 3 with every rule.
func TestLearning(t *testing.T) {
	rates := map[string]float64{"sgd": 1, "rmsprop": 0.02, "adam": 0.02, "adamw": 0.02, "adamax": 0.02, "nadam": 0.02, "adagrad": 0.5, "adadelta": 20, "lion": 0.01}
	for name := range rules {
		r := rand.New(rand.NewPCG(11, 12))
		x, y := Zeros(30, 2), Zeros(30, 1)
		for b := range x {
			c := b % 3
			x[b] = []float64{[]float64{-2, 0, 2}[c] + r.NormFloat64()/3, []float64{1, -1, 1}[c] + r.NormFloat64()/3}
			y[b][0] = float64(c)
		}
		net := Network{
			&Dense{Kernel: NewParam("kernel", grid(r, 2, 8, 1)), Bias: Constant("bias", 8, 0), Act: Act("tanh", nil)},
			&Dense{Kernel: NewParam("kernel", grid(r, 8, 3, 1)), Bias: Constant("bias", 3, 0), Act: Act("linear", nil)},
		}
		opt, loss := Optimizer{Name: name}, 0.0
		for range 200 {
			var d Mat
			loss, d = Loss("sparse_categorical_crossentropy", Params{"from_logits": 1}, y, net.Forward(x, true), nil)
			net.Backward(d)
			w := Flat(net.Params(), func(p *Param) Mat { return p.Value })
			opt.Step(rates[name], w, Flat(net.Params(), func(p *Param) Mat { return p.Grad }))
			Unflat(net.Params(), w)
		}
		if loss > math.Log(3)/10 {
			t.Errorf("%s: loss %.3f after 200 steps, from about %.3f", name, loss, math.Log(3))
		}
	}
}
