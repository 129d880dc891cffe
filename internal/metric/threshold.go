package metric

import (
	"cmp"
	"fmt"
	"math"
	"mlp/internal/task"
	"slices"
	"strconv"
	"strings"
)

// DefaultThreshold is the threshold where none is given.
const DefaultThreshold = 0.5

// A Threshold is the probability above which the answer is the positive label: a
// number, or one that a rule chooses. The zero Threshold is DefaultThreshold.
type Threshold struct {
	Value float64 `json:"value"` // 0 without a Rule: DefaultThreshold
	Rule  string  `json:"rule"`  // such as "max_f1"; "" for a number
	On    string  `json:"on"`    // the rows it was chosen on: "validation", "training" or "given"
	Rows  int     `json:"rows"`  // how many they were; 0 with a Rule: it has not chosen yet
}

// ParseThreshold reads a number between 0 and 1 or a rule: "0.3", "max_f1" or
// "recall>=0.9".
func ParseThreshold(text string) (Threshold, error) {
	if v, err := strconv.ParseFloat(text, 64); err == nil && v > 0 && v < 1 {
		return Threshold{Value: v}, nil
	}
	r, err := parseRule(text)
	return Threshold{Rule: r.text}, err
}

// Chosen reports whether there is a number to decide by.
func (t Threshold) Chosen() bool { return t.Rule == "" || t.Rows > 0 }

// Number returns the number to decide by: DefaultThreshold where none was given or
// chosen.
func (t Threshold) Number() float64 {
	if t.Rows > 0 {
		return t.Value
	}
	return cmp.Or(t.Value, DefaultThreshold)
}

// Text returns the threshold as a spec has it: the rule, else the number.
func (t Threshold) Text() string {
	return cmp.Or(t.Rule, strconv.FormatFloat(t.Number(), 'g', -1, 64))
}

// A rule chooses a threshold.
type rule struct {
	text string // as it was written, without spaces

	best   value // maximized
	second value // maximized among thresholds equal in best
	bound  value // constrained to at least floor; nil: no constraint
	floor  float64
}

// maxima are the rules that maximize one number.
var maxima = map[string]value{
	"max_accuracy": func(tp, fp, fn, tn float64) float64 { return ratio(tp+tn, tp+fp+fn+tn) },
	"max_f1":       fBeta(1),
	// Youden's J (1950): sensitivity + specificity − 1, the height above the
	// diagonal of the ROC curve.
	"max_youden": func(tp, fp, fn, tn float64) float64 { return recall(tp, fp, fn, tn) + specificity(tp, fp, fn, tn) - 1 },
}

// floors are the rates that a rule can constrain, each with the rate that is then
// maximized.
var floors = map[string]struct{ bound, best value }{
	"recall":      {recall, precision},
	"precision":   {precision, recall},
	"specificity": {specificity, recall},
}

// Rules lists how a rule can be written, for error messages.
const Rules = "max_f1, max_accuracy, max_youden, or a floor such as recall>=0.9, precision>=0.8 or specificity>=0.95"

// parseRule reads "max_f1" or "recall>=0.9".
func parseRule(text string) (rule, error) {
	r := rule{text: strings.ReplaceAll(text, " ", "")}
	if best, ok := maxima[r.text]; ok {
		r.best, r.second = best, func(_, _, _, _ float64) float64 { return 0 }
		return r, nil
	}
	name, number, ok := strings.Cut(r.text, ">=")
	if name == "sensitivity" {
		name = "recall"
	}
	floor, found := floors[name]
	if !ok || !found {
		return r, fmt.Errorf("%q is neither a number between 0 and 1 nor a rule for a threshold", text)
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v > 0 && v <= 1) {
		return r, fmt.Errorf("%q does not end in a share above 0 and up to 1", text)
	}
	r.best, r.second, r.bound, r.floor = floor.best, floor.bound, floor.bound, v
	return r, nil
}

// Choose returns the number that is best by the rule for the scores, of rows
// whose target is yes where it is not 0. A score above it, in float32, is a yes.
// Among the thresholds that decide alike it is a number with few digits; among
// those that decide otherwise but as well, the one nearest to ½. It complains if
// no threshold reaches the floor, or if the rows are all yes or all no.
func (t Threshold) Choose(scores, target []float32) (float64, error) {
	r, err := parseRule(t.Rule)
	if err != nil {
		return 0, err
	}
	k := storedRows{outputInfo: outputInfo{Outputs: Outputs{Task: task.Binary, Columns: 1}}}
	for i, s := range scores {
		if s != s {
			return 0, fmt.Errorf("%s needs outputs that are numbers, and some are not", r.text)
		}
		one := score{at: s}
		if target[i] != 0 {
			one.pos = 1
		} else {
			one.neg = 1
		}
		k.scores = append(k.scores, one)
	}
	points := k.distinct(nil)
	all := points[len(points)-1]
	if all.tp == 0 || all.fp == 0 {
		return 0, fmt.Errorf("%s needs rows of both labels, and all are of one", r.text)
	}
	at := slices.CompactFunc(k.scores, func(a, b score) bool { return a.at == b.at }) // falling, as the points
	best, found, most := choice{}, false, 0.0
	for i, p := range points {
		low, high, ok := gap(at, i)
		if !ok {
			continue
		}
		tp, fp, fn, tn := p.tp, p.fp, all.tp-p.tp, all.fp-p.fp
		if r.bound != nil {
			if most = max(most, r.bound(tp, fp, fn, tn)); r.bound(tp, fp, fn, tn) < r.floor {
				continue
			}
		}
		c := choice{r.best(tp, fp, fn, tn), r.second(tp, fp, fn, tn), between(low, high)}
		if !found || c.compare(best) > 0 {
			best, found = c, true
		}
	}
	if !found {
		return 0, fmt.Errorf("%s cannot be reached: the most on these rows is %.6g", r.text, most)
	}
	return best.threshold, nil
}

// A Decider is a metric of decisions: it compares a probability with a threshold
// and uses it for nothing else.
type Decider interface {
	// Decides reports whether the threshold is the default ½, because the spec gives
	// the metric none. Then a 1 or 0, decided at another threshold, may take the
	// place of the probability.
	Decides() bool
}

// Decides reports whether decisions, 1 or 0, may take the place of probabilities
// under a metric that is prepared: whether it is a Decider at the default threshold.
func Decides(m Metric) bool {
	d, ok := m.(Decider)
	return ok && d.Decides()
}

// Decides implements Decider.
func (m *accuracy) Decides() bool { return m.Task != task.Multiclass && m.own == nil }

// Decides implements Decider.
func (c *confusion) Decides() bool {
	return c.Task != task.Multiclass && c.own == nil && c.topK == 0
}

// Decides implements Decider.
func (m *matrix) Decides() bool { return m.Task != task.Multiclass && m.own == nil }

// A choice is a threshold and what it is worth.
type choice struct{ best, second, threshold float64 }

// compare is above 0 if c is the better one.
func (c choice) compare(other choice) int {
	return cmp.Or(cmp.Compare(c.best, other.best), cmp.Compare(c.second, other.second),
		-cmp.Compare(math.Abs(c.threshold-0.5), math.Abs(other.threshold-0.5)))
}

// gap returns the thresholds that make the i highest of the falling scores a yes
// and no other: low ≤ t < high. Below the lowest score they keep its sign, so that
// they are probabilities if it is one; if it is 0 there are none.
func gap(at []score, i int) (low, high float32, ok bool) {
	switch {
	case i == 0:
		low = at[0].at
		return low, max(1, math.Nextafter32(low, math.MaxFloat32)), true
	case i < len(at):
		return at[i].at, at[i-1].at, true
	}
	high = at[i-1].at
	return min(high/2, 2*high), high, high/2 != 0
}

// between returns the number with the fewest decimals near the middle of
// low ≤ t < high that lies there as a float32 too.
func between(low, high float32) float64 {
	middle := (float64(low) + float64(high)) / 2
	for decimals := 1; decimals <= 9; decimals++ {
		t, err := strconv.ParseFloat(strconv.FormatFloat(middle, 'f', decimals, 64), 64)
		if f := float32(t); err == nil && f >= low && f < high {
			return t
		}
	}
	t, _ := strconv.ParseFloat(strconv.FormatFloat(float64(low), 'g', -1, 32), 64) // which reads what it wrote
	return t
}
