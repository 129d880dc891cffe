package ensemble

import (
	"slices"

	"mlp/internal/average"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/tensor"
)

// Held are the answers for rows by the members that were not trained on them.
type Held struct {
	Part *model.Part
	average.Answered
}

// OutOfFold is what the rows of Held are called.
const OutOfFold = "out-of-fold"

// answers are those of a variant, each row by the member that left it out.
type answers struct {
	average.Answered
	by []int // the number of the member that has answered the row; 0: none has
}

// answer adds what a member answers to the rows that it left out.
func (r *run) answer(s *slot, p *model.Part) {
	if s.rows == nil {
		return
	}
	own := average.Answered{Logits: tensor.New(p.X.Rows, s.Net.Out), Pred: tensor.New(p.X.Rows, s.Net.Out)}
	for lo := 0; lo < p.X.Rows; lo += model.EvalRows {
		hi := min(lo+model.EvalRows, p.X.Rows)
		logits, pred := s.Model.Answer(p.X.Slice(lo, hi))
		copy(own.Logits.Slice(lo, hi).Data, logits.Data)
		copy(own.Pred.Slice(lo, hi).Data, pred.Data)
	}
	r.keep.mu.Lock()
	defer r.keep.mu.Unlock()
	a := r.held[s.Variant-1]
	if a == nil {
		n := r.Parts.Train.X.Rows
		a = &answers{by: make([]int, n)}
		a.Logits, a.Pred = tensor.New(n, r.m.Net.Out), tensor.New(n, r.m.Net.Out)
		r.held[s.Variant-1] = a
	}
	for i, row := range s.rows {
		copy(a.Logits.Row(row), own.Logits.Row(i))
		copy(a.Pred.Row(row), own.Pred.Row(i))
		a.by[row] = s.Number
	}
}

// finish weighs the variants, and measures what they are worth together.
func (r *run) finish() (*Result, error) {
	m := r.m
	result := &Result{}
	trained := 0
	for _, s := range r.slots {
		if s.Model == nil {
			result.TimeUp = true
			continue
		}
		result.Epochs = max(result.Epochs, s.Run.Epoch)
		result.TimeUp = result.TimeUp || s.late
		if s.Run.Epoch > 0 && s.lost == nil {
			trained++
		}
	}
	if result.TimeUp {
		result.Stopped = "the time is up"
	}
	if result.TimeUp && r.Checkpoint != "" { // to go on another time
		r.keep.assemble()
		if err := r.Generations.Save(m, r.Checkpoint); err != nil {
			return nil, err
		}
	}
	kept, counts := r.weigh(result.TimeUp)
	m.Members = nil
	var dropped []*slot
	for _, s := range r.slots {
		s.Thaw()
		switch {
		case s.Model == nil:
		case counts[s.Variant-1] == 0:
			if !slices.Contains(result.Dropped, s.Variant) {
				result.Dropped = append(result.Dropped, s.Variant)
			}
			dropped = append(dropped, s)
		case s.Run.Epoch == 0 && trained > 0: // its time was up at once
			dropped = append(dropped, s)
		default:
			m.Members = append(m.Members, s.Member)
		}
	}
	total := 0
	for _, one := range m.Members {
		total += counts[one.Variant-1]
	}
	for _, one := range m.Members {
		one.Weight = float64(counts[one.Variant-1]) / float64(total)
	}
	for _, s := range dropped {
		s.Model.Close()
	}
	m.Run.Done, m.Stage = true, model.Fitted
	if kept == nil {
		if err := r.Options.Held.Settle(m, r.Parts); err != nil {
			return nil, err
		}
		result.Unsettled = r.Evaluate.SettleThreshold(m, r.Parts)
		return result, nil
	}
	return result, r.measure(result, kept, counts)
}

// weigh returns the rows that every variant which counts has answered, and how often
// each counts; no rows where the members left none out. Where the time was up, not
// every variant has an answer to every row, and all count alike.
func (r *run) weigh(late bool) (rows []int, counts []int) {
	e := r.m.Config.Ensemble
	counts = make([]int, e.Variants())
	lost := make([]bool, len(counts))
	for _, s := range r.slots {
		counts[s.Variant-1] = 1
		lost[s.Variant-1] = lost[s.Variant-1] || s.lost != nil
	}
	for v := range counts {
		if lost[v] {
			counts[v] = 0
		}
	}
	if e.Split == model.Same {
		return nil, counts
	}
	if e.Select == model.SelectGreedy && !late {
		var of []int
		var candidates []tensor.Mat
		for v, a := range r.held {
			if counts[v] > 0 && a != nil {
				of = append(of, v)
				if e.Average == model.Logit {
					candidates = append(candidates, a.Logits)
				} else {
					candidates = append(candidates, a.Pred)
				}
			}
		}
		for i, n := range Greedy(candidates, lossOf(r.m, r.Parts.Train)) {
			counts[of[i]] = n
		}
	}
	for row := range r.Parts.Train.X.Rows {
		for v, a := range r.held {
			if counts[v] > 0 && a != nil && a.by[row] > 0 {
				rows = append(rows, row)
				break
			}
		}
	}
	return rows, counts
}

// measure joins the answers that the members give to rows they left out.
func (r *run) measure(result *Result, rows, counts []int) error {
	m := r.m
	h := &Held{Part: r.Parts.Train.Select(rows)}
	h.Logits, h.Pred = tensor.New(len(rows), m.Net.Out), tensor.New(len(rows), m.Net.Out)
	by := newGroups(len(rows))
	for i, row := range rows {
		var numbers []int
		var parts []average.Answered
		var weights []float64
		total := 0
		for v, a := range r.held {
			if counts[v] > 0 && a != nil && a.by[row] > 0 {
				parts = append(parts, average.Answered{Logits: a.Logits.Slice(row, row+1), Pred: a.Pred.Slice(row, row+1)})
				weights = append(weights, float64(counts[v]))
				numbers = append(numbers, a.by[row])
				total += counts[v]
			}
		}
		for k := range weights {
			weights[k] /= float64(total)
		}
		m.Average(parts, weights, average.Answered{Logits: h.Logits.Slice(i, i+1), Pred: h.Pred.Slice(i, i+1)}, true)
		by.add(numbers)
	}
	result.Held = h
	own := h.Pred.Clone() // in the target's own units, and calibrated once that is learned
	m.Unscale(own)
	if err := r.Options.Held.Learn(m, h.Part, own, by.answerers(), OutOfFold); err != nil {
		return err
	}
	c := evaluate.Config{Threshold: r.Evaluate.Threshold, ThresholdPos: r.Evaluate.ThresholdPos, Thorough: true}
	result.Unsettled = c.SettleOn(m, own, h.Part, OutOfFold)
	if result.Unsettled != nil {
		c.Threshold = metric.Threshold{}
	}
	e, err := evaluate.Given(m, h.Part, h.Answered, c)
	if err != nil {
		return err
	}
	g := &modelfile.Figures{Rows: e.Rows}
	add := func(v evaluate.Value) {
		g.Names, g.Values = append(g.Names, v.Name), append(g.Values, v.Value)
		g.Low, g.High = append(g.Low, v.Low), append(g.High, v.High)
	}
	loss, _ := e.Find("loss")
	add(loss)
	for _, v := range e.Values {
		add(v)
	}
	m.OutOfFold = g
	return nil
}
