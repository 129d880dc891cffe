// Package quantity reads numbers that have something on them: percents, money, units,
// magnitudes, brackets for what is less than nothing. The words of a column flow in; out
// come the Form that they have in common, and their numbers.
package quantity

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
)

// A Form is how the numbers of a column are written: each with the same thing on it.
type Form struct {
	Money  string // the code of a currency; "" for none
	Unit   string // what stands behind each number besides, as it is written first
	Scaled bool   // whether k, M and the like multiply, where there is no unit
	Marks  scan.Marks
}

// A Finding is what Look makes of the words of a column.
type Finding struct {
	Form
	All   bool // the words are numbers of this form
	Sure  bool // that nobody need say so
	Doubt bool // a comma may stand between thousands or before the fraction
}

// seldom is how many different numbers there must be for a unit that few know.
const seldom = 10

// Look finds the form that all words have. Numbers have the marks of the table, or others
// that leave no doubt. Plain numbers alone are of no such form for sure.
func Look(words []string, marks scan.Marks) Finding {
	all := make([]parts, len(words))
	numbers := make([]string, len(words))
	suffixes := map[string]string{} // by their keys
	var f Finding
	brackets, magnitudes := 0, false
	for i, w := range words {
		p, ok := takeApart(w)
		if !ok || p.money != nil != (all[0].money != nil) && i > 0 || i > 0 && p.money != nil && p.money.code != all[0].money.code {
			return Finding{}
		}
		all[i], numbers[i] = p, p.number
		if key := unitKey(p.suffix); suffixes[key] == "" {
			suffixes[key] = p.suffix
		}
		magnitudes = magnitudes || p.power > 0
		if p.bracket {
			brackets++
		}
	}
	if len(words) == 0 || !f.unit(all, suffixes) {
		return Finding{}
	}
	var ok bool
	if f.Marks, ok, f.Doubt = marksOf(numbers, marks, f.Money != "" || brackets > 0); !ok {
		return Finding{}
	}
	f.All = true
	switch {
	case f.Money != "", f.Unit == "%":
		f.Sure = true
	case slices.ContainsFunc(numbers, func(n string) bool { return len(n) > 1 && n[0] == '0' && n[1]-'0' < 10 }):
		// 007A is a code
	case brackets > 0 && brackets < len(words), usualKeys[unitKey(f.Unit)]:
		f.Sure = true
	case f.Unit != "", magnitudes:
		slices.Sort(numbers)
		f.Sure = len(slices.Compact(numbers)) >= seldom
	}
	return f
}

// unit settles what stands on the numbers besides their marks; ok is false where it is not
// the same on all. A lone m may be metres or millions: beside k, M or b it is a magnitude,
// beside nothing it is a unit, and beside plain numbers nobody can tell.
func (f *Form) unit(all []parts, suffixes map[string]string) (ok bool) {
	magnitude := func(p parts) bool { return p.suffix == "" || p.power > 0 }
	_, m := suffixes["m"]
	if all[0].money != nil {
		f.Money = all[0].money.code
		if !slices.ContainsFunc(all, func(p parts) bool { return !magnitude(p) }) {
			f.Scaled = true
			return true
		}
	}
	_, plain := suffixes[""]
	if !slices.ContainsFunc(all, func(p parts) bool { return !magnitude(p) }) && !(m && len(suffixes) == 1) {
		f.Scaled = true
		return !(m && plain && len(suffixes) == 2)
	}
	if f.Unit = all[0].suffix; unitKey(f.Unit) == "%" {
		f.Unit = "%"
	}
	return len(suffixes) == 1
}

// marksOf finds the marks of numbers. A comma before three digits of money, or among brackets, stands between
// thousands: no coin is a thousandth.
func marksOf(numbers []string, of scan.Marks, money bool) (marks scan.Marks, ok, doubt bool) {
	fits := func(m scan.Marks) bool {
		return !slices.ContainsFunc(numbers, func(n string) bool {
			_, v := m.Parse([]byte(n))
			return v != scan.IsNumber
		})
	}
	switch found := dialect.CommaNumbers(numbers); {
	case !of.Plain() && fits(of):
		return of, true, false
	case fits(scan.Marks{}):
		return scan.Marks{}, true, false
	case found.Plain():
		return found, false, false
	case !dialect.Doubtful(numbers):
		return found, fits(found), false
	case money:
		return scan.Marks{Thousands: ','}, true, false
	default:
		return found, true, true
	}
}

// Value reads a cell of a column of this form.
func (f Form) Value(cell string) (v float64, ok bool) {
	p, ok := takeApart(cell)
	money := ""
	if p.money != nil {
		money = p.money.code
	}
	if !ok || money != f.Money {
		return 0, false
	}
	switch {
	case f.Scaled && p.power > 0:
		p.number += "e" + strconv.Itoa(p.power)
	case f.Scaled && p.suffix != "", !f.Scaled && unitKey(p.suffix) != unitKey(f.Unit):
		return 0, false
	}
	r, verdict := f.Marks.Real([]byte(p.number))
	if verdict != scan.IsNumber {
		return 0, false
	}
	if v = r.Exact; p.negative {
		v = 0 - v // and 0 stays 0
	}
	return v, true
}

// String names the numbers for people: US dollars, percent, numbers in "km".
func (f Form) String() string {
	if c := currencyNamed(f.Money); c != nil {
		return strings.TrimSpace(c.name + " " + f.Unit)
	}
	switch {
	case f.Unit == "%":
		return "percent"
	case f.Unit != "":
		return fmt.Sprintf("numbers in %q", f.Unit)
	}
	return plain
}

// plain describes numbers with nothing on them but what changes their value.
const plain = "numbers, 1.2k for 1200 and (5) for -5"

// Most finds the form that most of the words have, if not all do, and the words that do
// not.
func Most(words []string, marks scan.Marks) (f Finding, others []string) {
	if f = Look(words, marks); f.All {
		return f, nil
	}
	groups := map[string][]string{}
	most := ""
	for _, w := range words {
		p, ok := takeApart(w)
		if !ok {
			continue
		}
		key := unitKey(p.suffix)
		if p.power > 0 && key != "m" {
			key = ""
		}
		if p.money != nil {
			key = p.money.code + " " + key
		}
		if groups[key] = append(groups[key], w); len(groups[key]) > len(groups[most]) {
			most = key
		}
	}
	f = Look(groups[most], marks)
	for _, w := range words {
		if _, ok := f.Value(w); !ok || !f.All {
			others = append(others, w)
		}
	}
	return f, others
}
