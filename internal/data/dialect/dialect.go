// Package dialect is how the text of a table departs from plain CSV in UTF-8. The
// section `data.read` of a spec flows in (Decode); out come the settings by which a
// table is cut and its numbers are read, a reader that turns its bytes into UTF-8
// (Text), and, from its first rows, what those rows look like (Title, Units,
// CommaNumbers), from which a hint or a draft names the settings that read them.
package dialect

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/data/scan"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// Reading is the section `data.read`. The zero Reading leaves everything to the table.
type Reading struct {
	scan.Marks        // of numbers
	Encoding   string // as Encoding knows it; "": UTF-8, or what the mark at the beginning says
	Comment    string // what a line begins with that is no row; "": there are none
	SkipRows   int    // lines before the header, or before the first row
	UnitsRow   int    // lines below the header that are no rows
	Footer     int    // lines at the end that are no rows
	Quote      byte   // around cells; 0: the double quote; NoQuote: none
	Escape     byte   // before a character that is taken as it is; 0: none
	Names      []string
}

// NoQuote stands for a table in which every quote is a part of its cell.
const NoQuote byte = 'n'

// Plain reports whether nothing is set.
func (r Reading) Plain() bool { return len(r.Node().Keys) == 0 }

// Cutting returns how cells are told apart where delim stands between them.
func (r Reading) Cutting(delim byte) scan.Dialect {
	d := scan.Plain(delim)
	switch r.Quote {
	case 0:
	case NoQuote:
		d.Quote = 0
	default:
		d.Quote = r.Quote
	}
	d.Escape = r.Escape
	return d
}

// The words for characters that are hard to see in a spec.
var (
	quotes  = map[string]byte{"double": 0, `"`: 0, "single": '\'', "'": '\'', "none": NoQuote}
	escapes = map[string]byte{"none": 0, "backslash": '\\', `\`: '\\'}
	groups  = map[string]byte{"none": 0, ",": ',', ".": '.', "'": '\'', " ": ' ', "space": ' ', "_": '_'}
	points  = map[string]byte{".": 0, ",": ','}
)

// Decode reads the section.
func Decode(f *spec.Fields) Reading {
	var r Reading
	r.Decimal = points[f.Enum("decimal", ".", "what stands before the fraction of a number", ".", ",")]
	r.Thousands = groups[f.Enum("thousands", "none", "what stands between groups of three digits", "none", ",", ".", "'", " ", "space", "_")]
	if name := f.String("encoding", "auto", "of the text, such as windows-1252, latin1, utf-16le or shift_jis; auto: UTF-8, or what the mark at its beginning says"); name != "auto" {
		if r.Encoding = name; !Known(name) {
			f.Problem("encoding", problem.DidYouMean(name, usual), "%q is no encoding that is known", name)
		}
	}
	r.Comment = f.String("comment", "", "what a line begins with that is no row, such as \"#\"; empty: there are no such lines")
	if strings.ContainsAny(r.Comment, "\r\n") {
		f.Problem("comment", "", "a line cannot begin with a line break")
	}
	r.SkipRows = f.Int("skip_rows", 0, "lines before the header, or before the first row", spec.AtLeast(0))
	r.UnitsRow = f.Int("units_row", 0, "lines below the header that are no rows, as those that hold units", spec.AtLeast(0))
	r.Footer = f.Int("footer", 0, "lines at the end that are no rows, as those that hold totals", spec.In(0, footerLimit))
	r.Quote = quotes[f.Enum("quote", "double", "what stands around cells that hold a delimiter; none: a quote is a part of its cell", "double", "single", "none", `"`, "'")]
	r.Escape = escapes[f.Enum("escape", "none", "what stands before a character that is taken as it is; \\N alone is then a missing value", "none", "backslash", `\`)]
	r.Names = f.Strings("names", nil, "the names of the columns, in place of those that the table gives them")
	if r.Decimal == 0 && r.Thousands == '.' || r.Decimal != 0 && r.Thousands == r.Decimal {
		f.Problem("thousands", "of 1.234,5 write `decimal: \",\"` too", "a mark cannot stand for thousands and for the fraction")
	}
	seen := map[string]bool{}
	for _, name := range r.Names {
		if name == "" || seen[name] {
			f.Problem("names", "each column has a name of its own", "%q is no name, or stands twice", name)
			break
		}
		seen[name] = true
	}
	return r
}

// Node returns the settings as a section has them, without those that say nothing.
func (r Reading) Node() *spec.Node {
	n := spec.NewMap()
	put := func(key string, given bool, v *spec.Node) {
		if given {
			n.Put(key, v)
		}
	}
	put("decimal", r.Decimal != 0, spec.NewString(wordOf(points, r.Decimal)))
	put("thousands", r.Thousands != 0, spec.NewString(wordOf(groups, r.Thousands)))
	put("encoding", r.Encoding != "", spec.NewString(r.Encoding))
	put("comment", r.Comment != "", spec.NewString(r.Comment))
	put("skip_rows", r.SkipRows != 0, spec.NewInt(int64(r.SkipRows)))
	put("units_row", r.UnitsRow != 0, spec.NewInt(int64(r.UnitsRow)))
	put("footer", r.Footer != 0, spec.NewInt(int64(r.Footer)))
	put("quote", r.Quote != 0, spec.NewString(wordOf(quotes, r.Quote)))
	put("escape", r.Escape != 0, spec.NewString(wordOf(escapes, r.Escape)))
	put("names", len(r.Names) > 0, spec.NewStrings(r.Names...))
	return n
}

// wordOf returns the longest word for a character: its name where it has one.
func wordOf(words map[string]byte, b byte) string {
	var all []string
	for w, v := range words {
		if v == b {
			all = append(all, w)
		}
	}
	return slices.MaxFunc(all, func(a, b string) int { return len(a) - len(b) })
}

// Hint says how a setting is written in a spec.
func Hint(r Reading) string {
	var parts []string
	for _, k := range r.Node().Keys {
		value := k.Value.Text
		if k.Value.Kind == spec.String {
			value = fmt.Sprintf("%q", value)
		}
		parts = append(parts, k.Name+": "+value)
	}
	return "`read: {" + strings.Join(parts, ", ") + "}`"
}

// FooterHint says how the last lines are left out.
func FooterHint(lines int, said Reading) string {
	if lines == 1 {
		return "if the last line is no row: " + Hint(said)
	}
	return fmt.Sprintf("if the last %d lines are no rows: %s", lines, Hint(said))
}

// With returns the settings with those of another that are given.
func (r Reading) With(o Reading) Reading {
	if o.Decimal != 0 {
		r.Decimal = o.Decimal
	}
	if o.Thousands != 0 {
		r.Thousands = o.Thousands
	}
	if o.Comment != "" {
		r.Comment = o.Comment
	}
	if o.SkipRows != 0 {
		r.SkipRows = o.SkipRows
	}
	if o.UnitsRow != 0 {
		r.UnitsRow = o.UnitsRow
	}
	if o.Footer != 0 {
		r.Footer = o.Footer
	}
	if o.Quote != 0 {
		r.Quote = o.Quote
	}
	if o.Escape != 0 {
		r.Escape = o.Escape
	}
	return r
}
