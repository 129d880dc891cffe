package model

import (
	"slices"

	"mlp/internal/average"
	"mlp/internal/kernel"
	"mlp/internal/parallel"
	"mlp/internal/tensor"
)

// predicted is how many numbers a layer computes at a time in Predict, if that
// is more than EvalRows rows: enough for several threads, and for the cache.
const predicted = 1 << 16

// Predict writes the network's outputs for x to out, rows × outputs: the last
// activation applied, probabilities at the model's temperature, regression targets in
// their own units.
func (m *Model) Predict(x, out tensor.Mat) { m.PredictGroups(x, out, nil, nil) }

// PredictGroups is Predict, and writes to own[g] what the members of group g answer, an
// average by their weights like that of all: groups are lists of their numbers.
func (m *Model) PredictGroups(x, out tensor.Mat, groups [][]int, own []tensor.Mat) {
	block := max(EvalRows, min(predicted/(m.Net.Members*slices.Max(m.Net.Widths)), x.Rows/4))
	if m.Members == nil {
		for lo := 0; lo < x.Rows; lo += block {
			hi := min(lo+block, x.Rows)
			_, pred := m.answer(x.Slice(lo, hi), block, false)
			copy(out.Slice(lo, hi).Data, pred.Data)
		}
	} else {
		m.predictMembers(x, out, block, groups, own)
	}
	for _, pred := range append([]tensor.Mat{out}, own...) {
		m.Unscale(pred)
		if m.Calibration != nil {
			m.Calibration.Apply(pred)
		}
	}
}

// atOnce is how many rows a member of an ensemble answers before the members are
// averaged: so many that waiting for the slowest is rare.
const atOnce = 16 * EvalRows

// predictMembers lets each member answer many rows, block by block, on a thread of its
// own.
func (m *Model) predictMembers(x, out tensor.Mat, block int, groups [][]int, own []tensor.Mat) {
	at := map[int]int{}
	weights := make([]float64, len(m.Members))
	for i, one := range m.Members {
		at[one.Number], weights[i] = i, one.Weight
		one.combined.reserve(min(atOnce, x.Rows), m.Net.Out)
	}
	to := average.Answered{Logits: tensor.New(min(atOnce, x.Rows), m.Net.Out)} // room that is not looked at
	join := func(parts []average.Answered, weights []float64, pred tensor.Mat) {
		m.Average(parts, weights, average.Answered{Logits: to.Logits.Slice(0, pred.Rows), Pred: pred}, false)
	}
	for lo := 0; lo < x.Rows; lo += atOnce {
		hi := min(lo+atOnce, x.Rows)
		parts := make([]average.Answered, len(m.Members))
		parallel.Each(len(m.Members), m.Engine.Threads(), func(i int) {
			one := m.Members[i]
			parts[i] = average.Answered{Logits: one.combined.logits.Slice(0, hi-lo), Pred: one.combined.pred.Slice(0, hi-lo)}
			for from := lo; from < hi; from += block {
				till := min(from+block, hi)
				logits, pred := one.answer(x.Slice(from, till), block, false)
				copy(parts[i].Logits.Slice(from-lo, till-lo).Data, logits.Data)
				copy(parts[i].Pred.Slice(from-lo, till-lo).Data, pred.Data)
			}
		})
		join(parts, weights, out.Slice(lo, hi))
		for g, numbers := range groups {
			of, shares, total := make([]average.Answered, len(numbers)), make([]float64, len(numbers)), 0.0
			for k, number := range numbers {
				of[k], shares[k] = parts[at[number]], weights[at[number]]
				total += shares[k]
			}
			for k := range shares {
				shares[k] /= total
			}
			join(of, shares, own[g].Slice(lo, hi))
		}
	}
}

// Answer runs the network, or every member of an ensemble, over at most EvalRows rows.
// logits and pred (rows × outputs) are what comes before and after the last
// activation, regression targets still scaled; they live until the next call.
func (m *Model) Answer(x tensor.Mat) (logits, pred tensor.Mat) { return m.answer(x, EvalRows, true) }

// answer does so for up to rows rows. Without loss, logits that only the loss takes
// may be left out.
func (m *Model) answer(x tensor.Mat, rows int, loss bool) (logits, pred tensor.Mat) {
	if m.Members == nil {
		m.reserve(max(rows, EvalRows))
		m.Work.Training = false
		logits, pred = m.Net.Forward(m.Work, x)
		if m.Net.Members > 1 {
			return m.join(average.Answered{Logits: logits, Pred: pred}, x.Rows, loss)
		}
		return logits, pred
	}
	m.reserve(EvalRows) // the loss has its room from there
	parts := make([]average.Answered, len(m.Members))
	weights := make([]float64, len(m.Members))
	parallel.Each(len(m.Members), m.Engine.Threads(), func(i int) {
		parts[i].Logits, parts[i].Pred = m.Members[i].answer(x, rows, loss)
	})
	for i, one := range m.Members {
		weights[i] = one.Weight
	}
	m.combined.reserve(x.Rows, m.Net.Out)
	c := average.Answered{Logits: m.combined.logits.Slice(0, x.Rows), Pred: m.combined.pred.Slice(0, x.Rows)}
	m.Average(parts, weights, c, loss)
	return c.Logits, c.Pred
}

// join averages what members that share the network answer, (rows·members, outputs).
func (m *Model) join(all average.Answered, rows int, loss bool) (logits, pred tensor.Mat) {
	k, out := m.Net.Members, m.Net.Out
	if len(m.apart) < k {
		m.apart = make([]combined, k)
	}
	parts, weights := make([]average.Answered, k), make([]float64, k)
	for i := range k {
		one := &m.apart[i]
		one.reserve(rows, out)
		parts[i], weights[i] = average.Answered{Logits: one.logits.Slice(0, rows), Pred: one.pred.Slice(0, rows)}, 1/float64(k)
		for r := range rows {
			copy(parts[i].Logits.Row(r), all.Logits.Row(r*k+i))
			copy(parts[i].Pred.Row(r), all.Pred.Row(r*k+i))
		}
	}
	m.combined.reserve(rows, out)
	c := average.Answered{Logits: m.combined.logits.Slice(0, rows), Pred: m.combined.pred.Slice(0, rows)}
	m.Average(parts, weights, c, loss)
	return c.Logits, c.Pred
}

// Penalty is what regularisation adds to the loss of the rows of the last Answer.
// ofRows says that it differs with the rows.
func (m *Model) Penalty() (value float64, ofRows bool) {
	if m.Members == nil {
		return m.Net.Penalty(m.Work, false), m.Work.AddedLoss() != 0
	}
	for _, one := range m.Members {
		v, some := one.Penalty()
		value += float64(one.Weight * v)
		ofRows = ofRows || some
	}
	return value, ofRows
}

// Average averages answers of several networks to the same rows, with weights that add up
// to 1, into to. Without loss, logits that only the loss takes may be left out.
func (m *Model) Average(parts []average.Answered, weights []float64, to average.Answered, loss bool) {
	rule := average.Rule{Last: m.Net.Last.Name, OfLogits: m.AveragesLogits()}
	rule.Average(parts, weights, to, loss && m.objective.absorbs)
}

// AveragesLogits reports whether members are averaged before the last activation.
func (m *Model) AveragesLogits() bool {
	c := m.Config
	return c.Ensemble != nil && c.Ensemble.Average == Logit || c.Shared != nil && c.Shared.Average == Logit
}

// Twin returns a model of the same weights with working memory of its own, which answers
// with one thread, and while the model does too. It is for nothing but Predict and
// PredictGroups.
func (m *Model) Twin() (*Model, error) {
	engine, err := kernel.New(m.Config.Compile.Backend, 1)
	if err != nil {
		return nil, err
	}
	twin := *m
	m.reserve(EvalRows)
	twin.Engine, twin.Work = engine, m.Work.Twin(engine, EvalRows)
	twin.combined, twin.apart, twin.objective, twin.Members = combined{}, nil, objective{}, nil
	for _, one := range m.Members {
		member := *one
		if member.Model, err = one.Twin(); err != nil {
			return nil, err
		}
		twin.Members = append(twin.Members, &member)
	}
	return &twin, nil
}
