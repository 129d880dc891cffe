package pipeline

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// The most frequent categories are those that scikit-learn keeps, under max_categories
// and min_frequency together: testdata/sklearn holds its inputs with the script that made
// them.
func TestMaxCategoriesAgreesWithScikitLearn(t *testing.T) {
	plain, err := os.ReadFile("testdata/sklearn/categories.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Train, Probe []string
			Most         int `json:"max_categories"`
			Least        int `json:"min_count"`
			Want         [][]float32
		}
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		var rows strings.Builder
		rows.WriteString("w,y\n")
		for i, w := range append(c.Train, c.Probe...) {
			fmt.Fprintf(&rows, "%s,%d\n", w, i%2)
		}
		table, p := fit(t, rows.String(), fmt.Sprintf(`{"target": "y", "categorical": {"min_count": %d, "encode": {"type": "one_hot", "max_categories": %d, "above": "other"}}}`, c.Least, c.Most), upTo(len(c.Train)))
		d, err := p.Apply(table, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.Want {
			if got := d.X.Row(len(c.Train) + i); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("max_categories %d, min_count %d: %q becomes %v, scikit-learn has %v", c.Most, c.Least, c.Probe[i], got, want)
			}
		}
	}
	if len(file.Cases) < 50 {
		t.Errorf("only %d cases", len(file.Cases))
	}
}
