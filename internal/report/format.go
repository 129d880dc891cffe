package report

import (
	"maps"
	"slices"
)

// A Format is a form in which a document is written.
type Format struct {
	Write func(*Document) string

	// File is the form in a file, where that is another; nil: Write. Append: the file
	// may be there already, and the document goes to its end.
	File   func(*Document) string
	Append bool

	// Folder is the form in a folder: texts by the names of their files; Write is nil then.
	Folder func(*Document) map[string]string
}

// formats by the name that a user gives.
var formats = map[string]Format{}

func register(name string, f Format) struct{} {
	if f.File == nil {
		f.File = f.Write
	}
	formats[name] = f
	return struct{}{}
}

// Formats returns the names of the formats, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// FormatOf returns the format of a name; false if there is none.
func FormatOf(name string) (Format, bool) {
	f, ok := formats[name]
	return f, ok
}
