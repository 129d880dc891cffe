package pipeline

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"mlp/internal/data/parse"
	"mlp/internal/problem"
)

// inspectors look at the cells while a row is read and its place is known: always
// for missing ones that nothing stands in for, and where it is strict for all that
// the training rows did not hold.
func (p *Pipeline) inspectors(names []string, strict bool) []parse.Inspector {
	at := make(map[string]int, len(names))
	for j, name := range names {
		at[name] = j
	}
	var all []parse.Inspector
	for i := range p.features {
		f := &p.features[i]
		refuses := !f.Fills()
		if !strict && !refuses {
			continue
		}
		if all == nil {
			all = make([]parse.Inspector, len(names))
		}
		all[at[f.column.Name]] = func(cell []byte, v float64, missing bool) *problem.Problem {
			switch {
			case missing && refuses:
				msg, hint := refusedMissing("")
				return problem.Data(problem.Pos{}, "", hint, "%s", msg)
			case !strict:
				return nil
			}
			return f.unlike(cell, v, missing)
		}
	}
	return all
}

// refusedMissing says that nothing stands in for a missing value.
func refusedMissing(string) (msg, hint string) {
	return "the value is missing", "fill it in, or choose what stands in for it: `missing: median`"
}

// unlike returns how a cell differs from all training rows, which need not hinder
// an answer; nil if it does not.
func (f *feature) unlike(cell []byte, x float64, missing bool) *problem.Problem {
	differs := func(hint, format string, args ...any) *problem.Problem {
		p := problem.Data(problem.Pos{}, "", hint, format, args...)
		p.Remedy.Kind = problem.AnswerAnyway
		return p
	}
	switch {
	case missing && f.seen.known && f.seen.missing == 0:
		return differs("", "the value is missing, and was in no training row")
	case missing:
	case f.Unknown(string(cell)):
		hint := ""
		if near := problem.Nearest(string(cell), f.Categories()); len(cell) > 2 && near != "" || strings.EqualFold(near, string(cell)) {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return differs(hint, "%q is not among the categories of the model", problem.Clip(string(cell)))
	case f.seen.empty():
		return differs("", "there is a value, and was in no training row")
	case f.column.Kind.Measures() && f.outside(f.value(cell, x)) != 0:
		return differs(fmt.Sprintf("they have %s to %s", f.short(f.seen.min), f.short(f.seen.max)),
			"%s is outside the range of the training rows", problem.Clip(string(cell)))
	}
	return nil
}

// value returns the number of a cell, which was parsed as x unless it was read as a word.
func (f *feature) value(cell []byte, x float64) float64 {
	read := f.column.Kind.Values
	if read == nil {
		return x
	}
	if v, ok := read([]string{string(cell)}, f.Settings())(string(cell)); ok {
		return v
	}
	return math.NaN() // it is complained of for that
}

// outside returns -1 or +1 for a number below or above the training rows'.
func (f *feature) outside(x float64) int {
	switch {
	case !f.seen.known || f.seen.empty() || x != x:
		return 0 // that a column has values at all shows in the share of missing ones
	case x < f.seen.min:
		return -1
	case x > f.seen.max:
		return 1
	}
	return 0
}

// short writes a number of the column.
func (f *feature) short(v float64) string {
	if f.column.Wide {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 32)
}
