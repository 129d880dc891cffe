package explain

import (
	"flag"
	"testing"

	"mlp/internal/rng"
)

var simulations = flag.Int("simulations", 120, "tables drawn for each coverage")

func orders(seed uint64) rng.Stream { return rng.New(seed, "orders") }

// The interval of an importance holds the true value, that of the population, in 95 of
// 100 tables. The model is right but for noise, so the importance of a column is
// 2·weight²·variance.
func TestCoverage(t *testing.T) {
	truth := map[string]float64{"lag_1": 18, "lag_2": 2, "other": 8}
	held := map[string]int{}
	m, _ := subject(t, linear, lines(200, rng.New(0, "table").Normal))
	for n := range *simulations {
		draw := rng.New(uint64(n+1), "table")
		s, _ := subjectOf(t, m.m, lines(200, draw.Normal))
		r, err := s.Importance(20, 1000, uint64(n))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Columns {
			if want, ok := truth[c.Name]; ok && c.Low <= want && want <= c.High {
				held[c.Name]++
			}
		}
	}
	for name := range truth {
		share := float64(held[name]) / float64(*simulations)
		t.Logf("%s: %.1f %%", name, 100*share)
		// The bounds are those that are promised, and of few tables three standard errors
		// (of 0.95 in 120: 2 points) wider.
		low, high := 0.93, 0.97
		if *simulations < 2000 {
			low, high = 0.89, 1
		}
		if share < low || share > high {
			t.Errorf("the interval of %s holds the importance in %.1f %% of the tables", name, 100*share)
		}
	}
}
