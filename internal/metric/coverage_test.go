package metric

import (
	"math"
	"testing"

	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// A population has x from the standard normal distribution and the label yes with
// probability σ(intercept + slope·x); the model under test answers by
// σ(0.3 + 1.3·x), which is wrong in both, as models are.
type population struct{ intercept, slope float64 }

func sigma(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func modelScore(x float64) float32 { return float32(sigma(0.3 + 1.3*x)) }

// truth integrates what accuracy and AUC of the model are for the whole
// population, and the share of yes. The grid's error is below 1e-5.
func (p population) truth() (accuracy, area, prevalence float64) {
	const step = 1e-3
	below := 0.0 // Σ density of no at smaller x
	for x := -8.0; x <= 8; x += step {
		density := step * math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
		yes := density * sigma(p.intercept+p.slope*x)
		no := density - yes
		area += yes * (below + no/2)
		below += no
		prevalence += yes
		if modelScore(x) > 0.5 {
			accuracy += yes
		} else {
			accuracy += no
		}
	}
	return accuracy, area / (prevalence * (1 - prevalence)), prevalence
}

// table draws n rows.
func (p population) table(n int, seed uint64) (pred, target tensor.Mat) {
	s := rng.New(seed, "coverage")
	pred, target = tensor.New(n, 1), tensor.New(n, 1)
	for i := range n {
		x := s.At(1).Normal(uint64(i))
		pred.Data[i] = modelScore(x)
		if s.At(2).Float64(uint64(i)) < sigma(p.intercept+p.slope*x) {
			target.Data[i] = 1
		}
	}
	return pred, target
}

// The 95 % intervals hold the truth for about 95 % of tables. Of 400 tables the
// share that is covered has a standard deviation of 1.1 %, so that one cell of the
// grid may be 3 of those away from 95 %; all together may not be 1 % away.
func TestCoverage(t *testing.T) {
	const tables = 400
	populations := []population{{0, 1}, {0, 2.5}, {-1, 1}, {-1, 2.5}, {-2, 1}, {-3, 2.5}}
	total, hits, inside := 0, [2]int{}, 0
	for _, p := range populations {
		accuracy, area, prevalence := p.truth()
		for _, n := range []int{100, 200, 500, 1000} {
			var covered, known [2]int
			for k := range tables {
				pred, target := p.table(n, uint64(k+1))
				for i, m := range []struct {
					name  string
					truth float64
				}{{`"accuracy"`, accuracy}, {`"auc"`, area}} {
					in := Confidence(build(t, m.name), pred, target, nil, 0.95, 1)
					if in.Low == in.Low {
						known[i]++
					}
					if in.Low <= m.truth && m.truth <= in.High {
						covered[i]++
					}
				}
			}
			total += tables
			for i, name := range []string{"accuracy", "auc"} {
				share := float64(covered[i]) / float64(known[i])
				hits[i] += covered[i]
				if share >= 0.93 && share <= 0.97 {
					inside++
				}
				if math.Abs(share-0.95) > 0.033 || known[i] < tables {
					t.Errorf("%s, n %d, prevalence %.2f: %d of %d intervals hold the truth", name, n, prevalence, covered[i], known[i])
				}
			}
			t.Logf("n %4d  prevalence %.3f  accuracy %.3f covered %.3f  auc %.3f covered %.3f", n, prevalence,
				accuracy, float64(covered[0])/tables, area, float64(covered[1])/tables)
		}
	}
	for i, name := range []string{"accuracy", "auc"} {
		share := float64(hits[i]) / float64(total)
		t.Logf("%s: %.4f of %d tables", name, share, total)
		if math.Abs(share-0.95) > 0.01 {
			t.Errorf("%s: %.4f of all intervals hold the truth", name, share)
		}
	}
	t.Logf("%d of %d cells are between 93 %% and 97 %%", inside, 2*total/tables)
}
