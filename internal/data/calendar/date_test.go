package calendar

import (
	"testing"
)

// With a blank in the place of T.
func TestDatesWithBlanks(t *testing.T) {
	for word, want := range map[string]DateVerdict{
		"2024-05-01 13:45:00":       IsDate,
		"2024-05-01 13:45":          IsDate,
		"2024-05-01 13:45:00 +0200": IsDate,
		"2024-05-01 13:45:00+02":    IsDate,
		"2024-05-01 13:45:00,5":     IsDate,
		"2024-02-29":                IsDate,
		"2023-02-29":                NoSuchDate,
		"2024-00-10":                NoSuchDate,
		"2024-13-10":                NoSuchDate,
		"2024-04-31":                NoSuchDate,
		"2024-05-01T24:00":          NoSuchDate,
		"2024-05-01T24:00:00Z":      NoSuchDate,
		"2024-05-01T13:60":          NoSuchDate,
		"2024-05-01T13:45:60":       NoSuchDate,
		"2024-05-01T13:45+24:00":    NoSuchDate,
		"2024-05-01T":               NotDate,
		"2024-05-01T13":             NotDate,
		"2024-05-01 13:45:":         NotDate,
		"2024-05-01 13:45:00.":      NotDate,
		"2024-05-01 13:45 UTC":      IsDate,
		"2024-05-01T13:45Z UTC":     NotDate,
		"2024-05-01x":               NotDate,
		"2024-5-1":                  NotDate,
		"2024-05-1x":                NotDate,
		" 2024-05-01":               NotDate,
		"-024-05-01":                NotDate,
	} {
		if _, got := ParseDate(word); got != want {
			t.Errorf("%q: verdict %d, want %d", word, got, want)
		}
	}
}
