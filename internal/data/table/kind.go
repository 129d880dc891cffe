package table

// Kind is how the cells of a column are kept: as numbers, or as words with a code
// for each. What the words are is not this package's business.
type Kind uint8

// The kinds.
const (
	Numeric Kind = iota
	Categorical
)

func (k Kind) String() string { return [...]string{"numeric", "categorical"}[k] }
