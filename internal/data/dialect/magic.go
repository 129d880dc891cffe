package dialect

import (
	"bytes"
	"path/filepath"
	"strings"
)

// A Foreign format is one that is no table of text.
type Foreign struct {
	Name string // with its article
	Hint string // what makes a table of it
}

const export, unpack = "export it as CSV", "unpack it: the table is inside"

// foreign are formats that people give for tables, by their first bytes in lower case.
var foreign = []struct {
	magic string
	Foreign
}{
	{"pk\x03\x04", Foreign{"a zip archive or an Excel workbook", export}},
	{"par1", Foreign{"a Parquet file", export}},
	{"\xd0\xcf\x11\xe0", Foreign{"a document of old Office, such as Excel's .xls", export}},
	{"arrow1", Foreign{"an Arrow file", export}},
	{"\x93numpy", Foreign{"a NumPy array", export}},
	{"\x89hdf", Foreign{"an HDF5 file", export}},
	{"%pdf", Foreign{"a PDF", export}},
	{"\x89png", Foreign{"an image", export}},
	{"bzh", Foreign{"a bzip2 archive", unpack}},
	{"\xfd7zxz", Foreign{"an xz archive", unpack}},
	{"7z\xbc\xaf\x27\x1c", Foreign{"a 7-Zip archive", unpack}},
	{"sqlite format 3", Foreign{"an SQLite database", export}},
	{"{\\rtf", Foreign{"a document in rich text", "save it as plain text"}},
	{"<!doctype html", Foreign{"a web page", "download the file itself, which a page may show or refuse"}},
	{"<html", Foreign{"a web page", "download the file itself, which a page may show or refuse"}},
	{"<?xml", Foreign{"XML", export}},
	{"@relation", Foreign{"an ARFF file", "write the names of its @attribute lines, with commas, in place of all lines up to @data"}},
}

// IsForeign reports whether the first bytes are those of a format that is no table of
// text, and which.
func IsForeign(w []byte) (Foreign, bool) {
	w = bytes.Clone(bytes.TrimPrefix(w, []byte("\xef\xbb\xbf")))
	for i, c := range w {
		if 'A' <= c && c <= 'Z' {
			w[i] += 'a' - 'A'
		}
	}
	for _, f := range foreign {
		if bytes.HasPrefix(w, []byte(f.magic)) {
			return f.Foreign, true
		}
	}
	return Foreign{}, false
}

// IsPacked recognises a safetensors file by its first bytes: a length below 2³²
// and an opening brace. No text begins like that.
func IsPacked(w []byte) bool {
	return len(w) >= 9 && bytes.Equal(w[4:8], []byte{0, 0, 0, 0}) && w[8] == '{'
}

// SaysObjects reports whether the name of a file says that it holds lines of JSON.
func SaysObjects(name string) bool {
	ext := filepath.Ext(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), ".gz"), ".zst"))
	return ext == ".jsonl" || ext == ".ndjson"
}
