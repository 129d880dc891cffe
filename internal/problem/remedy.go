package problem

// A Remedy is what to do next where the words for it are flags and verbs. The zero
// Remedy is none.
type Remedy struct {
	Kind  RemedyKind
	Value any // what fills the sentence: a number, a name, a file; nil for nothing
}

// RemedyKind says which sentence of the command line is meant.
type RemedyKind uint8

// The remedies. A test in cmd demands a sentence for each.
const (
	NoRemedy      RemedyKind = iota
	PackAgain                // make the packed table anew from its source
	ListFamily               // look at all components of the family Value, a plural
	NoHeader                 // say by an option that the first line is data
	NameDelimiter            // say by an option what separates cells
	NameTarget               // say by an option which column is to be predicted
	NameGroup                // say which column the groups of folds are
	ByGroup                  // deal folds out by group, or name no group
	ByLabel                  // deal folds out by label
	RemedyKinds              // how many there are
)
