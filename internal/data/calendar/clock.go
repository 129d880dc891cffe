package calendar

import (
	"fmt"
	"strconv"
	"strings"

	"mlp/internal/problem"
)

// Clock is the layout of times of the day without a day.
const Clock Layout = "clock"

// ParseClock reads a time of the day: 8:30, 08:30:15.5, 8:30 pm, 8 p.m. Its day is that of
// 1970-01-01.
func ParseClock(s string) (Moment, DateVerdict) {
	s = strings.ToLower(strings.TrimSpace(s))
	for dotted, plain := range map[string]string{"a.m.": "am", "p.m.": "pm"} {
		if before, found := strings.CutSuffix(s, dotted); found {
			s = before + plain
		}
	}
	if before, half := strings.TrimRight(s[:max(0, len(s)-2)], " "), s[max(0, len(s)-2):]; (half == "am" || half == "pm") && allDigits(before) {
		s = before + ":00" + half
	}
	words := strings.Fields(strings.TrimPrefix(s, "t"))
	if len(words) == 0 || len(words) > 2 {
		return Moment{}, NotDate
	}
	at, ok := clock(words)
	if !ok || strings.Count(at, ":") > 2 || strings.ContainsAny(at, "z+- ") {
		return Moment{}, NotDate
	}
	d, v := ParseDate("1970-01-01" + at)
	if i := strings.IndexAny(at, ".,"); v == IsDate && i > 0 {
		d.fraction, _ = strconv.ParseFloat("."+at[i+1:], 64) // digits, as ParseDate has seen
	}
	return d, v
}

// SecondsOfDay counts from midnight, with what is left of a second.
func (d Moment) SecondsOfDay() float64 { return float64(d.Seconds()) + d.fraction }

// WhyNotTime says what is wrong with a cell of a column of times of the day.
func WhyNotTime(text string) (msg, hint string) {
	if _, v := ParseClock(text); v == NoSuchDate {
		return fmt.Sprintf("there is no such time of the day: %q", problem.Clip(text)), "if cells say how long something takes, add `type: duration`; else correct the cell, or name it in `na_values`"
	}
	return fmt.Sprintf("%q is not a time of the day", problem.Clip(text)), "one is written 08:30, 8:30 pm or 23:59:59.5; what stands for a missing one belongs in `na_values`"
}
