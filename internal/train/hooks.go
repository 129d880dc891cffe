package train

import (
	"fmt"

	"mlp/internal/problem"
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
	Saved      func(*Run, Saved) // when the run was saved on request

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

	// Path and Pos are where the callback stands in the spec, for complaints.
	Path string
	Pos  problem.Pos

	// HaltsOnNaN says that the callback contradicts a run that goes on when the
	// loss is not a number.
	HaltsOnNaN bool
}

// Problem complains about a parameter of the callback; "" stands for all of it.
func (h *Hooks) Problem(parameter, hint, format string, args ...any) problem.Problems {
	path := h.Path
	if parameter != "" {
		path += "." + parameter
	}
	return problem.Problems{{Pos: h.Pos, Path: path, Msg: fmt.Sprintf(format, args...), Hint: hint}}
}

// key names a callback in the saved run: by place and kind, since one kind may
// stand twice.
func (h *Hooks) key(i int) string { return fmt.Sprintf("%d/%s", i, h.Name) }
