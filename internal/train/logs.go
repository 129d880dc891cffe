package train

import (
	"math"
	"slices"
)

// Logs are the values measured in an epoch, in the order in which they are shown.
type Logs struct {
	Names  []string
	Values []float64
}

// Get returns a value, or NaN if it was not measured.
func (l *Logs) Get(name string) float64 {
	if i := slices.Index(l.Names, name); i >= 0 {
		return l.Values[i]
	}
	return math.NaN()
}

// Has reports whether the epoch has a value of that name; with validation_freq
// some epochs lack those of the validation rows.
func (l *Logs) Has(name string) bool { return slices.Contains(l.Names, name) }

// Set adds or replaces a value.
func (l *Logs) Set(name string, v float64) {
	if i := slices.Index(l.Names, name); i >= 0 {
		l.Values[i] = v
		return
	}
	l.Names, l.Values = append(l.Names, name), append(l.Values, v)
}
