package parse

import (
	"testing"
)

func TestRecordsEnd(t *testing.T) {
	for text, want := range map[string]int{"": 0, "a": 0, "a\n": 2, "a\nb": 2, "a\n\"b\n": 2, "a\n\"b\nc\"": 2, "a\n\"b\nc\"\nd": 8, "\"a\nb": 0, "\"\n\"\"\n\"\nx\"\n": 7,
		"a\r": 0, "a\rb": 2, "a\r\nb": 3, "a\rb\r": 2, "\"a\"\rb": 0} {
		if got := recordsEnd([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
