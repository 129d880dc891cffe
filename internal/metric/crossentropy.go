package metric

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// Probabilities are cut to [1e-7, 1 − 2⁻²³], the limits of Keras in float32, so
// that one sure mistake cannot make the mean infinite. Logits are not cut.
const (
	lowest  = float64(float32(1e-7))
	highest = 1 - 0x1p-23
)

// entropy is what the spec says about a cross-entropy.
type entropy struct {
	smoothing  float64 // moves targets towards the uniform distribution
	given      bool    // the spec says from_logits
	fromLogits bool    // predictions are logits
}

// binary is −t·ln p − (1 − t)·ln(1 − p).
func (e *entropy) binary(t, p float64) float64 {
	t = float64(t*(1-e.smoothing)) + float64(0.5*e.smoothing)
	if e.fromLogits { // max(z, 0) − z·t + ln(1 + e^−|z|)
		return max(p, 0) - float64(p*t) + kernel.Log1p64(kernel.Exp64(-math.Abs(p)))
	}
	p = min(max(p, lowest), highest)
	return -float64(t*kernel.Log64(p)) - float64((1-t)*kernel.Log1p64(-p))
}

// classes is −Σ t·ln p of one row, p made to sum to 1.
func (e *entropy) classes(pred, target []float32) float64 {
	top, total := 0.0, 0.0
	if e.fromLogits {
		top = float64(pred[argmax(pred)])
	}
	for _, p := range pred {
		if e.fromLogits {
			total += kernel.Exp64(float64(p) - top)
		} else {
			total += float64(p)
		}
	}
	sum := 0.0
	from, till := 0, len(pred)
	if e.smoothing == 0 && len(target) != len(pred) { // no other class has a share of the truth
		from = min(max(int(target[0]), 0), len(pred))
		till = min(from+1, len(pred))
	}
	for j := from; j < till; j++ {
		p, t := pred[j], targetOf(target, j, len(pred))
		t = float64(t*(1-e.smoothing)) + e.smoothing/float64(len(pred))
		switch {
		case t == 0:
		case e.fromLogits:
			sum -= float64(t * (float64(p) - top - kernel.Log64(total)))
		default:
			sum -= float64(t * kernel.Log64(min(max(float64(p)/total, lowest), highest)))
		}
	}
	return sum
}

func readEntropy(f *spec.Fields, smooth bool) *entropy {
	e := &entropy{given: f.Bool("from_logits", false, "the predictions are logits, for a network without a last activation; not needed where the loss says so")}
	e.fromLogits = e.given
	if smooth {
		e.smoothing = f.Float("label_smoothing", 0, "moves targets this far towards the uniform distribution", spec.In(0, 1))
	}
	return e
}

// newEntropy returns the cross-entropy over labels, over classes, or over both.
func newEntropy(name string, e *entropy, labels, classes bool) Metric {
	m := newByTask(name, Lower, nil, nil)
	m.entropy = e
	if labels {
		m.labels = overOutputs(e.binary)
	}
	if classes {
		m.classes = e.classes
	}
	return m
}

var (
	_ = Metrics.Add("log_loss",
		"mean of −ln of the probability given to the truth: binary or categorical as the outputs are; "+
			"probabilities are cut to [1e-7, 1 − 1e-7]",
		func(*spec.Fields) Metric {
			return newEntropy("log_loss", &entropy{}, true, true)
		}, "crossentropy", "ce")

	_ = Metrics.Add("binary_crossentropy", "mean of −t·ln p − (1 − t)·ln(1 − p)", func(f *spec.Fields) Metric {
		return newEntropy("binary_crossentropy", readEntropy(f, true), true, false)
	}, "bce")

	_ = Metrics.Add("categorical_crossentropy",
		"mean of −Σ t·ln p over the classes",
		func(f *spec.Fields) Metric {
			return newEntropy("categorical_crossentropy", readEntropy(f, true), false, true)
		}, "cce")

	_ = Metrics.Add("sparse_categorical_crossentropy",
		"categorical_crossentropy: class indices and one-hot targets are recognised by their shape",
		func(f *spec.Fields) Metric {
			f.Moot("ignore_class", "every row counts", "null")
			return newEntropy("sparse_categorical_crossentropy", readEntropy(f, false), false, true)
		}, "scce")
)
