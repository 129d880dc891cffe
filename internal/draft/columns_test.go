package draft

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
)

// No draft throws the words of a column away: 100 shops of 3 rows each are learned one by
// one, and words that stand for missing numbers do not make categories of the numbers.
func TestDraftsKeepColumns(t *testing.T) {
	var b strings.Builder
	b.WriteString("shop,level,sales\n")
	for i := range 300 {
		level := fmt.Sprintf("%.1f", float64(i*7%300)/10)
		if i%5 == 0 {
			level = `\N`
		}
		fmt.Fprintf(&b, "shop %d,%s,%.2f\n", i%100, level, float64(i%100)+float64(i)/1000)
	}
	for _, fast := range []bool{false, true} {
		c := schema.Default()
		c.Target = []schema.ColumnRef{{Name: "sales"}}
		tab, err := schema.Read(source.Bytes("t.csv", []byte(b.String())), c)
		if err != nil {
			t.Fatal(err)
		}
		n, err := New(tab, c, []string{"t.csv"}, Hints{}, fast, 1)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, item := range n.Get("data").Get("columns").Items {
			for _, key := range []string{"na_values", "min_count", "encode"} {
				if v := item.Get(key); v != nil {
					got[item.Get("name").Text] += key + " "
				}
			}
		}
		if want := map[bool]string{false: "", true: "encode "}[fast]; got["shop"] != want || got["level"] != "na_values " || n.Get("data").Get("ignore") != nil {
			t.Errorf("fast %v: drafted %q", fast, got)
		}
	}
}
