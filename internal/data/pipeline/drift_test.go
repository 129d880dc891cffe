package pipeline

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/table"
	"mlp/internal/rng"
)

// driftOf streams a table in chunks of so many rows.
func driftOf(t *testing.T, p *Pipeline, csv string, rows int) *Drift {
	t.Helper()
	d := p.Drift()
	if err := streamed(p, text(csv), rows, func(chunk *table.Table) error { d.Add(chunk); return nil }); err != nil {
		t.Fatal(err)
	}
	return d
}

// Drift counts as one counts by hand, whatever the chunks are.
func TestDriftCounts(t *testing.T) {
	for seed := range uint64(6) {
		header, cells := tableOf(rng.New(seed, "tables"), 80)
		order := []int{0, 1, 2, 3, 4}
		train := cells[:40]
		_, p := fit(t, joinTable(header, train, order), `{"target": "y"}`, nil)
		other := slices.Clone(cells[20:])
		other = append(other, []string{"1e9", "-7", "new", "Newer", "p"}, []string{"-1e9", "", "new", "w0", "p"})
		var want []DriftColumn
		for j, name := range header[:4] {
			c := DriftColumn{Name: name}
			lo, hi := math.Inf(1), math.Inf(-1)
			seenWords := map[string]bool{}
			for _, row := range train {
				if v, err := strconv.ParseFloat(row[j], 32); err == nil {
					lo, hi = min(lo, v), max(hi, v)
				}
				seenWords[row[j]] = true
			}
			for _, row := range other {
				v, err := strconv.ParseFloat(row[j], 32)
				switch {
				case row[j] == "":
					c.Missing++
				case err == nil && v < lo:
					c.Below++
				case err == nil && v > hi:
					c.Above++
				case err != nil && !seenWords[row[j]]:
					if c.Unknown++; !slices.Contains(c.Values, row[j]) {
						c.Values = append(c.Values, row[j])
					}
				}
			}
			want = append(want, c)
		}
		for _, chunk := range []int{1, 2, 7, 1000} {
			d := driftOf(t, p, joinTable(header, other, order), chunk)
			if d.Rows != len(other) || d.Deviating() < 4 {
				t.Errorf("%d rows, %d columns deviate", d.Rows, d.Deviating())
			}
			for j, w := range want {
				g := d.Columns[j]
				if g.Name != w.Name || g.Missing != w.Missing || g.Below != w.Below || g.Above != w.Above || g.Unknown != w.Unknown || !slices.Equal(g.Values, w.Values) {
					t.Errorf("seed %d, chunks of %d: %+v, want %+v", seed, chunk, g, w)
				}
			}
		}
		if d := driftOf(t, p, joinTable(header, train, order), 7); d.Deviating() != 0 {
			t.Errorf("the training rows deviate from themselves: %+v", d.Columns)
		}
		s, err := p.Open(text(joinTable(header, train, order)), 7)
		if err != nil {
			t.Fatal(err)
		}
		s.Strict()
		if err := s.Each(func(*table.Table) error { return nil }); err != nil {
			t.Errorf("the training rows are refused: %v", err)
		}
	}
}

// The summary has one size however many categories there are.
func TestDriftIsBounded(t *testing.T) {
	_, p := fit(t, "w,y\na,p\nb,q\n", `{"target": "y", "columns": [{"name": "w", "type": "categorical"}]}`, nil)
	var b strings.Builder
	b.WriteString("w\n")
	for i := range 1000 {
		b.WriteString("v" + strconv.Itoa(i) + "\n")
	}
	d := driftOf(t, p, b.String(), 10)
	if c := d.Columns[0]; c.Unknown != 1000 || !slices.Equal(c.Values, []string{"v0", "v1", "v2", "v3", "v4"}) {
		t.Errorf("%+v", c)
	}
}

// A share of missing cells deviates when chance hardly makes it.
func TestMissingDeviates(t *testing.T) {
	for _, c := range []struct {
		trained       float64
		missing, rows int
		want          bool
	}{
		{0, 0, 100, false}, {0, 1, 1_000_000, true}, // none in training
		{1, 100, 100, false}, {1, 99, 100, true}, // all
		{0.5, 1, 1, false}, {0.5, 64, 100, false}, {0.5, 66, 100, true}, {0.5, 34, 100, true}, // sd 0.05
		{0.1, 0, 10, false}, {0.1, 0, 1000, true},
	} {
		d := DriftColumn{Known: true, Missing: c.missing, Trained: SeenColumn{Missing: c.trained}, Rows: c.rows}
		if got := d.MissingDeviates(); got != c.want {
			t.Errorf("%d of %d missing, %g in training: %t", c.missing, c.rows, c.trained, got)
		}
	}
}

// What is kept is of the training rows alone, and survives in the file; a model
// without it says nothing of ranges.
func TestSeen(t *testing.T) {
	_, p := fit(t, "a,b,w,y\n1,,x,p\n-2.5,,x,q\n99,7,,p\n", `{"target": "y", "columns": [{"name": "w", "type": "categorical"}, {"name": "b", "missing": {"type": "constant", "value": 1}}]}`, []int{0, 1})
	want := []SeenColumn{{Name: "a", Kind: preprocess.Numeric, Min: -2.5, Max: 1, Missing: 0}, {Name: "b", Kind: preprocess.Numeric, Min: math.MaxFloat64, Max: -math.MaxFloat64, Missing: 1}, {Name: "w", Kind: preprocess.Categorical, Min: 0, Max: 0, Missing: 0}}
	if got := p.Seen(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	node, numbers := p.Save()
	again, err := LoadPipeline(node, numbers)
	if err != nil || !slices.Equal(again.Seen(), want) {
		t.Errorf("%v, %v", again.Seen(), err)
	}
	const other = "a,b,w\n100,5,z\n,,x\n"
	if d := driftOf(t, again, other, 1); d.Columns[0].Above != 1 || d.Columns[1].Above != 0 || d.Columns[1].Below != 0 || d.Columns[2].Unknown != 1 || d.Deviating() != 3 {
		t.Errorf("%+v", d.Columns)
	}
	stream, err := again.Open(text(other), 1)
	if err != nil {
		t.Fatal(err)
	}
	stream.Strict()
	err = stream.Each(func(*table.Table) error { return nil })
	refused := strings.Join([]string{
		"t.csv:2:1: a: 100 is outside the range of the training rows",
		"t.csv:2:5: b: there is a value, and was in no training row",
		`t.csv:2:7: w: "z" is not among the categories of the model`,
		"t.csv:3:1: a: the value is missing, and was in no training row",
	}, "\n")
	if err == nil || err.Error() != refused {
		t.Errorf("%v, want %s", err, refused)
	}
	old, err := LoadPipeline(node, slices.DeleteFunc(slices.Clone(numbers), func(n preprocess.Numbers) bool { return n.Name == SeenName }))
	if err != nil || old.Seen() != nil {
		t.Fatalf("%v, %v", old.Seen(), err)
	}
	if d := driftOf(t, old, other, 1); d.Deviating() != 1 || d.Columns[2].Unknown != 1 {
		t.Errorf("%+v", d.Columns)
	}
}
