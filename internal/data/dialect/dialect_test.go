package dialect

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"mlp/internal/data/scan"
	"mlp/internal/spec"
)

// What is written of settings reads as the same settings, and the zero ones write
// nothing.
func TestNodeIsDecoded(t *testing.T) {
	for _, r := range []Reading{
		{}, {Marks: scan.Marks{Decimal: ',', Thousands: '.'}}, {Marks: scan.Marks{Thousands: ' '}}, {Encoding: "shift_jis"}, {Comment: "%%"},
		{SkipRows: 2, UnitsRow: 1, Footer: 3}, {Quote: NoQuote}, {Quote: '\'', Escape: '\\'}, {Names: []string{"a", "b c"}},
	} {
		var got Reading
		_, problems := spec.Decode(r.Node(), func(f *spec.Fields) { got = Decode(f) })
		if fmt.Sprint(got) != fmt.Sprint(r) || len(problems) > 0 || r.Plain() != (fmt.Sprint(r) == fmt.Sprint(Reading{})) {
			t.Errorf("%+v: %+v %v", r, got, problems)
		}
	}
	for _, bad := range []string{`{"thousands":"."}`, `{"decimal":",","thousands":","}`, `{"encoding":"utf9"}`, `{"names":["a","a"]}`, `{"footer":5000}`, `{"comment":"a\n"}`} {
		n, err := spec.ParseJSON([]byte(bad), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := spec.Decode(n, func(f *spec.Fields) { Decode(f) }); len(problems) == 0 {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// Texts of many encodings, byte by byte.
func TestText(t *testing.T) {
	for _, c := range []struct{ name, bytes, want string }{
		{"windows-1252", "gr\xf6\xdfe \x80", "größe €"}, {"cp1252", "\xf6", "ö"}, {"latin1", "\xf6\xdf", "öß"}, {"iso-8859-15", "\xa4", "€"},
		{"utf-16le", "a\x00\xf6\x00", "aö"}, {"utf-16", "\xfe\xff\x00a", "a"}, {"utf_16_be", "\x00a\x20\xac", "a€"}, {"utf-32", "\xff\xfe\x00\x00a\x00\x00\x00", "a"},
		{"shift_jis", "\x93\xfa\x96{", "日本"}, {"cp932", "\x93\xfa", "日"}, {"gbk", "\xd6\xd0", "中"}, {"big5", "\xa4\xa4", "中"}, {"euc-kr", "\xc7\xd1", "한"},
		{"windows-1251", "\xcf", "П"}, {"koi8-r", "\xf0", "П"}, {"cp437", "\x94", "ö"}, {"utf-8-sig", "\xef\xbb\xbfa", "a"}, {"windows-1252", "\x81", "\ufffd"},
	} {
		got, err := io.ReadAll(Text(iotest.OneByteReader(strings.NewReader(c.bytes)), c.name))
		if err != nil || string(got) != c.want {
			t.Errorf("%s %q: %q %v, want %q", c.name, c.bytes, got, err, c.want)
		}
	}
}

// The last lines are kept back however the text comes in, blank ones at its end aside.
func TestFooter(t *testing.T) {
	for _, c := range []struct {
		text  string
		lines int
		want  string
	}{
		{"a\n1\n2\nTotal\n", 1, "a\n1\n2\n"}, {"a\n1\n2\nTotal", 1, "a\n1\n2\n"}, {"a\r\n1\r\nTotal\r\n\r\n  \r\n", 1, "a\r\n1\r\n"},
		{"a\n1\n\nTotal\n", 2, "a\n1\n"}, {"a\r1\rTotal\r", 1, "a\r1\r"}, {"a\n", 1, ""}, {"a\n", 3, ""},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text)), iotest.DataErrReader(strings.NewReader(c.text))} {
			if got, err := io.ReadAll(WithoutFooter(r, c.lines)); string(got) != c.want || err != nil {
				t.Errorf("%q without %d: %q %v, want %q", c.text, c.lines, got, err, c.want)
			}
		}
	}
	long := bytes.Repeat([]byte("1,2,3\n"), 100_000)
	if got, err := io.ReadAll(WithoutFooter(bytes.NewReader(long), 2)); len(got) != len(long)-12 || err != nil {
		t.Errorf("%d bytes of %d: %v", len(got), len(long), err)
	}
}

// What is sure about numbers with commas, and what is not.
func TestCommaNumbers(t *testing.T) {
	for _, c := range []struct {
		words    string
		want     scan.Marks
		doubtful bool
	}{
		{"1,5|2,25", scan.Marks{Decimal: ','}, false}, {"1,234|5,678", scan.Marks{Decimal: ','}, true}, {"1,234|5,67", scan.Marks{Decimal: ','}, false},
		{"1.234,5|7", scan.Marks{Decimal: ',', Thousands: '.'}, false}, {"1,234,567|8", scan.Marks{Thousands: ','}, false}, {"1,234.5|2,000", scan.Marks{Thousands: ','}, false},
		{"1 234|5", scan.Marks{Decimal: ',', Thousands: ' '}, false}, {"1'234.5|5", scan.Marks{Thousands: '\''}, false}, {"1|2.5", scan.Marks{}, false}, {"a|1,5", scan.Marks{}, false},
	} {
		words := strings.Split(c.words, "|")
		if got := CommaNumbers(words); got != c.want || Doubtful(words) != c.doubtful {
			t.Errorf("%s: %+v %v, want %+v %v", c.words, got, Doubtful(words), c.want, c.doubtful)
		}
	}
}
