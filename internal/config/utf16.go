package config

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// inUTF8 returns the text of a spec in UTF-8. A text that begins with the mark of UTF-16
// is turned into it: that is what the `>` of Windows PowerShell writes. Half a character
// becomes a byte that no text in UTF-8 has, so that it is refused where it stands.
func inUTF8(text []byte) []byte {
	var order binary.ByteOrder
	switch {
	case len(text) > maxSize: // it may have been cut off
		return text
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return text
	}
	to := make([]byte, 0, len(text)/2)
	for text = text[2:]; len(text) > 1; text = text[2:] {
		r := rune(order.Uint16(text))
		if utf16.IsSurrogate(r) {
			if r = utf8.RuneError; len(text) > 3 {
				r = utf16.DecodeRune(rune(order.Uint16(text)), rune(order.Uint16(text[2:])))
			}
			if r == utf8.RuneError {
				to = append(to, 0xff)
				continue
			}
			text = text[2:]
		}
		to = utf8.AppendRune(to, r)
	}
	if len(text) > 0 {
		to = append(to, 0xff)
	}
	return to
}
