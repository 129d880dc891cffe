package optim

import (
	"math"

	"mlp/internal/schedule"
	"mlp/internal/spec"
)

// Optimizers are registered in the files of this package, one file a rule.
var Optimizers = spec.NewRegistry[*Optimizer]("optimizer", "optimizers")

func init() {
	Optimizers.Moot("name", "a model has one optimizer, known by its type")
	Optimizers.Moot("loss_scale_factor", "losses of 32 bits need no scaling", "null")
	Optimizers.Moot("jit_compile", "there is nothing to compile")
	Optimizers.Moot("decay", "write the decay as a schedule: `learning_rate: {type: inverse_time_decay, initial_learning_rate: 0.01, decay_steps: 1, decay_rate: …}`", "0")
}

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
		o.rate, o.schedule = spec.NumberOr(f, "learning_rate", schedule.Schedules, def.rate,
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

func readDecay(f *spec.Fields, def *float64) schedule.Number {
	return schedule.Read(f, "weight_decay", def, "takes w·weight_decay·learning_rate from kernels and embeddings before each update, a number or a schedule; biases and normalisation parameters are left alone", 0, math.Inf(1))
}
