package dialect

import (
	"strings"

	"mlp/internal/data/scan"
)

// Cells are what the first cells of a column look like.
type Cells struct {
	Codes   bool // digits, equally many in each, some of which begin with 0: nobody writes an amount so
	Version bool // numbers with as many digits behind the point as it happens, the last of which may be 0: 1.9 and 1.10
	Namibia bool // NA, which stands for a missing value, among codes of two capital letters
}

// LookAt looks at the first cells of a column.
func LookAt(cells []string, missing scan.NASet) Cells {
	digits, zeros, letters, na, filled, width := true, 0, true, 0, 0, 0
	places, version, tens := map[int]bool{}, true, 0 // behind the point
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
		before, behind, pointed := strings.Cut(cell, ".")
		if places[len(behind)] = true; pointed && strings.HasSuffix(behind, "0") && len(behind) > 1 {
			tens++
		}
		version = version && pointed && len(behind) <= 2 && strings.Trim(before+behind, "0123456789") == "" && before != "" && behind != ""
	}
	return Cells{Version: version && len(places) > 1 && tens > 0, Codes: filled > 1 && digits && width > 1 && zeros > 0, Namibia: filled > 1 && letters && na > 0}
}
