package parse_test

import (
	"io"
	"strings"
	"testing"

	"mlp/internal/data/parse"
	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
)

// A first row of more cells than a table may have is refused whatever is known of the
// header, also where that says to look for no names of rows.
func TestTooManyColumns(t *testing.T) {
	text := strings.Repeat("x,", scan.ColumnLimit) + "x\n" + strings.Repeat("1,", scan.ColumnLimit) + "1\n"
	src := source.Opened("t.csv", func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil })
	for _, header := range []table.Setting{table.Look, table.Yes, table.No} {
		if _, err := parse.Open(src, parse.Options{Header: header}); err == nil || !strings.Contains(err.Error(), "more than 262144 cells") {
			t.Errorf("header %v: %v", header, err)
		}
	}
}
