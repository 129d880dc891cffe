package loss

import (
	"math"
	"testing"

	"mlp/internal/kernel"
	"mlp/internal/spec"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// TestDomainsFollowFromTheFormula moves targets and predictions together: a loss whose
// value stays depends on their difference alone and may be given centred targets; one
// whose value changes must take targets as they are.
func TestDomainsFollowFromTheFormula(t *testing.T) {
	k, err := kernel.New("native", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	for _, name := range Losses.Names() {
		l, err := Losses.Build(spec.NewString(name))
		if err != nil {
			t.Fatal(err)
		}
		if l.Wants() != Real {
			if !DomainOf(l).AsIs {
				t.Errorf("%s is for %s, and may be given scaled ones", name, l.Wants())
			}
			continue
		}
		value := func(by float32) float64 {
			p := tensor.View(3, 2, []float32{0.5 + by, 3 + by, 1 + by, 2 + by, 0.25 + by, 4 + by})
			if HeadOf(l).Form == task.MeanSD { // a spread stays where the target is moved
				p = tensor.View(3, 2, []float32{0.5 + by, 3, 1 + by, 2, 0.25 + by, 4})
			}
			y := tensor.View(3, 2, []float32{1 + by, 2 + by, 1.5 + by, 2.5 + by, 0.5 + by, 3.5 + by})
			return l.Eval(&Batch{K: k, Pred: p, Target: y, Scratch: make([]float32, 6)})
		}
		moves := math.Abs(value(8)-value(0)) > 1e-6 // all numbers are exact in float32
		if moves != DomainOf(l).AsIs {
			t.Errorf("%s: depends on where zero stands: %v, declared: %v", name, moves, DomainOf(l).AsIs)
		}
	}
}
