package preprocess

import (
	"cmp"
	"slices"

	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Kind is what the cells of a column are, and with it how they become network
// inputs. A kind is one file: its registration names it, recognises it, refuses
// cells that are not of it, and makes the Feature that learns and writes inputs.
type Kind struct {
	Name    string
	Rank    int  // its place in lists, and among those that are asked for a column of words
	Numbers bool // cells are read as numbers; else as words

	// Declared reports whether an entry for a column that has such settings means
	// this kind; nil: it never does.
	Declared func(Given) bool

	// Holds reports whether the words of a column are of this kind, in a table whose
	// numbers have such marks; nil: it is not to be found by looking.
	Holds func(*table.Column, scan.Marks) bool

	// Check adds a problem to the list for each cell that is not of this kind, as a
	// column with these settings has it; nil: all are.
	Check func(*table.Table, *table.Column, Settings, *problem.List)

	// AnyWord says that in a table for a model a word that is not of this kind is an
	// unknown category rather than a mistake.
	AnyWord bool

	// Settle replaces settings of the whole section by those of the kind; nil: they
	// stand.
	Settle func(*Settings)

	// Idle says what is wrong with a setting that would have no effect on a column
	// of this kind; "" for nothing. nil: every setting has one.
	Idle func(name string, given Given, s Settings) (msg, hint string)

	// Values returns what reads the words of a column as numbers, which these words are;
	// nil: they are none.
	Values reader

	// ReadAs says what the words of a column are read as, where that is not to be seen
	// at once; nil, or "": it is.
	ReadAs func(words []string, s Settings) string

	// New returns the feature of a column, which Fit or Load completes.
	New func(name string, s Settings) Feature
}

func (k *Kind) String() string { return k.Name }

// Given are the settings that the entry for a column gives.
type Given struct {
	Scale      bool // or clip, or indicator: of any column but a boolean one
	Fill       bool // a stand-in for missing values that is for numbers only
	Missing    bool
	Encode     bool // of categories
	NumberCode bool // an encoder of numbers
	MinCount   bool
	Unknown    bool
	Parts      bool
}

// encoded reports whether there is a setting for categories.
func (g Given) encoded() bool { return g.Encode || g.MinCount || g.Unknown }

// Any reports whether there is a setting at all.
func (g Given) Any() bool {
	return g.Scale || g.Fill || g.Missing || g.Parts || g.NumberCode || g.encoded()
}

// A Feature turns the cells of one column into network inputs. It is fitted to
// training rows once; then a row gives the same inputs alone and among others.
type Feature interface {
	// Settings are those of the column, as far as they are saved.
	Settings() Settings

	// Fit learns from rows of a column, which is of the feature's kind.
	Fit(c *table.Column, rows []int) *problem.Problem

	// Inputs names the network inputs: "glucose", "Motor=A", "when.year".
	Inputs() []string

	// Apply writes the inputs of rows of a column into columns at, at+1, … of x, which
	// is rows × inputs and holds zeros.
	Apply(c *table.Column, rows []int, x tensor.Mat, at int)

	// Fills reports whether something stands in for a missing cell; else it is
	// refused.
	Fills() bool

	// Categories are the words that the feature tells apart; none where it has no
	// categories, and so no unknown ones.
	Categories() []string

	// Unknown reports whether a word is none of the categories.
	Unknown(word string) bool

	// Save writes the settings into n and returns what was learned.
	Save(n *spec.Node) []Numbers

	// Load is the inverse of Save. It trusts nothing.
	Load(l *Loader, n *spec.Node)
}

// An Embedder is a feature of which the network may learn what stands for its first
// input, be it the number of a category or a number of the table.
type Embedder interface {
	// Embedding says what; false: the inputs are used as they stand.
	Embedding() (Embedding, bool)
}

// An Embedding is what a network learns of one input: vectors for its categories, or
// what its encoder makes of a number.
type Embedding struct {
	Vectors Vectors
	Number  NumberEncoder // the zero one for categories
	Ends    []float32     // of the pieces of a number, if it has some
}

// Codes reports whether the input is the number of a category.
func (e Embedding) Codes() bool { return e.Vectors.Codes > 0 }

// Vectors stand for categories.
type Vectors struct {
	Codes    int  // how many there are, the bucket of unknown ones included
	Dim      int  // length of each
	Standard bool // they start as N(0, 1); else uniformly within ± 0.05
}

var kinds []*Kind

// addKind registers a kind.
func addKind(k Kind) *Kind {
	if KindNamed(k.Name) != nil {
		panic("preprocess: two kinds are called " + k.Name)
	}
	if k.Check == nil {
		k.Check = func(*table.Table, *table.Column, Settings, *problem.List) {}
	}
	if k.Idle == nil {
		k.Idle = func(string, Given, Settings) (msg, hint string) { return "", "" }
	}
	kinds = append(kinds, &k)
	slices.SortStableFunc(kinds, func(a, b *Kind) int { return cmp.Compare(a.Rank, b.Rank) })
	return &k
}

// KindNames returns the names of the kinds of column.
func KindNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.Name)
	}
	return names
}

// KindNamed returns the kind of that name, or nil.
func KindNamed(name string) *Kind {
	for _, k := range kinds {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// DeclaredKind returns the kind that settings for a column stand for, or nil.
func DeclaredKind(g Given) *Kind {
	for _, k := range kinds {
		if k.Declared != nil && k.Declared(g) {
			return k
		}
	}
	return nil
}

// ReadAs returns the kind that a column was read as: numbers or words.
func ReadAs(c *table.Column) *Kind {
	if c.Kind == table.Numeric {
		return Numeric
	}
	return Categorical
}

// KindOf returns what the cells of a column are as far as they tell it, in a table whose
// numbers have such marks.
func KindOf(c *table.Column, marks scan.Marks) *Kind {
	if c.Kind == table.Numeric {
		return Numeric
	}
	for _, k := range kinds {
		if k.Holds != nil && k.Holds(c, marks) {
			return k
		}
	}
	return Categorical
}

// ValuesOf returns a column of words as the numbers that they are to its kind; a column of
// another kind as it stands.
func (k *Kind) ValuesOf(c *table.Column, s Settings) *table.Column {
	if k.Values == nil {
		return c
	}
	return k.Values.column(c, s)
}

// Measures reports whether the cells of columns of this kind are numbers in the end.
func (k *Kind) Measures() bool { return k.Numbers || k.Values != nil }
