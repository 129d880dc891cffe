package draft

import (
	"fmt"
	"math"

	"mlp/internal/data/preprocess"
	"mlp/internal/nn"
	"mlp/internal/optim"
	"mlp/internal/schedule"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// foldedRows are the fewest rows that are dealt into folds for the members of an
// ensemble: with less, a fold says next to nothing of the network it watches.
const foldedRows = 60

// folded reports whether an ensemble is drafted.
func (d *draft) folded() bool { return !d.fast && d.table.Rows >= foldedRows }

// planMembers is an ensemble after RealMLP (Holzmüller et al. 2024): each member
// keeps the weights of the epoch that was best on its own fold, so rules of rows
// and task need not guess how long is too long. Numbers take longer than labels,
// whose best epoch comes early: twice the steps were worth a tenth of the error where
// there is little noise, and nothing elsewhere. Where a table is wide, passes are fewer: the
// operations of a row are bounded, and with them the time.
func (d *draft) planMembers(p *plan) {
	p.members, p.units = 5, []int{128, 128}
	p.rate, p.decay, p.dropout = 0.04, 0.02, 0.15
	steps, passes, operations := 600.0, 40.0, mostOperations
	if d.task == task.Regression {
		p.rate, steps, passes = 0.1, 2000, 80
		if d.table.Rows < 5000 {
			operations *= 1.5
		}
	}
	p.waves = d.inputs <= wavesMost
	train := 0.64 * float64(d.table.Rows) // 0.8 without the test rows, and four of five folds of these
	switch rows := d.table.Rows; {
	case rows < 5000:
		p.batch = 64
	case rows < 20000:
		p.batch = 128
	case rows < 200000:
		p.batch, passes = 256, passes/2
	default:
		p.batch, passes = 1024, passes/4
	}
	epochs := min(max(steps*float64(p.batch)/train, passes), 256)
	epochs = min(epochs, operations/d.operations(*p))
	p.epochs = max(5, 5*int(math.Round(epochs/5)))
}

// wavesMost is the most inputs that waves are added to: there are four of each then,
// and the first product would be the dearest by far.
const wavesMost = 64

// mostOperations bounds the operations that a row takes in the whole of a training.
const mostOperations float64 = 60e6

// operations are those of a row of the table in one epoch of all members: two for
// each weight forward and four backward, and each member trains on the rows of the
// other folds.
func (d *draft) operations(p plan) float64 {
	in, weights := d.inputs, 0
	if p.waves {
		in *= 4
	}
	for _, units := range p.units {
		weights += in * units
		in = units
	}
	return 6 * float64(weights) * float64(max(p.members-1, 1))
}

// seconds is about how long a training takes on two cores.
func (d *draft) seconds() float64 {
	const perSecond = 18e9 // operations of two cores with AVX2, in small products and all that is between them
	return d.operations(d.plan) * float64(d.plan.epochs) * float64(d.table.Rows) / perSecond
}

// memberColumns scales columns by their middle half and bends what is far out;
// categories take the same way.
func (d *draft) memberColumns(n *spec.Node) {
	robust := component(preprocess.Scalers, "robust", setting{"fallback", spec.NewString("half_range")})
	smooth := component(preprocess.Clips, "smooth")
	numeric := fields(setting{"scale", robust}, setting{"clip", smooth}, setting{"missing", component(preprocess.Imputers, "median")}, setting{"indicator", spec.NewString("auto")})
	n.Put("numeric", numeric)
	if d.words {
		encode := component(preprocess.Encoders, "one_hot", setting{"binary", spec.NewString("signed")}, setting{"max_categories", spec.NewInt(8)})
		n.Put("categorical", fields(setting{"encode", encode}, setting{"scale", robust}, setting{"clip", smooth}))
	}
}

// memberDense is a layer of RealMLP: it learns at a rate that does not depend on its
// width, and starts so that each unit says something of the training rows. The
// output too: with Keras's start, and biases as fast as weights, it was a little
// worse on most tables that were tried.
func memberDense(units int, activation string) *spec.Node {
	settings := []setting{{"units", spec.NewInt(int64(units))}}
	switch activation {
	case "":
	case memberActivation:
		settings = append(settings, setting{"activation", component(nn.Activations, activation, setting{"parametric", spec.NewBool(true)})})
	default:
		settings = append(settings, setting{"activation", component(nn.Activations, activation)})
	}
	return component(nn.Layers, "dense", append(settings,
		setting{"parameterization", spec.NewString("ntk")}, setting{"kernel_initializer", component(nn.Initializers, "data_dependent")},
		setting{"bias_initializer", component(nn.Initializers, "he_plus")}, setting{"bias_learning_rate_multiplier", spec.NewFloat(0.1)})...)
}

// memberActivation is what the hidden layers of a member have.
const memberActivation = "mish"

// falling is a number that stays for half of the run, then falls to 0.
func falling(initial float64) *spec.Node {
	return component(schedule.Schedules, "flat_cosine", setting{"initial", spec.NewFloat(initial)})
}

// memberOptimizer is Adam with a learning rate that rises and falls four times,
// each time twice as long as before.
func (p plan) memberOptimizer() *spec.Node {
	rate := component(schedule.Schedules, "cosine_log_cycles", setting{"initial_learning_rate", spec.NewFloat(p.rate)})
	return component(optim.Optimizers, "adamw", setting{"learning_rate", rate}, setting{"beta_2", spec.NewFloat(0.95)}, setting{"weight_decay", falling(p.decay)})
}

// ensemble is the members of a plan; nil for one plain network.
func (d *draft) ensemble() *spec.Node {
	if d.plan.members == 0 {
		return nil
	}
	n := fields(setting{"members", spec.NewInt(int64(d.plan.members))})
	n.Above = append(n.Above, "networks that are trained apart, each without a fifth of the rows, and averaged")
	return n
}

// memberFit says how long to train, and how long that takes.
func (d *draft) memberFit() *spec.Node {
	n := fields(setting{"epochs", noted(spec.NewInt(int64(d.plan.epochs)), "of each member; the best on its fifth of the rows is taken")}, setting{"batch_size", spec.NewInt(int64(d.plan.batch))})
	if d.task != task.Regression {
		n.Put("calibrate", noted(spec.NewString("temperature"), "so that probabilities mean what they say"))
	}
	n.Put("intervals", noted(spec.NewBool(true), "how far off answers are"+after(d.hints.Intervals)))
	if hint := d.rareLabel(); hint != "" {
		n.Above = append(n.Above, hint)
	}
	n.Above = append(n.Above, fmt.Sprintf("takes about %s on two cores", duration(d.seconds())))
	return n
}

// duration rounds seconds to words.
func duration(seconds float64) string {
	switch {
	case seconds < 1.5:
		return "a second"
	case seconds < 100:
		return fmt.Sprintf("%.2g s", seconds)
	}
	return fmt.Sprintf("%.0f min", math.Ceil(seconds/60))
}
