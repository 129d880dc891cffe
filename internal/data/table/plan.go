package table

import "mlp/internal/data/scan"

// A Keep is how the cells of a column are kept while they are read.
type Keep uint8

// The ways of keeping cells.
const (
	Skip      Keep = iota // not at all
	AsNumbers             // as numbers; other cells are counted
	AsWords               // as words, from which numbers can be had at the end
	AsBoth                // a target may turn out to be either
)

// A Declared kind is what a column is said to hold before it is read.
type Declared uint8

// What can be declared.
const (
	Undeclared Declared = iota // the cells decide
	DeclaredNumeric
	DeclaredWords // anything but numbers
)

// A Plan says how one column of a file is read. The zero Plan skips it.
type Plan struct {
	Keep Keep
	Kind Declared
	NA   scan.NASet // the cells that stand for a missing value

	Precision scan.Precision // of numbers
}

// A Setting is true, false or left to the program.
type Setting string

// The settings.
const (
	Look Setting = "auto"
	Yes  Setting = "true"
	No   Setting = "false"
)
