package table

import (
	"slices"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// BothLimit is how many different cells a target may have and still be taken for
// a label without being declared one.
const BothLimit = 4096

// otherShare is the share of other cells, as one in so many, up to which a column
// is a numeric one with mistakes rather than a categorical one. A single other
// cell counts as a mistake from smallColumn cells on.
const (
	otherShare  = 20
	smallColumn = 5
)

// A builder collects the cells of one column.
type builder struct {
	name     string
	index    int // of the column in the file
	keep     Keep
	declared Declared
	na       scan.NASet
	marks    scan.Marks // of its numbers
	look     dialect.Cells
	scan.Reals
	codes []int32
	words []string
	code  map[string]int32

	filled, missing int
	others          []int    // the first rows whose cell is no number
	otherN, large   int      // how many are none, and how many of these are too large for one
	otherWords      []string // the first different words among them

	wordBytes int64 // about what the words take

	single bool // it is not wide, and no number stands for a missing value

	isPart bool // of a column: it will be joined to the rows before it
}

func newBuilder(name string, index int, p Plan) *builder {
	return &builder{name: name, index: index, keep: p.Keep, declared: p.Kind, na: p.NA, Reals: scan.NewReals(p.Precision)}
}

// add appends a cell and reports how it reads as a number.
func (b *builder) add(cell []byte) scan.Verdict {
	row := b.filled + b.missing
	if b.na.HasBytes(cell) {
		b.addMissing()
		return scan.IsNumber
	}
	verdict := scan.IsNumber
	if b.keep != AsWords {
		var v scan.Real
		v, verdict = b.marks.Real(cell)
		if verdict == scan.IsNumber && b.standsForMissing(v) {
			b.addMissing()
			return scan.IsNumber
		}
		if verdict != scan.IsNumber {
			v = scan.NoReal
			b.addOther(row, verdict)
			b.addOtherWord(cell)
		}
		b.Append(v)
		b.single = b.single && !b.Wide
	}
	if b.keep != AsNumbers {
		b.addWord(cell)
	}
	b.filled++
	return verdict
}

// addParsed appends a cell that has been parsed already, to a column of numbers.
func (b *builder) addParsed(s *scan.Span) {
	if b.Wide && b.na.Numbers == nil {
		b.AppendDouble(s.Exact())
		b.filled++
		return
	}
	v := s.Real()
	if b.standsForMissing(v) {
		b.addMissing()
		return
	}
	b.Append(v)
	b.filled++
	b.single = b.single && !b.Wide
}

func (b *builder) standsForMissing(v scan.Real) bool {
	return len(b.na.Numbers) > 0 && b.na.HasNumber(v)
}

func (b *builder) addOther(row int, v scan.Verdict) {
	if v == scan.TooLarge {
		b.large++
	}
	if len(b.others) < problem.Shown {
		b.others = append(b.others, row)
	}
	b.otherN++
}

// OtherWordsShown is how many different words a numeric column is remembered to hold.
const OtherWordsShown = 20

func (b *builder) addOtherWord(cell []byte) {
	if len(b.otherWords) > OtherWordsShown || slices.ContainsFunc(b.otherWords, func(w string) bool { return w == string(cell) }) {
		return
	}
	b.otherWords = append(b.otherWords, string(cell))
}

func (b *builder) addMissing() {
	b.missing++
	if b.keep != AsWords {
		b.Append(scan.NoReal)
	}
	if b.keep != AsNumbers {
		b.codes = append(b.codes, -1)
	}
}

func (b *builder) addWord(cell []byte) {
	code, known := b.code[string(cell)]
	if !known {
		if b.code == nil {
			b.code = map[string]int32{}
		}
		word := string(cell)
		code = int32(len(b.words))
		b.code[word] = code
		b.words = append(b.words, word)
		b.wordBytes += int64(len(word)) + wordCost
		if b.keep == AsBoth && len(b.words) > BothLimit && b.otherN == 0 && !b.isPart {
			b.onlyNumbers()
			return
		}
	}
	b.codes = append(b.codes, code)
}

// onlyNumbers forgets the words of a target that has too many for labels.
func (b *builder) onlyNumbers() {
	b.keep = AsNumbers
	b.code, b.words, b.codes, b.wordBytes = nil, nil, nil, 0
}

// clear forgets the rows, keeping the memory, for the next chunk of a stream.
func (b *builder) clear() {
	b.Clear()
	b.codes, b.words, b.others = b.codes[:0], nil, nil
	b.code, b.otherWords = nil, nil
	b.filled, b.missing, b.otherN, b.large, b.wordBytes = 0, 0, 0, 0, 0
}

// isNumeric decides what the column holds. A column without any value counts as
// numeric.
func (b *builder) isNumeric() bool {
	switch {
	case b.declared != Undeclared:
		return b.declared == DeclaredNumeric
	case b.otherN == b.large: // too large a number is a number nevertheless, to be complained of
		return true
	}
	return FewOthers(b.otherN-b.large, b.filled)
}

// FewOthers reports whether the cells that differ from all others are so few that
// they are mistakes.
func FewOthers(others, filled int) bool {
	return others*otherShare <= filled || others == 1 && filled >= smallColumn
}

// reread reports whether the column was read as numbers and is none, so that
// its words must be read again.
func (b *builder) reread() bool { return b.keep == AsNumbers && !b.isNumeric() }

// column returns what was read.
func (b *builder) column() *Column {
	c := &Column{Name: b.name, index: b.index, Missing: b.missing, Look: b.look}
	if b.keep == Skip {
		c.Skipped = true
		return c
	}
	if b.keep == AsWords && b.declared != DeclaredWords {
		b.numbersOfWords()
	}
	c.Kind = Categorical
	if b.keep != AsWords && b.isNumeric() {
		c.Kind, c.Others, c.OtherN, c.Missing = Numeric, b.others, b.otherN, b.missing
		c.Numbers, c.Wide = b.Take()
		c.OtherWords = b.otherWords
	}
	if c.Kind == Categorical || b.keep == AsBoth || c.OtherN > 0 { // the words to complain of, if they are known
		c.Codes, c.Words = b.codes, b.words
	}
	return c
}

// numbersOfWords turns a column of words into one of numbers if it is one.
func (b *builder) numbersOfWords() {
	values := make([]scan.Real, len(b.words))
	verdicts := make([]scan.Verdict, len(b.words))
	for i, w := range b.words {
		values[i], verdicts[i] = b.marks.Real([]byte(w))
	}
	b.otherN, b.large, b.others, b.otherWords = 0, 0, nil, nil
	for row, code := range b.codes {
		if code >= 0 && verdicts[code] != scan.IsNumber {
			b.addOther(row, verdicts[code])
		}
	}
	for i, w := range b.words {
		if verdicts[i] != scan.IsNumber {
			b.addOtherWord([]byte(w))
		}
	}
	if !b.isNumeric() {
		return
	}
	b.keep = AsNumbers
	b.Reserve(len(b.codes))
	for _, code := range b.codes {
		switch {
		case code >= 0 && verdicts[code] == scan.IsNumber && b.standsForMissing(values[code]):
			b.filled--
			b.missing++
			b.Append(scan.NoReal)
		case code < 0 || verdicts[code] != scan.IsNumber:
			b.Append(scan.NoReal)
		default:
			b.Append(values[code])
		}
	}
	if b.otherN == 0 {
		b.codes, b.words, b.code = nil, nil, nil
	}
}

// peek reads a cell as add does, and keeps nothing.
func (b *builder) peek(cell []byte) (v float64, missing bool) {
	if b.na.HasBytes(cell) {
		return 0, true
	}
	if b.keep == AsWords {
		return 0, false
	}
	r, verdict := b.marks.Real(cell)
	return b.Value(r), verdict == scan.IsNumber && b.standsForMissing(r)
}

// guess chooses the mode by the first cells of a column.
func (b *builder) guess(cells []string) {
	if b.keep != AsNumbers || b.declared == DeclaredNumeric {
		return
	}
	word := slices.ContainsFunc(cells, func(cell string) bool {
		_, v := b.marks.Parse([]byte(cell))
		return v == scan.NotNumber && !b.na.Has(cell)
	})
	if word {
		b.keep = AsWords
	}
}
