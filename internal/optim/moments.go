package optim

import "mlp/internal/spec"

// moments are the two running means of Adam and its kin:
// m += (g − m)·(1 − β1), v += (g² − v)·(1 − β2).
type moments struct {
	beta1, beta2   runningMean
	power1, power2 betaPowers // of beta1 and beta2
	m, v           []float32
}

func readMoments(f *spec.Fields) moments {
	return moments{
		beta1: newRunningMean(f.Float("beta_1", 0.9, "decay of the mean of g", spec.NonNegative, spec.Less(1))),
		beta2: newRunningMean(f.Float("beta_2", 0.999, "decay of the mean of g²", spec.NonNegative, spec.Less(1))),
	}
}

func readEpsilon(f *spec.Fields, doc string) float32 {
	return float32(f.Float("epsilon", 1e-7, doc, spec.NonNegative))
}

// Init implements Rule.
func (s *moments) Init(params []Span) {
	n := size(params)
	s.m, s.v = make([]float32, n), make([]float32, n)
}

// Slots implements Rule.
func (s *moments) Slots() []Slot { return []Slot{{"momentum", s.m}, {"velocity", s.v}} }

// next takes number i of the gradient in and returns its means.
func (s *moments) next(i int, g float32) (m, v float32) {
	m = s.m[i] + float32((g-s.m[i])*s.beta1.oneMinusBeta)
	v = s.v[i] + float32((float32(g*g)-s.v[i])*s.beta2.oneMinusBeta)
	s.m[i], s.v[i] = m, v
	return m, v
}

// alpha returns lr·√(1 − β2^t)/(1 − β1^t): both bias corrections at once.
func (s *moments) alpha(lr float32, t int64) float32 {
	return float32(lr*sqrt(1-s.power2.of(s.beta2.beta, t))) / (1 - s.power1.of(s.beta1.beta, t))
}
