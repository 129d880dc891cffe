// Package calendar reads what people write for days and times. A word flows in; out comes
// a Moment, or what is wrong with it.
package calendar

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"mlp/internal/problem"
)

// A Moment is a calendar day with, perhaps, a time of that day, as it is written:
// an offset from UTC is read but not applied, so that 8 o'clock stays 8 o'clock.
// Cells are kept as words, so no digit of one is lost.
type Moment struct {
	Year, Month, Day     int
	Hour, Minute, second int
	fraction             float64 // of a second, of a time without a day
	Days                 int     // since 1970-01-01
}

// A DateVerdict is what parsing a cell as a date comes to.
type DateVerdict uint8

const (
	IsDate DateVerdict = iota
	NotDate
	NoSuchDate // a date by its form, but of no day or time that exists
)

const DateForm = "2024-05-01"

// ParseDate reads ISO 8601 in its extended form (RFC 3339 section 5.6, and a
// little more): 2024-05-01, then perhaps T or a blank and 13:45, :30, .25, and
// Z, UTC, +02:00, +0200 or +02.
func ParseDate(s string) (Moment, DateVerdict) {
	if len(s) < len(DateForm) || s[4] != '-' || s[7] != '-' {
		return Moment{}, NotDate
	}
	p := dateParser{rest: s, ok: true}
	d := Moment{Year: p.number(4)}
	p.skip("-")
	d.Month = p.number(2)
	p.skip("-")
	d.Day = p.number(2)
	possible := true
	if p.ok && p.rest != "" {
		p.skip("Tt ")
		d.Hour = p.number(2)
		p.skip(":")
		d.Minute = p.number(2)
		if p.accept(":") {
			d.second = p.number(2)
			if p.accept(".,") {
				p.digits()
			}
		}
		possible = p.offset() && d.Hour < 24 && d.Minute < 60 && d.second < 60
	}
	if !p.ok || p.rest != "" {
		return Moment{}, NotDate
	}
	midnight := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
	if !possible || int(midnight.Month()) != d.Month {
		return Moment{}, NoSuchDate // time.Date makes 31 April the 1 May
	}
	d.Days = int(midnight.Unix() / 86400) // exact: midnights are multiples
	return d, IsDate
}

// Timed reports whether there is a time of the day other than midnight.
func (d Moment) Timed() bool { return d.Hour != 0 || d.Minute != 0 || d.second != 0 }

// Weekday counts from 1, Monday, to 7, as ISO 8601 does. 1970-01-01 was a
// Thursday.
func (d Moment) Weekday() int { return ((d.Days+3)%7+7)%7 + 1 }

// DayOfYear counts from 1.
func (d Moment) DayOfYear() int {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).YearDay()
}

// Seconds returns the second of the day, from 0.
func (d Moment) Seconds() int { return 3600*d.Hour + 60*d.Minute + d.second }

// A dateParser takes a date apart from the left; ok turns false at the first
// thing that does not fit.
type dateParser struct {
	rest string
	ok   bool
}

// number takes exactly n digits.
func (p *dateParser) number(n int) int {
	if len(p.rest) < n {
		p.ok = false
		return 0
	}
	v := 0
	for i := range n {
		c := p.rest[i]
		p.ok = p.ok && c >= '0' && c <= '9'
		v = 10*v + int(c-'0')
	}
	p.rest = p.rest[n:]
	return v
}

// digits takes one digit or more.
func (p *dateParser) digits() {
	n := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789"))
	p.ok = p.ok && n > 0
	p.rest = p.rest[n:]
}

// accept takes one of the characters if it comes next.
func (p *dateParser) accept(any string) bool {
	if p.rest == "" || !strings.Contains(any, p.rest[:1]) {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *dateParser) skip(any string) { p.ok = p.accept(any) && p.ok }

// offset takes a distance from UTC, which may be left out, and reports whether
// there can be such a one.
func (p *dateParser) offset() bool {
	if p.rest == "" || p.accept("Zz") {
		return true
	}
	p.accept(" ")
	if p.rest == "UTC" || p.rest == "GMT" || p.rest == "Z" {
		p.rest = ""
		return true
	}
	p.skip("+-")
	hours, minutes := p.number(2), 0
	if p.accept(":") || p.rest != "" {
		minutes = p.number(2)
	}
	return hours < 24 && minutes < 60
}

// WhyNotDate says what is wrong with a cell of a column of dates.
func WhyNotDate(text string) (msg, hint string) {
	if _, v := ParseDate(text); v == NoSuchDate {
		return fmt.Sprintf("there is no such date: %q", problem.Clip(text)), "correct the cell, or name it in `na_values`"
	}
	return fmt.Sprintf("%q is not a date", problem.Clip(text)), "a date is written year-month-day: " + DateForm + ", or " + DateForm + "T13:45; what stands for a missing one belongs in `na_values`"
}

// otherDates recognises days written in another order or with other signs.
var otherDates = regexp.MustCompile(`^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}( |$)`)

// LikeOther reports whether words seem to be dates that are not written as ISO 8601
// has them.
func LikeOther(words []string) bool {
	for _, w := range words {
		if _, v := ParseDate(w); v == NotDate && !otherDates.MatchString(w) {
			return false
		}
	}
	return len(words) > 0
}
