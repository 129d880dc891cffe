package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// number writes a figure as people read it: five digits, but no more than four decimals
// and never fewer digits than stand before the point. It is for text; JSON and CSV have
// all digits.
func number(v float64) string {
	a := math.Abs(v)
	switch {
	case a < 1e-12:
		return "0.0000"
	case a < 0.001 || a >= 1e9:
		return fmt.Sprintf("%.4e", v)
	}
	decimals := 4
	for limit := 9.99995; a >= limit && decimals > 0; limit *= 10 { // what rounds to 10 has two digits before the point
		decimals--
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// Measures joins values as " - loss: 0.5123 - accuracy: 0.7526".
func Measures(names []string, values []float64) string {
	var b strings.Builder
	for i, name := range names {
		if values[i] == values[i] {
			fmt.Fprintf(&b, " - %s: %s", name, number(values[i]))
		}
	}
	return b.String()
}

// Cell writes a number as short as it round-trips in float32.
func Cell(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) }

// Cells writes numbers as short as they round-trip, separated by spaces.
func Cells(row []float32) string {
	words := make([]string, len(row))
	for i, v := range row {
		words[i] = Cell(v)
	}
	return strings.Join(words, " ")
}

// FirstCells is Cells of a row that may be wider than anybody reads; JSON has all of it.
func FirstCells(row []float32) string {
	const most = 32
	if len(row) <= most {
		return Cells(row)
	}
	return fmt.Sprintf("%s … and %d more", Cells(row[:most]), len(row)-most)
}

// Percent writes a share with two digits; only none is 0 %, and only all is 100 %.
func Percent(share float64) string {
	switch p := 100 * share; {
	case p > 0 && p < 0.01:
		return "< 0.01 %"
	case p < 9.95:
		return strconv.FormatFloat(p, 'g', 2, 64) + " %"
	case p > 99 && p < 100:
		return "> 99 %"
	default:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
}
