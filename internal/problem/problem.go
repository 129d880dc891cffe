// Package problem is the one form in which the program complains: what is wrong
// with a spec, a table or a model file, where it stands, and what to do next.
// Readers make problems and hand them up; the edge of the program adds the
// excerpt and prints them.
package problem

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Domain says whose mistake a problem is; the exit code follows from it.
type Domain uint8

// The domains of problems.
const (
	InSpec  Domain = iota // the spec, a flag or an environment variable
	InData                // a table or its schema
	InModel               // a model file
)

// A Problem is one thing wrong with what the user gave, with its address.
type Problem struct {
	Domain Domain
	Pos    Pos
	Path   string // "layers[1].activation", or the column of a table
	Msg    string // what is wrong, with the offending value quoted
	Hint   string // what to do next; may be empty
	Also   []Pos  // other places that contributed: the first of two duplicates

	// What only the command line has words for. Packages below it state the fact;
	// cmd names the flag and the verb.
	Option string // the option that is meant, as "folds", where no file is: its Pos is empty
	Remedy Remedy // what to do next, beside Hint

	Excerpt string // the line at Pos, when it is known
	Width   int    // how many characters from Pos.Col on are meant; 0 for one

	Cause error // what it was made of, for errors.As; nil for nothing

	Cell *Cell // of a table, until its place in the line has been looked up; else nil
}

// A Cell is the cell of a table that a problem is about. A table in memory knows
// the line of a cell, but neither its place in the line nor, where it was read as a
// number and is none, its text: both are in the file.
type Cell struct {
	Column int // of the line, from 0
	Form   any // how the table was cut, as its reader knows it

	// Describe says what is wrong and what to do, given the text of the cell.
	Describe func(text string) (msg, hint string)
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Cause }

// Error returns the problem on one line, without the excerpt and the hint.
func (p *Problem) Error() string {
	var b strings.Builder
	for _, part := range []string{p.Pos.String(), p.Option, p.Path} {
		if part != "" {
			b.WriteString(part)
			b.WriteString(": ")
		}
	}
	b.WriteString(p.Msg)
	return b.String()
}

// Problems is an error made of one or more problems.
type Problems []*Problem

// Error returns one line a problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single problem.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// Of returns the problems that an error is made of; none where it is no Problem.
func Of(err error) Problems {
	var problems Problems
	var one *Problem
	if !errors.As(err, &problems) && errors.As(err, &one) {
		problems = Problems{one}
	}
	return problems
}

// Err returns ps in the order of the places in the file, or nil if there is none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b *Problem) int {
		if c := strings.Compare(a.Pos.File, b.Pos.File); c != 0 {
			return c
		}
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		return a.Pos.Col - b.Pos.Col
	})
	return ps
}

// Data returns a problem of a table at pos; column may be empty.
func Data(pos Pos, column, hint, format string, args ...any) *Problem {
	return &Problem{Domain: InData, Pos: pos, Path: column, Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// Model returns a problem of a model file.
func Model(file, hint, format string, args ...any) *Problem {
	return &Problem{Domain: InModel, Pos: Pos{File: file}, Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// InOption returns a problem of the value of an option, such as "folds", whose
// spelling as a flag belongs to the command line.
func InOption(option, hint, format string, args ...any) *Problem {
	return &Problem{Domain: InSpec, Option: option, Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// Usage returns a problem of a flag or argument, named by at ("flag --epochs").
func Usage(at, hint, format string, args ...any) *Problem {
	return &Problem{Domain: InSpec, Pos: Pos{File: at}, Msg: fmt.Sprintf(format, args...), Hint: hint}
}
