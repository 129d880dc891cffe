package metric

import (
	"mlp/internal/kernel"
	"mlp/internal/spec"
)

// Probabilities are cut to [1e-7, 1 − 2⁻²³], the limits of Keras in float32, so
// that one sure mistake cannot make the mean infinite.
const (
	lowest  = float64(float32(1e-7))
	highest = 1 - 0x1p-23
)

// lnProb returns ln p and ln(1 − p) of a probability after the cut.
func lnProb(p float64) (lnP, lnQ float64) {
	p = min(max(p, lowest), highest)
	return kernel.Log64(p), kernel.Log1p64(-p)
}

// binaryEntropy is −t·ln p − (1 − t)·ln(1 − p).
func binaryEntropy(t, p float64) float64 {
	lnP, lnQ := lnProb(p)
	return -float64(t*lnP) - float64((1-t)*lnQ)
}

// classEntropy is −Σ t·ln p of one row, p made to sum to 1.
func classEntropy(pred, target []float32) float64 {
	total := 0.0
	for _, p := range pred {
		total += float64(p)
	}
	sum := 0.0
	for j, p := range pred {
		if t := targetOf(target, j, len(pred)); t != 0 {
			lnP, _ := lnProb(float64(p) / total)
			sum -= float64(t * lnP)
		}
	}
	return sum
}

// entropy is cross-entropy of the kind that fits the outputs.
type entropy struct {
	known
	mean
	name string
	only bool // the kind is fixed by the name
}

// Prepare implements Metric.
func (m *entropy) Prepare(o Outputs) *spec.Problem {
	switch {
	case o.Task == Regression:
		return refuse(m.name, o, forNumbers)
	case m.only && m.Task == MultiClass && o.Task != MultiClass:
		return refuse(m.name, o, "use binary_crossentropy, or log_loss, which chooses by itself")
	case m.only && m.Task != MultiClass && o.Task == MultiClass:
		return refuse(m.name, o, "use categorical_crossentropy, or log_loss, which chooses by itself")
	}
	m.set(o)
	return nil
}

// rowOf returns the loss of one row.
func (m *entropy) rowOf(pred, target []float32) float64 {
	kind := m.Task
	if !m.prepared && !m.only {
		kind = Binary
		if len(pred) > 1 && len(target) == 1 {
			kind = MultiClass
		}
	}
	if kind == MultiClass {
		return classEntropy(pred, target)
	}
	return binaryOver(pred, target)
}

var binaryOver = overOutputs(binaryEntropy)

// crossEntropy registers one spelling of cross-entropy.
func crossEntropy(name, doc string, task Task, only bool, aliases ...string) spec.Registered {
	return Metrics.Add(name, doc, func(*spec.Fields) Metric {
		m := &entropy{name: name, only: only, known: known{Outputs: Outputs{Task: task}}}
		m.mean = mean{goal: Lower, row: m.rowOf}
		return m
	}, aliases...)
}

var (
	_ = crossEntropy("log_loss", "mean of −ln of the probability given to the truth: binary or categorical as the outputs are; probabilities are cut to [1e-7, 1 − 1e-7]", Binary, false, "crossentropy", "ce")
	_ = crossEntropy("binary_crossentropy", "mean of −t·ln p − (1 − t)·ln(1 − p)", Binary, true, "bce")
	_ = crossEntropy("categorical_crossentropy", "mean of −Σ t·ln p over the classes", MultiClass, true, "cce")
	_ = crossEntropy("sparse_categorical_crossentropy", "categorical_crossentropy: class indices and one-hot targets are told apart by themselves", MultiClass, true, "scce")
)
