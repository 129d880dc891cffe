package explain

import (
	"math"
	"math/bits"

	"mlp/internal/problem"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

const (
	// ExactColumns is up to how many columns every set of them is asked about.
	ExactColumns = 14
	rounds       = 10      // in which each background row is met by two orders of the columns
	askedAtOnce  = 1 << 14 // rows
)

// Background are the rows that a row is compared with: a column that is left out has
// their cells, one after the other.
type Background struct{ x tensor.Mat }

// Background takes a sample of at most most rows for that.
func (s *Subject) Background(most int, seed uint64) (*Background, error) {
	set, err := s.encode(Sample(s.Rows, most, seed, "explain/background"))
	if err != nil {
		return nil, err
	}
	return &Background{set.X}, nil
}

// Rows returns how many there are.
func (b *Background) Rows() int { return b.x.Rows }

// Shapley is what each column adds to the answer for a row (Shapley 1953), beside what
// is answered on average for the background: interventional values, of which the sum is
// the answer less the average.
type Shapley struct {
	Base, Answer []float64   // for each output
	Values       [][]float64 // [column][output]
	Errors       [][]float64 // standard error of each; nil: the values are exact
}

// Shapley explains the answer for a row, counted from 0.
func (s *Subject) Shapley(row int, b *Background, seed uint64) (*Shapley, error) {
	if row < 0 || row >= s.Rows {
		return nil, problem.InOption("row", "", "there is no row %d: %s has %d rows of data", row+1, s.table.Name, s.Rows)
	}
	set, err := s.encode([]int{row})
	if err != nil {
		return nil, err
	}
	g := &game{s: s, row: set.X.Row(0), background: b.x}
	if len(s.Columns) <= ExactColumns {
		return g.exact(), nil
	}
	return g.sampled(rng.New(seed, "explain/orders")), nil
}

// A game is the row, whose columns join one after the other.
type game struct {
	s          *Subject
	row        []float32
	background tensor.Mat
}

// exact asks about every set of columns with every background row.
func (g *game) exact() *Shapley {
	k, rows, outs := len(g.s.Columns), g.background.Rows, g.s.m.Net.Out
	worth := make([][]float64, 1<<k) // of a set of columns, by its bits, for each output
	step := max(1, askedAtOnce/rows)
	x := tensor.New(min(step, len(worth))*rows, g.background.Cols)
	for lo := 0; lo < len(worth); lo += step {
		hi := min(lo+step, len(worth))
		for set := lo; set < hi; set++ {
			for b := range rows {
				to := x.Row((set-lo)*rows + b)
				copy(to, g.background.Row(b))
				for c, column := range g.s.Columns {
					if set>>c&1 == 1 {
						column.put(to, g.row)
					}
				}
			}
		}
		out := g.s.answer(x.Slice(0, (hi-lo)*rows))
		for set := lo; set < hi; set++ {
			worth[set] = make([]float64, outs)
			for b := range rows {
				for j, v := range out.Row((set-lo)*rows + b) {
					worth[set][j] += float64(v) / float64(rows)
				}
			}
		}
	}
	r := &Shapley{Base: worth[0], Answer: worth[len(worth)-1], Values: make([][]float64, k)}
	// A set of n columns comes before a further one in n!(k−n−1)! of the k! orders.
	share := make([]float64, k)
	for n := range share {
		share[n] = 1 / float64(k)
		for i := range n { // over the binomial coefficient of n among k−1
			share[n] *= float64(i+1) / float64(k-1-i)
		}
	}
	for c := range k {
		r.Values[c] = make([]float64, outs)
		for set := range worth {
			if set>>c&1 == 1 {
				continue
			}
			weight := share[bits.OnesCount(uint(set))]
			for j := range outs {
				r.Values[c][j] += float64(weight * (worth[set|1<<c][j] - worth[set][j]))
			}
		}
	}
	return r
}

// sampled lets the columns join in drawn orders and, against chance, in their reverse
// (Mitchell et al. 2022: antithetic sampling), each background row as often as each
// other, so that the values add up to the answer less the average.
func (g *game) sampled(draw rng.Stream) *Shapley {
	k, rows, outs := len(g.s.Columns), g.background.Rows, g.s.m.Net.Out
	r := &Shapley{Base: make([]float64, outs), Answer: make([]float64, outs), Values: make([][]float64, k), Errors: make([][]float64, k)}
	for c := range k {
		r.Values[c], r.Errors[c] = make([]float64, outs), make([]float64, outs)
	}
	order, x := make([]int, k), tensor.New(2*rounds*(k+1), g.background.Cols)
	joined := make([]int, 2*rounds*k) // the column that joins at each step
	sum, squares := make([]float64, k*outs), make([]float64, k*outs)
	for b := range rows {
		for round := range rounds {
			draw.At(uint64(b*rounds + round)).Perm(order)
			for way := range 2 {
				at := 2*round + way
				now := x.Row(at * (k + 1))
				copy(now, g.background.Row(b))
				for i := range k {
					c := order[i]
					if way == 1 {
						c = order[k-1-i]
					}
					next := x.Row(at*(k+1) + i + 1)
					copy(next, now)
					g.s.Columns[c].put(next, g.row)
					joined[at*k+i], now = c, next
				}
			}
		}
		out := g.s.answer(x)
		clear(sum)
		clear(squares)
		pair := make([]float64, k*outs)
		for round := range rounds {
			clear(pair)
			for way := range 2 {
				at := 2*round + way
				for i := range k {
					before, after := out.Row(at*(k+1)+i), out.Row(at*(k+1)+i+1)
					for j := range outs {
						pair[joined[at*k+i]*outs+j] += (float64(after[j]) - float64(before[j])) / 2
					}
				}
			}
			for i, v := range pair {
				sum[i] += v
				squares[i] += float64(v * v)
			}
		}
		for j := range outs {
			r.Base[j] += float64(out.At(0, j)) / float64(rows)
			r.Answer[j] = float64(out.At(k, j))
		}
		for i := range sum {
			average := sum[i] / rounds
			r.Values[i/outs][i%outs] += average / float64(rows)
			// The background is given, so only the orders vary: the variance of the mean of
			// the rounds, within each background row.
			variance := max(0, squares[i]/rounds-float64(average*average)) / (rounds - 1)
			r.Errors[i/outs][i%outs] += variance / float64(rows) / float64(rows)
		}
	}
	for _, errors := range r.Errors {
		for j, v := range errors {
			errors[j] = math.Sqrt(v)
		}
	}
	return r
}

// Each explains the answer for row after row.
func (s *Subject) Each(b *Background, seed uint64, visit func(row int, r *Shapley) error) error {
	for row := range s.Rows {
		r, err := s.Shapley(row, b, seed)
		if err == nil {
			err = visit(row, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
