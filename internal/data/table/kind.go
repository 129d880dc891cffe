package table

import "strings"

// Kind is what the cells of a column are. The reader tells numbers from words;
// what the words are is decided here, by Infer.
type Kind uint8

// The kinds of column.
const (
	Numeric     Kind = iota // numbers
	Categorical             // words
	Boolean                 // two words for yes and no
	Date                    // days, or moments, in ISO 8601
)

var KindNames = [...]string{"numeric", "categorical", "boolean", "date"}

func (k Kind) String() string { return KindNames[k] }

// Scales reports whether a column of the kind becomes numbers that are filled
// and scaled, rather than categories that are encoded.
func (k Kind) Scales() bool { return k == Numeric || k == Date }

// kindSample is how many words are looked at before all are.
const kindSample = 20

// Holds returns what the cells of a column are as far as they tell it.
func (c *Column) Holds() Kind {
	switch {
	case c.Kind == Numeric:
		return Numeric
	case c.saysYesAndNo():
		return Boolean
	case c.holdsDates():
		return Date
	}
	return Categorical
}

// yesAndNo are the spellings of a boolean, no before yes. They match in any case;
// a column must hold both words of one line, and no other. The last line counts
// only in a column that is declared boolean: 0 and 1 are numbers.
var yesAndNo = [...][2]string{{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}, {"off", "on"}, {"0", "1"}}

// Truth returns the line of yesAndNo that a word stands in, and whether it says
// yes; -1 if it says neither.
func Truth(word string) (line int, yes bool) {
	for i, pair := range yesAndNo {
		for j, w := range pair {
			if len(word) == len(w) && strings.EqualFold(word, w) {
				return i, j == 1
			}
		}
	}
	return -1, false
}

// saysYesAndNo reports whether the words of a column are yes and no in one
// spelling.
func (c *Column) saysYesAndNo() bool {
	line, found := -1, [2]bool{}
	for i, w := range c.Words {
		at, yes := Truth(w)
		if at < 0 || i > 0 && at != line {
			return false
		}
		line = at
		if yes {
			found[1] = true
		} else {
			found[0] = true
		}
	}
	return found[0] && found[1]
}

// holdsDates reports whether the words of a column are dates, but for so few
// that they are mistakes. An impossible date counts as one: it is complained of
// later.
func (c *Column) holdsDates() bool {
	isDate := make([]bool, len(c.Words))
	dates := 0
	for i, w := range c.Words {
		_, v := ParseDate(w)
		if isDate[i] = v != NotDate; isDate[i] {
			dates++
		}
		if i == kindSample && dates == 0 {
			return false
		}
	}
	if dates == 0 || dates == len(c.Words) {
		return dates > 0
	}
	filled, other := 0, 0
	for _, code := range c.Codes {
		if code >= 0 {
			filled++
			if !isDate[code] {
				other++
			}
		}
	}
	return fewOdd(other, filled)
}
