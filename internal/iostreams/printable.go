// Package iostreams is what a command reads from and writes to: standard output, on
// which a failed write is remembered, standard error, and what the terminals
// behind them can show. Text from a file goes through Printable, so that it
// commands no terminal.
package iostreams

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable keeps what a file says from commanding the terminal, and from turning
// the direction of a line around.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if Controls(r) || r == utf8.RuneError {
			return '·'
		}
		return r
	}, s)
}

// Controls reports whether a character does something to a terminal instead of
// standing on it.
func Controls(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
}

// EscapeJSON writes what commands a terminal as escapes; in JSON it can stand only
// within text.
func EscapeJSON(s string) string {
	if strings.IndexFunc(s, Controls) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if Controls(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// QuoteJSON writes text as JSON. What commands a terminal is written as an escape,
// which means the same to a program.
func QuoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("cmd: " + err.Error()) // a string always encodes
	}
	return EscapeJSON(string(b))
}
