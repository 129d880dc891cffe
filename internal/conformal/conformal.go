// Package conformal makes promises of single answers: what a model answers for rows
// that it was not trained on goes in, with the truth; out come scores, by which a later
// answer becomes an interval of numbers, or a set of labels, that holds the truth of a
// share of rows that one may choose (Vovk et al. 2005).
//
// The promise holds on average over rows that are drawn as the held-out rows were,
// whatever the model is worth: a poor one has wide intervals. Of n held-out rows of one
// model the share lies between the level and level + 1/(n+1). It says nothing of rows
// that come from elsewhere, of a later time, or of one group among others.
package conformal

import (
	"fmt"
	"math"
	"slices"

	"mlp/internal/tensor"
)

// Held are answers for rows by a model that was not trained on them.
type Held struct {
	Outputs tensor.Mat // (rows, outputs): probabilities, or numbers in the target's own units
	Truth   tensor.Mat // (rows, outputs), or (rows, 1) class indices
	Fold    []int      // which of several models answered the row; nil: there is one
	Members [][]int    // the members of an ensemble that such a model is the average of, by fold
	Classes bool       // labels that exclude each other; else each output is a target of its own
	Labels  bool       // the targets are labels, not numbers
}

// Most is how many scores of one target are stored at most. More tell levels apart
// that are nearer than 1/Most.
const Most = 10_000

// Scores are how far the answers for held-out rows were from the truth: |truth − answer|
// of numbers, 1 − p(truth) of labels (Sadinle et al. 2019). One list for each target and
// fold, rising.
type Scores struct {
	Targets [][][]float64 // by target, then fold
	Members [][]int       // the numbers of the members whose average is the model of a fold; nil: the one model there is
	Rows    int           // that were held out
	On      string        // what they were: "validation" or "out-of-fold"
}

// Fit scores the answers. Of more than Most rows as many are left of each fold as keeps
// its share, evenly spread: those whose ranks among the kept ones stand for their ranks
// among all.
func Fit(h Held) (*Scores, error) {
	n := h.Outputs.Rows
	if n == 0 {
		return nil, fmt.Errorf("there are no rows to learn intervals from")
	}
	folds := 1
	for _, f := range h.Fold {
		folds = max(folds, f+1)
	}
	targets := h.Outputs.Cols
	if h.Classes {
		targets = 1
	}
	s := &Scores{Rows: n, Members: h.Members}
	for j := range targets {
		lists := make([][]float64, folds)
		for i := range n {
			fold := 0
			if h.Fold != nil {
				fold = h.Fold[i]
			}
			score, err := h.score(i, j)
			if err != nil {
				return nil, err
			}
			lists[fold] = append(lists[fold], score)
		}
		for f := range lists {
			slices.Sort(lists[f])
			lists[f] = thin(lists[f], n)
		}
		s.Targets = append(s.Targets, lists)
	}
	return s, nil
}

func (h Held) score(i, j int) (float64, error) {
	out, truth := h.Outputs.Row(i), h.Truth.Row(i)
	var score float64
	switch {
	case h.Classes:
		score = 1 - probability(out, int(truth[0]))
	case h.Labels:
		if truth[j] != 0 && truth[j] != 1 {
			return 0, fmt.Errorf("a label of %g is neither 0 nor 1: there are no sets of shares", truth[j])
		}
		score = 1 - probability(out[j:j+1], int(truth[j]))
	default:
		score = math.Abs(float64(truth[j]) - float64(out[j]))
	}
	if math.IsNaN(score) || math.IsInf(score, 0) {
		return 0, fmt.Errorf("an answer is not a finite number")
	}
	return score, nil
}

// probability is that of a class; a single output is that of the second of two.
func probability(out []float32, class int) float64 {
	switch {
	case len(out) > 1:
		return float64(out[class])
	case class == 0:
		return 1 - float64(out[0])
	}
	return float64(out[0])
}

// thin keeps of a fold's rising scores its share of Most out of n. The kept score of
// rank r of m is the one whose rank among all is at least as high as r/(m+1) says, so
// that an interval can only become wider by it.
func thin(scores []float64, n int) []float64 {
	if n <= Most {
		return scores
	}
	m := max(1, len(scores)*Most/n)
	kept := make([]float64, m)
	for r := range m {
		rank := ((r+1)*(len(scores)+1) + m) / (m + 1) // rounded up, from 1
		kept[r] = scores[min(rank, len(scores))-1]
	}
	return kept
}

// Level is the share of rows that is to be covered, settled for some scores.
type Level struct {
	scores *Scores
	rank   int // of the scores of all folds, from 1
}

// At settles a level. The share that so many held-out rows can promise ends below 1;
// that is the error.
func (s *Scores) At(level float64) (*Level, error) {
	n := s.count()
	// ⌈(n+1)·level⌉, where what float64 makes of 0.9 is taken for 0.9: 9·10⁻¹² of a
	// row is less than any level that is written down differs by.
	rank := int(math.Ceil(float64(float64(n+1)*level) - 1e-11*float64(n+1)))
	if rank > n {
		return nil, &TooHigh{Level: level, Largest: s.Highest(), Rows: n}
	}
	return &Level{s, max(rank, 1)}, nil
}

// Highest is the largest level that can be promised.
func (s *Scores) Highest() float64 { n := s.count(); return float64(n) / float64(n+1) }

func (s *Scores) count() (n int) {
	for _, list := range s.Targets[0] {
		n += len(list)
	}
	return n
}

// TooHigh is a level that too few rows were held out for.
type TooHigh struct {
	Level, Largest float64
	Rows           int
}

func (e *TooHigh) Error() string {
	return fmt.Sprintf("%d held-out rows cannot promise %g of all rows; the largest share that they can is %.4g", e.Rows, e.Level, math.Floor(e.Largest*1e4)/1e4)
}

// Folds returns how many models answered the held-out rows.
func (s *Scores) Folds() int { return len(s.Targets[0]) }

// Members are those of the scores.
func (l *Level) Members() [][]int { return l.scores.Members }

// Interval returns what holds the number of target j. answers are those of the models
// of the folds for this row, of all of them or of the one that there is (CV+: Barber et
// al. 2021, arXiv:1905.02928, which promises at least 2·level − 1 for several, and
// comes near to level). Of a level below ½ the ends may cross, where the models differ
// by more than they miss; then they change places, which covers more.
func (l *Level) Interval(j int, answers []float64) (low, high float64) {
	lists := l.scores.Targets[j]
	negated := make([]float64, len(answers))
	for k, v := range answers {
		negated[k] = -v
	}
	low, high = -kth(lists, negated, l.rank), kth(lists, answers, l.rank)
	return min(low, high), max(low, high)
}

// kth returns the number of that rank among all shift + score.
func kth(lists [][]float64, shifts []float64, rank int) float64 {
	if len(lists) == 1 {
		return shifts[0] + lists[0][rank-1]
	}
	// Bisection over the floats themselves, whose order is that of these integers.
	low, high := ordered(math.Inf(-1)), ordered(math.Inf(1))
	for low < high {
		mid := low + (high-low)/2
		if count(lists, shifts, number(mid)) >= rank {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return number(low)
}

func count(lists [][]float64, shifts []float64, most float64) int {
	n := 0
	for k, list := range lists {
		i, _ := slices.BinarySearchFunc(list, most, func(score, most float64) int {
			if shifts[k]+score <= most {
				return -1
			}
			return 1
		})
		n += i
	}
	return n
}

// ordered maps a float to an unsigned integer with the same order.
func ordered(v float64) uint64 {
	b := math.Float64bits(v)
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

func number(o uint64) float64 {
	if o>>63 == 1 {
		return math.Float64frombits(o &^ (1 << 63))
	}
	return math.Float64frombits(^o)
}

// Holds reports whether a label of target j belongs to the set. answers are the
// probabilities of that label, as in Interval. A set may be empty: then no label is as
// likely as the truth was for the level's share of the held-out rows.
func (l *Level) Holds(j int, answers []float64) bool {
	below := 0
	for k, list := range l.scores.Targets[j] {
		i, _ := slices.BinarySearch(list, 1-answers[k])
		below += i
	}
	return below < l.rank
}

// Check refuses scores that Fit would not give for so many targets.
func (s *Scores) Check(targets int) error {
	if len(s.Targets) != targets || s.Rows < 1 {
		return fmt.Errorf("scores of %d targets, not %d", len(s.Targets), targets)
	}
	if folds := s.Folds(); len(s.Members) != folds && (s.Members != nil || folds != 1) {
		return fmt.Errorf("%d folds are answered by %d groups of members", folds, len(s.Members))
	}
	for _, lists := range s.Targets {
		if len(lists) != len(s.Targets[0]) {
			return fmt.Errorf("the targets have scores of different folds")
		}
		for f, list := range lists {
			if len(list) != len(s.Targets[0][f]) || !slices.IsSorted(list) {
				return fmt.Errorf("scores are not in order")
			}
			if n := len(list); n > 0 && !(list[0] >= 0 && list[n-1] <= math.MaxFloat64) {
				return fmt.Errorf("a score is not a finite number")
			}
		}
	}
	return nil
}
