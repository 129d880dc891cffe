package calendar

import (
	"slices"
	"strings"
	"unicode"
)

// A Layout is how the days of a column are written where that is not ISO 8601. Cells in
// ISO 8601, of which nobody can be in doubt, are read in any layout.
type Layout string

// The layouts.
const (
	ISO        Layout = ""
	YearFirst  Layout = "year_first"  // 2024/1/31, 2024.01.31
	DayFirst   Layout = "day_first"   // 31/01/2024, 31.1.2024
	MonthFirst Layout = "month_first" // 01/31/2024
	Named      Layout = "named"       // 31 Jan 2024, January 31, 2024
	Compact    Layout = "compact"     // 20240131
)

// Layouts are those that have a name.
var Layouts = []string{string(YearFirst), string(DayFirst), string(MonthFirst), string(Named), string(Compact), string(Clock)}

var months = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// monthNamed returns the month of a name or its first three letters; 0 of anything else.
func monthNamed(s string) int {
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	return 1 + slices.IndexFunc(months, func(m string) bool { return s == m || s == m[:3] || s == "sept" && m == "september" })
}

// Parse reads a day, perhaps with a time behind it, as the layout has it.
func (l Layout) Parse(s string) (Moment, DateVerdict) {
	if l == Clock {
		return ParseClock(s)
	}
	if d, v := ParseDate(s); v != NotDate || l == ISO {
		return d, v
	}
	f := fieldsOf(s)
	if f == nil {
		return Moment{}, NotDate
	}
	year, month, day := f.parts[0], f.parts[1], f.parts[2]
	switch {
	case f.layout == Named && l == Named, f.layout == Compact && l == Compact, f.layout == YearFirst && l == YearFirst:
	case f.layout != DayFirst:
		return Moment{}, NotDate
	case l == DayFirst:
		year, day = f.parts[2], f.parts[0]
	case l == MonthFirst && f.separator != '.':
		year, month, day = f.parts[2], f.parts[0], f.parts[1]
	default:
		return Moment{}, NotDate
	}
	if month > 99 || day > 99 {
		return Moment{}, NotDate
	}
	digits := func(v, n int) string {
		text := ""
		for range n {
			text = string(rune('0'+v%10)) + text
			v /= 10
		}
		return text
	}
	return ParseDate(digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day, 2) + f.time)
}

// fields are what a day is written with.
type fields struct {
	layout    Layout // DayFirst of what may be MonthFirst
	parts     [3]int // year, month, day; of DayFirst as they stand
	separator byte
	short     bool   // the year has two digits
	time      string // as ISO 8601 has it, "" for none
}

// fieldsOf takes a day apart; nil of what is none.
func fieldsOf(s string) *fields {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\u00a0' })
	if len(words) == 0 {
		return nil
	}
	if first := words[0]; len(words) > 1 && len(first) == 3 && slices.Contains([]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, strings.ToLower(first)) {
		words = words[1:] // the day of the week
	}
	if date, clock, found := strings.Cut(words[0], "T"); found && allDigits(date[max(0, len(date)-1):]) {
		words = slices.Concat([]string{date, clock}, words[1:])
	}
	f := &fields{}
	var n int
	switch first := words[0]; {
	case len(first) == 8 && allDigits(first):
		f.layout, f.parts = Compact, [3]int{number(first[:4]), number(first[4:6]), number(first[6:])}
		n = 1
	case len(words) >= 3 && monthNamed(words[0]) > 0: // January 31, 2024
		f.layout, f.parts = Named, [3]int{yearOf(words[2]), monthNamed(words[0]), dayOf(words[1])}
		n, f.short = 3, len(words[2]) == 2
	case len(words) >= 3 && monthNamed(words[1]) > 0: // 31 January 2024
		f.layout, f.parts = Named, [3]int{yearOf(words[2]), monthNamed(words[1]), dayOf(words[0])}
		n, f.short = 3, len(words[2]) == 2
	default:
		n = 1
		at := strings.IndexAny(first, "/.-")
		if at < 1 {
			return nil
		}
		f.separator = first[at]
		three := strings.Split(first, first[at:at+1])
		if len(three) != 3 {
			return nil
		}
		if month := monthNamed(three[1]); month > 0 { // 31-Jan-2024
			f.layout, f.parts, f.short = Named, [3]int{yearOf(three[2]), month, dayOf(three[0])}, len(three[2]) == 2
			break
		}
		for i, part := range three {
			if !allDigits(part) || len(part) == 3 || len(part) > 4 {
				return nil
			}
			f.parts[i] = number(part)
		}
		switch long := [3]bool{len(three[0]) == 4, len(three[1]) == 4, len(three[2]) == 4}; long {
		case [3]bool{true, false, false}:
			f.layout = YearFirst
		case [3]bool{false, false, true}:
			f.layout = DayFirst
		default:
			if long != [3]bool{} || len(three[2]) != 2 {
				return nil
			}
			f.layout, f.parts[2] = DayFirst, yearOf(three[2])
		}
		f.short = f.layout == DayFirst && len(three[2]) == 2
	}
	if f.parts[0] < 0 || f.parts[1] < 0 || f.parts[2] < 0 {
		return nil
	}
	var ok bool
	f.time, ok = clock(words[n:])
	if !ok {
		return nil
	}
	return f
}

// clock reads the time behind a day, whose hours may be those of half a day.
func clock(words []string) (time string, ok bool) {
	if len(words) == 0 {
		return "", true
	}
	hour, rest, found := strings.Cut(words[0], ":")
	if !found || !allDigits(hour) || len(hour) > 2 {
		return "", false
	}
	words = words[1:]
	h := number(hour)
	half := ""
	if i := strings.IndexFunc(rest, unicode.IsLetter); i > 0 && len(rest) == i+2 {
		rest, half = rest[:i], rest[i:]
	} else if len(words) > 0 && len(words[0]) == 2 && strings.EqualFold(words[0][1:], "m") {
		half, words = words[0], words[1:]
	}
	if half = strings.ToLower(half); half != "" {
		if half != "am" && half != "pm" || h < 1 || h > 12 {
			return "", false
		}
		if h %= 12; half == "pm" {
			h += 12
		}
	}
	time = "T" + string(rune('0'+h/10)) + string(rune('0'+h%10)) + ":" + rest
	if len(words) > 0 {
		time += " " + strings.Join(words, " ")
	}
	return time, true
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// number returns the value of a few digits.
func number(digits string) int {
	v := 0
	for _, c := range digits {
		v = 10*v + int(c-'0')
	}
	return v
}

// pivot is the year of two digits from which on years are of the last century, as POSIX
// has it.
const pivot = 69

// yearOf returns a year of four digits or two, and dayOf a day, perhaps one such as 1st;
// −1 of anything else.
func yearOf(s string) int {
	switch {
	case len(s) != 4 && len(s) != 2, !allDigits(s):
		return -1
	case len(s) == 2 && number(s) >= pivot:
		return 1900 + number(s)
	case len(s) == 2:
		return 2000 + number(s)
	}
	return number(s)
}

// ShortYears reports whether a word is a day whose year has two digits.
func ShortYears(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		f := fieldsOf(w)
		return f != nil && f.short
	})
}

func dayOf(s string) int {
	for _, ending := range []string{"st", "nd", "rd", "th", "."} {
		s = strings.TrimSuffix(s, ending)
	}
	if len(s) > 2 || !allDigits(s) {
		return -1
	}
	return number(s)
}

// Look finds the layout in which every word is a day; found is false where there is none.
// Where day and month may be meant either way doubt is true, unless it is said.
func Look(words []string, said string) (l Layout, found, doubt bool) {
	first, second := 0, 0 // the greatest numbers in these places
	var layout Layout
	late := false                 // a year of two digits is no day of a month
	dotted, years := false, false // with points between; with hyphens and two digits that may be year, month, day
	for _, w := range words {
		if _, v := ParseDate(w); v != NotDate {
			continue
		}
		f := fieldsOf(w)
		if f == nil || layout != ISO && f.layout != layout {
			return ISO, false, false
		}
		if layout = f.layout; layout == DayFirst {
			first, second = max(first, f.parts[0]), max(second, f.parts[1])
			dotted = dotted || f.separator == '.'
			years = years || f.short && f.separator == '-'
			late = late || f.short && f.parts[2]%100 > 31
		}
	}
	if layout == DayFirst {
		switch {
		case years && !late && said != "true" && said != "false":
			return ISO, false, true
		case said == "true", said != "false" && dotted, said != "false" && first > 12:
		case said == "false", second > 12:
			layout = MonthFirst
		default:
			return ISO, false, true
		}
	}
	for _, w := range words {
		if _, v := layout.Parse(w); v != IsDate {
			return ISO, false, false
		}
	}
	return layout, len(words) > 0, false
}
