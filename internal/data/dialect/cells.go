package dialect

import (
	"strings"

	"mlp/internal/data/scan"
)

// Cells are what the first cells of a column look like.
type Cells struct {
	Codes   bool // digits, equally many in each, some of which begin with 0: nobody writes an amount so
	Namibia bool // NA, which stands for a missing value, among codes of two capital letters
}

// LookAt looks at the first cells of a column.
func LookAt(cells []string, missing scan.NASet) Cells {
	digits, zeros, letters, na, filled, width := true, 0, true, 0, 0, 0
	for _, cell := range cells {
		if cell == "NA" && missing.Has(cell) {
			na++
		}
		if missing.Has(cell) {
			continue
		}
		if filled++; filled == 1 {
			width = len(cell)
		}
		digits = digits && len(cell) == width && strings.Trim(cell, "0123456789") == ""
		letters = letters && len(cell) == 2 && strings.Trim(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
		if cell[0] == '0' {
			zeros++
		}
	}
	return Cells{Codes: filled > 1 && digits && width > 1 && zeros > 0, Namibia: filled > 1 && letters && na > 0}
}
