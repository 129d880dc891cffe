package export

import (
	"fmt"
	"math"

	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/evaluate"
	"mlp/internal/form"
	"mlp/internal/model"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// A Check is how far the answers of a program are from those of a model.
type Check struct {
	Rows     int     `json:"rows"`
	Labels   int     `json:"labels"`  // that differ
	Numbers  int     `json:"numbers"` // that were compared
	SameBits int     `json:"same_bits"`
	Largest  float64 `json:"largest"` // difference of two numbers
}

func (c Check) String() string {
	return fmt.Sprintf("%d rows: %d labels differ, the largest difference of a number is %.3g, and %d of %d numbers have the same bits", c.Rows, c.Labels, c.Largest, c.SameBits, c.Numbers)
}

// checked is how many rows are compared at a time.
const checked = 1024

// Compare lets a model and the program that it was written down as answer the rows of a
// table. The program is computed by itself, step by step.
func Compare(m *model.Model, p *form.Program, inputs string, threshold float64, src source.Source) (Check, error) {
	var c Check
	stream, err := m.Pipeline.Open(src, checked)
	if err != nil {
		return c, err
	}
	r := form.NewRunner(p)
	err = stream.Each(func(t *table.Table) error {
		set, err := m.Pipeline.Apply(t, nil)
		if err != nil {
			return err
		}
		pred := tensor.New(set.X.Rows, m.Net.Out)
		m.Predict(set.X, pred)
		cells := m.Pipeline.Cells(t)
		for i := range set.X.Rows {
			row, err := cells(i)
			if err != nil {
				return err
			}
			c.add(m, r.Run(given(row, inputs, set.X.Row(i))), pred.Row(i), threshold)
		}
		return nil
	})
	return c, err
}

// given is a row as the program takes it.
func given(row []form.Cell, inputs string, x []float32) []form.Cell {
	if inputs == Columns {
		return row
	}
	var all form.Cell
	if inputs == Encoded {
		for _, v := range x {
			all.Numbers = append(all.Numbers, float64(v))
		}
	} else {
		for _, cell := range row {
			all.Numbers = append(all.Numbers, cell.Numbers...)
		}
	}
	return []form.Cell{all}
}

// add compares the answers to a row with the outputs of the model.
func (c *Check) add(m *model.Model, answers [][]float64, pred []float32, threshold float64) {
	c.Rows++
	compare := func(got float64, want float32) {
		c.Numbers++
		if math.Float32bits(float32(got)) == math.Float32bits(want) {
			c.SameBits++
		} else {
			c.Largest = max(c.Largest, math.Abs(got-float64(want)))
		}
	}
	switch of := m.Pipeline.Task(); {
	case of == task.Regression:
		for j, v := range pred {
			compare(answers[j][0], v)
		}
		return
	case of == task.MultiLabel:
		for j, v := range pred {
			if int(answers[0][j]) != evaluate.Answer(pred[j:j+1], threshold) {
				c.Labels++
			}
			compare(answers[1][j], v)
		}
		return
	}
	if int(answers[0][0]) != evaluate.Answer(pred, threshold) {
		c.Labels++
	}
	scores := answers[1]
	if len(pred) == 1 {
		scores = scores[1:]
	}
	for j, v := range pred {
		compare(scores[j], v)
	}
}
