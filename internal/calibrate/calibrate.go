// Package calibrate makes probabilities mean what they say: answers for rows that no
// weight was learned from go in, with the truth; out comes a temperature, by which the
// logits of every later answer are divided (Guo et al. 2017, arXiv:1706.04599). It
// changes how sure an answer is, never which label is the most probable.
package calibrate

import (
	"errors"
	"math"

	"mlp/internal/kernel"
	"mlp/internal/tensor"
)

// Held are answers for rows that the weights were not learned from: validation rows,
// or the out-of-fold answers of an ensemble.
type Held struct {
	Outputs tensor.Mat // probabilities, (rows, outputs)
	Truth   tensor.Mat // (rows, outputs) between 0 and 1, or (rows, 1) class indices
	Weight  []float32  // one a row; nil: 1 each
	Softmax bool       // the outputs of a row exclude each other; else each is a sigmoid of its own
}

// A Calibration is what divides the logits.
type Calibration struct {
	Temperature []float64 `json:"temperature"` // one for a softmax; of sigmoids one an output
	Softmax     bool      `json:"softmax"`
	On          string    `json:"on"`   // the rows it was fitted on: "validation" or "out-of-fold"
	Rows        int       `json:"rows"` // how many they were
	Before      Figures   `json:"before"`
	After       Figures   `json:"after"`
}

// Figures say how good the probabilities of the rows it was fitted on are.
type Figures struct {
	LogLoss float64 `json:"log_loss"`
	ECE     float64 `json:"ece"`
	Brier   float64 `json:"brier"`
}

const (
	// least is the smallest probability, of a label or of its absence, that has a
	// logit here: above ½ a float32 knows no finer one. It keeps every logit finite.
	least = 1. / (1 << 25)
	// hottest bounds the temperature on both sides. Beyond it a softmax of the logits
	// that least allows is uniform to within a tenth, or one-hot.
	hottest = 100.
)

// Fit finds the temperature that gives the rows the least log loss, as a mean by
// weight, with one row added that each answer is as likely for as it said itself.
//
// With a = 1/T that loss is Σ wᵢ·CE(yᵢ, σ(a·zᵢ)) + w̄·mean CE(pᵢ, σ(a·zᵢ)), convex in
// a. The added row keeps T near 1 where there are few rows, and above 0 where the
// answers separate the rows without a mistake: there the first sum alone falls for
// ever as T goes to 0, and the first mistake on other rows would cost infinitely much.
func Fit(h Held) (Calibration, error) {
	c := Calibration{Softmax: h.Softmax, Rows: h.Outputs.Rows}
	if h.Outputs.Rows == 0 {
		return c, errors.New("there are no rows to fit a temperature on")
	}
	columns := h.Outputs.Cols
	if h.Softmax {
		columns = 1
	}
	for j := range columns {
		t, err := h.temperature(j)
		if err != nil {
			return c, err
		}
		c.Temperature = append(c.Temperature, t)
	}
	return c, nil
}

// Refined returns the log loss of the rows at the best temperature for them, of sigmoids
// the mean over outputs: what is left once the answers are as sure as they should be. It
// is what orders them that is measured (Berta et al. 2025, arXiv:2501.19195). No row is added,
// so it is never more than the log loss, and 0 where the answers separate the rows.
func (h Held) Refined() (loss float64, err error) {
	columns := h.Outputs.Cols
	if h.Softmax {
		columns = 1
	}
	for j := range columns {
		l, err := h.layOut(j, 0)
		if err != nil {
			return 0, err
		}
		loss += l.loss(1/l.temperature()) / float64(columns)
	}
	return loss, nil
}

// temperature fits that of output j, or of a softmax.
func (h Held) temperature(j int) (float64, error) {
	l, err := h.layOut(j, 1)
	if err != nil {
		return 0, err
	}
	return l.temperature(), nil
}

// laidOut are rows as the loss takes them: logits and targets (rows, width), weights
// applied to the targets, and the sum of each row's targets.
type laidOut struct{ z, soft, total []float64 }

// temperature finds the best one. The slope of a convex loss rises with a, so bisection on
// ln a finds where it crosses 0, and nothing but the number of halvings decides when it
// ends.
func (l laidOut) temperature() float64 {
	z, soft, total := l.z, l.soft, l.total
	width := len(z) / len(total)
	e := make([]float64, width)
	slope := func(a float64) float64 {
		sum := 0.0
		for i := range total {
			row, truth := z[i*width:(i+1)*width], soft[i*width:(i+1)*width]
			softmax(e, row, a)
			part := 0.0
			for k, v := range row {
				part += float64(v * (float64(total[i]*e[k]) - truth[k]))
			}
			sum += part
		}
		return sum
	}
	low, high := -kernel.Log64(hottest), kernel.Log64(hottest)
	for range 60 { // 9.2/2⁶⁰ is below what a float64 of this size tells apart
		if mid := (low + high) / 2; slope(kernel.Exp64(mid)) < 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return kernel.Exp64(-(low + high) / 2)
}

// loss is the mean of −Σ soft·ln softmax(a·z) over the rows, by weight.
func (l laidOut) loss(a float64) float64 {
	width := len(l.z) / len(l.total)
	sum, weights := 0.0, 0.0
	for i, w := range l.total {
		row, truth := l.z[i*width:(i+1)*width], l.soft[i*width:(i+1)*width]
		top, all := math.Inf(-1), 0.0
		for _, v := range row {
			top = max(top, float64(a*v))
		}
		for _, v := range row {
			all += kernel.Exp64(float64(a*v) - top)
		}
		norm := top + kernel.Log64(all)
		for k, v := range row {
			sum += float64(truth[k] * (norm - float64(a*v)))
		}
		weights += w
	}
	return sum / weights
}

// layOut lays out the logits of output j, or of a softmax, with the targets that Fit
// explains and as many rows added. A sigmoid is a softmax of two logits, 0 and z.
func (h Held) layOut(j int, more float64) (l laidOut, err error) {
	n := h.Outputs.Rows
	weights := 0.0
	for i := range n {
		weights += h.weight(i)
	}
	if !(weights > 0) {
		return l, errors.New("no row to fit a temperature on has a weight")
	}
	added := more * weights / float64(n) / float64(n) // of the row that is added, a row's share
	for i := range n {
		out, w := h.Outputs.Row(i), h.weight(i)
		l.total = append(l.total, w+added)
		if !h.Softmax {
			p, y := float64(out[j]), float64(h.Truth.At(i, j))
			if p != p {
				return l, errors.New("an output is not a number")
			}
			yes := float64(w*y) + float64(added*p)
			l.z = append(l.z, 0, logit(p))
			l.soft = append(l.soft, w+added-yes, yes)
			continue
		}
		for k, p := range out {
			if p != p {
				return l, errors.New("an output is not a number")
			}
			y := 0.0
			switch {
			case h.Truth.Cols == len(out):
				y = float64(h.Truth.At(i, k))
			case int(h.Truth.At(i, 0)) == k:
				y = 1
			}
			l.z = append(l.z, logP(float64(p)))
			l.soft = append(l.soft, float64(w*y)+float64(added*float64(p)))
		}
	}
	return l, nil
}

func (h Held) weight(i int) float64 {
	if h.Weight == nil {
		return 1
	}
	return float64(h.Weight[i])
}

// logP is the logit of one of several outputs that exclude each other, up to what all
// of them share.
func logP(p float64) float64 { return kernel.Log64(max(p, least)) }

// logit is that of a sigmoid.
func logit(p float64) float64 {
	p = min(max(p, least), 1-least)
	return kernel.Log64(p) - kernel.Log64(1-p)
}

// softmax writes the probabilities of a·z to e.
func softmax(e, z []float64, a float64) {
	top := math.Inf(-1)
	for _, v := range z {
		top = max(top, float64(a*v))
	}
	sum := 0.0
	for k, v := range z {
		e[k] = kernel.Exp64(float64(a*v) - top)
		sum += e[k]
	}
	for k := range e {
		e[k] /= sum
	}
}

// Apply replaces probabilities (rows, outputs) by those at the temperature. An output
// that is no number stays what it is.
func (c *Calibration) Apply(pred tensor.Mat) {
	z, e := make([]float64, max(pred.Cols, 2)), make([]float64, max(pred.Cols, 2))
	for i := range pred.Rows {
		row := pred.Row(i)
		if c.Softmax {
			for k, p := range row {
				z[k] = logP(float64(p))
			}
			softmax(e[:len(row)], z[:len(row)], 1/c.Temperature[0])
			for k := range row {
				row[k] = float32(e[k])
			}
			continue
		}
		for j, p := range row {
			if p == p {
				z[0], z[1] = 0, logit(float64(p))
				softmax(e[:2], z[:2], 1/c.Temperature[j])
				row[j] = float32(e[1])
			}
		}
	}
}

// Divide divides logits (rows, outputs) by the temperature.
func (c *Calibration) Divide(logits tensor.Mat) {
	for i := range logits.Rows {
		for j, z := range logits.Row(i) {
			t := c.Temperature[0]
			if !c.Softmax {
				t = c.Temperature[j]
			}
			logits.Set(i, j, float32(float64(z)/t))
		}
	}
}

// Check refuses a temperature that does not fit a network of so many outputs, or that
// Fit would not give.
func (c *Calibration) Check(outputs int) error {
	want := outputs
	if c.Softmax {
		want = 1
	}
	if len(c.Temperature) != want {
		return errors.New("the number of temperatures is not that of the outputs")
	}
	for _, t := range c.Temperature {
		if !(t >= 1/(2*hottest) && t <= 2*hottest) {
			return errors.New("a temperature is out of range")
		}
	}
	if c.Rows < 1 {
		return errors.New("a temperature of no rows")
	}
	return nil
}
