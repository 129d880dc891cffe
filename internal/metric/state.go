package metric

import (
	"errors"
	"fmt"
)

// A State saves or restores the sums of a metric, so that a run interrupted in the
// middle of an epoch resumes with the same numbers. The same list of sums
// (Metric.State) serves both ways.
type State struct {
	numbers   []float64
	restoring bool
	at        int // the number to restore next
	err       error
}

// Save returns the sums of a metric.
func Save(m Metric) []float64 {
	s := State{numbers: []float64{}}
	m.State(&s)
	return s.numbers
}

// Restore puts saved sums into a prepared metric of the same kind. The error is one
// of a count of numbers that does not fit; the metric must then be Reset.
func Restore(m Metric, numbers []float64) error {
	s := State{numbers: numbers, restoring: true}
	m.State(&s)
	if s.err == nil && s.at != len(numbers) {
		s.err = fmt.Errorf("%d numbers, want %d", len(numbers), s.at)
	}
	return s.err
}

// Float passes one number.
func (s *State) Float(v *float64) {
	switch {
	case !s.restoring:
		s.numbers = append(s.numbers, *v)
	case s.has(1):
		*v = s.numbers[s.at]
		s.at++
	}
}

// Floats passes numbers whose count does not change.
func (s *State) Floats(v []float64) {
	for i := range v {
		s.Float(&v[i])
	}
}

// Int passes a count, which is not negative.
func (s *State) Int(n *int) {
	v := float64(*n)
	s.Float(&v)
	if s.err == nil && !(v >= 0 && v <= 1<<53 && v == float64(int(v))) {
		s.err = fmt.Errorf("%g is not a count", v)
	}
	if s.err == nil {
		*n = int(v)
	}
}

// list passes n numbers in a list that grows with the rows.
func list[T float32 | float64](s *State, v *[]T, n int) {
	if s.restoring {
		if !s.has(n) {
			return
		}
		*v = (*v)[:0]
		for _, x := range s.numbers[s.at : s.at+n] {
			*v = append(*v, T(x))
		}
		s.at += n
		return
	}
	for _, x := range *v {
		s.numbers = append(s.numbers, float64(x))
	}
}

// has reports whether n more numbers are there to restore.
func (s *State) has(n int) bool {
	if s.err == nil && n > len(s.numbers)-s.at {
		s.err = errors.New("too few numbers")
	}
	return s.err == nil
}
