package parse

import (
	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/data/table"
)

// A Format is how the bytes of a table are to be understood.
type Format uint8

// The formats.
const (
	CSV Format = iota
	JSONLines
	Packed // binary, as WritePacked writes it
)

// Options are what is known of a table before it is opened. The zero Options
// leave everything to its first rows.
type Options struct {
	Delimiter byte            // between cells; 0: found by looking. Source.Delimiter goes first
	Header    table.Setting   // whether the first row names the columns; Look or "": found by looking
	NA        scan.NASet      // cells that stand for a missing value: a row with one is no header
	Reading   dialect.Reading // how the text departs from plain CSV. Source.Reading goes first

	// Wanted are the columns to be read from a table whose columns have been
	// decided before. They settle which delimiter it is; the names of the others
	// may be missing or repeated; and a cell of a numeric column that is no number
	// is refused where it stands. nil: the table decides what its columns are.
	Wanted []string

	// Known are names that the table is known to have, be they wanted or not: a name that
	// stands twice may be one of two such.
	Known []string

	// Eager says that rows are wanted as they come, of a source that opens only once: Each
	// hands on what there is before it waits for more.
	Eager bool

	Keys []string // of lines of JSON, that the first may lack
}
