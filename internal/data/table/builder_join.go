package table

import (
	"slices"

	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// part returns an empty builder for some of the rows of b's column. Its words are
// not limited in number: whether a target has too many is seen in the whole.
func (b *builder) part() *builder {
	return &builder{name: b.name, index: b.index, keep: b.keep, declared: b.declared, na: b.na, marks: b.marks, Reals: scan.NewReals(b.Precision), isPart: true}
}

// join appends what the next rows of the column hold. The outcome is that of
// adding their cells one by one.
func (b *builder) join(part *builder) {
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
	if b.keep == AsWords || b.keep == AsBoth {
		b.joinWords(part, before)
	}
	b.filled += part.filled
	b.missing += part.missing
}

// joinWords gives the part's words the codes they have in the whole column;
// others is how many cells before the part were no numbers.
func (b *builder) joinWords(part *builder, others int) {
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
			b.wordBytes += int64(len(w)) + wordCost
			if b.keep == AsBoth && len(b.words) > BothLimit && others == 0 && part.onlyNumbersUpTo(int32(i)) {
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
func (b *builder) onlyNumbersUpTo(code int32) bool {
	return b.otherN == 0 || b.others[0] > slices.Index(b.codes, code)
}

// reserve makes room for so many rows in all.
func (b *builder) reserve(rows int) {
	if b.keep == AsNumbers || b.keep == AsBoth {
		b.Reserve(rows)
	}
	if b.keep == AsWords || b.keep == AsBoth {
		b.codes = append(make([]int32, 0, rows), b.codes...)
	}
}

// renew gives the column new memory for so many rows, as what was read has been
// handed on.
func (b *builder) renew(rows int) {
	b.Renew(rows)
	if b.codes != nil {
		b.codes = make([]int32, 0, rows)
	}
}
