package preprocess

import (
	"math"

	"mlp/internal/spec"
)

// A Clip bounds scaled values, so that a far one does not outweigh all others. The
// zero Clip lets them pass.
type Clip struct {
	Max    float64 // 0: no bound
	Smooth bool    // values come near the bound and do not reach it; else they are cut at it
}

// Clips is the registry of `clip:`, in whose place a number stands for the hard one.
var Clips = spec.NewRegistry[Clip]("clip", "clips")

var (
	_ = Clips.Add("hard", "min(max, max(−max, z)); a bare number says the same", func(f *spec.Fields) Clip {
		return Clip{Max: f.NeedFloat("max", "scaled values beyond ± this are cut", spec.Positive)}
	})
	_ = Clips.Add("smooth", "z / √(1 + (z/max)²): nearly z in the middle, never beyond ± max, and rising everywhere (RealMLP, arXiv:2407.04491)", func(f *spec.Fields) Clip {
		return Clip{Max: f.Float("max", 3, "the bound that scaled values come near", spec.Positive), Smooth: true}
	})
)

// apply bounds one value.
func (c Clip) apply(z float64) float64 {
	switch {
	case c.Max == 0:
		return z
	case !c.Smooth:
		return max(-c.Max, min(c.Max, z))
	}
	r := z / c.Max
	if math.Abs(r) > 1e9 { // √(1 + r²) is |r| here, and r² may be more than there is
		return math.Copysign(c.Max, z)
	}
	return z / math.Sqrt(1+float64(r*r))
}

// save returns the clip as it is saved: a number where it is hard, 0 for none.
func (c Clip) save() *spec.Node {
	if !c.Smooth {
		return spec.NewFloat(c.Max)
	}
	n := spec.NewMap()
	n.Put("type", spec.NewString("smooth"))
	n.Put("max", spec.NewFloat(c.Max))
	return n
}

// loadClip is the inverse of save.
func loadClip(l *Loader, n *spec.Node, key string) Clip {
	if at := n.Get(key); at != nil && at.Kind == spec.Map {
		return component(l, Clips, n, key).Use
	}
	return Clip{Max: l.Float(n, key, 0, math.MaxFloat64)}
}
