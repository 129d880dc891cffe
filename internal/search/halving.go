package search

import "mlp/internal/spec"

// Halving says when trials pause, and how many of them go on. Those that pause together
// are a rung.
type Halving struct {
	MinEpochs int // before the first pause
	Factor    int // one of so many goes on, for so many times the epochs
}

func (c *Config) readHalving(f *spec.Fields) {
	c.Halving = &Halving{
		MinEpochs: f.Int("min_epochs", 10, "epochs before the first comparison", spec.AtLeast(1)),
		Factor:    f.Int("factor", 3, "one trial of so many goes on, for so many times the epochs", spec.AtLeast(2)),
	}
}

// Rungs are the epochs after which trials pause that have so many in all, and 0 for the
// last rung, which goes to the end.
func (h *Halving) Rungs(epochs int) []int {
	var rungs []int
	if h != nil {
		for at := h.MinEpochs; at < epochs; at *= h.Factor {
			rungs = append(rungs, at)
			if at > epochs/h.Factor { // also where the product would be no number
				break
			}
		}
	}
	return append(rungs, 0)
}

// Promoted is how many of n trials go on to the next rung.
func (h *Halving) Promoted(n int) int { return (n + h.Factor - 1) / h.Factor }
