package preprocess

import (
	"fmt"
	"slices"
	"strings"

	"mlp/internal/data/scan"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// Boolean is the kind of columns that say yes and no. Such a column has a way of
// being encoded of its own.
var Boolean = addKind(Kind{
	Name: "boolean", Rank: 2,
	Holds: saysYesAndNo, Check: checkBooleans, AnyWord: true,
	Settle: func(s *Settings) {
		s.Encoded.Encode, s.Encoded.MinCount, s.Encoded.Other = yesOrNo, 1, true
	},
	Idle: func(name string, g Given, _ Settings) (msg, hint string) {
		switch {
		case g.Parts:
			return idleParts(name, "boolean")
		case g.NumberCode:
			return idleCode(name, "boolean")
		case g.Fill || g.encoded():
			return fmt.Sprintf("column %q is boolean: one input, 1, 0, or 0.5 where it is missing", name), "add `type: categorical` to encode it otherwise"
		}
		return "", ""
	},
	New: newWords,
})

// yesAndNo are the spellings of a boolean, no before yes. They match in any case. The
// last line counts only in a column that is declared boolean or has other spellings
// too: 0 and 1, also as 0.0 and 1.0, are numbers.
var yesAndNo = [...][2]string{{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}, {"off", "on"}, {"0", "1"}}

// truth returns the line of yesAndNo that a word stands in, and whether it says
// yes; -1 if it says neither.
func truth(word string) (line int, yes bool) {
	for i, pair := range yesAndNo {
		for j, w := range pair {
			if len(word) == len(w) && strings.EqualFold(word, w) {
				return i, j == 1
			}
		}
	}
	if w := whole(word); w == "0" || w == "1" {
		return len(yesAndNo) - 1, w == "1"
	}
	return -1, false
}

// sameTruth returns the first of the words that says the same as word; -1 where none
// does, or word says neither yes nor no.
func sameTruth(word string, words []string) int {
	line, yes := truth(word)
	if line < 0 {
		return -1
	}
	return slices.IndexFunc(words, func(w string) bool { line, says := truth(w); return line >= 0 && says == yes })
}

// saysYesAndNo reports whether the words of a column are yes and no. Both words of one
// line must be there; a table that was put together from several may have others too,
// if that line has whole words: f, n and t may be anything.
func saysYesAndNo(c *table.Column, _ scan.Marks) bool {
	found, lines := [len(yesAndNo)][2]bool{}, map[int]bool{}
	for _, w := range c.Words {
		line, yes := truth(w)
		if line < 0 {
			return false
		}
		lines[line] = true
		if yes {
			found[line][1] = true
		} else {
			found[line][0] = true
		}
	}
	for line, both := range found {
		if both[0] && both[1] && (len(lines) == 1 || len(yesAndNo[line][1]) > 1) {
			return true
		}
	}
	return false
}

// checkBooleans refuses the cells of a column that say neither yes nor no.
func checkBooleans(t *table.Table, col *table.Column, _ Settings, list *problem.List) {
	checkWords(t, col, list, func(word string) bool { line, _ := truth(word); return line >= 0 }, func(text string) (msg, hint string) {
		return fmt.Sprintf("%q says neither yes nor no", problem.Clip(text)), "yes and no are written yes, no; true, false; t, f; y, n; on, off; or 1, 0"
	})
}
