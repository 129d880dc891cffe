package metric

import (
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// confusion holds, for each class or label, the true positives, false positives
// and false negatives, by row weight.
type confusion struct {
	outputInfo
	cut     // without one of its own, the most probable of classes
	name    string
	topK    int // > 0: the k most probable are positive
	classID int // ≥ 0: the only column that counts
	average string

	tp, fp, fn []float64 // (columns)
	weights    float64   // Σ weight of all rows, from which tn follows
}

// value computes a rate from tp, fp, fn and tn of one class.
type value func(tp, fp, fn, tn float64) float64

// Reset empties the counts.
func (c *confusion) Reset() {
	clear(c.tp)
	clear(c.fp)
	clear(c.fn)
	c.weights = 0
}

// State implements Metric.
func (c *confusion) State(s *State) {
	s.Floats(c.tp)
	s.Floats(c.fp)
	s.Floats(c.fn)
	s.Float(&c.weights)
}

// Prepare implements Metric.
func (c *confusion) Prepare(o Outputs) *problem.Problem {
	if o.Task == task.Regression {
		return refuse(c.name, o, forNumbers)
	}
	if c.classID >= o.Columns {
		return refuse(c.name+" of class_id beyond the last output", o, "class_id counts from 0")
	}
	c.set(o)
	c.fit(o)
	c.tp, c.fp, c.fn = make([]float64, o.Columns), make([]float64, o.Columns), make([]float64, o.Columns)
	return nil
}

// infer prepares the counts for the shapes of the first batch, if nothing else did.
func (c *confusion) infer(pred, target tensor.Mat) {
	if !c.prepared {
		c.Prepare(inferOutputs(pred, target))
	}
}

// Update implements Metric.
func (c *confusion) Update(pred, target tensor.Mat, weight []float32) {
	c.infer(pred, target)
	for i := range pred.Rows {
		w := weightOf(weight, i)
		c.weights += w
		p, t := pred.Row(i), target.Row(i)
		best := -1
		if c.mostProbable() {
			best = argmax(p)
		}
		for j := range p {
			yes := j == best
			if best < 0 {
				yes = c.positive(p, j)
			}
			truth := targetOf(t, j, len(p)) > 0
			switch {
			case yes && truth:
				c.tp[j] += w
			case yes:
				c.fp[j] += w
			case truth:
				c.fn[j] += w
			}
		}
	}
}

// positive reports whether column j of a row is predicted, other than by being
// the largest.
func (c *confusion) positive(p []float32, j int) bool {
	if c.topK > 0 { // equals: the first come first
		better := 0
		for i, v := range p {
			if v > p[j] || v == p[j] && i < j {
				better++
			}
		}
		return better < c.topK
	}
	return p[j] > c.at
}

// of returns v over the classes, by c.average, in which "auto" stands for auto with
// labels and for macro with classes.
func (c *confusion) of(v value, auto string) float64 {
	one := func(j int) float64 { return v(c.tp[j], c.fp[j], c.fn[j], c.weights-c.tp[j]-c.fp[j]-c.fn[j]) }
	switch {
	case len(c.tp) == 0:
		return 0
	case c.classID >= 0:
		return one(c.classID)
	case len(c.tp) == 1:
		return one(0)
	}
	how := c.average
	if how == "auto" {
		how = auto
		if c.Task == task.Multiclass && c.own == nil && c.topK == 0 {
			how = "macro"
		}
	}
	var tp, fp, fn, sum, support float64
	for j := range c.tp {
		tp, fp, fn = tp+c.tp[j], fp+c.fp[j], fn+c.fn[j]
		w := 1.0
		if how == "weighted" {
			w = c.tp[j] + c.fn[j]
		} else if c.Task == task.Multiclass && c.tp[j]+c.fn[j] == 0 {
			continue // no row is of this class: balanced_accuracy leaves it out too
		}
		sum += float64(w * one(j))
		support += w
	}
	if how == "micro" {
		return v(tp, fp, fn, float64(c.weights*float64(len(c.tp)))-tp-fp-fn)
	}
	return ratio(sum, support)
}

// readConfusion reads which columns count as predicted and how classes are averaged.
func readConfusion(f *spec.Fields, name string) confusion {
	f.Alias("threshold", "thresholds")
	c := confusion{name: name, classID: -1, cut: readCut(f, yes, spec.In(0, 1)),
		topK: f.OptInt("top_k", "the k most probable outputs of a row are yes", spec.AtLeast(1)),
	}
	if id := f.OptInt("class_id", "look at this output only, counted from 0", spec.NonNegative); f.Has("class_id") {
		c.classID = id
	}
	return c
}

// yes says what counts as predicted.
const yes = "a yes is a probability above this, of classes without it the most probable one"

func readAverage(f *spec.Fields, doc string) string {
	how := f.Enum("average", "auto", "over several outputs: micro pools the counts, macro is the plain mean, of classes over those that have rows, weighted the mean by support; auto is "+doc,
		"auto", "micro", "macro", "weighted", "none")
	if how == "none" {
		return "macro" // a vector of values in Keras, which shows their mean
	}
	return how
}

// rate is a metric that is a function of the counts.
type rate struct {
	confusion
	auto        string // average for labels
	value       value
	denominator value // of which tp is a proportion; nil where the rate is none
	goal        Goal
}

// Value implements Metric.
func (m *rate) Value() float64 { return m.of(m.value, m.auto) }

// Goal implements Metric.
func (m *rate) Goal() Goal { return m.goal }

func precision(tp, fp, _, _ float64) float64 { return ratio(tp, tp+fp) }
func recall(tp, _, fn, _ float64) float64    { return ratio(tp, tp+fn) }

func predictedPositive(tp, fp, _, _ float64) float64 { return tp + fp }
func actualPositive(tp, _, fn, _ float64) float64    { return tp + fn }

// fBeta is (1 + β²)·P·R/(β²·P + R), which is the same in counts without Keras's
// epsilon.
func fBeta(beta float64) value {
	b := float64(beta * beta)
	return func(tp, fp, fn, _ float64) float64 {
		return ratio((1+b)*tp, float64((1+b)*tp)+float64(b*fn)+fp)
	}
}

const averaging = "macro for classes, micro for labels, where Keras pools all outputs"

var (
	_ = Metrics.Add("precision", "TP/(TP + FP); 0 if nothing is predicted", func(f *spec.Fields) Metric {
		m := &rate{confusion: readConfusion(f, "precision"), auto: "micro", value: precision, denominator: predictedPositive, goal: Higher}
		m.average = readAverage(f, averaging)
		return m
	})

	_ = Metrics.Add("recall",
		"TP/(TP + FN), the sensitivity; 0 without positives",
		func(f *spec.Fields) Metric {
			m := &rate{confusion: readConfusion(f, "recall"), auto: "micro", value: recall, denominator: actualPositive, goal: Higher}
			m.average = readAverage(f, averaging)
			return m
		}, "sensitivity")

	_ = Metrics.Add("specificity", "TN/(TN + FP); 0 without negatives", func(f *spec.Fields) Metric {
		m := &rate{confusion: readConfusion(f, "specificity"), auto: "micro", value: specificity, goal: Higher}
		m.average = readAverage(f, averaging)
		return m
	})

	_ = Metrics.Add("f1_score",
		"2·P·R/(P + R), the harmonic mean of precision and recall",
		func(f *spec.Fields) Metric {
			m := &rate{confusion: readConfusion(f, "f1_score"), auto: "macro", value: fBeta(1), goal: Higher}
			m.average = readAverage(f, "macro")
			return m
		}, "f1")

	_ = Metrics.Add("f_beta_score",
		"(1 + beta²)·P·R/(beta²·P + R): recall counts beta times as much as precision",
		func(f *spec.Fields) Metric {
			beta := f.Float("beta", 1, "weight of recall against precision", spec.Positive)
			m := &rate{confusion: readConfusion(f, "f_beta_score"), auto: "macro", value: fBeta(beta), goal: Higher}
			m.average = readAverage(f, "macro")
			return m
		})

	_ = counted("true_positives", "how many yes are right", func(tp, _, _, _ float64) float64 { return tp })
	_ = counted("false_positives", "how many yes are wrong", func(_, fp, _, _ float64) float64 { return fp })
	_ = counted("true_negatives", "how many no are right", func(_, _, _, tn float64) float64 { return tn })
	_ = counted("false_negatives", "how many no are wrong", func(_, _, fn, _ float64) float64 { return fn })
)

// counted registers a plain count, of rows by weight, over all outputs.
func counted(name, doc string, v value) spec.Registered {
	return Metrics.Add(name, doc+", by weight, over all outputs", func(f *spec.Fields) Metric {
		f.Alias("threshold", "thresholds")
		c := confusion{name: name, classID: -1, average: "micro", cut: readCut(f, yes, spec.In(0, 1))}
		return &rate{confusion: c, value: v}
	})
}

// To metrics of decisions a row is a pair of classes, true·columns + answer.

func (c *confusion) reduces(pred, target tensor.Mat) bool {
	c.infer(pred, target)
	return c.mostProbable() && target.Cols == 1
}

func (c *confusion) reduce(pred, target []float32) float64 {
	return float64(classOf(target)*len(pred) + argmax(pred))
}

func (c *confusion) again(v, weight float64) {
	c.weights += weight
	truth, answer := int(v)/c.Columns, int(v)%c.Columns
	if truth == answer {
		c.tp[answer] += weight
		return
	}
	c.fp[answer] += weight
	if truth < len(c.fn) {
		c.fn[truth] += weight
	}
}

// mostProbable reports whether the one yes of a row is its most probable class.
func (c *confusion) mostProbable() bool {
	return c.own == nil && c.topK == 0 && c.classID < 0 && c.Task == task.Multiclass
}
