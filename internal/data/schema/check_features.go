package schema

import (
	"fmt"
	"strconv"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// IDShare: a text column with more than one different word for so many cells
// names its rows rather than describing them. Below IDRows cells nothing can be
// said.
const (
	IDShare = 2
	IDRows  = 20
)

// checkFeature refuses columns that nothing can be learned from as they stand.
func checkFeature(t *table.Table, col *table.Column, r columnRole, sc SchemaColumn, bad *problem.List) {
	at := problem.Pos{File: t.Name, Line: t.Lines[0]}
	switch {
	case col.Skipped:
		bad.Add(problem.Data(at, col.Name, "pack the table again, or "+IgnoreHint(col.Name), "the column was left out when the table was packed"))
	case col.Missing == t.Rows:
		bad.Add(problem.Data(at, col.Name, IgnoreHint(col.Name), "every cell is missing"))
	case sc.Kind != preprocess.Categorical:
		sc.Kind.Check(t, col, bad)
	case r.exception != nil && r.exception.declared() == preprocess.Categorical:
	default:
		filled := t.Rows - col.Missing
		if Commas(col) {
			bad.Add(t.Problem(firstFilled(col), col, func(text string) (msg, hint string) {
				return fmt.Sprintf("the numbers of this column have commas: %q", text),
					"write them with a decimal point and no thousands separators: 1234.5"
			}))
			return
		}
		if len(col.Words)*IDShare > filled && filled >= IDRows {
			p := problem.Data(at, col.Name, "", "%s in %s look like names of the rows, not like categories",
				problem.Count(len(col.Words), "different word"), problem.Count(filled, "row"))
			p.Hint = fmt.Sprintf("leave the column out (`ignore: [%s]`) or make it the `id:`; if it is categorical, say so under `columns:`, or give it `encode: hash`", strconv.Quote(col.Name))
			if col.LikeOtherDates() {
				p.Hint = "if they are dates, write them as year-month-day: " + table.DateForm
			}
			p.Msg += MixedNote(col)
			bad.Add(p)
		}
	}
}

// IgnoreHint says how to leave a column out.
func IgnoreHint(name string) string {
	return fmt.Sprintf("leave the column out: `ignore: [%q]`", name)
}

// Commas reports whether all cells of a column of words are numbers, some of
// them with a decimal comma.
func Commas(col *table.Column) bool {
	found := false
	for _, w := range col.Words {
		if _, v := scan.Number(w); v == scan.NotNumber {
			if !scan.LooksLikeDecimalComma(w) {
				return false
			}
			found = true
		}
	}
	return found
}

// MixedNote tells of numbers among the words of a column.
func MixedNote(col *table.Column) string {
	isNum := make([]bool, len(col.Words))
	for i, w := range col.Words {
		_, v := scan.Number(w)
		isNum[i] = v == scan.IsNumber
	}
	n, example := 0, ""
	for _, code := range col.Codes {
		if code >= 0 && isNum[code] {
			n++
		} else if code >= 0 && example == "" {
			example = col.Words[code]
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d of them are numbers, but %q is not)", n, problem.Clip(example))
}

func firstFilled(col *table.Column) int {
	for row := range col.Codes {
		if !col.IsMissing(row) {
			return row
		}
	}
	return 0
}
