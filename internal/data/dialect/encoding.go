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

// EncodingHint names the encodings that a text may be in which is not UTF-8. In Western
// languages bytes above ASCII stand alone between letters, those of old systems below
// 0xa0. Elsewhere they stand side by side: below 0xa0 Shift JIS has its first bytes, up to
// 0xc0 Chinese and Korean encodings have many, where Cyrillic ones have hardly a letter.
func EncodingHint(text []byte) string {
	alone, old, beside, below, between := 0, 0, 0, 0, 0
	isLetter := func(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
	text = text[:min(len(text), 1<<14)]
	if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1a\x1b", r) }) {
		return "this is not a text file, or it is damaged"
	}
	for i, b := range text {
		first, last := i == 0, i+1 == len(text)
		switch {
		case b < utf8.RuneSelf:
		case !first && text[i-1] >= utf8.RuneSelf || !last && text[i+1] >= utf8.RuneSelf:
			beside++
			if b < 0xa0 {
				below++
			} else if b < 0xc0 {
				between++
			}
		case b < 0xa0 && b != 0x92 && !last && isLetter(text[i+1]): // 0x92 is an apostrophe
			old++
		default:
			alone++
		}
	}
	name, others := "windows-1252", "it is usual in Western Europe"
	switch {
	case beside <= alone+old && old > alone:
		name, others = "cp437", "others of old systems are cp850 and macintosh"
	case beside <= alone+old:
	case 4*below > beside:
		name, others = "shift_jis", "it is usual in Japan"
	case 4*between > beside:
		name, others = "gb18030", "it is usual in China; others are big5, euc-kr and euc-jp"
	default:
		name, others = "windows-1251", "it is usual where letters are Cyrillic; others are koi8-r and, of Greek, windows-1253"
	}
	return "name its encoding, perhaps " + Hint(Reading{Encoding: name}) + " (" + others + "), or save it as UTF-8"
}
