package metric

import "mlp/internal/kernel"

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

var (
	_ = addByTask("log_loss", "mean of −ln of the probability given to the truth: binary or categorical as the outputs are; probabilities are cut to [1e-7, 1 − 1e-7]",
		Lower, overOutputs(binaryEntropy), classEntropy, "crossentropy", "ce")
	_ = addByTask("binary_crossentropy", "mean of −t·ln p − (1 − t)·ln(1 − p)",
		Lower, overOutputs(binaryEntropy), nil, "bce")
	_ = addByTask("categorical_crossentropy", "mean of −Σ t·ln p over the classes",
		Lower, nil, classEntropy, "cce")
	_ = addByTask("sparse_categorical_crossentropy", "categorical_crossentropy: class indices and one-hot targets are told apart by themselves",
		Lower, nil, classEntropy, "scce")
)
