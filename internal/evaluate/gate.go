package evaluate

import (
	"fmt"
	"math"
	"slices"
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
	Source string      // "--min accuracy=0.75"
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

// ParseGate reads "accuracy=0.75" or "accuracy=0.75@lower", as --min and --max
// have it.
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
		return fmt.Errorf("%q asks for the kinder bound of the interval; write %s", text, own)
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

// String says what the gate asks for: "accuracy >= 0.75".
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

func measures(metrics []model.Metric, name string) bool {
	return slices.ContainsFunc(metrics, func(x model.Metric) bool { return x.Name == name })
}

// withGateMetrics adds a metric for each gate on one that nothing else measures.
func withGateMetrics(all []model.Metric, gates []Gate) ([]model.Metric, error) {
	var problems problem.Problems
	for _, g := range gates {
		if g.Metric == "loss" || measures(all, g.Metric) {
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

// Judge checks every gate.
func (e *Result) Judge(gates []Gate) {
	for _, g := range gates {
		j := e.judgement(g)
		e.Gates = append(e.Gates, j)
		if j.Failed != "" {
			e.Failed = append(e.Failed, j.Failed)
		}
	}
}

// judgement holds a gate against the values.
func (e *Result) judgement(g Gate) GateResult {
	v, ok := e.Find(g.Metric)
	j := GateResult{Gate: g, Value: v.Value}
	what := e.Of + g.Metric
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
