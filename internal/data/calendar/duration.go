package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// seconds are how long the units of a duration last; of a year and a month in the mean of
// the Julian calendar, 365.25 days.
var seconds = map[string]float64{
	"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3,
	"s": 1, "sec": 1, "second": 1,
	"m": 60, "min": 60, "minute": 60,
	"h": 3600, "hr": 3600, "hour": 3600,
	"d": 86400, "day": 86400,
	"w": 604800, "wk": 604800, "week": 604800,
	"mo": 2629800, "month": 2629800,
	"y": 31557600, "yr": 31557600, "year": 31557600,
}

// unitOf returns the unit of a word, in which its spellings are one; "" of none.
func unitOf(word string) string {
	word = strings.TrimSuffix(word, ".")
	if len(word) > 2 {
		word = strings.ToLower(word)
	}
	if _, known := seconds[word]; !known && len(word) > 2 {
		word = strings.TrimSuffix(word, "s")
	}
	if _, known := seconds[word]; !known {
		return ""
	}
	return word
}

// A duration is what a word says of how long something takes.
type duration struct {
	seconds float64
	units   []string // of its terms, the longest first; none of 1:23:45
	letters bool     // all of them are single letters
}

// ParseDuration reads how long something takes, in seconds: 1h30m, 2 days 3 hours, PT1H30M,
// 1:23:45, 45:10 for minutes and seconds, 2 days 03:04:05.
func ParseDuration(s string) (secs float64, ok bool) {
	d, ok := parseDuration(s)
	return d.seconds, ok
}

func parseDuration(s string) (d duration, ok bool) {
	s = strings.TrimSpace(strings.Map(scan.Typed, s))
	rest, negative := strings.CutPrefix(s, "-")
	if !negative {
		rest, _ = strings.CutPrefix(s, "+")
	}
	d.letters = true
	if iso, found := strings.CutPrefix(rest, "P"); found {
		ok = d.readISO(iso)
	} else {
		ok = d.readTerms(rest)
	}
	if negative {
		d.seconds = 0 - d.seconds
	}
	return d, ok
}

// add adds a term, which must be of a shorter unit than those before.
func (d *duration) add(number, unit string) (ok bool) {
	times := seconds[unit]
	if times < 1 && times > 0 { // read with the power of ten, 51 ms are 0.051, to the last bit
		number, times = number+strconv.FormatFloat(times, 'e', -1, 64)[1:], 1
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || len(d.units) > 0 && seconds[d.units[len(d.units)-1]] <= seconds[unit] {
		return false
	}
	d.seconds += float64(v * times)
	d.units = append(d.units, unit)
	return true
}

// isoUnits are the units of ISO 8601 before T and behind it.
var isoUnits = [2]map[byte]string{{'Y': "y", 'M': "mo", 'W': "w", 'D': "d"}, {'H': "h", 'M': "m", 'S': "s"}}

// readISO reads what stands behind the P of ISO 8601.
func (d *duration) readISO(s string) (ok bool) {
	d.letters = false
	behind := 0
	for s != "" {
		if rest, found := strings.CutPrefix(s, "T"); found {
			if s, behind = rest, behind+1; behind == 2 || s == "" {
				return false
			}
		}
		number := decimals(s)
		if number == "" || len(number) == len(s) || !d.add(number, isoUnits[behind][s[len(number)]]) || d.units[len(d.units)-1] == "" {
			return false
		}
		s = s[len(number)+1:]
	}
	return len(d.units) > 0
}

// decimals returns the digits, perhaps with a point among them, that s begins with.
func decimals(s string) string {
	number := s[:len(s)-len(strings.TrimLeft(s, "0123456789."))]
	if number == "" || number[0] == '.' || number[len(number)-1] == '.' || strings.Count(number, ".") > 1 {
		return ""
	}
	return number
}

// readTerms reads numbers with units, the last of which may be a clock's: 2 days 03:04:05.
func (d *duration) readTerms(s string) (ok bool) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimLeft(s, " ") {
		if len(d.units) > 0 {
			s = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(s, ","), "and "), " ")
		}
		number := decimals(s)
		if number == "" {
			return false
		}
		rest := strings.TrimLeft(s[len(number):], " ")
		if strings.HasPrefix(rest, ":") {
			return d.readClock(s)
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
		if end < 0 {
			end = len(rest)
		}
		unit := unitOf(rest[:end])
		if rest == "" && len(number) == 2 && len(d.units) > 0 && d.units[len(d.units)-1] == "h" {
			unit = "m" // 14h30
		}
		if unit == "" || !d.add(number, unit) {
			return false
		}
		d.letters = d.letters && end == 1
		s = strings.TrimPrefix(rest[end:], ".")
	}
	return len(d.units) > 0
}

// readClock reads 1:23:45 or, without days before it, 45:10.
func (d *duration) readClock(s string) (ok bool) {
	fields := strings.Split(s, ":")
	switch {
	case len(d.units) > 0 && (len(fields) < 3 || d.units[len(d.units)-1] != "day" && d.units[len(d.units)-1] != "d"):
		return false
	case len(fields) > 3:
		return false
	}
	whole := 0.0
	for i, field := range fields {
		number := decimals(field)
		last := i == len(fields)-1
		if number == "" || number != field || !last && !allDigits(number) || i > 0 && len(number) != 2 && (len(number) < 2 || number[2] != '.') {
			return false
		}
		v, err := strconv.ParseFloat(number, 64)
		if err != nil || i > 0 && v >= 60 {
			return false
		}
		whole = float64(60*whole) + v
	}
	d.seconds += whole
	d.letters = false
	return true
}

// LookDurations reports whether all words say how long something takes, and whether that
// is sure: letters alone, as in 5m or 3d, may be units of something else, unless a word
// has two or the words have several.
func LookDurations(words []string) (all, sure bool) {
	first := ""
	for _, w := range words {
		d, ok := parseDuration(w)
		if !ok {
			return false, false
		}
		sure = sure || !d.letters || len(d.units) > 1 || first != "" && d.units[0] != first
		if len(d.units) > 0 {
			first = d.units[0]
		}
	}
	return len(words) > 0, sure
}

// WhyNotDuration says what is wrong with a cell of a column of durations.
func WhyNotDuration(text string) (msg, hint string) {
	return fmt.Sprintf("%q does not say how long something takes", problem.Clip(text)), "a duration is written 1h30m, 2 days 3 hours, PT1H30M or 1:23:45; what stands for a missing one belongs in `na_values`"
}
