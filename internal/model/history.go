package model

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// History is what was measured after each epoch. Names and columns agree; a
// value that was not measured, or is not a number, is NaN.
type History struct {
	Names  []string    // "loss", "accuracy", "val_loss", …: in the order of first use
	Epochs [][]float64 // one row an epoch
}

// Add appends an epoch. Names that are new get a column of NaN before it.
func (h *History) Add(names []string, values []float64) {
	row := make([]float64, len(h.Names))
	for i := range row {
		row[i] = math.NaN()
	}
	for i, name := range names {
		at := slices.Index(h.Names, name)
		if at < 0 {
			h.Names = append(h.Names, name)
			at = len(h.Names) - 1
			for e := range h.Epochs {
				h.Epochs[e] = append(h.Epochs[e], math.NaN())
			}
			row = append(row, 0)
		}
		row[at] = values[i]
	}
	h.Epochs = append(h.Epochs, row)
}

// Column returns one value an epoch, or nil if the name is unknown.
func (h *History) Column(name string) []float64 {
	at := slices.Index(h.Names, name)
	if at < 0 {
		return nil
	}
	column := make([]float64, len(h.Epochs))
	for i, row := range h.Epochs {
		column[i] = row[at]
	}
	return column
}

// Truncate forgets every epoch after the first n.
func (h *History) Truncate(n int) { h.Epochs = h.Epochs[:min(n, len(h.Epochs))] }

// encode writes {"names":[…],"epochs":[[…],…]} with null for NaN.
func (h *History) encode() string {
	var b strings.Builder
	b.WriteString(`{"names":[`)
	for i, n := range h.Names {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quote(n))
	}
	b.WriteString(`],"epochs":[`)
	for i, row := range h.Epochs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('[')
		for j, v := range row {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(Number(v))
		}
		b.WriteByte(']')
	}
	b.WriteString("]}")
	return b.String()
}

// Number writes v as JSON, as short as it round-trips; null where JSON has none.
func Number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "null"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func (h *History) decode(text string) error {
	var saved struct {
		Names  []string     `json:"names"`
		Epochs [][]*float64 `json:"epochs"`
	}
	if err := json.Unmarshal([]byte(text), &saved); err != nil {
		return err
	}
	h.Names = saved.Names
	for _, row := range saved.Epochs {
		if len(row) != len(saved.Names) {
			return errors.New("an epoch has another number of values than there are names")
		}
		values := make([]float64, len(row))
		for i, v := range row {
			values[i] = math.NaN()
			if v != nil {
				values[i] = *v
			}
		}
		h.Epochs = append(h.Epochs, values)
	}
	return nil
}
