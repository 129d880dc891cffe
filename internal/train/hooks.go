package train

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/metric"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// Hooks is what a callback is. Nil fields cost nothing. An error from a hook
// ends the run and is reported with the callback's name.
type Hooks struct {
	Name       string
	Begin      func(*Run) error  // before the first epoch; refuses what cannot work
	EpochBegin func(*Run) error  // before each epoch
	BatchEnd   func(*Run) error  // after each step
	TestBegin  func(*Run) error  // before the validation rows are measured
	TestEnd    func(*Run) error  // after that
	Epoch      func(*Run) error  // after each epoch, when its Logs are complete
	State      func(*Run) error  // after every callback's Epoch, when the state of the run is complete
	Retry      func(*Run) error  // after a divergence, when the run has gone back to try again more slowly
	End        func(*Run) error  // after the last epoch
	Saved      func(*Run, Saved) // when the run was saved because somebody asked for it

	// Save and Load carry the callback's state over a checkpoint. Only finite
	// numbers are saved; what is missing keeps its first value.
	Save func() map[string]float64
	Load func(map[string]float64)

	// Writes says that the callback writes a file, which several runs at a time
	// would fight over.
	Writes bool

	// File is the parameter that names the file, or the folder, that the callback
	// writes; "" for none.
	File string

	path string
	pos  problem.Pos
}

// Callbacks are registered in the files of this package, one a file.
var Callbacks = spec.NewRegistry[*Hooks]("callback", "callbacks")

// A monitor watches one value of the logs for improvement, as EarlyStopping,
// ReduceLROnPlateau and ModelCheckpoint do in Keras. A value that is not a
// number never improves, and never counts as the best so far.
type monitor struct {
	name, mode string
	minDelta   float64
	goal       metric.Goal
	best       float64
	has        bool        // best is set
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

// readSaveFreq reads how often a model is saved. It stands at the end of an epoch,
// so a number counts epochs, where Keras counts batches.
func readSaveFreq(f *spec.Fields) int {
	n := f.Any("save_freq", spec.NewString("epoch"), "epoch, or save after every so many epochs (Keras: batches)")
	v, err := strconv.Atoi(n.Text)
	switch {
	case n.Kind == spec.String && n.Text == "epoch":
		return 1
	case n.Kind != spec.Int || err != nil || v < 1:
		f.Problem("save_freq", "write epoch, or a number of epochs", "%q is neither", n.Text)
		return 1
	}
	return v
}

// resolve finds the direction, or complains that the value will never be there.
func (m *monitor) resolve(r *Run, h *Hooks) error {
	names := r.LogNames()
	if !slices.Contains(names, m.name) {
		return problem.Problems{{Pos: m.pos, Path: h.path + ".monitor", Hint: m.suggest(names, r.Validates()),
			Msg: fmt.Sprintf("%q is not measured in this run", m.name)}}
	}
	switch m.mode {
	case "min":
		m.goal = metric.Lower
	case "max":
		m.goal = metric.Higher
	default:
		m.goal = r.goal(m.name)
	}
	if m.goal == metric.None {
		return problem.Problems{{Pos: h.pos, Path: h.path + ".mode", Hint: "set `mode: min` or `mode: max`",
			Msg: fmt.Sprintf("%q has no better direction", m.name)}}
	}
	return nil
}

// suggest says what to do about a value that will not be there.
func (m *monitor) suggest(names []string, validates bool) string {
	bare, ofValidation := strings.CutPrefix(m.name, "val_")
	if !ofValidation || validates {
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

// needsConstantRate complains about a schedule that nobody else may overrule.
func (h *Hooks) needsConstantRate(r *Run) error {
	if err := r.SetLearningRate(r.LearningRate()); err != nil {
		return problem.Problems{{Pos: h.pos, Path: h.path, Msg: err.Error(), Hint: "use a constant learning rate, or drop the callback"}}
	}
	return nil
}

func has(state map[string]float64, key string) bool {
	_, ok := state[key]
	return ok
}
