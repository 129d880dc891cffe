package dialect

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// usual are encodings that tables are found in, for suggestions.
var usual = []string{"utf-8", "windows-1252", "latin1", "iso-8859-15", "utf-16le", "utf-16be", "windows-1250", "windows-1251", "cp437", "cp850", "macintosh", "shift_jis", "gbk", "gb18030", "big5", "euc-kr", "euc-jp", "koi8-r"}

// known returns an encoding by a name of IANA's or of Python's; nil: there is none. A
// mark at the beginning goes before the order of bytes that the name says.
func known(name string) encoding.Encoding {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	switch name {
	case "utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii":
		return unicode.UTF8BOM
	case "utf-16", "utf16", "utf-16le", "utf-16-le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be", "utf-16-be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-32", "utf-32le", "utf-32-le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "utf-32be", "utf-32-be":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "mac-roman":
		name = "macintosh"
	case "shift-jis", "sjis", "cp932":
		name = "shift_jis"
	case "latin-1":
		name = "latin1"
	}
	if number, found := strings.CutPrefix(name, "cp"); found && strings.HasPrefix(number, "125") {
		name = "windows-" + number
	}
	if found, err := ianaindex.IANA.Encoding(name); err == nil && found != nil {
		return found
	}
	return nil
}

// Known reports whether an encoding of that name can be read.
func Known(name string) bool { return known(name) != nil }

// ByMark names the encoding that the mark at the beginning of a text says; "" where
// there is none, or that of UTF-8.
func ByMark(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(text, []byte{0, 0, 0xfe, 0xff}):
		return "utf-32"
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}), bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return "utf-16"
	}
	return ""
}

// ByZeros names the encoding of a text without a mark, every other byte of which is 0
// at its beginning; "" of any other.
func ByZeros(w []byte) string {
	switch {
	case len(w) >= 4 && w[0] != 0 && w[1] == 0 && w[2] != 0 && w[3] == 0:
		return "utf-16le"
	case len(w) >= 4 && w[0] == 0 && w[1] != 0 && w[2] == 0 && w[3] != 0:
		return "utf-16be"
	}
	return ""
}

// Text returns the text of a source in UTF-8. What its encoding does not have comes out
// as U+FFFD.
func Text(r io.Reader, name string) io.Reader {
	return transform.NewReader(r, known(name).NewDecoder())
}

// NotText returns the offset of the first byte that is not UTF-8, or -1.
func NotText(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; ; {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size < 2 {
			return i
		}
		i += size
	}
}
