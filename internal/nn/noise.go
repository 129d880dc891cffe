package nn

import (
	"mlp/internal/rng"
	"mlp/internal/spec"
)

// noise is the random stream of a layer that draws while training. The draw for
// an element depends on the seed, the layer, the step and the element's place,
// so it is the same for any number of threads and after a resume.
type noise struct {
	seed uint64
	own  bool // the seed is the layer's own, not the run's
	name string
}

func readNoise(f *spec.Fields) noise {
	f.Moot("noise_shape", "every element is drawn for itself", "null")
	own := f.Has("seed")
	return noise{own: own, seed: uint64(f.OptInt("seed", "of this layer's draws; from the seed of the run when empty", spec.NonNegative))}
}

func (n *noise) plan(p *Plan) { n.name = "noise/" + p.LayerName() }

// draws returns the stream of this step.
func (n *noise) draws(w *Workspace) rng.Stream {
	seed := w.Seed
	if n.own {
		seed = n.seed
	}
	return rng.New(seed, n.name).At(w.Step)
}

// drawNormal fills with draws from N(mean, sd).
func drawNormal(x []float32, mean, sd float64, s rng.Stream) {
	for i := range x {
		x[i] = float32(mean + float64(sd*s.Normal(uint64(i))))
	}
}
