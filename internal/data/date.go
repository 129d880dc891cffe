package data

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"mlp/internal/problem"
)

// A date is a calendar day with, perhaps, a time of that day, as it is written:
// an offset from UTC is read but not applied, so that 8 o'clock stays 8 o'clock.
// Cells are kept as words, so no digit of one is lost.
type date struct {
	year, month, day     int
	hour, minute, second int
	days                 int // since 1970-01-01
}

// A dateVerdict is what parsing a cell as a date comes to.
type dateVerdict uint8

const (
	isDate dateVerdict = iota
	notDate
	noSuchDate // a date by its form, but of no day or time that exists
)

const dateForm = "2024-05-01"

// parseDate reads ISO 8601 in its extended form (RFC 3339 section 5.6, and a
// little more): 2024-05-01, then perhaps T or a blank and 13:45, :30, .25, and
// Z, +02:00, +0200 or +02.
func parseDate(s string) (date, dateVerdict) {
	if len(s) < len(dateForm) || s[4] != '-' || s[7] != '-' {
		return date{}, notDate
	}
	p := dateParser{rest: s, ok: true}
	d := date{year: p.number(4)}
	p.skip("-")
	d.month = p.number(2)
	p.skip("-")
	d.day = p.number(2)
	possible := true
	if p.ok && p.rest != "" {
		p.skip("Tt ")
		d.hour = p.number(2)
		p.skip(":")
		d.minute = p.number(2)
		if p.accept(":") {
			d.second = p.number(2)
			if p.accept(".,") {
				p.digits()
			}
		}
		possible = p.offset() && d.hour < 24 && d.minute < 60 && d.second < 60
	}
	if !p.ok || p.rest != "" {
		return date{}, notDate
	}
	midnight := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	if !possible || int(midnight.Month()) != d.month {
		return date{}, noSuchDate // time.Date makes 31 April the 1 May
	}
	d.days = int(midnight.Unix() / 86400) // exact: midnights are multiples
	return d, isDate
}

// timed reports whether the time of the day says something.
func (d date) timed() bool { return d.hour != 0 || d.minute != 0 || d.second != 0 }

// weekday counts from 1, Monday, to 7, as ISO 8601 does. 1970-01-01 was a
// Thursday.
func (d date) weekday() int { return ((d.days+3)%7+7)%7 + 1 }

// dayOfYear counts from 1.
func (d date) dayOfYear() int {
	return time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).YearDay()
}

// seconds returns the second of the day, from 0.
func (d date) seconds() int { return 3600*d.hour + 60*d.minute + d.second }

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
	p.skip("+-")
	hours, minutes := p.number(2), 0
	if p.accept(":") || p.rest != "" {
		minutes = p.number(2)
	}
	return hours < 24 && minutes < 60
}

// whyNotDate says what is wrong with a cell of a column of dates.
func whyNotDate(text string) (msg, hint string) {
	if _, v := parseDate(text); v == noSuchDate {
		return fmt.Sprintf("there is no such date: %q", problem.Clip(text)), "correct the cell, or name it in `na_values`"
	}
	return fmt.Sprintf("%q is not a date", problem.Clip(text)), "a date is written year-month-day: " + dateForm + ", or " + dateForm + "T13:45; what stands for a missing one belongs in `na_values`"
}

// otherDates recognises days written in another order or with other signs.
var otherDates = regexp.MustCompile(`^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}( |$)`)

// likeOtherDates reports whether the words of a column seem to be dates that are
// not written as ISO 8601 has them.
func (c *Column) likeOtherDates() bool {
	for _, w := range c.Words {
		if _, v := parseDate(w); v == notDate && !otherDates.MatchString(w) {
			return false
		}
	}
	return len(c.Words) > 0
}
