package schema

import (
	"fmt"
	"strconv"

	"mlp/internal/data/calendar"
	"mlp/internal/data/dialect"
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
				return fmt.Sprintf("the numbers of this column have commas: %q", text), commaHint(t)
			}))
			return
		}
		if len(col.Words)*IDShare > filled && filled >= IDRows {
			p := problem.Data(at, col.Name, "", "%s in %s look like names of the rows, not like categories",
				problem.Count(len(col.Words), "different word"), problem.Count(filled, "row"))
			p.Hint = fmt.Sprintf("leave the column out (`ignore: [%s]`) or make it the `id:`; if it is categorical, say so under `columns:`, or give it `encode: hash`", strconv.Quote(col.Name))
			if calendar.LikeOther(col.Words) {
				p.Hint = "if they are dates, write them as year-month-day: " + calendar.DateForm
			}
			p.Msg += MixedNote(col)
			bad.Add(p)
		}
	}
}

// marksOf returns the marks of numbers that the columns of words hold, and whether they
// may be others as well. The zero Marks are for a table without such columns.
func marksOf(t *table.Table) (marks scan.Marks, doubtful bool) {
	var words []string // of all such columns: what is doubtful in one may be sure in another
	points := false    // stand before fractions elsewhere
	for _, other := range t.Columns {
		switch {
		case other.Skipped:
		case other.Codes != nil && Commas(other):
			words = append(words, other.Words...)
		case other.Kind == table.Numeric && !other.IsInteger():
			points = true
		}
	}
	if len(words) == 0 {
		return marks, false
	}
	marks, doubtful = dialect.CommaNumbers(words), dialect.Doubtful(words)
	if doubtful && points {
		return scan.Marks{Thousands: ','}, false
	}
	return marks, doubtful
}

// commaHint names the setting that reads a column of numbers with commas.
func commaHint(t *table.Table) string {
	marks, doubtful := marksOf(t)
	if marks == (scan.Marks{}) {
		return "write them with a decimal point and no thousands separators: 1234.5"
	}
	hint := func(m scan.Marks) string { return dialect.Hint(t.Reading.With(dialect.Reading{Marks: m})) }
	if doubtful {
		return "if a comma stands before the fraction: " + hint(marks) + "; if between thousands: " + hint(scan.Marks{Thousands: ','})
	}
	return "say so: " + hint(marks)
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
			if !scan.LooksLikeDecimalComma(w) && dialect.CommaNumbers([]string{w}) == (scan.Marks{}) {
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
	if n == 0 || example == "" {
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
