package nn

import (
	"math"

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

// drawMask fills with keep, or with 0 at the given rate: four numbers a block of
// the stream. The draw picks from a table instead of branching, because the
// processor could not predict the branch.
func drawMask(mask []float32, rate float64, keep float32, s rng.Stream) {
	dropped := uint64(math.Round(rate * (1 << 32))) // of the 2³² values of a word
	pick := [2]float32{keep, 0}
	draw := func(word uint32) float32 { return pick[(uint64(word)-dropped)>>63] } // 1 where word < dropped
	i := 0
	for ; i+4 <= len(mask); i += 4 {
		block, m := s.Block(uint64(i/4)), mask[i:i+4:i+4]
		m[0], m[1], m[2], m[3] = draw(block[0]), draw(block[1]), draw(block[2]), draw(block[3])
	}
	if i < len(mask) {
		block := s.Block(uint64(i / 4))
		for j := range mask[i:] {
			mask[i+j] = draw(block[j])
		}
	}
}

// drawNormal fills with draws from N(mean, sd).
func drawNormal(x []float32, mean, sd float64, s rng.Stream) {
	for i := range x {
		x[i] = float32(mean + float64(sd*s.Normal(uint64(i))))
	}
}
