package preprocess

import (
	"slices"

	"mlp/internal/data/table"
)

// apart says how a missing cell is told from an unknown category.
type apart uint8

const (
	notApart   apart = iota
	asCategory       // as one more category, after the others
	beside           // by an input of its own, the last one
)

var apartNames = [...]string{notApart: "", asCategory: "category", beside: "indicator"}

// setApart decides how a missing cell is told from an unknown category; missing are
// those of the training rows.
func (f *words) setApart(missing int) {
	s := f.settings.Encoded
	e, _ := s.Encode.Use.(extensible)
	switch {
	case s.Apart == table.No, s.Apart != table.Yes && (missing < max(1, s.MinCount) || f.fill != ""):
	case f.fill == "" && e != nil && e.extends(len(f.index.Words)):
		f.apart = asCategory
	case s.Apart == table.Yes, !hashes(s.Encode.Use) && len(f.index.Words) > 1:
		f.apart = beside // a hashed word is told from no word as it is, and so is the only one
	}
}

// categories are those of the encoder: the words, and perhaps what is missing.
func (f *words) categories() []string {
	if f.apart != asCategory {
		return f.index.Words
	}
	missing := "(missing)"
	for slices.Contains(f.index.Words, missing) {
		missing = "(" + missing + ")"
	}
	return append(slices.Clip(f.index.Words), missing)
}
