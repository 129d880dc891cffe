package kernel

import (
	"fmt"
	"os"
	"strings"
)

// A level is one way of computing the inner loops: with the vector registers
// of a generation of CPUs, or in portable Go. All levels give the same bits.
type level struct {
	name string
	tile *tiles // nil: products by gemmPortable
	loops
}

var portable = level{name: "portable", loops: portableLoops}

// LevelVariable is the environment variable that forces a level, for tests.
const LevelVariable = "MLP_CPU"

// levels lists the levels that this CPU can run, the slowest first.
func levels() []*level {
	return append([]*level{&portable}, assembly()...)
}

// Levels names the levels that this CPU can run, the slowest first.
func Levels() []string {
	var names []string
	for _, l := range levels() {
		names = append(names, l.name)
	}
	return names
}

// chooseLevel returns the fastest level, or the one MLP_CPU names.
func chooseLevel() (*level, error) {
	have := levels()
	want := os.Getenv(LevelVariable)
	if want == "" {
		return have[len(have)-1], nil
	}
	for _, l := range have {
		if l.name == want {
			return l, nil
		}
	}
	return nil, fmt.Errorf("%s=%q: this machine has %s", LevelVariable, want, strings.Join(Levels(), ", "))
}
