package evaluate

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// A Gate is a condition on a metric.
type Gate struct {
	Metric string
	Below  bool // the metric must be at most Limit, else at least
	Limit  float64
	Bound  bool        // judge the bound of the 95 % interval that is less favourable
	Source string      // where it was given, for complaints: "evaluate.require"
	Pos    problem.Pos // of a gate of the spec

	Drop bool    // Limit is how much worse than Was the metric may be
	Was  float64 // its value in an earlier evaluation
}

// ParseRequirement reads ">= 0.74" or "<= 0.5 @lower" for a metric.
func ParseRequirement(name, text string) (Gate, error) {
	g := Gate{Metric: name}
	rest := strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(rest, ">="):
	case strings.HasPrefix(rest, "<="):
		g.Below = true
	default:
		return g, fmt.Errorf("%q begins with neither >= nor <=", text)
	}
	return g, g.setLimit(strings.TrimSpace(rest[2:]))
}

// ParseGate reads "accuracy=0.75" or "accuracy=0.75@lower".
func ParseGate(text string, below bool) (Gate, error) {
	name, limit, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return Gate{}, fmt.Errorf("%q is not metric=number", text)
	}
	g := Gate{Metric: name, Below: below}
	return g, g.setLimit(limit)
}

func (g *Gate) setLimit(text string) error {
	own, other := "@lower", "@upper"
	if g.Below {
		own, other = other, own
	}
	if strings.HasSuffix(text, other) {
		return fmt.Errorf("%q names the more favourable bound of the interval; write %s", text, own)
	}
	for _, suffix := range []string{own, "@bound"} {
		if cut, ok := strings.CutSuffix(text, suffix); ok {
			text, g.Bound = strings.TrimSpace(cut), true
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%q is not a number", text)
	}
	g.Limit = v
	return nil
}

// String returns the condition: "accuracy >= 0.75".
func (g Gate) String() string {
	if g.Drop {
		return fmt.Sprintf("%s at most %.6g worse than %.6g", g.Metric, g.Limit, g.Was)
	}
	sign, what := ">=", g.Metric
	if g.Below {
		sign = "<="
	}
	if g.Bound {
		what = g.bound()
	}
	return fmt.Sprintf("%s %s %.6g", what, sign, g.Limit)
}

// bound names the bound of the interval that the gate judges.
func (g Gate) bound() string {
	if g.Below {
		return "the upper bound of " + g.Metric
	}
	return "the lower bound of " + g.Metric
}

// A GateResult is a gate and what came of it.
type GateResult struct {
	Gate
	Value  float64 // what was judged; NaN where it is not defined
	Failed string  // why it fails; "" if it holds
}

// withGateMetrics adds a metric for each gate on one that nothing else measures.
func withGateMetrics(all []model.Metric, gates []Gate, unseen bool) ([]model.Metric, error) {
	var problems problem.Problems
	for _, g := range gates {
		if g.Metric == "loss" || contains(all, g.Metric) || unseen && (g.Metric == unseenShare || g.Metric == unseenAsWrong) {
			continue
		}
		built, err := metric.Metrics.Build(spec.NewString(g.Metric))
		if err != nil {
			p := problem.Usage("", problem.DidYouMean(g.Metric, append(metric.Metrics.Names(), "loss")), "there is no metric %q", g.Metric)
			p.Path, p.Pos = g.Source, g.Pos
			problems = append(problems, p)
			continue
		}
		all = append(all, model.Metric{Metric: built, Name: g.Metric, Pos: g.Pos, Path: g.Source})
	}
	return all, problems.Err()
}

// Judge holds gates against values, which find returns by the name of their metric.
// of is what the values are of each, for the words about a gate that fails: "" or
// "the mean of ". failed are those words, one line a gate.
func Judge(gates []Gate, find func(name string) (Value, bool), of string) (all []GateResult, failed []string) {
	for _, g := range gates {
		v, ok := find(g.Metric)
		j := g.judge(v, ok, of)
		all = append(all, j)
		if j.Failed != "" {
			failed = append(failed, j.Failed)
		}
	}
	return all, failed
}

// judge holds the gate against a value, if there is one.
func (g Gate) judge(v Value, ok bool, of string) GateResult {
	j := GateResult{Gate: g, Value: v.Value}
	what := of + g.Metric
	if g.Bound {
		what = g.bound()
		if j.Value = v.Low; g.Below {
			j.Value = v.High
		}
	}
	switch {
	case !ok:
		j.Value = math.NaN()
		j.Failed = fmt.Sprintf("%s: %q was not measured", g.Source, g.Metric)
	case math.IsNaN(j.Value):
		j.Failed = fmt.Sprintf("%s: %s is not defined on these rows", g.Source, what)
	case g.Drop:
		j.Failed = g.dropped(v)
	case g.Below && j.Value > g.Limit:
		j.Failed = fmt.Sprintf("%s: %s is %.6g, %.6g more than %.6g", g.Source, what, j.Value, j.Value-g.Limit, g.Limit)
	case !g.Below && j.Value < g.Limit:
		j.Failed = fmt.Sprintf("%s: %s is %.6g, %.6g less than %.6g", g.Source, what, j.Value, g.Limit-j.Value, g.Limit)
	}
	return j
}

// dropped judges a metric against an earlier value of it.
func (g Gate) dropped(v Value) string {
	drop := g.Was - v.Value
	if v.Goal == metric.Lower {
		drop = -drop
	}
	if drop <= g.Limit {
		return ""
	}
	return fmt.Sprintf("%s: %s was %.6g and is %.6g: %.6g worse, %.6g allowed", g.Source, g.Metric, g.Was, v.Value, drop, g.Limit)
}
