package preprocess

import (
	"math"
	"slices"

	"mlp/internal/spec"
)

// Numbers are learned numbers under their name in a model file, for example
// "preprocess/glucose/mean".
type Numbers struct {
	Name string
	Data []float64
}

// Prefix stands before the names of what was learned of a column.
func Prefix(column string) string { return "preprocess/" + column + "/" }

// A Loader restores what was learned from a model file. Each number is handed out
// once.
type Loader struct {
	spec.Strict
	numbers map[string][]float64 // those not used so far
	given   []Numbers
}

// NewLoader begins with the learned numbers of a file.
func NewLoader(what string, learned []Numbers) *Loader {
	l := &Loader{Strict: spec.Strict{What: what}, numbers: map[string][]float64{}, given: learned}
	for _, n := range learned {
		if _, twice := l.numbers[n.Name]; twice {
			l.Fail("%q stands twice", n.Name)
		}
		l.numbers[n.Name] = n.Data
	}
	return l
}

// Close complains of numbers that nothing has asked for.
func (l *Loader) Close() {
	for _, n := range l.given {
		if _, left := l.numbers[n.Name]; left {
			l.Fail("%q belongs to no column", n.Name)
			return
		}
	}
}

// Take hands out the numbers of a name as they stand; false where there are none.
func (l *Loader) Take(name string) ([]float64, bool) {
	v, ok := l.numbers[name]
	delete(l.numbers, name)
	return v, ok
}

// finite hands out numbers all of which are finite, or nil.
func (l *Loader) finite(name string) []float64 {
	v, _ := l.Take(name)
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
	}
	return v
}

// Number hands out one number that a column was fitted with.
func (l *Loader) Number(name string) float64 {
	v := l.finite(name)
	if len(v) != 1 {
		l.Fail("%q is missing or not one finite number", name)
		return 1
	}
	return v[0]
}

// Divisor hands out a number that values are divided by.
func (l *Loader) Divisor(name string) float64 {
	v := l.Number(name)
	if v <= 0 {
		l.Fail("%q is not greater than 0", name)
		return 1
	}
	return v
}

// Spread hands out a number that is not negative.
func (l *Loader) Spread(name string) float64 {
	v := l.Number(name)
	if v < 0 {
		l.Fail("%q is less than 0", name)
		return 0
	}
	return v
}

// Table hands out ascending numbers.
func (l *Loader) Table(name string) []float64 {
	v := l.finite(name)
	if len(v) == 0 || !slices.IsSorted(v) {
		l.Fail("%q is missing or no list of ascending finite numbers", name)
		return []float64{0}
	}
	return v
}

// component builds one from its tree.
func component[T any](l *Loader, r *spec.Registry[T], n *spec.Node, key string) Choice[T] {
	at := n.Get(key)
	if at == nil {
		l.Fail("%q is missing", key)
		at = spec.NewNull()
	}
	v, err := r.Build(at)
	if err != nil {
		l.Fail("%q: %v", key, err)
	}
	return Choice[T]{Use: v, Spec: at.Clone()}
}
