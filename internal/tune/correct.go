package tune

import (
	"context"
	"math"
	"math/bits"
	"slices"

	"mlp/internal/metric"
	"mlp/internal/parallel"
	"mlp/internal/rng"
	"mlp/internal/stats"
	"mlp/internal/tensor"
)

// Corrected is what the best trial is worth on rows that had no say in choosing it, by the
// bias-corrected bootstrap (Tsamardinos, Greasidou & Borboudakis 2018, BBC-CV): rows are
// drawn with replacement, the trial that is best on them is measured on those not drawn,
// and so on; nothing is trained for it. Low and High hold 95 % of these values.
type Corrected struct {
	Score, Low, High float64
	Draws            int

	by float64 // how far the choice in earlier rungs has moved it
}

func (c Corrected) moved(by float64) Corrected {
	c.Score, c.Low, c.High, c.by = c.Score+by, c.Low+by, c.High+by, c.by+by
	return c
}

// Bounds on the work of the bootstrap. Of more rows than most, as many are drawn, and the
// distances from the mean shrink by √(most/rows), as in metric.Bootstrap.
const (
	most      = 5000
	budget    = 400_000_000 // answers looked at
	leastDraw = 100
	mostDraws = 500
)

// correct is the correction of the best score. Where trials were chosen rung by rung, those
// that were left behind have no answers in the last rung, among which the choice could be
// repeated; it is repeated in each rung, and the largest difference between the best score
// and its correction is taken.
func (r *run) correct(ctx context.Context) (Corrected, error) {
	best := &r.trials[r.best-1]
	worth, score, err := r.correctRung(ctx, best.rung())
	if err != nil {
		return worth, err
	}
	over := r.facts.cost(worth.Score) - r.facts.cost(score)
	for rung := range best.rung() {
		c, score, err := r.correctRung(ctx, rung)
		if err != nil {
			return worth, err
		}
		if more := r.facts.cost(c.Score) - r.facts.cost(score); more > over {
			worth = worth.moved(best.Score + float64(c.Score-score) - worth.Score)
			over = more
		}
	}
	return worth, nil
}

// correctRung is the correction of the best score in a rung.
func (r *run) correctRung(ctx context.Context, rung int) (c Corrected, best float64, err error) {
	f := r.facts
	var whole []tensor.Mat
	least := math.Inf(1)
	for i := range r.trials {
		if t := &r.trials[i]; t.rung() >= rung {
			whole = append(whole, t.shown[rung])
			if score := f.score(t.shown[rung]); f.cost(score) < least {
				best, least = score, f.cost(score)
			}
		}
	}
	n := f.truth.Rows
	m := min(n, most)
	draws := min(mostDraws, max(leastDraw, budget/(m*len(whole))))
	in, out := make([][]int, draws), make([][]int, draws)
	stream := rng.New(r.seed, "tune bootstrap")
	for d := range draws {
		in[d], out[d] = drawn(stream.At(uint64(d)), n, m)
	}
	costs := make([][]float64, len(whole)) // by trial and draw
	each := func(job func(i int, of *metric.Sample)) error {
		return parallel.Do(ctx, len(whole), parallel.Workers(r.o.Threads), func(_ context.Context, i int) error {
			job(i, metric.NewSample(f.metric(), whole[i], f.truth, nil))
			return nil
		})
	}
	err = each(func(i int, of *metric.Sample) {
		costs[i] = make([]float64, draws)
		for d, rows := range in {
			costs[i][d] = f.cost(of.Value(rows))
		}
	})
	if err != nil {
		return c, 0, err
	}
	values, winner := make([]float64, draws), winners(costs, draws)
	err = each(func(i int, of *metric.Sample) {
		for d, rows := range out {
			if winner[d] == i {
				values[d] = math.NaN()
				if len(rows) > 0 {
					values[d] = of.Value(rows)
				}
			}
		}
	})
	if err != nil {
		return c, 0, err
	}
	return summarize(values, math.Sqrt(float64(m)/float64(n))), best, nil
}

// summarize is the mean of the values of all draws, with the interval that holds 95 % of
// them, narrowed by shrink; those that are not determined are left out.
func summarize(values []float64, shrink float64) (c Corrected) {
	values = slices.DeleteFunc(values, math.IsNaN)
	if len(values) == 0 {
		return Corrected{Score: math.NaN(), Low: math.NaN(), High: math.NaN()}
	}
	slices.Sort(values)
	c.Draws = len(values)
	for _, v := range values {
		c.Score += v / float64(len(values))
	}
	c.Low = c.Score + float64(shrink*(stats.Quantile(values, 0.025)-c.Score))
	c.High = c.Score + float64(shrink*(stats.Quantile(values, 0.975)-c.Score))
	return c
}

// winners are the trials with the least cost in each draw, the first of equal ones.
func winners(costs [][]float64, draws int) []int {
	best := make([]int, draws)
	for i := range costs {
		for d, cost := range costs[i] {
			if cost < costs[best[d]][d] {
				best[d] = i
			}
		}
	}
	return best
}

// drawn draws m of n rows with replacement, and returns at most m of those that were not.
func drawn(stream rng.Stream, n, m int) (in, out []int) {
	taken := make([]bool, n)
	in = make([]int, m)
	for i := range in {
		hi, _ := bits.Mul64(stream.Uint64(uint64(i)), uint64(n))
		in[i] = int(hi)
		taken[hi] = true
	}
	for row := range n {
		if !taken[row] {
			out = append(out, row)
		}
	}
	if len(out) > m { // evenly over the table
		for i := range m {
			out[i] = out[i*len(out)/m]
		}
		out = out[:m]
	}
	return in, out
}
