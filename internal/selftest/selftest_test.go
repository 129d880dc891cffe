package selftest_test

import (
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/selftest"
)

// The self-test finds the same weights at every level and number of threads, on
// every architecture.
func TestGoldenSelfTest(t *testing.T) {
	for _, level := range kernel.Levels() {
		t.Setenv(kernel.LevelVariable, level)
		for _, threads := range []int{1, 3} {
			got, ran, err := selftest.Run(threads)
			if err != nil || got != selftest.KnownWeights || ran != level {
				t.Errorf("%s, %d threads: weights %s at %s, %v; want %s", level, threads, got, ran, err, selftest.KnownWeights)
			}
		}
	}
}
