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

// wordCost is what a new word takes beside its letters, in the list, in the
// index and in what the garbage collector has not yet taken back of their
// smaller forms: 13.6 million different words took 2.4 GB at the most.
const wordCost = 150

// A Builder collects the cells of one column.
type Builder struct {
	Name     string
	index    int // of the column in the file
	Keep     Keep
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

	WordBytes int64 // about what the words take

	Single bool // it is not wide, and no number stands for a missing value

	isPart bool // of a column: it will be joined to the rows before it
}

// NewBuilder starts a column, which is the index-th of its file, as its plan says.
func NewBuilder(name string, index int, p Plan) *Builder {
	return &Builder{Name: name, index: index, Keep: p.Keep, declared: p.Kind, na: p.NA, Reals: scan.NewReals(p.Precision)}
}

// Add appends a cell and reports how it reads as a number.
func (b *Builder) Add(cell []byte) scan.Verdict {
	row := b.filled + b.missing
	if b.na.HasBytes(cell) {
		b.addMissing()
		return scan.IsNumber
	}
	verdict := scan.IsNumber
	if b.Keep != AsWords {
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
		b.Single = b.Single && !b.Wide
	}
	if b.Keep != AsNumbers {
		b.addWord(cell)
	}
	b.filled++
	return verdict
}

// AddParsed appends a cell that has been parsed already, to a column of numbers.
func (b *Builder) AddParsed(s *scan.Span) {
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
	b.Single = b.Single && !b.Wide
}

// AddSingle appends a number that float32 holds as the file does, where no number stands
// for a missing value.
func (b *Builder) AddSingle(v float32) {
	b.AppendSingle(v)
	b.filled++
}

func (b *Builder) standsForMissing(v scan.Real) bool {
	return len(b.na.Numbers) > 0 && b.na.HasNumber(v)
}

func (b *Builder) addOther(row int, v scan.Verdict) {
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

func (b *Builder) addOtherWord(cell []byte) {
	if len(b.otherWords) > OtherWordsShown || slices.ContainsFunc(b.otherWords, func(w string) bool { return w == string(cell) }) {
		return
	}
	b.otherWords = append(b.otherWords, string(cell))
}

func (b *Builder) addMissing() {
	b.missing++
	if b.Keep != AsWords {
		b.Append(scan.NoReal)
	}
	if b.Keep != AsNumbers {
		b.codes = append(b.codes, -1)
	}
}

func (b *Builder) addWord(cell []byte) {
	code, known := b.code[string(cell)]
	if !known {
		if b.code == nil {
			b.code = map[string]int32{}
		}
		word := string(cell)
		code = int32(len(b.words))
		b.code[word] = code
		b.words = append(b.words, word)
		b.WordBytes += int64(len(word)) + wordCost
		if b.Keep == AsBoth && len(b.words) > BothLimit && b.otherN == 0 && !b.isPart {
			b.onlyNumbers()
			return
		}
	}
	b.codes = append(b.codes, code)
}

// onlyNumbers forgets the words of a target that has too many for labels.
func (b *Builder) onlyNumbers() {
	b.Keep = AsNumbers
	b.code, b.words, b.codes, b.WordBytes = nil, nil, nil, 0
}

// Forget forgets the rows, keeping the memory, for the next chunk of a stream.
func (b *Builder) Forget() {
	b.Clear()
	b.codes, b.words, b.others = b.codes[:0], nil, nil
	b.code, b.otherWords = nil, nil
	b.filled, b.missing, b.otherN, b.large, b.WordBytes = 0, 0, 0, 0, 0
}

// OnlyPlain reports whether the cells are nothing but numbers without marks.
func (b *Builder) OnlyPlain() bool { return b.Keep == AsNumbers && b.marks.Plain() }

// CellBytes returns how many bytes a cell takes, its word not counted.
func (b *Builder) CellBytes() (n int64) {
	if b.Keep == AsNumbers || b.Keep == AsBoth {
		if n += 4; b.Wide {
			n += 4
		}
	}
	if b.Keep == AsWords || b.Keep == AsBoth {
		n += 4
	}
	return n
}

// Peek reads a cell as Add does, and keeps nothing.
func (b *Builder) Peek(cell []byte) (v float64, missing bool) {
	if b.na.HasBytes(cell) {
		return 0, true
	}
	if b.Keep == AsWords {
		return 0, false
	}
	r, verdict := b.marks.Real(cell)
	return b.Value(r), verdict == scan.IsNumber && b.standsForMissing(r)
}

// Guess looks at the first cells of a column, chooses by them how it is kept, and is told
// how its numbers are marked.
func (b *Builder) Guess(cells []string, marks scan.Marks) {
	b.marks, b.look = marks, dialect.LookAt(cells, b.na)
	if b.Keep != AsNumbers || b.declared == DeclaredNumeric {
		return
	}
	word := slices.ContainsFunc(cells, func(cell string) bool {
		_, v := b.marks.Parse([]byte(cell))
		return v == scan.NotNumber && !b.na.Has(cell)
	})
	if word {
		b.Keep = AsWords
	}
}
