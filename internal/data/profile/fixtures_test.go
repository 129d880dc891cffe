package profile

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"mlp/internal/data/table"
	"mlp/internal/problem"
)

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}

// outcome writes all that reading gives.
func outcome(t *table.Table, err error) string {
	if err != nil {
		text := err.Error()
		var all problem.Problems
		if errors.As(err, &all) {
			for _, p := range all {
				text += fmt.Sprintf("\n%s %q %q %d %v", p.Pos, p.Excerpt, p.Hint, p.Width, p.Also)
			}
		}
		return text
	}
	text := fmt.Sprint(t.Rows, t.Lines, t.SHA256, string(t.Delimiter), t.HeaderFound)
	for _, c := range t.Columns {
		text += fmt.Sprintf("\n%s %s %v %v %v %q %d %v %d %q %v", c.Name, c.Kind, c.Numbers, c.Wide, c.Codes, c.Words, c.Missing, c.Others, c.OtherN, c.OtherWords, c.Skipped)
	}
	return text
}
