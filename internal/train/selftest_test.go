package train_test

import (
	"mlp/internal/kernel"
	"mlp/internal/train"
	"testing"
)

// The self-test finds the same weights at every level and number of threads, on
// every architecture.
func TestGoldenSelfTest(t *testing.T) {
	for _, level := range kernel.Levels() {
		t.Setenv(kernel.LevelVariable, level)
		for _, threads := range []int{1, 3} {
			got, ran, err := train.SelfTest(threads)
			if err != nil || got != train.KnownWeights || ran != level {
				t.Errorf("%s, %d threads: weights %s at %s, %v; want %s", level, threads, got, ran, err, train.KnownWeights)
			}
		}
	}
}
