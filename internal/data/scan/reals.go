package scan

import "math"

// A Real is the number of a cell: the nearest float32 and the nearest float64, and
// whether it is long (isLong).
type Real struct {
	Rounded float32
	Exact   float64
	Long    bool
}

// NoReal stands for a cell that has no number.
var NoReal = Real{Rounded: float32(math.NaN()), Exact: float64(float32(math.NaN()))}

// Real reads a cell as a number, typeset or typed.
func (m Marks) Real(cell []byte) (Real, Verdict) {
	r, verdict := m.typed(cell)
	if verdict == NotNumber {
		var room [64]byte
		if plain, ok := typewriter(room[:0], cell); ok {
			return m.typed(plain)
		}
	}
	return r, verdict
}

// typed reads a cell as a number that was typed.
func (m Marks) typed(cell []byte) (Real, Verdict) {
	var room [64]byte
	ok := true
	if !m.Plain() {
		if cell, ok = m.plain(room[:0], cell); !ok {
			return Real{}, NotNumber
		}
	}
	d, ok := scanDecimal(cell)
	if !ok {
		return Real{}, NotNumber
	}
	v, verdict := d.single(cell)
	if verdict != IsNumber {
		return Real{}, verdict
	}
	return Real{Rounded: v, Exact: d.double(cell), Long: d.isLong(v)}, IsNumber
}

// Real returns the number of a cell that was parsed on the way.
func (s *Span) Real() Real {
	return Real{Rounded: s.Value, Exact: s.Exact(), Long: isLong(s.Value, s.mantissa, -int(s.places))}
}

// A Precision is how the numbers of a column are kept.
type Precision uint8

// The precisions.
const (
	AsWritten Precision = iota // as float32 if that tells all cells apart that differ, else as float64
	Single                     // as float32
	Double                     // as float64
)

// Reals are the numbers of a column: float32 until the first that float32 may not tell
// from others, where the precision is not settled, then float64.
type Reals struct {
	Precision Precision
	Wide      bool
	numbers   []float32
	doubles   []float64 // in place of numbers where wide
}

// NewReals returns no numbers.
func NewReals(p Precision) Reals { return Reals{Precision: p, Wide: p == Double} }

// Append adds the number of the next row.
func (r *Reals) Append(v Real) {
	if v.Long && r.Precision == AsWritten {
		r.Widen()
	}
	if r.Wide {
		r.doubles = append(r.doubles, v.Exact)
		return
	}
	r.numbers = append(r.numbers, v.Rounded)
}

// AppendSingle is Append of a number that is not long, where the column is not wide.
func (r *Reals) AppendSingle(v float32) { r.numbers = append(r.numbers, v) }

// AppendDouble is Append of a number where the column is wide.
func (r *Reals) AppendDouble(v float64) { r.doubles = append(r.doubles, v) }

// Value is how a number is kept.
func (r *Reals) Value(v Real) float64 {
	if r.Wide {
		return v.Exact
	}
	return float64(v.Rounded)
}

// Widen goes over to float64.
func (r *Reals) Widen() {
	if r.Wide {
		return
	}
	r.Wide = true
	if cap(r.doubles) < cap(r.numbers) {
		r.doubles = make([]float64, 0, cap(r.numbers))
	}
	r.appendWidened(r.numbers)
	r.numbers = r.numbers[:0]
}

func (r *Reals) appendWidened(numbers []float32) {
	for _, v := range numbers {
		r.doubles = append(r.doubles, Widen(v))
	}
}

// Join appends the numbers of the next rows.
func (r *Reals) Join(part *Reals) {
	if part.Wide {
		r.Widen()
	}
	switch {
	case part.Wide:
		r.doubles = append(r.doubles, part.doubles...)
	case r.Wide:
		r.appendWidened(part.numbers)
	default:
		r.numbers = append(r.numbers, part.numbers...)
	}
}

// Clear forgets the numbers, keeping the memory.
func (r *Reals) Clear() {
	r.numbers, r.doubles, r.Wide = r.numbers[:0], r.doubles[:0], r.Precision == Double
}

// Reserve makes room for so many numbers in all.
func (r *Reals) Reserve(n int) {
	if r.Wide {
		r.doubles = append(make([]float64, 0, n), r.doubles...)
	} else {
		r.numbers = append(make([]float32, 0, n), r.numbers...)
	}
}

// Renew goes on with new memory, as what was read has been handed on.
func (r *Reals) Renew(n int) {
	if r.Wide {
		r.doubles = make([]float64, 0, n)
	} else if r.numbers != nil {
		r.numbers = make([]float32, 0, n)
	}
}

// Take returns the numbers, as float64 only where float32 does not hold each of them
// exactly.
func (r *Reals) Take() ([]float32, []float64) {
	if !r.Wide {
		return r.numbers, nil
	}
	if r.Precision == AsWritten {
		if narrow := narrowed(r.doubles); narrow != nil {
			return narrow, nil
		}
	}
	return nil, r.doubles
}

// narrowed returns numbers as float32; nil if that would change one of them.
func narrowed(doubles []float64) []float32 {
	for _, v := range doubles {
		if v == v && float64(float32(v)) != v {
			return nil
		}
	}
	numbers := make([]float32, len(doubles))
	for i, v := range doubles {
		numbers[i] = float32(v)
	}
	return numbers
}

// Convert returns numbers, float32 or float64, as the precision wants them.
func Convert(numbers []float32, doubles []float64, p Precision) ([]float32, []float64) {
	switch {
	case doubles != nil && p == Single:
		numbers = make([]float32, len(doubles))
		for i, v := range doubles {
			numbers[i] = float32(v)
		}
		return numbers, nil
	case doubles == nil && p == Double:
		r := NewReals(p)
		r.appendWidened(numbers)
		return nil, r.doubles
	}
	return numbers, doubles
}
