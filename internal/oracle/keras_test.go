package oracle

import (
	"math"
	"testing"
)

// Differences cannot see a formula that is wrong together with its derivative.
// So here are numbers that Keras 3 (3.16 development line, torch back end,
// float32) computed. They are printed to seven places and were rounded to
// float32 at each step: printed is half a unit of the last place and a few
// of float32's for numbers near 10.
const printed = 5e-8 + 1e-6

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	within(t, what, got, want, printed)
}

func within(t *testing.T, what string, got, want, bound float64) {
	t.Helper()
	if !(math.Abs(got-want) <= bound) {
		t.Errorf("%s: got %.9g, Keras has %.9g", what, got, want)
	}
}

func TestActivationsAgainstKeras(t *testing.T) {
	x := []float64{-3.5, -1.5, -0.5, 0, 0.5, 1, 2.5, 6.5}
	for _, c := range []struct {
		name string
		p    Params
		want []float64
	}{
		{"leaky_relu", nil, []float64{-0.7, -0.3, -0.1, 0, 0.5, 1, 2.5, 6.5}},
		{"elu", nil, []float64{-0.9698026, -0.7768698, -0.3934693, 0, 0.5, 1, 2.5, 6.5}},
		{"celu", nil, []float64{-0.9698026, -0.7768698, -0.3934693, 0, 0.5, 1, 2.5, 6.5}},
		{"celu", Params{"alpha": 0.5}, []float64{-0.4995441, -0.4751065, -0.3160603, 0, 0.5, 1, 2.5, 6.5}},
		{"selu", nil, []float64{-1.7050093, -1.3658143, -0.6917582, 0, 0.5253505, 1.050701, 2.6267526, 6.8295565}},
		{"softplus", nil, []float64{0.0297504, 0.2014133, 0.474077, 0.6931472, 0.974077, 1.3132616, 2.5788898, 6.5015025}},
		{"squareplus", nil, []float64{0.2655644, 0.5, 0.7807764, 1, 1.2807764, 1.618034, 2.850781, 6.6503677}},
		{"sparse_plus", nil, []float64{0, 0, 0.0625, 0.25, 0.5625, 1, 2.5, 6.5}},
		{"sparse_sigmoid", nil, []float64{0, 0, 0.25, 0.5, 0.75, 1, 1, 1}},
		{"silu", nil, []float64{-0.1025928, -0.2736383, -0.1887703, 0, 0.3112297, 0.7310586, 2.3103545, 6.490242}},
		{"gelu", nil, []float64{-0.0008143, -0.1002109, -0.1542688, 0, 0.3457312, 0.8413447, 2.4844759, 6.5}},
		{"gelu", Params{"approximate": 1}, []float64{-0.0006161, -0.1004284, -0.154286, 0, 0.345714, 0.841192, 2.4849157, 6.5}},
		{"mish", nil, []float64{-0.1040957, -0.2980998, -0.2207438, 0, 0.3752452, 0.8650984, 2.4713924, 6.4999704}},
		{"hard_sigmoid", nil, []float64{0, 0.25, 0.4166667, 0.5, 0.5833333, 0.6666667, 0.9166667, 1}},
		{"hard_silu", nil, []float64{0, -0.375, -0.2083333, 0, 0.2916667, 0.6666667, 2.2916667, 6.5}},
		{"log_sigmoid", nil, []float64{-3.5297503, -1.7014133, -0.974077, -0.6931472, -0.474077, -0.3132617, -0.0788897, -0.0015023}},
		{"tanh_shrink", nil, []float64{-2.501822, -0.5948517, -0.0378828, 0, 0.0378828, 0.2384058, 1.5133858, 5.500005}},
		{"relu", Params{"negative_slope": 0.1, "max_value": 2, "threshold": 1}, []float64{-0.45, -0.25, -0.15, -0.1, -0.05, 0, 2, 2}},
		{"log_softmax", nil, []float64{-10.027301, -8.027301, -7.0273013, -6.5273013, -6.0273013, -5.5273013, -4.0273013, -0.0273012}},
	} {
		for i, v := range Act(c.name, c.p).Forward(x) {
			near(t, c.name, v, c.want[i])
		}
	}
	g := GLU{}
	for i, v := range g.Forward(Mat{x}, false)[0] {
		near(t, "glu", v, []float64{-2.1786077, -1.0965879, -0.4620709, 0}[i])
	}
}

func TestLossesAgainstKeras(t *testing.T) {
	r, p := Mat{{1, 2}, {3, -4}}, Mat{{1.5, 2}, {0, -1}}
	absR, absP := Mat{{1, 2}, {3, 4}}, Mat{{1.5, 2}, {0, 1}}
	y, q := Mat{{0, 1, 0}, {0, 0, 1}}, Mat{{.05, .9, .05}, {.1, .7, .2}}
	bits, prob := Mat{{0}, {1}, {1}, {0}}, Mat{{.2}, {.7}, {.4}, {.9}}
	margin := Mat{{-.6}, {.4}, {-.2}, {.8}}
	w := []float64{1, 2, 0, .5}
	for _, c := range []struct {
		name         string
		p            Params
		target, pred Mat
		weight       []float64
		want         float64
	}{
		{"mean_squared_error", nil, r, p, nil, 4.5625},
		{"mean_absolute_error", nil, r, p, nil, 1.625},
		{"mean_absolute_percentage_error", nil, r, p, nil, 56.25},
		{"mean_squared_logarithmic_error", nil, r, p, nil, .49290118},
		{"cosine_similarity", nil, r, p, nil, -.89193499},
		{"huber", nil, r, p, nil, 1.28125},
		{"huber", Params{"delta": .3}, r, p, nil, .45375},
		{"log_cosh", nil, r, p, nil, 1.18469286},
		{"poisson", nil, absR, absP, nil, 12.76563168},
		{"hinge", nil, bits, margin, nil, 1},
		{"squared_hinge", nil, bits, margin, nil, 1.3},
		{"categorical_hinge", nil, y, q, nil, .825},
		{"kl_divergence", nil, y, q, nil, .85739642},
		{"binary_crossentropy", nil, bits, prob, nil, .94967353},
		{"binary_crossentropy", Params{"label_smoothing": .1}, bits, prob, nil, .94505984},
		{"binary_crossentropy", nil, bits, prob, w, .52194649},
		{"binary_focal_crossentropy", nil, bits, prob, nil, .55899620},
		{"binary_focal_crossentropy", Params{"apply_class_balancing": 1}, bits, prob, nil, .37400144},
		{"categorical_crossentropy", nil, y, q, nil, .85739923},
		{"categorical_crossentropy", Params{"label_smoothing": .1}, y, q, nil, .94441807},
		{"sparse_categorical_crossentropy", nil, Mat{{1}, {2}}, q, nil, .85739923},
		{"categorical_focal_crossentropy", nil, y, q, nil, .12888674},
		{"categorical_generalized_cross_entropy", nil, Mat{{1}, {2}}, q, nil, .60410315},
	} {
		v, _ := Loss(c.name, c.p, c.target, c.pred, c.weight)
		near(t, c.name, v, c.want)
	}
	v, _ := Dice(y, q)
	near(t, "dice", v, .45)
	v, _ = Tversky(.3, .7, y, q)
	near(t, "tversky", v, .45)
	// From logits, the same as from the probabilities they stand for.
	logits := Mat{{math.Log(.2 / .8)}, {math.Log(.7 / .3)}, {math.Log(.4 / .6)}, {math.Log(.9 / .1)}}
	v, _ = Loss("binary_crossentropy", Params{"from_logits": 1}, bits, logits, nil)
	near(t, "binary_crossentropy from logits", v, .94967353)
	logs := like(q)
	for i := range q {
		for j, v := range q[i] {
			logs[i][j] = math.Log(v) + 3
		}
	}
	v, _ = Loss("categorical_crossentropy", Params{"from_logits": 1}, y, logs, nil)
	near(t, "categorical_crossentropy from logits", v, .85739923)
}

func TestOptimizersAgainstKeras(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Params
		lr   float64
		want [6]float64
	}{
		{"sgd", nil, .1, [6]float64{.87499994, -1.7499999, .43749997, -.25, .075, -.24999999}},
		{"sgd", Params{"momentum": .9}, .1, [6]float64{.81200004, -1.6240001, .40600002, -.502, .0624, -.22480002}},
		{"sgd", Params{"momentum": .9, "nesterov": 1}, .1, [6]float64{.70579994, -1.4115999, .35289997, -.92679995, .04116, -.18231997}},
		{"sgd", Params{"weight_decay": .1}, .1, [6]float64{.84604394, -1.6920879, .42302197, -.25444525, .0721789, -.24138768}},
		{"rmsprop", nil, .1, [6]float64{.5493567, -1.5493562, .04935822, -.20064372, -.35063154, .15064067}},
		{"rmsprop", Params{"momentum": .9}, .1, [6]float64{.14130583, -1.1413049, -.35869005, -.6086954, -.758662, .5586871}},
		{"rmsprop", Params{"centered": 1}, .1, [6]float64{.5162732, -1.5162728, .01627502, -.23372735, -.3837121, .18372354}},
		{"adam", nil, .1, [6]float64{.8075573, -1.8075569, .30755824, .05755655, -.09243888, -.10755873}},
		{"adam", Params{"amsgrad": 1}, .1, [6]float64{.8075573, -1.8075569, .30755824, .05755655, -.09243888, -.10755873}},
		{"adamw", nil, .1, [6]float64{.8064484, -1.8052483, .30704907, .05734731, -.09246819, -.10728949}},
		{"adamax", nil, .1, [6]float64{.8353839, -1.8353839, .33538392, .08538388, -.06461596, -.135384}},
		{"nadam", nil, .1, [6]float64{.83819324, -1.8381932, .33819324, .0881932, -.06180667, -.13819328}},
		{"adagrad", nil, .1, [6]float64{.87026894, -1.8612194, .391184, .10842769, .03354125, -.20052555}},
		{"adadelta", nil, 1, [6]float64{.9975794, -1.9975795, .49757943, .24757941, .09757958, -.29757947}},
		{"lion", nil, .1, [6]float64{.9, -1.9, .4, .15, 0, -.20000002}},
	} {
		o := Optimizer{Name: c.name, Settings: c.s}
		w := []float64{1, -2, .5, .25, .1, -.3}
		for _, scale := range []float64{1, -.5, 2} {
			g := []float64{.5, -1, .25, 2, .1, -.2}
			for i := range g {
				g[i] *= scale
			}
			o.Step(c.lr, w, g)
		}
		for i := range w {
			// Adam's 1 − β2ᵗ is 0.001 at first, of which 0.999 in float32 misses
			// 1.3e-8 (a part in 8e4): three steps of 0.1 carry half of that, 2e-6.
			within(t, c.name, w[i], c.want[i], 2e-6)
		}
	}
}

func TestLayersAgainstKeras(t *testing.T) {
	x := Mat{{1, 2}, {3, 6}, {5, 10}, {7, 2}}
	bn := BatchNormalization{Mean: []float64{0, 0}, Variance: []float64{1, 1}, Momentum: .99, Epsilon: 1e-3}
	want := Mat{{-1.3415066, -.9044929}, {-.4471689, .3014976}, {.4471689, 1.5074882}, {1.3415066, -.9044929}}
	for i, row := range bn.Forward(x, true) {
		for j, v := range row {
			near(t, "batch normalization", v, want[i][j])
		}
	}
	for j, v := range bn.Forward(x, false)[0] {
		near(t, "batch normalization, inference", v, []float64{.9409052, 1.8584075}[j])
		near(t, "moving mean", bn.Mean[j], []float64{.04, .05}[j])
		near(t, "moving variance", bn.Variance[j], []float64{1.04, 1.1}[j])
	}
	ln := GroupNormalization{Groups: 1, Epsilon: 1e-3}
	for i, row := range ln.Forward(x, true) {
		near(t, "layer normalization", row[1], []float64{.998006, .9997779, .99992, -.99992}[i])
	}
	w := Mat{{1, -2}, {3, .5}, {0, 0}}
	v, _ := L1L2(.1, .2, w)
	near(t, "l1l2", v, 3.5)
	v, _ = Orthogonal(.1, w)
	near(t, "orthogonal, rows", v, .00980286)
	v, _ = Orthogonal(.1, Transposed(w))
	near(t, "orthogonal, columns", v, .00766965)
	for name, c := range map[string][2]Mat{
		"max_norm":     {MinMaxNorm(0, 2, 1, w), {{.6324555, -1.940285}, {1.8973665, .4850713}, {0, 0}}},
		"min_max_norm": {MinMaxNorm(.5, 1, .5, w), {{.6581139, -1.4850713}, {1.9743416, .3712678}, {0, 0}}},
	} {
		for i := range w {
			for j := range w[i] {
				near(t, name, c[0][i][j], c[1][i][j])
			}
		}
	}
}
