package metric

import (
	"math"
	"testing"

	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// build makes a metric from a spec written as JSON.
func build(t testing.TB, text string) Metric {
	t.Helper()
	n, err := spec.ParseJSON([]byte(text), "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Metrics.Build(n)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return m
}

func mat(rows, cols int, v ...float32) tensor.Mat { return tensor.View(rows, cols, v) }

// The rows of the golden values: one probability a row with weights, three
// labels, and two outputs that are numbers.
var (
	t6 = mat(6, 1, 0, 0, 1, 1, 1, 0)
	p6 = mat(6, 1, .1, .4, .35, .8, .65, .5)
	w6 = []float32{1, 2, 1, 1, .5, 1}

	labels = mat(3, 3, 1, 1, 1, 1, 0, 0, 1, 1, 0)
	probs  = mat(3, 3, .2, .6, .7, .2, .6, .6, .6, .8, 0)

	R = mat(2, 2, 1, 2, 3, -4)
	P = mat(2, 2, 1.5, 2, 0, -1)
)

// Values that Keras 3 computed in float32 (torch backend), but where the exact
// value is known: it then stands instead, with Keras's in a comment.
var goldens = []struct {
	spec         string
	target, pred tensor.Mat
	weight       []float32
	want         float64
}{
	{`"auc"`, t6, p6, nil, 7. / 9},
	{`"auc"`, t6, p6, w6, 0.7},
	{`{"type": "auc", "curve": "PR", "num_thresholds": 200}`, t6, p6, nil, 0.85123765},
	{`{"type": "auc_200", "curve": "PR", "summation_method": "majoring"}`, t6, p6, nil, 0.8666667},
	{`{"type": "auc_200", "curve": "PR", "summation_method": "minoring"}`, t6, p6, nil, 0.5},
	{`{"type": "auc", "curve": "PRGAIN", "num_thresholds": 200}`, t6, p6, nil, 0.5833333},
	{`{"type": "auc", "curve": "PR"}`, t6, p6, nil, 0.85123765}, // no two scores share a bucket
	{`{"type": "auc", "num_thresholds": 5}`, t6, p6, nil, 0.8888889},
	{`"auc_200"`, t6, p6, w6, 0.7},
	{`{"sensitivity_at_specificity": 0.5}`, t6, p6, nil, 2. / 3},
	{`{"specificity_at_sensitivity": 0.5}`, t6, p6, nil, 1},
	{`{"precision_at_recall": 0.5}`, t6, p6, nil, 1},
	{`{"recall_at_precision": 0.8}`, t6, p6, nil, 2. / 3},
	{`{"recall_at_precision": 1}`, t6, p6, nil, 2. / 3}, // met exactly
	{`"binary_iou"`, t6, p6, nil, 0.5},
	{`"BinaryIoU"`, t6, p6, nil, 0.5},
	{`"hinge"`, mat(4, 1, 0, 1, 1, 0), mat(4, 1, -.6, .4, -.2, .8), nil, 1},
	{`"squared_hinge"`, mat(4, 1, 0, 1, 1, 0), mat(4, 1, -.6, .4, -.2, .8), nil, 1.3},
	{`"categorical_hinge"`, mat(2, 1, 1, 2), mat(2, 3, .05, .9, .05, .1, .7, .2), nil, 0.825},
	{`"kl_divergence"`, mat(2, 3, 0, 1, 0, 0, 0, 1), mat(2, 3, .05, .9, .05, .1, .7, .2), nil, 0.85739642},
	{`"poisson"`, mat(2, 2, 1, 2, 3, 4), mat(2, 2, 1.5, 2, 0, 1), nil, 12.76563168},
	{`"precision"`, t6, p6, nil, 1},
	{`"recall"`, t6, p6, nil, 2. / 3},
	{`{"type": "precision", "thresholds": 0.35}`, t6, p6, nil, 0.5},
	{`{"type": "precision", "threshold": 0.7}`, t6, p6, nil, 1},
	{`"binary_accuracy"`, t6, p6, nil, 5. / 6},
	{`"binary_accuracy"`, t6, p6, w6, 5.5 / 6.5},
	{`"accuracy"`, t6, p6, nil, 5. / 6},
	{`{"type": "f1", "threshold": 0.5, "class_id": 0}`, labels, probs, nil, 0.5},
	{`{"type": "f1", "threshold": 0.5, "class_id": 1}`, labels, probs, nil, 0.8},
	{`{"type": "f1", "threshold": 0.5, "class_id": 2}`, labels, probs, nil, 2. / 3},
	{`{"type": "f1", "threshold": 0.5, "average": "micro"}`, labels, probs, nil, 2. / 3},
	{`{"type": "f1", "threshold": 0.5, "average": "macro"}`, labels, probs, nil, (0.5 + 0.8 + 2./3) / 3},    // 0.6555555
	{`{"type": "f1", "threshold": 0.5, "average": "weighted"}`, labels, probs, nil, (1.5 + 1.6 + 2./3) / 6}, // 0.62777776
	{`{"type": "f_beta_score", "beta": 2, "threshold": 0.5, "class_id": 0}`, labels, probs, nil, 5. / 13},   // 0.3846154
	{`{"type": "f_beta_score", "beta": 2, "threshold": 0.5, "class_id": 1}`, labels, probs, nil, 10. / 11},  // 0.9090909
	{`{"type": "f_beta_score", "beta": 2, "threshold": 0.5, "class_id": 2}`, labels, probs, nil, 5. / 6},    // 0.8333332
	{`"r2"`, R, P, nil, -1.5625},
	{`{"type": "r2_score", "class_aggregation": "variance_weighted_average"}`, R, P, nil, 0.0875},
	{`"r2"`, mat(5, 1, 1, 2, 3, 4, 5), mat(5, 1, 1.1, 1.8, 3.3, 4, 4.9), nil, 0.985},
	{`{"type": "r2", "num_regressors": 2}`, mat(5, 1, 1, 2, 3, 4, 5), mat(5, 1, 1.1, 1.8, 3.3, 4, 4.9), nil, 0.97},
	{`"rmse"`, mat(5, 1, 1, 2, 3, 4, 5), mat(5, 1, 1.1, 1.8, 3.3, 4, 4.9), nil, math.Sqrt(0.03)}, // 0.17320506
	{`"mse"`, R, P, nil, 4.5625},
	{`"mae"`, R, P, nil, 1.625},
	{`"mape"`, R, P, nil, 56.25},
	{`"msle"`, R, P, nil, 0.49290118},
	{`"log_cosh"`, R, P, nil, 1.18469286},
	{`"cosine_similarity"`, R, P, nil, 0.89193499},
	{`{"huber": 0.3}`, R, P, nil, 0.45375},
	{`"bce"`, mat(4, 1, 0, 1, 1, 0), mat(4, 1, .2, .7, .4, .9), nil, 0.94967353},
	{`"log_loss"`, mat(2, 1, 1, 2), mat(2, 3, .05, .9, .05, .1, .7, .2), nil, 0.85739923},
	{`"cce"`, mat(2, 3, 0, 1, 0, 0, 0, 1), mat(2, 3, .05, .9, .05, .1, .7, .2), nil, 0.85739923},
}

func TestGoldens(t *testing.T) {
	for _, c := range goldens {
		m := build(t, c.spec)
		m.Update(c.pred, c.target, c.weight)
		// Predictions are float32, and so are Keras's values: a few units of 2⁻²⁴.
		if got := m.Value(); math.Abs(got-c.want) > 3e-7*max(1, math.Abs(c.want)) {
			t.Errorf("%s: %.9g, want %.9g", c.spec, got, c.want)
		}
	}
}
