package data

import "slices"

// naSet are the cells that stand for a missing value.
type naSet struct {
	words   map[string]bool
	first   [256]bool // first bytes of words
	numbers []float32 // words that are numbers: 0 also means 0.0
}

func newNASet(words ...string) naSet {
	s := naSet{words: map[string]bool{}}
	for _, w := range words {
		s.words[w] = true
		if w != "" {
			s.first[w[0]] = true
		}
		if v, verdict := number(w); verdict == isNumber {
			s.numbers = append(s.numbers, v)
		}
	}
	return s
}

func (s *naSet) has(cell string) bool { return cell == "" || s.words[cell] }

// hasBytes is has without an allocation.
func (s *naSet) hasBytes(cell []byte) bool {
	return len(cell) == 0 || s.first[cell[0]] && s.words[string(cell)]
}

func (s *naSet) hasNumber(v float32) bool {
	for _, n := range s.numbers {
		if v == n {
			return true
		}
	}
	return false
}

// list returns the words, sorted.
func (s *naSet) list() []string {
	all := make([]string, 0, len(s.words))
	for w := range s.words {
		all = append(all, w)
	}
	slices.Sort(all)
	return all
}
