package optim

import "mlp/internal/spec"

// ema is the exponential moving average of the weights (Polyak & Juditsky
// 1992): mean = m·mean + (1 − m)·w after every batch. Swap exchanges the two, so the
// weights that training goes on with are never lost.
type ema struct {
	momentum  float32
	overwrite int       // every so many updates w becomes the average; 0: never
	mean      []float32 // (n), all trainable parameters
	swapped   bool      // mean holds the trained weights, w the average
}

func readEMA(f *spec.Fields) *ema {
	use := f.Bool("use_ema", false, "keeps a moving average of the weights, which the model ends with")
	a := &ema{
		momentum:  float32(f.Float("ema_momentum", 0.99, "share of the old average that stays at each batch", spec.In(0, 1))),
		overwrite: f.OptInt("ema_overwrite_frequency", "replaces the weights by the average every so many updates", spec.AtLeast(1)),
	}
	if !use {
		return nil
	}
	return a
}

func (a *ema) init(n int) { a.mean, a.swapped = make([]float32, n), false }

// step follows a batch; updates counts those complete before it. Until the first
// is, the average equals the weights.
func (a *ema) step(w []float32, updates int64) {
	a.swapped = false
	m := a.momentum
	if updates == 0 {
		m = 0
	}
	rest := 1 - m
	for i, v := range w {
		a.mean[i] = float32(m*a.mean[i]) + float32(rest*v)
	}
	if a.overwrite > 0 && (updates+1)%int64(a.overwrite) == 0 {
		copy(w, a.mean)
	}
}

// Averages reports whether there is a moving average of the weights (use_ema).
func (o *Optimizer) Averages() bool { return o.ema != nil }

// Swap exchanges the weights w with their moving average; a second Swap undoes
// it. It does nothing without an average or before the first step.
func (o *Optimizer) Swap(w []float32) {
	a := o.ema
	if a == nil || o.iterations == 0 {
		return
	}
	for i, v := range a.mean {
		w[i], a.mean[i] = v, w[i]
	}
	a.swapped = !a.swapped
}

// Finish ends training as Keras does: w becomes the moving average, if there is
// one. The trained weights stay in the state, in the slot "trained", from which
// Begin takes them back. Finishing twice changes nothing more.
func (o *Optimizer) Finish(w []float32) {
	if o.ema != nil && !o.ema.swapped {
		o.Swap(w)
	}
}

// Begin goes before the first step of a run. After a Finish it gives w back its
// trained weights, so that two runs of five epochs are one of ten; in Keras the
// second would start from the average. Without Begin it does here too.
func (o *Optimizer) Begin(w []float32) {
	if o.ema != nil && o.ema.swapped {
		o.Swap(w)
	}
}
