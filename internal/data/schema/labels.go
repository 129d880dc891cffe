package schema

import "mlp/internal/data/table"

// ClassesOf returns the class of each row; -1 where the label is unknown or missing.
func (s *Schema) ClassesOf(col *table.Column) []int {
	class := make([]int, len(col.Words))
	for code, w := range col.Words {
		class[code] = s.Index.FindLabel(w)
	}
	rows := make([]int, len(col.Codes))
	for row, code := range col.Codes {
		rows[row] = -1
		if code >= 0 {
			rows[row] = class[code]
		}
	}
	return rows
}
