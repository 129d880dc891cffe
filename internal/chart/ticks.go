package chart

import (
	"math"
	"strconv"
	"strings"
)

// ticks returns the round numbers from low to high, multiples of 1, 2 or 5 times a
// power of ten, most of them at the most but two at the least, and how many decimals
// tell them apart, less than none where it is tens.
func ticks(low, high float64, most int) (at []float64, decimals int) {
	exponent := exponentOf((high - low) / float64(most))
	for ; ; exponent++ {
		for _, digit := range []float64{1, 2, 5} {
			first, last := multiples(low, high, digit, exponent)
			n := int(last - first + 1)
			if n > most {
				continue
			}
			if n < 2 { // the step before this one had too many: the ends must do
				return []float64{low, high}, 2 - exponentOf(high-low)
			}
			for i := range n {
				at = append(at, times10((first+float64(i))*digit, exponent))
			}
			return at, -exponent
		}
	}
}

// multiples returns the first and the last k for which k·digit·10^exponent lies
// between low and high, give or take a rounding.
func multiples(low, high, digit float64, exponent int) (first, last float64) {
	const slack = 1e-9
	step := times10(digit, exponent)
	return math.Ceil(low/step - slack), math.Floor(high/step + slack)
}

// exponentOf returns the power of ten that a number has in scientific notation.
func exponentOf(v float64) int {
	_, e, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	n, _ := strconv.Atoi(e)
	return n
}

// times10 returns v·10^n, the number that is nearest to it: 3·0.1 is not 0.3.
func times10(v float64, n int) float64 {
	x, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', -1, 64)+"e"+strconv.Itoa(n), 64)
	return x
}

// labels writes ticks as people do: 0.25, 1500, 2M.
func labels(at []float64, decimals int) []string {
	largest := 0.0
	for _, v := range at {
		largest = max(largest, math.Abs(v))
	}
	unit, suffix := 0, ""
	switch {
	case largest >= 1e9:
		unit, suffix = 9, "G"
	case largest >= 1e6:
		unit, suffix = 6, "M"
	case largest >= 1e5:
		unit, suffix = 3, "k"
	}
	texts := make([]string, len(at))
	for i, v := range at {
		switch {
		case v == 0:
			texts[i] = "0"
		case largest >= 1e13 || largest < 1e-4:
			texts[i] = scientific(v, exponentOf(v)+decimals)
		case unit > 0:
			texts[i] = minus(strconv.FormatFloat(times10(v, -unit), 'f', max(0, min(decimals+unit, 12)), 64)) + suffix
		default:
			texts[i] = minus(strconv.FormatFloat(v, 'f', max(0, decimals), 64))
		}
	}
	return texts
}

// scientific writes 1.5e−7.
func scientific(v float64, decimals int) string {
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', max(0, min(decimals, 12)), 64), "e")
	n, _ := strconv.Atoi(exponent)
	return minus(digits + "e" + strconv.Itoa(n))
}

// minus puts the sign that is as wide as a digit.
func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

// Number writes a value with about four digits, for the words on a chart.
func Number(v float64) string {
	if !finite(v) {
		return "–"
	}
	switch a := math.Abs(v); {
	case a != 0 && (a < 1e-4 || a >= 1e7):
		return scientific(v, 2)
	case a >= 1000:
		return minus(strconv.FormatFloat(v, 'f', 0, 64))
	default:
		return minus(strconv.FormatFloat(v, 'g', 4, 64))
	}
}
