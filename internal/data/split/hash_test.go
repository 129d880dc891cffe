package split

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// A row keeps its part when rows are added and all are put in another order; with an id
// also when its cells are corrected. Another seed draws anew.
func TestHashedRowsStay(t *testing.T) {
	row := func(i int, correct float64) string {
		return fmt.Sprintf("k%d,%g,%s,%d.25\n", i, float64(i)*0.37+correct, []string{"red", "blue"}[i%2], i)
	}
	for _, id := range []bool{false, true} {
		config := `{"target": "y", "ignore": ["key"], "split": {"by": "hash", "validation": 0.2, "test": 0.1}}`
		correct := 0.0
		if id {
			config, correct = strings.Replace(config, `"ignore": ["key"]`, `"id": "key"`, 1), 1000
		}
		parts := func(rows []string, seed uint64) map[string]int {
			table, s, c := inferred(t, "key,a,b,y\n"+strings.Join(rows, ""), config)
			p, err := Split(table, s, c, seed)
			if err != nil {
				t.Fatal(err)
			}
			in := map[string]int{}
			for part, numbers := range [][]int{p.Train, p.Validation, p.Test} {
				for _, n := range numbers {
					in[strings.Split(rows[n], ",")[0]] = part
				}
			}
			return in
		}
		var few, many []string
		for i := range 2000 {
			if i < 1000 {
				few = append(few, row(i, 0))
			}
			many = append(many, row(i, correct))
		}
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(many), func(i, j int) { many[i], many[j] = many[j], many[i] })
		before, after, other := parts(few, 1), parts(many, 1), parts(few, 2)
		moved, drawn := 0, 0
		count := [3]int{}
		for key, part := range before {
			count[part]++
			if after[key] != part {
				moved++
			}
			if other[key] != part {
				drawn++
			}
		}
		if moved > 0 || drawn < 200 {
			t.Errorf("id %v: %d of 1000 rows have moved, and with another seed %d", id, moved, drawn)
		}
		// Binomial: three standard deviations of 1000 rows.
		for part, f := range []float64{0.7, 0.2, 0.1} {
			if off := float64(count[part]) - 1000*f; math.Abs(off) > 3*math.Sqrt(1000*f*(1-f)) {
				t.Errorf("id %v: %d rows in part %d", id, count[part], part)
			}
		}
	}
}

// Rows that are alike are in one part.
func TestHashKeepsTwinsTogether(t *testing.T) {
	csv := "a,y\n"
	for i := range 300 {
		csv += fmt.Sprintf("%d,%d.5\n", i%100, i%100)
	}
	table, s, c := inferred(t, csv, `{"target": "y", "split": {"by": "hash", "test": 0.3}}`)
	p, err := Split(table, s, c, 1)
	if err != nil || len(p.Test)%3 != 0 || len(p.Test) == 0 {
		t.Fatalf("%d test rows, %v", len(p.Test), err)
	}
	for i := 0; i < len(p.Test)/3; i++ {
		if p.Test[i]+100 != p.Test[i+len(p.Test)/3] {
			t.Errorf("twins of row %d are elsewhere", p.Test[i])
		}
	}
}
