package data

import (
	"fmt"
	"strconv"

	"mlp/internal/problem"
)

// idShare: a text column with more than one different word for so many cells
// names its rows rather than describing them. Below idRows cells nothing can be
// said.
const (
	idShare = 2
	idRows  = 20
)

// checkFeature refuses columns that nothing can be learned from as they stand.
func checkFeature(t *Table, col *Column, r columnRole, sc SchemaColumn, bad *problem.List) {
	at := problem.Pos{File: t.Name, Line: t.Lines[0]}
	switch {
	case col.Skipped:
		bad.Add(problem.Data(at, col.Name, "pack the table again, or "+ignoreHint(col.Name), "the column was left out when the table was packed"))
	case col.Missing == t.Rows:
		bad.Add(problem.Data(at, col.Name, ignoreHint(col.Name), "every cell is missing"))
	case sc.Kind == Numeric:
		CheckNumbers(t, col, bad)
	case sc.Kind == Date:
		CheckDates(t, col, bad)
	case sc.Kind == Boolean:
		CheckBooleans(t, col, bad)
	case r.exception != nil && r.exception.declared() == Categorical.String():
	default:
		filled := t.Rows - col.Missing
		if commas(col) {
			bad.Add(t.Problem(firstFilled(col), col, func(text string) (msg, hint string) {
				return fmt.Sprintf("the numbers of this column have commas: %q", text),
					"write them with a decimal point and no thousands separators: 1234.5"
			}))
			return
		}
		if len(col.Words)*idShare > filled && filled >= idRows {
			p := problem.Data(at, col.Name, "", "%s in %s look like names of the rows, not like categories",
				problem.Count(len(col.Words), "different word"), problem.Count(filled, "row"))
			p.Hint = fmt.Sprintf("leave the column out (`ignore: [%s]`) or make it the `id:`; if it is categorical, say so under `columns:`, or give it `encode: hash`", strconv.Quote(col.Name))
			if col.likeOtherDates() {
				p.Hint = "if they are dates, write them as year-month-day: " + dateForm
			}
			p.Msg += mixedNote(col)
			bad.Add(p)
		}
	}
}

func ignoreHint(name string) string {
	return fmt.Sprintf("leave the column out: `ignore: [%q]`", name)
}

// commas reports whether all cells of a column of words are numbers, some of
// them with a decimal comma.
func commas(col *Column) bool {
	found := false
	for _, w := range col.Words {
		if _, v := number(w); v == notNumber {
			if !looksLikeDecimalComma(w) {
				return false
			}
			found = true
		}
	}
	return found
}

// mixedNote tells of numbers among the words of a column.
func mixedNote(col *Column) string {
	isNum := make([]bool, len(col.Words))
	for i, w := range col.Words {
		_, v := number(w)
		isNum[i] = v == isNumber
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

func firstFilled(col *Column) int {
	for row := range col.Codes {
		if !col.IsMissing(row) {
			return row
		}
	}
	return 0
}
