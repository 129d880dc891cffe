package table

import "mlp/internal/data/scan"

// otherShare is the share of other cells, as one in so many, up to which a column
// is a numeric one with mistakes rather than a categorical one. A single other
// cell counts as a mistake from smallColumn cells on.
const (
	otherShare  = 20
	smallColumn = 5
)

// isNumeric decides what the column holds. A column without any value counts as
// numeric.
func (b *Builder) isNumeric() bool {
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

// OfWords is the plan by which its words are read again.
func (b *Builder) OfWords() Plan { return Plan{Keep: AsWords, Kind: DeclaredWords, NA: b.na} }

// Reread reports whether the column was read as numbers and is none, so that
// its words must be read again.
func (b *Builder) Reread() bool { return b.Keep == AsNumbers && !b.isNumeric() }

// Column returns what was read.
func (b *Builder) Column() *Column {
	c := &Column{Name: b.Name, Index: b.index, Missing: b.missing, Look: b.look}
	if b.Keep == Skip {
		c.Skipped = true
		return c
	}
	if b.Keep == AsWords && b.declared != DeclaredWords {
		b.numbersOfWords()
	}
	c.Kind = Categorical
	if b.Keep != AsWords && b.isNumeric() {
		c.Kind, c.Others, c.OtherN, c.Missing = Numeric, b.others, b.otherN, b.missing
		c.Numbers, c.Wide = b.Take()
		c.OtherWords = b.otherWords
	}
	if c.Kind == Categorical || b.Keep == AsBoth || c.OtherN > 0 { // the words to complain of, if they are known
		c.Codes, c.Words = b.codes, b.words
	}
	return c
}

// numbersOfWords turns a column of words into one of numbers if it is one.
func (b *Builder) numbersOfWords() {
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
	b.Keep = AsNumbers
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
