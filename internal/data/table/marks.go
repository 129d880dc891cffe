package table

import (
	"math"
	"slices"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
)

// Commas reports whether the words of a column are numbers, some of them with a decimal
// comma or other marks. Those in rows that are none (Edges) do not count.
func (t *Table) Commas(c *Column) bool {
	found := false
	for _, w := range t.wordsInside(c) {
		if _, v := scan.Number(w); v == scan.NotNumber {
			if !scan.LooksLikeDecimalComma(w) && dialect.CommaNumbers([]string{w}) == (scan.Marks{}) {
				return false
			}
			found = true
		}
	}
	return found
}

// wordsInside returns the words of a column without those that stand in rows at the edges
// only.
func (t *Table) wordsInside(c *Column) []string {
	top, bottom := t.Edges()
	if top+bottom == 0 {
		return c.Words
	}
	var words []string
	inside := make([]bool, len(c.Words))
	for row := top; row < len(c.Codes)-bottom; row++ {
		if code := c.Codes[row]; code >= 0 && !inside[code] {
			inside[code] = true
			words = append(words, c.Words[code])
		}
	}
	return words
}

// Marks returns the marks of numbers that the columns of words hold, and whether they
// may be others as well. The zero Marks are for a table without such columns.
func (t *Table) Marks() (marks scan.Marks, doubtful bool) {
	var words []string // of all such columns: what is doubtful in one may be sure in another
	points := false    // stand before fractions elsewhere
	triples := true    // of digits are all that stands behind these points
	for _, other := range t.Columns {
		switch {
		case other.Skipped:
		case other.Codes != nil && t.Commas(other):
			words = append(words, t.wordsInside(other)...)
		case other.Kind == Numeric && !other.IsInteger():
			points, triples = true, triples && other.InTriples()
		}
	}
	if len(words) == 0 {
		return marks, false
	}
	marks, doubtful = dialect.CommaNumbers(words), dialect.Doubtful(words)
	switch {
	case points && doubtful:
		return scan.Marks{Thousands: ','}, false
	case points && marks == scan.Marks{Decimal: ','} && triples:
		marks.Thousands = '.'
	case points && marks.Decimal != 0 && marks.Thousands != '.':
		return scan.Marks{}, false // no setting reads them all
	}
	return marks, doubtful
}

// InTriples reports whether the numbers of a column may be whole ones with points for
// thousands, as in 1.234.
func (c *Column) InTriples() bool {
	return c.Wide == nil && !slices.ContainsFunc(c.Numbers, func(v float32) bool {
		thousands := float64(v) * 1000 // a float32 below 1000 is within 4e-5 of a decimal of three places
		return v == v && math.Abs(thousands-math.Round(thousands)) > 0.04 || v >= 1000 || v <= -1000
	})
}
