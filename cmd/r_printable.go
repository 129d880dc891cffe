package cmd

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable keeps what a file says from commanding the terminal, and from turning
// the direction of a line around.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if commands(r) || r == utf8.RuneError {
			return '·'
		}
		return r
	}, s)
}

// commands reports whether a character does something to a terminal instead of
// standing on it.
func commands(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
}

// escapeJSON writes what commands a terminal as escapes; in JSON it can stand only
// within text.
func escapeJSON(s string) string {
	if strings.IndexFunc(s, commands) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if commands(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// quoteJSON writes text as JSON. What commands a terminal is written as an escape,
// which means the same to a program.
func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("cmd: " + err.Error()) // a string always encodes
	}
	return escapeJSON(string(b))
}
