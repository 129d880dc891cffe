// Package search proposes values for a spec: in go the ranges of its tune section and what
// earlier proposals were worth, out comes the next point. A point is a pure function of
// the section, the seed, its number and the earlier generations.
package search

import (
	"fmt"
	"slices"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// Config is the section tune of a spec.
type Config struct {
	Metric string // "auto": log_loss of labels, rmse of numbers
	Trials int
	Folds  int
	Search string
	Space  []Dimension // empty: what Usual finds in the spec

	Halving  *Halving // nil: every trial is trained to its end
	Ensemble bool     // weigh the best trials against each other, too
}

// What tune.search may say.
const (
	Random = "random"
	Halton = "halton"
	Grid   = "grid"
	TPE    = "tpe"
)

// A Dimension is one value of the spec that is searched.
type Dimension struct {
	Path      string
	Pos       problem.Pos
	Choices   []*spec.Node // nil for a range
	Low, High float64
	Log       bool // the logarithm is spread evenly
	Whole     bool // values are rounded: both ends are whole numbers
	Steps     int  // into how many values a grid cuts the range
	When      []When
}

// A When is a condition on an earlier dimension: the value at Path is one of Values.
type When struct {
	Path   string
	Values []*spec.Node
}

// Decode reads the section; where there is none it gives the defaults, and stays out of
// the resolved spec.
func Decode(f *spec.Fields) *Config {
	var c Config
	if !f.Optional("tune", "tune: what `tune` searches, and how; other verbs leave it alone", c.read) {
		spec.Decode(nil, c.read)
	}
	return &c
}

func (c *Config) read(f *spec.Fields) {
	c.Metric = f.String("metric", "auto", "what is best, of the out-of-fold answers together; auto: log_loss of labels, rmse of numbers")
	c.Trials = f.Int("trials", 40, "how many points are tried", spec.AtLeast(1), spec.AtMost(100000))
	c.Folds = f.Int("folds", 5, "each trial is cross-validated in so many folds, the same for all", spec.AtLeast(2))
	c.Search = f.Enum("search", TPE, "how points are proposed: tpe, where good ones were, in generations of eight (Bergstra et al. 2011); halton, evenly; random; grid, every combination", Random, Halton, Grid, TPE)
	c.Ensemble = f.Bool("ensemble", false, "whether the best trials are put together too, chosen by their out-of-fold answers one after the other and perhaps several times (Caruana et al. 2004); the spec and the model of the search are then those of the ensemble")
	if !f.Optional("halving", "successive halving: all trials are trained a little, the better ones of them on, and so forth (Jamieson & Talwalkar 2016); a trial that goes on has the weights of one that never paused", c.readHalving) {
		c.Halving = nil // the fields were read once, to be documented
	}
	c.Space = spec.Named(f, "space", "values", "what is searched: paths such as layers[0].units, each with a list of values or a range; without it the learning rate, batch size, units, rates of dropout and weight decay that the spec has", readDimension)
	for i, d := range c.Space {
		earlier := c.Space[:i]
		for _, w := range d.When {
			if !slices.ContainsFunc(earlier, func(e Dimension) bool { return e.Path == w.Path }) {
				f.Problem("space", "put it before, or correct the name", "%s is to be tried depending on %q, which is not searched before it", d.Path, w.Path)
			}
		}
	}
}

func readDimension(f *spec.Fields, path string, n *spec.Node) Dimension {
	d := Dimension{Path: path, Pos: f.Pos()}
	low, high := f.OptFloat("min", "lowest value of a range; between two whole numbers, such as 8 and 128, whole numbers are tried, between 0 and 1.0 fractions"), f.OptFloat("max", "highest value of a range")
	d.Log = f.Bool("log", false, "whether the logarithm of the value is spread evenly")
	d.Steps = f.Int("steps", 5, "into how many values a grid cuts the range", spec.AtLeast(2))
	values := f.Raw("values", "a list of values, in place of a range; whole layers too")
	d.When = spec.Named(f, "when", "values", "the value is searched only where an earlier one is one of a list: {\"layers[0].activation\": [relu, elu]}", readWhen)
	if n == nil {
		return d
	}
	switch {
	case values != nil && (low != nil || high != nil):
		f.Problem("values", "drop one of them", "a list of values and a range are both given")
	case values != nil && (values.Kind != spec.List || len(values.Items) == 0):
		f.Problem("values", "write a list, such as [16, 32, 64]", "%s is not a list of values", values.Shown())
	case values != nil:
		d.Choices = values.Items
	case low == nil || high == nil:
		f.Problem("", "write `{min: 0.001, max: 0.1, log: true}` or a list of values", "the range has no end")
	case *low >= *high:
		f.Problem("min", "write the lower one first", "%g is not below %g", *low, *high)
	case d.Log && *low <= 0:
		f.Problem("min", "leave `log` out, or use a lower end above 0", "%g has no logarithm", *low)
	default:
		d.Low, d.High = *low, *high
		d.Whole = n.Get("min").Kind == spec.Int && n.Get("max").Kind == spec.Int
	}
	return d
}

func readWhen(f *spec.Fields, path string, n *spec.Node) When {
	values := f.Raw("values", "the values under which it is searched")
	if n == nil {
		return When{}
	}
	if values == nil || values.Kind != spec.List {
		f.Problem("values", fmt.Sprintf("write `{%s: [a, b]}`", path), "a list of values is needed")
		return When{Path: path}
	}
	return When{path, values.Items}
}
