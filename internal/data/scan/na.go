package scan

import "slices"

// NASet are the cells that stand for a missing value.
type NASet struct {
	words   map[string]bool
	first   [256]bool // first bytes of words
	Numbers []Real    // words that are numbers: 0 also means 0.0
}

func NewNASet(words ...string) NASet {
	s := NASet{words: map[string]bool{}}
	for _, w := range words {
		s.words[w] = true
		if w != "" {
			s.first[w[0]] = true
		}
		if v, verdict := (Marks{}).Real([]byte(w)); verdict == IsNumber {
			s.Numbers = append(s.Numbers, v)
		}
	}
	return s
}

func (s *NASet) Has(cell string) bool { return cell == "" || s.words[cell] }

// HasBytes is has without an allocation.
func (s *NASet) HasBytes(cell []byte) bool {
	return len(cell) == 0 || s.first[cell[0]] && s.words[string(cell)]
}

// HasNumber reports whether a number stands for a missing value.
func (s *NASet) HasNumber(v Real) bool {
	for _, n := range s.Numbers {
		if v.Long == n.Long && (v.Long && v.Exact == n.Exact || !v.Long && v.Rounded == n.Rounded) {
			return true
		}
	}
	return false
}

// List returns the words, sorted.
func (s *NASet) List() []string {
	all := make([]string, 0, len(s.words))
	for w := range s.words {
		all = append(all, w)
	}
	slices.Sort(all)
	return all
}

// Repeated returns the index of the first name that stands twice, or -1.
func Repeated(names []string) int {
	seen := map[string]bool{}
	for i, n := range names {
		if seen[n] {
			return i
		}
		seen[n] = true
	}
	return -1
}
