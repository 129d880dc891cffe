package preprocess

import (
	"fmt"
	"strings"

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

// yesAndNo are the spellings of a boolean, no before yes. They match in any case;
// a column must hold both words of one line, and no other. The last line counts
// only in a column that is declared boolean: 0 and 1 are numbers.
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
	return -1, false
}

// saysYesAndNo reports whether the words of a column are yes and no in one
// spelling.
func saysYesAndNo(c *table.Column) bool {
	line, found := -1, [2]bool{}
	for i, w := range c.Words {
		at, yes := truth(w)
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

// checkBooleans refuses the cells of a column that say neither yes nor no.
func checkBooleans(t *table.Table, col *table.Column, list *problem.List) {
	checkWords(t, col, list, func(word string) bool { line, _ := truth(word); return line >= 0 }, func(text string) (msg, hint string) {
		return fmt.Sprintf("%q says neither yes nor no", problem.Clip(text)), "yes and no are written yes, no; true, false; t, f; y, n; on, off; or 1, 0"
	})
}
