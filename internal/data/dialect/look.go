package dialect

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"mlp/internal/data/scan"
)

// Separator returns the delimiter that the first line of a table names for
// spreadsheets: sep=; or "sep=;". ok is false of any other line.
func Separator(line []byte) (delim byte, ok bool) {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) > 5 { // a spreadsheet that saved it has given it as many cells as the table has
		line = append(line[:5:5], bytes.TrimLeft(line[5:], string(line[4]))...)
	}
	if n := len(line); n > 1 && line[0] == '"' && line[n-1] == '"' {
		line = line[1 : n-1]
	}
	if len(line) != 5 || !strings.EqualFold(string(line[:4]), "sep=") || !strings.ContainsRune(",;\t| :^~", rune(line[4])) {
		return 0, false
	}
	return line[4], true
}

// Title returns how many of the first rows are not of the table: all that follow, at
// least two, have another number of cells, and more than one; or they have a cell alone,
// where the next has names for all columns.
func Title(rows [][]string, marks scan.Marks) int {
	n := len(rows)
	if n < 3 {
		return 0
	}
	cells := len(rows[n-1])
	first := n
	for first > 0 && len(rows[first-1]) == cells {
		first--
	}
	if cells < 2 || n-first < 2 || slices.ContainsFunc(rows[:first], func(row []string) bool { return len(row) == cells }) {
		return 0
	}
	if first > 0 || cells < 3 {
		return first
	}
	for first < n && alone(rows[first]) {
		first++
	}
	if n-first < 2 || slices.Contains(rows[first], "") || !HasNames(rows[first:], scan.NASet{}, marks) {
		return 0
	}
	return first
}

// alone reports whether no more than one cell of a row is filled.
func alone(row []string) bool {
	filled := 0
	for _, cell := range row {
		if cell != "" {
			filled++
		}
	}
	return filled < 2
}

// unitsLimit is how many lines below the header are looked at.
const unitsLimit = 3

// Units returns how many rows below the header hold no number and a word in a column of
// which nearly all other cells are numbers: units, not values.
func Units(rows [][]string, na scan.NASet, marks scan.Marks) int {
	isNumber := func(cell string) bool { return Number(cell, marks) }
	for n := min(unitsLimit, len(rows)-2); n > 0; n-- {
		units := true
		for _, row := range rows[:n] {
			units = units && !slices.ContainsFunc(row, isNumber)
		}
		if !units {
			continue
		}
		for _, row := range rows[:n] {
			word := false
			for j, cell := range row {
				if na.Has(cell) {
					continue
				}
				numbers, others := 0, 0
				for _, below := range rows[n:] {
					switch {
					case j >= len(below) || na.Has(below[j]):
					case isNumber(below[j]):
						numbers++
					default:
						others++
					}
				}
				word = word || 10*others <= numbers && numbers > 1 // a line of totals may stand at the end
			}
			units = units && word
		}
		if units {
			return n
		}
	}
	return 0
}

// CommaNumbers returns the marks under which all of the words are numbers, where it is
// sure which they are: both kinds occur in one word, or a comma stands where none can be
// for thousands, or only for thousands. The zero Marks are for words that are no such
// numbers, or that may be either.
func CommaNumbers(words []string) scan.Marks {
	candidates := []scan.Marks{{Decimal: ','}, {Decimal: ',', Thousands: '.'}, {Thousands: ','}, {Decimal: ',', Thousands: ' '}, {Thousands: ' '}, {Thousands: '\''}, {Decimal: ',', Thousands: '\''}, {Thousands: '_'}}
	fits := func(m scan.Marks) bool {
		return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool {
			_, v := m.Parse([]byte(w))
			return v == scan.NotNumber
		})
	}
	if fits(scan.Marks{}) {
		return scan.Marks{}
	}
	for _, m := range candidates {
		if fits(m) {
			return m
		}
	}
	return scan.Marks{}
}

// Doubtful reports whether the words are numbers with commas for thousands as well as
// with decimal commas: 1,234 and 5,678 only. No exponent stands behind thousands.
func Doubtful(words []string) bool {
	if slices.ContainsFunc(words, func(w string) bool { return strings.ContainsAny(w, "eE") }) {
		return false
	}
	for _, m := range []scan.Marks{{Decimal: ','}, {Thousands: ','}} {
		if slices.ContainsFunc(words, func(w string) bool {
			_, v := m.Parse([]byte(w))
			return v == scan.NotNumber
		}) {
			return false
		}
	}
	return true
}

// DelimiterWord names a delimiter for people.
func DelimiterWord(d byte) string {
	switch d {
	case '\t':
		return "tabs"
	case ' ':
		return "blanks"
	}
	return fmt.Sprintf("%q", string(d))
}

// Blanks reports whether runs of blanks stand between the cells of rows that were cut so:
// every row has equally many words then, half of the rows numbers, and none of the wanted
// columns holds blanks in its name.
func Blanks(rows [][]string, wanted []string, marks scan.Marks) bool {
	numbers := 0
	for i, row := range rows {
		// The first may name the columns but not that of the names of rows.
		if n := len(rows[len(rows)-1]); n < 2 || len(row) != n && (i > 0 || len(row)+1 != n) {
			return false
		}
		if slices.ContainsFunc(row, func(cell string) bool { return Number(cell, marks) }) {
			numbers++
		}
	}
	return len(rows) > 0 && 2*numbers >= len(rows) && !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(rows[0], w) && strings.Contains(w, " ") })
}

// Number reports whether a cell is a number by the marks, or, where they say nothing, by
// others.
func Number(cell string, marks scan.Marks) bool {
	if _, v := marks.Real([]byte(cell)); v != scan.NotNumber {
		return true
	}
	return marks.Plain() && CommaNumbers([]string{cell}) != (scan.Marks{})
}

// Packs reports whether a cell that tabs were taken to end holds several numbers with
// blanks between them in each of the rows: the delimiter is another.
func Packs(rows [][]string, marks scan.Marks) bool {
	for j := range rows[0] {
		if !slices.ContainsFunc(rows, func(row []string) bool {
			words := strings.Fields(row[min(j, len(row)-1)])
			return len(words) < 2 || !Number(words[0], marks) || !Number(words[1], marks)
		}) {
			return true
		}
	}
	return false
}
