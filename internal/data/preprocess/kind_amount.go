package preprocess

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mlp/internal/data/dialect"
	"mlp/internal/data/quantity"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// Amount is the kind of columns of numbers that have something on them: percent, money, a
// unit, k for thousands, brackets around what is less than nothing.
var Amount = addKind(Kind{
	Name: "amount", Rank: 6,
	Holds: func(c *table.Column, marks scan.Marks) bool {
		if !quantity.Look(c.Words[:min(len(c.Words), kindSample)], marks).All {
			return false
		}
		f := quantity.Look(c.Words, marks)
		return f.Sure && !f.Doubt
	},
	Check: checkAmounts, Idle: idleForNumbers("an amount"),
	Values: readAmounts,
	ReadAs: func(words []string, s Settings) string { return formOf(words, s).String() },
	New: func(name string, s Settings) Feature {
		return &measured{number: number{name: name, settings: s}, reads: readAmounts, formed: true}
	},
})

func readAmounts(words []string, s Settings) func(word string) (float64, bool) {
	return formOf(words, s).Value
}

// checkAmounts refuses the cells that have not the same on them as the others.
func checkAmounts(t *table.Table, col *table.Column, s Settings, list *problem.List) {
	if s.Form == nil {
		if f, _ := quantity.Most(col.Words, s.Marks); f.Doubt {
			msg, hint := DoubtfulComma(t, col)
			list.Add(problem.Data(problem.Pos{File: t.Name}, col.Name, hint, "%s", msg))
			return
		}
	}
	form := formOf(col.Words, s)
	checkWords(t, col, list, func(word string) bool { _, ok := form.Value(word); return ok }, func(text string) (msg, hint string) {
		return fmt.Sprintf("%q is not written as the numbers of this column are, which are %s", problem.Clip(text), form), "write what is on the numbers alike; what stands for a missing one belongs in `na_values`"
	})
}

// DoubtfulComma says that nobody can tell what the commas in the amounts of a column are,
// and which settings say it.
func DoubtfulComma(t *table.Table, col *table.Column) (msg, hint string) {
	say := func(m scan.Marks) string { return dialect.Hint(t.Reading.With(dialect.Reading{Marks: m})) }
	return fmt.Sprintf("in %q the comma may stand between thousands or before the fraction", problem.Clip(col.Words[0])),
		fmt.Sprintf("if between thousands: %s; if before the fraction: %s", say(scan.Marks{Thousands: ','}), say(scan.Marks{Decimal: ','}))
}

// nearlyShare is the share of words, as one in so many, up to which words of a column of
// amounts are others.
const nearlyShare = 4

// NearlyAmounts says what keeps the words of a column from being amounts, if it is little,
// and what to do about it; "" where they are far from it.
func NearlyAmounts(t *table.Table, col *table.Column) (msg, hint string) {
	f, others := quantity.Most(col.Words, t.Reading.Marks)
	units := map[string]bool{}
	for _, w := range others {
		if other, _ := quantity.Most([]string{w}, t.Reading.Marks); other.All && (other.Money != "" || other.Unit != "") {
			units[other.Form.String()] = true
		}
	}
	switch of := len(col.Words) - len(others); {
	case !f.All || of < len(col.Words)/2+1 || !f.Sure:
		return "", ""
	case f.Doubt:
		_, hint = DoubtfulComma(t, col)
		return fmt.Sprintf("holds %s with commas (%q)", f.Form, problem.Clip(col.Words[0])), hint
	case len(units) > 0:
		return fmt.Sprintf("holds %s and %s", f.Form, strings.Join(slices.Sorted(maps.Keys(units)), ", ")), "write all numbers in one unit; a column beside it may say which it was"
	case nearlyShare*len(others) > len(col.Words):
		return "", ""
	}
	return fmt.Sprintf("holds %s and %s", f.Form, spec.QuoteSome(others)),
		fmt.Sprintf("if these stand for a missing number: `- {name: %q, type: amount, na_values: [%s]}` under `columns:`", col.Name, spec.Quote(others))
}
