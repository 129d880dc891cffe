package scan

import (
	"fmt"
	"strings"
	"testing"
)

// Cells of each dialect, and what cannot be cut.
func TestDialects(t *testing.T) {
	for _, c := range []struct {
		d          Dialect
		text, want string
	}{
		{Dialect{Delim: ' ', Quote: '"'}, "  1.5 \t 2   3 \r\n4 5 6", `["1.5" "2" "3"]["4" "5" "6"]`},
		{Dialect{Delim: ' ', Quote: '"'}, "\"a b\" 'c d'\n", `["a b" "'c" "d'"]`},
		{Dialect{Delim: ' ', Quote: '"'}, "\"a\"\"b\" c\n", `["a\"b" "c"]`},
		{Dialect{Delim: ' ', Quote: '"'}, "\"a\"b c\n", "3: text after a closing quote"},
		{Dialect{Delim: ',', Quote: '\''}, "'a,''b''',\"c\"\n", `["a,'b'" "\"c\""]`},
		{Dialect{Delim: ',', Quote: '\''}, "O'Brien,it's\n", `["O'Brien" "it's"]`},
		{Dialect{Delim: '\t'}, "\"Heroes\" and\t12\" disc\t\"\n", `["\"Heroes\" and" "12\" disc" "\""]`},
		{Dialect{Delim: ',', Quote: '"', Escape: '\\'}, `1,"50\" wide, ""x""",\N,a\,b` + "\n", `["1" "50\" wide, \"x\"" "" "a,b"]`},
		{Dialect{Delim: ',', Quote: '"', Escape: '\\'}, "a\\\nb,\"c\nd\"\n2,3\n", `["a\nb" "c\nd"]["2" "3"]`},
		{Dialect{Delim: ',', Quote: '"', Escape: '\\'}, "a,b\\", "3: an escape with nothing behind it"},
		{Dialect{Delim: ',', Quote: '\'', Escape: '\\'}, `'it\'s',"x"` + "\n", `["it's" "\"x\""]`},
		{Dialect{Delim: ';', Quote: '"', Trailing: true}, "a;b;\n1;;\n2;3\n", `["a" "b"]["1" ""]["2" "3"]`},
		{Dialect{Delim: ';', Quote: '"', Trailing: true}, "a;\"b;\";", `["a" "b;"]`},
	} {
		cut := NewDialectCutter(c.d)
		got, lines := "", 0
		for i := 0; i < len(c.text); {
			next, n, bad := cut.Record([]byte(c.text), i)
			if bad != nil {
				got += fmt.Sprintf("%d: %s", bad.At, bad.Msg)
				break
			}
			got += fmt.Sprintf("%q", cut.Texts([]byte(c.text)))
			i, lines = next, lines+n
		}
		if want := strings.Count(c.text, "\n"); got != c.want || !strings.Contains(got, ":") && strings.HasSuffix(c.text, "\n") && lines != want {
			t.Errorf("%q: %s in %d lines, want %s in %d", c.text, got, lines, c.want, want)
		}
	}
}

// Numbers with marks are those that ParseNumber finds without them; a mark in a place
// where it means nothing makes no number.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		m          Marks
		text, want string // "": no number
	}{
		{Marks{Decimal: ','}, "1,5", "1.5"}, {Marks{Decimal: ','}, "-,5e3", "-.5e3"}, {Marks{Decimal: ','}, "7", "7"},
		{Marks{Decimal: ','}, "1.5", ""}, {Marks{Decimal: ','}, "1,5,2", ""}, {Marks{Decimal: ','}, "1.234,5", ""},
		{Marks{Decimal: ',', Thousands: '.'}, "1.234.567,8", "1234567.8"}, {Marks{Decimal: ',', Thousands: '.'}, "2.425", "2425"},
		{Marks{Decimal: ',', Thousands: '.'}, "12.34", ""}, {Marks{Decimal: ',', Thousands: '.'}, "1234.567", ""}, {Marks{Decimal: ',', Thousands: '.'}, ".567", ""},
		{Marks{Thousands: ','}, "36,480", "36480"}, {Marks{Thousands: ','}, "+1,000.25", "+1000.25"}, {Marks{Thousands: ','}, "12,34,567", "1234567"},
		{Marks{Thousands: ','}, "1,5", ""}, {Marks{Thousands: ','}, "1.5,000", ""}, {Marks{Thousands: ','}, "1,,000", ""}, {Marks{Thousands: ','}, "1,000,", ""},
		{Marks{Decimal: ',', Thousands: ' '}, "1 234,5", "1234.5"}, {Marks{Decimal: ',', Thousands: ' '}, "1\u202f234\u00a0567", "1234567"},
		{Marks{Thousands: '\''}, "1'234.5", "1234.5"}, {Marks{Thousands: '\''}, "1’234", "1234"}, {Marks{Thousands: '_'}, "1_000", "1000"},
		{Marks{Thousands: ','}, "x", ""}, {Marks{Thousands: ','}, "1e3", "1e3"}, {Marks{Thousands: ','}, "1,000e-3", "1000e-3"},
	} {
		v, verdict := c.m.Parse([]byte(c.text))
		want, wanted := Number(c.want)
		if v != want || verdict != wanted {
			t.Errorf("%+v %q: %v %v, want %v", c.m, c.text, v, verdict, c.want)
		}
	}
}
