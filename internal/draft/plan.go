package draft

import (
	"math"

	"mlp/internal/data/schema"
	"mlp/internal/data/split"
	"mlp/internal/data/table"
	"mlp/internal/task"
)

// A plan is the network of a draft and how it is trained. Its numbers were chosen
// on some seventy public tables, by the means of repeated 5-fold
// cross-validation; bench/tables measures them again.
type plan struct {
	units       []int
	dropout     float64
	rate, decay float64 // of the learning rate at the start, and of the weights
	batch       int
	epochs      int
	validation  float64 // share of the rows that early stopping watches; 0: it is not used
	patience    int
	test        float64 // share of the rows kept for the final figure; 0: the table is too small
	members     int     // of an ensemble on as many folds; 0: one plain network
	waves       bool    // whether waves of the inputs are added to them
}

// watchedRows are the fewest rows of which a part is kept to stop early by. Below,
// validation rows cost more as training rows than watching them gains: what ends
// the training is a number of steps.
// From longRows on the training is measured in passes.
const (
	longRows    = 2000
	watchedRows = 20000
)

// choosePlan goes by rows and task.
func (d *draft) choosePlan() plan {
	p := plan{units: []int{128, 64}, test: 0.2}
	switch rows := d.table.Rows; {
	case d.folded():
		d.planMembers(&p)
	case rows < longRows:
		d.planSteps(&p)
	case rows < watchedRows:
		d.planLong(&p)
	default:
		d.planWatched(&p)
	}
	if d.splits(p) {
		return p
	}
	p.validation = 0 // a class is too rare for three parts
	if !d.splits(p) {
		p.test = 0
	}
	return p
}

// planSteps is for small tables: so many steps as a network needs to follow what
// is there, and no more. Numbers and yes-or-no answers are mostly noisy, and a
// strong decay of the weights keeps the network from learning the noise; several
// classes are told apart by finer differences, which it would blur. With very few
// rows a smaller network and dropout are enough, and decay too much.
func (d *draft) planSteps(p *plan) {
	p.rate = 0.002
	steps := 1000
	switch {
	case d.table.Rows < 200:
		p.units, p.dropout = []int{64, 32}, 0.3
	case d.task == task.Multiclass:
		p.dropout, steps = 0.1, 2000
	default:
		p.dropout, p.decay = 0.3, 1
	}
	train := max(1, int(0.8*float64(d.table.Rows)))
	p.batch = 32
	if train < 64 {
		p.batch = 16
	}
	perEpoch := (train + p.batch - 1) / p.batch
	p.epochs = tidy(float64(steps) / float64(perEpoch))
}

// planLong is for tables with rows enough that passes over them count, not steps.
func (d *draft) planLong(p *plan) {
	p.rate, p.batch, p.dropout = 0.002, 64, 0.3
	if d.task == task.Regression {
		p.decay, p.epochs = 0.5, 30
		return
	}
	p.units, p.epochs = []int{256, 128}, 40
}

// tidy rounds to two leading digits, the second 0 or 5.
func tidy(x float64) int {
	step := 5.0
	for 100*step <= 10*x {
		step *= 10
	}
	return int(max(step, math.Round(x/step)*step))
}

// planWatched is for tables large enough to keep rows for early stopping.
func (d *draft) planWatched(p *plan) {
	p.rate, p.validation, p.dropout = 0.002, 0.1, 0.1
	p.units, p.epochs, p.patience = []int{256, 128}, 40, 10
	p.batch = min(1024, 128*(1+d.table.Rows/100000))
}

// splits reports whether the table can be split as planned.
func (d *draft) splits(p plan) bool {
	c := schema.Default()
	c.Split = schema.SplitConfig{Validation: p.validation, Test: p.test, By: "random", Stratify: table.Look}
	_, err := split.Split(d.table, d.survey.Schema, c, seed)
	return err == nil && (p.test == 0 || d.table.Rows >= testedRows)
}

// seed is the seed of every draft; testedRows the fewest rows of which some are
// kept for a final figure, which would say nothing with less.
const (
	seed       = 1
	testedRows = 30
)
