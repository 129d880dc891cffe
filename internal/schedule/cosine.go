package schedule

import (
	"math"

	"mlp/internal/kernel"
	"mlp/internal/spec"
)

var (
	_ = Schedules.Add("cosine_decay",
		"initial·((1 − alpha)·½(1 + cos(π·s/decay_steps)) + alpha), then initial·alpha; after a linear "+
			"warmup to warmup_target if there is one (Loshchilov & Hutter 2017, arXiv:1608.03983)",
		readCosine, "cosine")

	_ = Schedules.Add("cosine_decay_restarts",
		"cosine decay over first_decay_steps, then over t_mul times as many, from m_mul times as high, and "+
			"so on (arXiv:1608.03983)",
		readRestarts, "cosine_restarts", "sgdr")

	_ = Schedules.Add("one_cycle",
		"rises from max/div_factor to max over the first pct_start of total_steps, then falls to "+
			"max/(div_factor·final_div_factor) (Smith & Topin 2017, arXiv:1708.07120; defaults of PyTorch)",
		readOneCycle)

	_ = Schedules.Add("cosine_log_cycles",
		"initial·½(1 − cos(2π·log₂(1 + (2^cycles − 1)·t))), t from 0 to 1 over the run: cycles that rise from 0 "+
			"and fall back, each twice as long as the one before (Holzmüller et al. 2024, arXiv:2407.04491)",
		readLogCycles)

	_ = Schedules.Add("flat_cosine",
		"initial while t ≤ flat, then initial·½(1 + cos(π·(t − flat)/(1 − flat))), t from 0 to 1 over the run "+
			"(Holzmüller et al. 2024, arXiv:2407.04491)",
		readFlatCosine)
)

// half falls from 1 to 0 along a cosine while x goes from 0 to 1.
func half(x float64) float64 { return 0.5 * (1 + kernel.Cos64(math.Pi*x)) }

func readAlpha(f *spec.Fields) float64 {
	return f.Float("alpha", 0, "what is left at the end, as a fraction", spec.In(0, 1))
}

func readCosine(f *spec.Fields) Schedule {
	begin, steps, alpha := readInitial(f), readSteps(f), readAlpha(f)
	target := f.OptFloat("warmup_target", "learning rate at the end of the warmup; without one there is no warmup", spec.In(0, maxValue))
	warmup := float64(f.Int("warmup_steps", 0, "length of the warmup in batches", spec.NonNegative))
	if target == nil {
		if warmup > 0 {
			f.Problem("warmup_steps", "add `warmup_target: …`, and let initial_learning_rate be where the warmup begins",
				"without a warmup_target there is no warmup")
		}
		warmup = 0
	}
	over := steps == 0 // then the warmup is part of the run
	return stretched{steps, func(s, steps float64) float64 {
		if over {
			steps = max(steps-warmup, 1)
		}
		top := begin
		if target != nil {
			top = *target
			if s < warmup {
				return begin + float64((top-begin)*(s/warmup))
			}
		}
		x := min(s-warmup, steps) / steps
		return top * (float64((1-alpha)*half(x)) + alpha)
	}}
}

func readRestarts(f *spec.Fields) Schedule {
	begin := readInitial(f)
	first := readLength(f, "first_decay_steps", "length of the first decay in batches", spec.AtLeast(1))
	tMul := f.Float("t_mul", 2, "how much longer each decay is than the one before", spec.AtLeast(1))
	mMul := f.Float("m_mul", 1, "how much higher each decay begins than the one before", spec.Positive)
	alpha := readAlpha(f)
	return stretched{first, func(s, first float64) float64 {
		// Decay i begins at first·(t_mul^i − 1)/(t_mul − 1) and lasts first·t_mul^i.
		i, start, length := 0.0, 0.0, first
		if tMul == 1 {
			i = math.Floor(s / first)
			start = i * first
		} else {
			for s >= start+length {
				i, start, length = i+1, start+length, length*tMul
			}
		}
		top := begin * kernel.Pow64(mMul, i)
		return float64((1-alpha)*float64(top*half((s-start)/length))) + float64(alpha*begin)
	}}
}

func readOneCycle(f *spec.Fields) Schedule {
	f.Alias("max_learning_rate", "max_lr")
	top := f.NeedFloat("max_learning_rate", "learning rate at the top", spec.In(0, maxValue))
	total := readLength(f, "total_steps", "length of the cycle in batches", spec.AtLeast(2))
	rise := f.Float("pct_start", 0.3, "fraction of the steps that rise", spec.In(0, 1))
	linear := f.Enum("anneal_strategy", "cos", "shape of both legs", "cos", "linear") == "linear"
	div := f.Float("div_factor", 25, "top over beginning", spec.AtLeast(1))
	final := f.Float("final_div_factor", 1e4, "beginning over end", spec.AtLeast(1))
	leg := func(from, to, x float64) float64 {
		down := half(x)
		if linear {
			down = 1 - x
		}
		return to + float64((from-to)*down)
	}
	begin := top / div
	return stretched{total, func(s, total float64) float64 {
		total = max(total, 2)
		peak := float64(rise*total) - 1 // the last step of the rise
		s = min(s, total-1)
		if s <= peak {
			return leg(begin, top, s/max(peak, 1e-300))
		}
		from := max(peak, 0)
		return leg(top, begin/final, (s-from)/(total-1-from))
	}}
}

func readLogCycles(f *spec.Fields) Schedule {
	top := readInitial(f)
	cycles := f.Int("cycles", 4, "how many; the last takes half of the run", spec.In(1, 30))
	stretch := math.Ldexp(1, cycles) - 1
	return stretched{0, func(s, length float64) float64 {
		octave := kernel.Log64(1+float64(stretch*(s/length))) / math.Ln2 // log₂
		return top * 0.5 * (1 - kernel.Cos64(2*math.Pi*octave))
	}}
}

func readFlatCosine(f *spec.Fields) Schedule {
	top := readInitial(f)
	flat := f.Float("flat", 0.5, "share of the run before the number falls", spec.In(0, 1))
	return stretched{0, func(s, length float64) float64 {
		t := s / length
		if t <= flat {
			return top
		}
		return top * half((t-flat)/(1-flat))
	}}
}
