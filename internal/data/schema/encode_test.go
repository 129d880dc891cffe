package schema

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/task"
)

// Columns whose words are nearly all different are refused until they are
// ignored, hashed or embedded by name.
func TestNamesOfRows(t *testing.T) {
	csv := "a,b,y\n"
	for i := range 30 {
		csv += fmt.Sprintf("user-%d,%d,%d\n", i, i%7, i%2)
	}
	for config, ok := range map[string]bool{
		`{"target": "y"}`: false,
		`{"target": "y", "categorical": {"encode": "hash"}}`:                 false,
		`{"target": "y", "columns": [{"name": "a", "encode": "hash"}]}`:      true,
		`{"target": "y", "columns": [{"name": "a", "encode": {"hash": 8}}]}`: true,
		`{"target": "y", "columns": [{"name": "a", "encode": "embedding"}]}`: true,
		`{"target": "y", "columns": [{"name": "a", "type": "categorical"}]}`: true,
		`{"target": "y", "ignore": "a"}`:                                     true,
		`{"target": "y", "id": "a"}`:                                         true,
	} {
		c := configure(t, config)
		table, err := Read(text(csv), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Infer(table, c, task.Auto); (err == nil) != ok {
			t.Errorf("%s: %v", config, err)
		}
		if err != nil && !strings.Contains(withHints(err), "`encode: hash`") {
			t.Errorf("%s: %s", config, withHints(err))
		}
	}
}
