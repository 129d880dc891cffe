package callback

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mlp/internal/metric"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/train"
)

// A monitor watches one value of the logs for improvement, as EarlyStopping,
// ReduceLROnPlateau and ModelCheckpoint do in Keras. A value that is not a
// number never improves, and never counts as the best so far.
type monitor struct {
	name, mode string
	minDelta   float64
	goal       metric.Goal
	best       float64
	has        bool        // best is set
	lastTie    bool        // of values as good as the best, the last counts as the best
	pos        problem.Pos // of the name
}

// readMonitor reads the fields that every monitoring callback has.
func readMonitor(f *spec.Fields, minDelta float64) *monitor {
	return &monitor{
		pos:      f.PosOf("monitor"),
		name:     f.String("monitor", "val_loss", "the value that is watched"),
		mode:     f.Enum("mode", "auto", "whether lower or higher is better; auto: as the metric says", "auto", "min", "max"),
		minDelta: math.Abs(f.Float("min_delta", minDelta, "how much better counts as better; its sign does not matter")),
	}
}

// resolve finds the direction, or complains that the value will never be there.
func (m *monitor) resolve(r *train.Run, h *train.Hooks) error {
	names := r.LogNames()
	m.name = synonym(m.name, names)
	if !slices.Contains(names, m.name) {
		return problem.Problems{{Pos: m.pos, Path: h.Path + ".monitor", Hint: m.suggest(names, r.Validates()),
			Msg: fmt.Sprintf("%q is not measured in this run", m.name)}}
	}
	switch m.mode {
	case "min":
		m.goal = metric.Lower
	case "max":
		m.goal = metric.Higher
	default:
		m.goal = r.Goal(m.name)
	}
	if m.goal == metric.None {
		return h.Problem("mode", "set `mode: min` or `mode: max`", "%q has no better direction", m.name)
	}
	return nil
}

// synonym returns the name under which a value is logged that is known by several: acc
// for accuracy, val_AUC for val_auc.
func synonym(name string, names []string) string {
	bare, ofValidation := strings.CutPrefix(name, "val_")
	doc, ok := metric.Metrics.Describe(bare)
	if !ok || slices.Contains(names, name) {
		return name
	}
	for _, other := range append(doc.Aliases, doc.Name) {
		if ofValidation {
			other = "val_" + other
		}
		if slices.Contains(names, other) {
			return other
		}
	}
	return name
}

// suggest says what to do about a value that will not be there.
func (m *monitor) suggest(names []string, validates bool) string {
	bare, ofValidation := strings.CutPrefix(m.name, "val_")
	if !ofValidation || validates {
		if _, ok := metric.Metrics.Describe(bare); ok && problem.Nearest(m.name, names) == "" {
			return fmt.Sprintf("add %s to `metrics` under compile", bare)
		}
		return problem.DidYouMean(m.name, names)
	}
	const add = "add `split: {validation: 0.2}` under data"
	if slices.Contains(names, bare) {
		return fmt.Sprintf("there are no validation rows: %s, or monitor %q", add, bare)
	}
	if near := problem.Nearest(bare, names); near != "" {
		return fmt.Sprintf("did you mean %q? it needs validation rows: %s", "val_"+near, add)
	}
	return problem.DidYouMean(bare, names)
}

// improved reports whether v beats the best so far by more than minDelta, and
// remembers it if so.
func (m *monitor) improved(v float64) bool {
	if math.IsNaN(v) || math.IsInf(v, 0) || m.has && !m.better(v) {
		return false
	}
	m.best, m.has = v, true
	return true
}

// readTies reads which of several epochs with the best value counts.
func (m *monitor) readTies(f *spec.Fields) {
	m.lastTie = f.Enum("ties", "first", "which of several epochs with the same best value is the best", "first", "last") == "last"
	f.Unsaid("ties")
}

// tied reports whether v takes the place of an equal best value.
func (m *monitor) tied(v float64) bool { return m.lastTie && m.has && v == m.best }

func (m *monitor) better(v float64) bool {
	if m.goal == metric.Higher {
		return v-m.minDelta > m.best
	}
	return v+m.minDelta < m.best
}

func (m *monitor) save(state map[string]float64) map[string]float64 {
	if m.has {
		state["best"] = m.best
	}
	return state
}

func (m *monitor) load(state map[string]float64) { m.best, m.has = state["best"], has(state, "best") }
