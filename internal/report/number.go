package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// number writes four decimals, or four digits where those would be zeros.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a < 1e-12:
		return "0.0000"
	case a < 0.001 || a >= 1e7:
		return fmt.Sprintf("%.4e", v)
	}
	return fmt.Sprintf("%.4f", v)
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
