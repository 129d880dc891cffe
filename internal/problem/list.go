package problem

// Shown is how many problems of one file are listed; the rest are counted.
const Shown = 10

// A List collects the problems of one file in the order of its lines: the first
// ten, then a count. The zero List is empty and ready for use.
type List struct {
	File  string // named by the count
	first Problems
	more  int
}

// Full reports whether a further problem would only be counted, and counts it. It
// spares the caller the making of a problem that is not shown.
func (l *List) Full() bool {
	if len(l.first) < Shown {
		return false
	}
	l.more++
	return true
}

// Add adds a problem, or counts it.
func (l *List) Add(p *Problem) {
	if !l.Full() {
		l.first = append(l.first, p)
	}
}

// Count adds n problems of which only the number is known.
func (l *List) Count(n int) { l.more += n }

// Len returns how many problems are listed, without those that are counted.
func (l *List) Len() int { return len(l.first) }

// Mend says of the last problem listed what mends it and those before it; of none
// nothing.
func (l *List) Mend(kind RemedyKind) {
	if n := len(l.first); n > 0 {
		l.first[n-1].Remedy.Kind = kind
	}
}

// Err returns the problems with the count of the rest last, or nil if there are
// none.
func (l *List) Err() error {
	if len(l.first) == 0 {
		return nil
	}
	if l.more == 0 {
		return l.first
	}
	rest := Data(Pos{File: l.File}, "", "", "and %d more problems", l.more)
	if l.more == 1 {
		rest.Msg = "and 1 more problem"
	}
	return append(l.first[:len(l.first):len(l.first)], rest)
}
