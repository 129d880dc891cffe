package search

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

func config(t testing.TB, text string) (*Config, problem.Problems) {
	t.Helper()
	tree, err := spec.ParseJSON([]byte(text), "spec", "spec")
	if err != nil {
		t.Fatal(err)
	}
	var c *Config
	_, problems := spec.Decode(tree, func(f *spec.Fields) { c = Decode(f) })
	return c, problems
}

const mixed = `{"tune":{"search":"SEARCH","trials":64,"space":{
	"compile.optimizer.learning_rate":{"min":0.0001,"max":0.1,"log":true},
	"layers[0].units":{"min":8,"max":128,"log":true},
	"layers[0].activation":["relu","elu","tanh"],
	"layers[1].rate":{"min":0,"max":0.5,"when":{"layers[0].activation":["relu","elu"]}},
	"fit.batch_size":{"min":1,"max":4}}}}`

func of(t testing.TB, search string) *Config {
	c, problems := config(t, replace(mixed, search))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

func replace(text, search string) string { return strings.Replace(text, "SEARCH", search, 1) }

// A point is a function of the seed, its number and the earlier generations: nothing else
// moves it. Values lie in their ranges, and conditions are kept.
func TestProposals(t *testing.T) {
	for _, search := range []string{Random, Halton, Grid, TPE} {
		c := of(t, search)
		var tried []Tried
		for i := 0; i < 64; i++ {
			first, end := c.Generation(i)
			if i < first || i >= end {
				t.Fatalf("%s: trial %d is not within its generation %d to %d", search, i, first, end)
			}
			seen := tried[:min(len(tried), first)]
			p := c.Propose(7, i, seen)
			again := c.Propose(7, i, seen)
			for j := range p {
				if p[j] != again[j] && !math.IsNaN(p[j]) {
					t.Fatalf("%s: trial %d is another the second time", search, i)
				}
				if p[j] < 0 || p[j] >= 1 {
					t.Errorf("%s: trial %d has the place %v", search, i, p[j])
				}
			}
			settings := map[string]*spec.Node{}
			for _, s := range c.Settings(p) {
				settings[s.Path] = s.Value
			}
			rate, units := settings["compile.optimizer.learning_rate"], settings["layers[0].units"]
			if rate.Float < 0.0001 || rate.Float > 0.1 || units.Kind != spec.Int || units.Int < 8 || units.Int > 128 {
				t.Errorf("%s: trial %d has the rate %s and %s units", search, i, rate.Text, units.Text)
			}
			if has := settings["layers[1].rate"] != nil; has != (settings["layers[0].activation"].Text != "tanh") {
				t.Errorf("%s: trial %d has a rate of dropout: %v", search, i, has)
			}
			tried = append(tried, Tried{p, rate.Float})
		}
		if other := c.Propose(8, 3, nil); search != Grid && slices.Equal(other[:3], tried[3].Point[:3]) {
			t.Errorf("%s: another seed has the same point", search)
		}
	}
}

// The four whole numbers of a range, and three choices, come about equally often.
func TestEvenSpread(t *testing.T) {
	for _, search := range []string{Random, Halton} {
		c := of(t, search)
		counts := map[string]int{}
		const n = 1200
		for i := range n {
			for _, s := range c.Settings(c.Propose(1, i, nil)) {
				if s.Path == "fit.batch_size" || s.Path == "layers[0].activation" {
					counts[s.Path+s.Value.Text]++
				}
			}
		}
		if len(counts) != 7 {
			t.Errorf("%s: %d values: %v", search, len(counts), counts)
		}
		for key, got := range counts {
			want := n / 4.0
			if key[0] == 'l' {
				want = n / 3.0
			}
			if math.Abs(float64(got)-want) > 5*math.Sqrt(want) { // five standard errors of a count
				t.Errorf("%s: %s comes %d times of %d, want about %.0f", search, key, got, n, want)
			}
		}
	}
}

// A grid has each combination once, both ends of a range among them.
func TestGrid(t *testing.T) {
	c, problems := config(t, `{"tune":{"search":"grid","trials":100,"space":{"a":["x","y"],"b":{"min":0,"max":1.0,"steps":3},"c":{"min":1,"max":2}}}}`)
	if len(problems) > 0 || c.Count() != 12 {
		t.Fatalf("%d points, %v", c.Count(), problems)
	}
	seen := map[string]bool{}
	for i := range c.Count() {
		text := ""
		for _, s := range c.Settings(c.Propose(1, i, nil)) {
			text += s.Value.Text + " "
		}
		seen[text] = true
	}
	if len(seen) != 12 || !seen["x 0 1 "] || !seen["y 1 2 "] || !seen["x 0.5 2 "] {
		t.Errorf("%d: %v", len(seen), seen)
	}
}

// On a valley with a choice, the estimator comes closer than even points do, in most of
// twenty searches.
func TestParzenFindsTheValley(t *testing.T) {
	text := `{"tune":{"search":"SEARCH","trials":64,"space":{"x":{"min":0,"max":1.0},"y":{"min":0.001,"max":1,"log":true},"k":["a","b","c"]}}}`
	search := func(name string, seed uint64) float64 {
		c, _ := config(t, replace(text, name))
		best, tried := math.Inf(1), []Tried{}
		for i := range c.Trials {
			first, _ := c.Generation(i)
			p := c.Propose(seed, i, tried[:min(len(tried), first)])
			cost := math.Pow(p[0]-0.3, 2) + math.Pow(p[1]-0.8, 2)
			if c.Settings(p)[2].Value.Text != "b" {
				cost += 0.1
			}
			best = min(best, cost)
			tried = append(tried, Tried{p, cost})
		}
		return best
	}
	wins, sum, even := 0, 0.0, 0.0
	for seed := range uint64(20) {
		a, b := search(TPE, seed), search(Halton, seed)
		if a < b {
			wins++
		}
		sum, even = sum+math.Log(a), even+math.Log(b)
	}
	// 15 of 20 by chance has the probability 0.02.
	if wins < 15 || sum > even {
		t.Errorf("better in %d of 20 searches; mean log cost %.2f, of even points %.2f", wins, sum/20, even/20)
	}
}

// The density is one: over the range, and over choices.
func TestDensity(t *testing.T) {
	d := &Dimension{High: 1}
	var points []Tried
	for _, u := range []float64{0.01, 0.02, 0.5, 0.97, math.NaN()} {
		points = append(points, Tried{Point: Point{u}})
	}
	f := newDensity(d, points, 0)
	sum := 0.0
	const n = 100000
	for i := range n {
		sum += f.at((float64(i)+0.5)/n) / n
	}
	if math.Abs(sum-1) > 1e-6 { // of the midpoint rule on kinked lines
		t.Errorf("the integral is %v", sum)
	}
	d.Choices = []*spec.Node{spec.NewInt(1), spec.NewInt(2), spec.NewInt(3)}
	f = newDensity(d, points, 0)
	if sum := (f.at(0.1) + f.at(0.5) + f.at(0.9)) / 3; math.Abs(sum-1) > 1e-12 {
		t.Errorf("over choices it is %v", sum)
	}
}

func TestRefusedSpaces(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":{"min":1}}`:                          "has no end",
		`{"a":{"min":2,"max":1}}`:                  "2 is not below 1",
		`{"a":{"min":0,"max":1,"log":true}}`:       "0 has no logarithm",
		`{"a":[]}`:                                 "is not a list of values",
		`{"a":{"values":[1],"min":1,"max":2}}`:     "both given",
		`{"a":{"min":1,"max":2,"when":{"b":[1]}}}`: "is not searched before it",
		`{"a":3}`:                            "neither a list nor a map",
		`{"a":{"min":1,"max":2,"lgo":true}}`: `unknown key "lgo"`,
	} {
		_, problems := config(t, `{"tune":{"space":`+text+`}}`)
		found := slices.ContainsFunc(problems, func(p *problem.Problem) bool { return strings.Contains(p.Error(), want) })
		if !found {
			t.Errorf("%s: %v, want %q", text, problems, want)
		}
	}
}
