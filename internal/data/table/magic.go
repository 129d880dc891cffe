package table

import "bytes"

// encodingOf names an encoding that is not UTF-8 by its first bytes.
func encodingOf(w []byte) string {
	switch {
	case bytes.HasPrefix(w, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(w, []byte{0, 0, 0xfe, 0xff}):
		return "UTF-32"
	case bytes.HasPrefix(w, []byte{0xff, 0xfe}):
		return "UTF-16 (little endian)"
	case bytes.HasPrefix(w, []byte{0xfe, 0xff}):
		return "UTF-16 (big endian)"
	case len(w) >= 4 && w[0] != 0 && w[1] == 0 && w[2] != 0 && w[3] == 0:
		return "UTF-16 (little endian, without a mark)"
	case len(w) >= 4 && w[0] == 0 && w[1] != 0 && w[2] == 0 && w[3] != 0:
		return "UTF-16 (big endian, without a mark)"
	}
	return ""
}

// looksBinary reports whether the first bytes are those of a format that is not
// a table of text, and names it.
func looksBinary(w []byte) string {
	for _, m := range []struct{ magic, name string }{
		{"PK\x03\x04", "a zip archive or an Excel workbook"},
		{"PAR1", "a Parquet file"},
		{"\xd0\xcf\x11\xe0", "a document of old Office, such as Excel's .xls"},
		{"ARROW1", "an Arrow file"},
		{"\x93NUMPY", "a NumPy array"},
		{"\x89HDF", "an HDF5 file"},
		{"%PDF", "a PDF"},
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
