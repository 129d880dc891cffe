package optim

import "mlp/internal/spec"

// Optimizers are registered in the files of this package, one file a rule.
var Optimizers = spec.NewRegistry[*Optimizer]("optimizer", "optimizers")

// defaults are the defaults, of the fields all optimizers share, that differ between
// them.
type defaults struct {
	rate  float64
	decay *float64 // weight_decay where the spec is silent; nil: none
}

// add registers an optimizer: its rule's fields between the learning rate and
// the fields that all optimizers share.
func add(name, doc string, def defaults, rule func(*spec.Fields) Rule) spec.Registered {
	return Optimizers.Add(name, doc, func(f *spec.Fields) *Optimizer {
		o := &Optimizer{Name: name}
		f.Alias("learning_rate", "lr") // Keras 1
		o.rate, o.schedule = spec.NumberOr(f, "learning_rate", Schedules, def.rate,
			"step size, a number or a schedule", spec.In(0, maxRate))
		o.rule = rule(f)
		o.decay = readDecay(f, def.decay)
		o.decayAll = f.Bool("decay_all", false, "weight decay acts on biases and normalisation parameters too, as Keras does")
		o.clip = readClip(f)
		o.ema = readEMA(f)
		o.accumulate = readAccumulator(f)
		return o
	})
}

func readDecay(f *spec.Fields, def *float64) float64 {
	const doc = "takes w·weight_decay·learning_rate from kernels and embeddings before each update; biases and normalisation parameters are left alone"
	if def != nil {
		return f.Float("weight_decay", *def, doc, spec.NonNegative)
	}
	if v := f.OptFloat("weight_decay", doc, spec.NonNegative); v != nil {
		return *v
	}
	return 0
}
