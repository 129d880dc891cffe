package selftest

import (
	"os"
	"runtime"
	"slices"

	"mlp/internal/kernel"
)

// A Machine is what the self-test finds on the machine it runs on.
type Machine struct {
	Version string   `json:"version"` // of the program; the caller's to fill in
	Go      string   `json:"go"`
	OS      string   `json:"os"`
	Arch    string   `json:"arch"`
	Threads int      `json:"threads"`
	Level   string   `json:"level"`  // the vector instructions that a run uses
	Levels  []string `json:"levels"` // those that the processor has
	Known   string   `json:"known"`  // the weights that every machine is to find
	Checks  []Check  `json:"checks"`
	OK      bool     `json:"ok"` // every check ended in them
}

// A Check is one training of the small network.
type Check struct {
	Level   string `json:"level"`
	Threads int    `json:"threads"`
	Weights string `json:"weights"` // a hash of them, or why there are none
	OK      bool   `json:"ok"`
}

// Examine runs the self-test with every set of vector instructions that the processor
// has, on one thread and on as many as a run would use (0: one a core). Each must end
// in the weights known. It sets the variable that forces a level, and sets it back.
func Examine(threads int, known string) (*Machine, error) {
	used, err := kernel.New("native", threads)
	if err != nil {
		return nil, err
	}
	defer used.Close()
	m := &Machine{Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Threads: used.Threads(), Level: used.Level(), Levels: kernel.Levels(), Known: known, OK: true}
	forced, was := os.LookupEnv(kernel.LevelVariable)
	defer func() {
		if was {
			_ = os.Setenv(kernel.LevelVariable, forced) // it was set before
		} else {
			_ = os.Unsetenv(kernel.LevelVariable) // nothing can fail
		}
	}()
	for _, level := range m.Levels {
		if err := os.Setenv(kernel.LevelVariable, level); err != nil {
			return nil, err
		}
		for _, n := range slices.Compact([]int{1, m.Threads}) {
			weights, ran, err := Run(n)
			if err != nil {
				weights, ran = err.Error(), level
			}
			c := Check{ran, n, weights, weights == known && ran == level}
			m.Checks, m.OK = append(m.Checks, c), m.OK && c.OK
		}
	}
	return m, nil
}
