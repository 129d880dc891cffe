package evaluate

import (
	"cmp"
	"slices"

	"mlp/internal/tensor"
)

// A Confusion counts rows by true label and answer. It holds the pairs that occur: of
// twelve thousand labels, a matrix would have far more cells than there are rows.
type Confusion struct {
	Labels int
	Pairs  []Pair // by true label, then by answer
}

// A Pair is how many rows of one label have an answer.
type Pair struct{ Truth, Answer, Rows int }

func (a Pair) compare(b Pair) int {
	return cmp.Or(cmp.Compare(a.Truth, b.Truth), cmp.Compare(a.Answer, b.Answer))
}

// newConfusion counts the answers of rows.
func newConfusion(answers []int, truth tensor.Mat, labels int) *Confusion {
	counts := map[[2]int]int{}
	for i, answer := range answers {
		counts[[2]int{int(truth.At(i, 0)), answer}]++
	}
	c := &Confusion{Labels: labels, Pairs: make([]Pair, 0, len(counts))}
	for at, rows := range counts {
		c.Pairs = append(c.Pairs, Pair{at[0], at[1], rows})
	}
	slices.SortFunc(c.Pairs, Pair.compare)
	return c
}

// Rows is how many rows of a label have an answer.
func (c *Confusion) Rows(truth, answer int) int {
	at, ok := slices.BinarySearchFunc(c.Pairs, Pair{Truth: truth, Answer: answer}, Pair.compare)
	if !ok {
		return 0
	}
	return c.Pairs[at].Rows
}

// Right is how many rows have the right answer.
func (c *Confusion) Right() (rows int) {
	for _, p := range c.Pairs {
		if p.Truth == p.Answer {
			rows += p.Rows
		}
	}
	return rows
}

// Plus returns the counts of both; c may be nil.
func (c *Confusion) Plus(other *Confusion) *Confusion {
	if c == nil || other == nil {
		return cmp.Or(c, other)
	}
	sum := &Confusion{Labels: c.Labels}
	all := slices.Concat(c.Pairs, other.Pairs)
	slices.SortFunc(all, Pair.compare)
	for _, p := range all {
		if n := len(sum.Pairs); n > 0 && sum.Pairs[n-1].compare(p) == 0 {
			sum.Pairs[n-1].Rows += p.Rows
			continue
		}
		sum.Pairs = append(sum.Pairs, p)
	}
	return sum
}
