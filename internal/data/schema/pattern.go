package schema

import "strings"

// findAll returns the columns meant: the one of that name or number, else those
// that the name fits as a pattern, in which * stands for any text and ? for one
// character. exact says that no pattern was needed.
func (r ColumnRef) findAll(names []string) (at []int, exact bool) {
	if i := r.Find(names); i >= 0 {
		return []int{i}, true
	}
	if r.Number != 0 || !strings.ContainsAny(r.Name, "*?") {
		return nil, true
	}
	for i, name := range names {
		if Fits([]rune(r.Name), []rune(name)) {
			at = append(at, i)
		}
	}
	return at, false
}

// Fits matches a pattern from the left; on a mismatch the last * takes one
// character more.
func Fits(pattern, name []rune) bool {
	p, n := 0, 0
	star, from := -1, 0 // the last *, and where what follows it was tried
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case star >= 0:
			from++
			p, n = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
