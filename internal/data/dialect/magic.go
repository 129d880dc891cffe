package dialect

import (
	"bytes"
	"path/filepath"
	"strings"
)

// Binary reports whether the first bytes are those of a format that is not
// a table of text, and names it.
func Binary(w []byte) string {
	for _, m := range []struct{ magic, name string }{
		{"PK\x03\x04", "a zip archive or an Excel workbook"},
		{"PAR1", "a Parquet file"},
		{"\xd0\xcf\x11\xe0", "a document of old Office, such as Excel's .xls"},
		{"ARROW1", "an Arrow file"},
		{"\x93NUMPY", "a NumPy array"},
		{"\x89HDF", "an HDF5 file"},
		{"%PDF", "a PDF"},
		{"\x89PNG", "an image"},
		{"BZh", "a bzip2 archive"},
		{"\xfd7zXZ", "an xz archive"},
		{"SQLite format 3", "an SQLite database"},
	} {
		if bytes.HasPrefix(w, []byte(m.magic)) {
			return m.name
		}
	}
	return ""
}

// SaysObjects reports whether the name of a file says that it holds lines of JSON.
func SaysObjects(name string) bool {
	ext := filepath.Ext(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), ".gz"), ".zst"))
	return ext == ".jsonl" || ext == ".ndjson"
}
