package schema

import (
	"fmt"
	"slices"
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
		sc.Kind.Check(t, col, sc.Settings, bad)
	case r.exception != nil && r.exception.declared() == preprocess.Categorical:
	default:
		filled := t.Rows - col.Missing
		p := edgeProblem(t, col)
		if p == nil && t.Commas(col) {
			p = commaProblem(t, col)
		}
		if p != nil {
			bad.Add(p)
			return
		}
		if len(col.Words)*IDShare > filled && filled >= IDRows {
			p := problem.Data(at, col.Name, "", "%s in %s look like names of the rows, not like categories",
				problem.Count(len(col.Words), "different word"), problem.Count(filled, "row"))
			p.Hint = fmt.Sprintf("leave the column out (`ignore: [%s]`) or make it the `id:`; if it is categorical, say so under `columns:`, or give it `encode: hash`", strconv.Quote(col.Name))
			if marks := MissingMarks(col); len(marks) > 0 {
				p.Hint = marksHint(col, marks)
			} else if msg, hint := preprocess.NearlyAmounts(t, col); msg != "" {
				p.Hint = "the column " + msg + "; " + hint
			} else if preprocess.DoubtfulDates(col) {
				p.Hint = "they may be dates; " + preprocess.DayFirstHint(col.Name)
			} else if calendar.LikeOther(col.Words) {
				p.Hint = "if they are dates, write them as year-month-day: " + calendar.DateForm
			}
			p.Msg += MixedNote(col)
			bad.Add(p)
		}
	}
}

// commaProblem says that a column of words holds numbers with marks, and how they are read.
func commaProblem(t *table.Table, col *table.Column) *problem.Problem {
	row := slices.IndexFunc(col.Codes, func(code int32) bool {
		if code < 0 {
			return false
		}
		_, v := scan.Number(col.Words[code])
		return v == scan.NotNumber
	})
	return t.Problem(row, col, func(text string) (msg, hint string) {
		return fmt.Sprintf("the numbers of this column have commas: %q", text), commaHint(t)
	})
}

// edgeProblem says that a column is one of numbers but for the first rows or the last: units
// below the header, totals, a header below a title. nil: it is not.
func edgeProblem(t *table.Table, col *table.Column) *problem.Problem {
	row, found := t.EdgeWord(col)
	if !found {
		return nil
	}
	return t.Problem(row, col, func(text string) (msg, hint string) {
		return fmt.Sprintf("%q stands in a column of numbers", problem.Clip(text)), "if it is no mistake, declare the column `type: categorical` under `columns:`"
	})
}

// commaHint names the setting that reads a column of numbers with commas.
func commaHint(t *table.Table) string {
	marks, doubtful := t.Marks()
	if marks == (scan.Marks{}) {
		return "write them with a decimal point and no thousands separators: 1234.5"
	}
	hint := func(m scan.Marks) string { return dialect.Hint(t.Reading.With(dialect.Reading{Marks: m})) }
	if doubtful {
		return "if a comma stands before the fraction: " + hint(marks) + "; if between thousands: " + hint(scan.Marks{Thousands: ','})
	}
	return "say so: " + hint(marks)
}

// MixedNote tells of numbers among the words of a column.
func MixedNote(col *table.Column) string {
	isNum := make([]bool, len(col.Words))
	for i, w := range col.Words {
		_, v := scan.Marks{}.Real([]byte(w))
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

// SaidToBeWords reports whether a column of words holds nothing but numbers: it is one
// because the spec says so.
func SaidToBeWords(col *table.Column) bool {
	return !slices.ContainsFunc(col.Words, func(w string) bool {
		_, v := scan.Marks{}.Real([]byte(w))
		return v != scan.IsNumber
	})
}

func firstFilled(col *table.Column) int {
	for row := range col.Codes {
		if !col.IsMissing(row) {
			return row
		}
	}
	return 0
}
