package table

import (
	"slices"

	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// Part returns an empty builder for some of the rows of b's column. Its words are
// not limited in number: whether a target has too many is seen in the whole.
func (b *Builder) Part() *Builder {
	return &Builder{Name: b.Name, index: b.index, Keep: b.Keep, declared: b.declared, na: b.na, marks: b.marks, Reals: scan.NewReals(b.Precision), isPart: true}
}

// A Way is how a column is kept, as far as it is known by the rows so far: a target of
// too many words is kept as numbers only, and one long number makes a column wide.
type Way struct {
	keep Keep
	wide bool
}

// Way is that of the whole column.
func (b *Builder) Way() Way { return Way{b.Keep, b.Wide} }

// Become lets a part, which is empty, be kept as the whole column is.
func (b *Builder) Become(w Way) {
	if b.Keep = w.keep; w.wide {
		b.Widen()
	}
	b.Single = !b.Wide && b.na.Numbers == nil
}

// JoinPart appends what the next rows of the column hold. The outcome is that of
// adding their cells one by one.
func (b *Builder) JoinPart(part *Builder) {
	row := b.filled + b.missing
	before := b.otherN
	for _, r := range part.others {
		if len(b.others) == problem.Shown {
			break
		}
		b.others = append(b.others, row+r)
	}
	b.otherN += part.otherN
	b.large += part.large
	for _, w := range part.otherWords {
		b.addOtherWord([]byte(w))
	}
	b.Join(&part.Reals)
	if b.Keep == AsWords || b.Keep == AsBoth {
		b.joinWords(part, before)
	}
	b.filled += part.filled
	b.missing += part.missing
}

// joinWords gives the part's words the codes they have in the whole column;
// others is how many cells before the part were no numbers.
func (b *Builder) joinWords(part *Builder, others int) {
	if b.code == nil {
		b.code = map[string]int32{}
	}
	codes := make([]int32, len(part.words))
	for i, w := range part.words {
		code, known := b.code[w]
		if !known {
			code = int32(len(b.words))
			b.code[w] = code
			b.words = append(b.words, w)
			b.WordBytes += int64(len(w)) + wordCost
			if b.Keep == AsBoth && len(b.words) > BothLimit && others == 0 && part.onlyNumbersUpTo(int32(i)) {
				b.onlyNumbers()
				return
			}
		}
		codes[i] = code
	}
	at := len(b.codes)
	b.codes = append(b.codes, part.codes...)
	for i, code := range part.codes {
		if code >= 0 {
			b.codes[at+i] = codes[code]
		}
	}
}

// onlyNumbersUpTo reports whether every cell up to the first that holds a word is
// a number.
func (b *Builder) onlyNumbersUpTo(code int32) bool {
	return b.otherN == 0 || b.others[0] > slices.Index(b.codes, code)
}

// MakeRoom makes room for so many rows in all.
func (b *Builder) MakeRoom(rows int) {
	if b.Keep == AsNumbers || b.Keep == AsBoth {
		b.Reserve(rows)
	}
	if b.Keep == AsWords || b.Keep == AsBoth {
		b.codes = append(make([]int32, 0, rows), b.codes...)
	}
}

// Detach gives the column new memory for so many rows, as what was read has been
// handed on.
func (b *Builder) Detach(rows int) {
	b.Renew(rows)
	if b.codes != nil {
		b.codes = make([]int32, 0, rows)
	}
}
