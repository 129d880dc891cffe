package split

import (
	"hash/fnv"
	"io"
	"strconv"

	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/rng"
)

// splitHash draws the part of each row by what the row is: its id, or where there is none
// its cells. So it stays where it is when rows are added, taken away or put in another
// order, and rows that are alike are in one part. How many are in each is up to chance.
func splitHash(t *table.Table, s *schema.Schema, c schema.Config, seed uint64) (Rows, error) {
	var by []*table.Column
	for _, role := range []schema.Role{schema.ID, schema.Feature, schema.Target} {
		if role == schema.Feature && by != nil {
			break
		}
		for _, sc := range s.Columns {
			if sc.Role == role {
				by = append(by, t.Column(sc.Name))
			}
		}
	}
	draw := rng.New(seed, "split by hash")
	var p Rows
	for row := range t.Rows {
		h := fnv.New64a()
		for _, col := range by {
			_, _ = io.WriteString(h, identity(col, row)+"\x1f")
		}
		switch u := draw.Float64(h.Sum64()); {
		case u < c.Split.Test:
			p.Test = append(p.Test, row)
		case u < c.Split.Test+c.Split.Validation:
			p.Validation = append(p.Validation, row)
		default:
			p.Train = append(p.Train, row)
		}
	}
	return p, nil
}

// identity is a cell as a hash takes it. How exactly a number is held depends on the
// others of its column, so the nearest float32 stands for it.
func identity(col *table.Column, row int) string {
	if col.HasNumbers() && !col.IsMissing(row) {
		return strconv.FormatFloat(float64(float32(col.Number(row))), 'g', -1, 32)
	}
	return col.Text(row)
}
