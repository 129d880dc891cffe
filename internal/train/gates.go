package train

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/spec"
)

// A Gate is a condition on a metric.
type Gate struct {
	Metric string
	Below  bool // the metric must be at most Limit, else at least
	Limit  float64
	Bound  bool     // judge the bound of the 95 % interval that is less favourable
	Source string   // "--min accuracy=0.75"
	Pos    spec.Pos // of a gate of the spec

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
	for _, suffix := range []string{"@lower", "@upper", "@bound"} {
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

func measures(metrics []model.Metric, name string) bool {
	return slices.ContainsFunc(metrics, func(x model.Metric) bool { return x.Name == name })
}

// withGateMetrics adds a metric for each gate on one that nothing else measures.
func withGateMetrics(all []model.Metric, gates []Gate) ([]model.Metric, error) {
	var problems spec.Problems
	for _, g := range gates {
		if g.Metric == "loss" || measures(all, g.Metric) {
			continue
		}
		built, err := metric.Metrics.Build(spec.NewString(g.Metric))
		if err != nil {
			p := spec.Usage("", spec.DidYouMean(g.Metric, append(metric.Metrics.Names(), "loss")), "there is no metric %q", g.Metric)
			p.Path, p.Pos = g.Source, g.Pos
			problems = append(problems, p)
			continue
		}
		all = append(all, model.Metric{Metric: built, Name: g.Metric, Pos: g.Pos, Path: g.Source})
	}
	return all, problems.Err()
}

// judge checks every gate.
func (e *Evaluation) judge(gates []Gate) {
	for _, g := range gates {
		if text := e.fails(g); text != "" {
			e.Failed = append(e.Failed, text)
		}
	}
}

// fails returns why a gate fails, or "".
func (e *Evaluation) fails(g Gate) string {
	v, ok := e.Find(g.Metric)
	if !ok {
		return fmt.Sprintf("%s: %q was not measured", g.Source, g.Metric)
	}
	if g.Drop {
		return g.dropped(v)
	}
	value, what := v.Value, e.of+g.Metric
	if g.Bound {
		value, what = v.Low, "the lower bound of "+g.Metric
		if g.Below {
			value, what = v.High, "the upper bound of "+g.Metric
		}
	}
	switch {
	case math.IsNaN(value):
		return fmt.Sprintf("%s: %s is not defined on these rows", g.Source, what)
	case g.Below && value > g.Limit:
		return fmt.Sprintf("%s: %s is %.6g, %.6g more than %.6g", g.Source, what, value, value-g.Limit, g.Limit)
	case !g.Below && value < g.Limit:
		return fmt.Sprintf("%s: %s is %.6g, %.6g less than %.6g", g.Source, what, value, g.Limit-value, g.Limit)
	}
	return ""
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
