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
func checkFeature(t *Table, col *Column, r columnRole, sc SchemaColumn, bad *complaints) {
	at := problem.Pos{File: t.Name, Line: t.Lines[0]}
	switch {
	case col.Skipped:
		bad.add(problem.Data(at, col.Name, "pack the table again, or "+ignoreHint(col.Name), "the column was left out when the table was packed"))
	case col.Missing == t.Rows:
		bad.add(problem.Data(at, col.Name, ignoreHint(col.Name), "every cell is missing"))
	case sc.Kind == Numeric:
		badNumbers(t, col, bad)
	case sc.Kind == Date:
		badDates(t, col, bad)
	case sc.Kind == Boolean:
		badBooleans(t, col, bad)
	case r.exception != nil && r.exception.declared() == Categorical.String():
	default:
		filled := t.Rows - col.Missing
		if commas(col) {
			bad.list = append(bad.list, t.problems([]cellAt{{firstFilled(col), col}}, func(c *Column, text string) (string, string) {
				return fmt.Sprintf("the numbers of this column have commas: %q", text),
					"write them with a decimal point and no thousands separators: 1234.5"
			})...)
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
			bad.add(p)
		}
	}
}

func ignoreHint(name string) string {
	return fmt.Sprintf("leave the column out: `ignore: [%q]`", name)
}

// badNumbers complains about the cells of a numeric column that are no numbers.
func badNumbers(t *Table, col *Column, bad *complaints) {
	if col.OtherN == 0 {
		return
	}
	var cells []cellAt
	for _, row := range col.Others {
		cells = append(cells, cellAt{row, col})
	}
	for _, p := range t.problems(cells, func(_ *Column, text string) (string, string) { return whyNotNumber(text) }) {
		bad.add(p)
	}
	bad.more += col.OtherN - len(col.Others)
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
		if !col.isMissing(row) {
			return row
		}
	}
	return 0
}

// checkWeights refuses weights that are no numbers, negative, or missing.
func checkWeights(t *Table, col *Column, bad *complaints) {
	if col.Skipped {
		bad.add(problem.Data(problem.Pos{File: t.Name}, col.Name, "pack the table again", "the column was left out when the table was packed"))
		return
	}
	bad.cells(t, col, func(row int) bool { return !(col.Numbers[row] >= 0) }, func(_ *Column, text string) (string, string) {
		return fmt.Sprintf("%q is no weight", problem.Clip(text)), "a row's weight is a number, 0 or more"
	})
}

// idle complains about an exception that would have no effect.
func idle(r columnRole, sc SchemaColumn) *problem.Problem {
	e := r.exception
	if e == nil {
		return nil
	}
	_, forWords := e.Missing.Use.(wordImputer)
	numeric := e.Scale.given() || e.Missing.given() && (sc.Kind.scales() || !forWords) || e.Indicator != Look || e.Clip != 0
	encoded := e.Encode.given() || e.MinCount != 0 || e.Unknown != "auto"
	p := &problem.Problem{Pos: e.Ref.Pos, Path: "data.columns", Width: len(e.Ref.Name)}
	switch {
	case sc.Role != Feature && (numeric || encoded || e.Missing.given() || len(e.Parts) > 0):
		p.Msg, p.Hint = fmt.Sprintf("column %q is the %s: it is neither scaled nor encoded", sc.Name, sc.Role), "leave only name, type and na_values"
		if sc.Role == Ignored {
			p.Msg, p.Hint = fmt.Sprintf("column %q is ignored", sc.Name), "delete the entry, or take it out of `ignore`"
		}
	case sc.Role != Feature:
		return nil
	case sc.Kind != Date && len(e.Parts) > 0:
		p.Msg, p.Hint = fmt.Sprintf("column %q is %s; parts are for dates", sc.Name, sc.Kind), "a date is written year-month-day: "+dateForm
	case sc.Kind == Categorical && numeric:
		p.Msg, p.Hint = fmt.Sprintf("column %q is categorical; scale, missing, indicator and clip are for numbers", sc.Name), "missing categories go to the bucket of unknown ones, or with `missing: mode` to the most frequent one"
	case sc.Kind == Boolean && (numeric || encoded):
		p.Msg, p.Hint = fmt.Sprintf("column %q is boolean: one input, 1, 0, or 0.5 where it is missing", sc.Name), "add `type: categorical` to encode it otherwise"
	case e.MinCount != 0 && hashes(sc):
		p.Msg, p.Hint = fmt.Sprintf("column %q is hashed: its categories are not counted", sc.Name), "delete min_count"
	case sc.Kind.scales() && encoded:
		p.Msg, p.Hint = fmt.Sprintf("column %q is %s; encode, min_count and unknown are for categories", sc.Name, sc.Kind), "add `type: categorical` if its cells are names"
	default:
		return nil
	}
	return p
}
