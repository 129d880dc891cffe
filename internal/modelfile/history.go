package modelfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"mlp/internal/spec"
)

// maxNames bounds what is measured after an epoch; real runs have a dozen names.
const maxNames = 4096

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

// Best returns the epoch, from 1, with the lowest val_loss, or the lowest loss if
// nothing was validated, and the name of what was compared.
func (h *History) Best() (epoch int, by string) {
	by = "val_loss"
	column := h.Column(by)
	if column == nil {
		by = "loss"
		column = h.Column(by)
	}
	best := math.Inf(1)
	for i, v := range column {
		if v < best {
			best, epoch = v, i+1
		}
	}
	return epoch, by
}

// Truncate forgets every epoch after the first n.
func (h *History) Truncate(n int) { h.Epochs = h.Epochs[:min(n, len(h.Epochs))] }

// Encode writes {"names":[…],"epochs":[[…],…]} with null for NaN.
func (h *History) Encode() string {
	var b strings.Builder
	b.WriteString(`{"names":[`)
	for i, n := range h.Names {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(spec.QuoteJSON(n))
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
			b.WriteString(spec.NumberJSON(v))
		}
		b.WriteByte(']')
	}
	b.WriteString("]}")
	return b.String()
}

// Decode reads what Encode writes, row by row: a history is the longest text of
// a model, and is not to cost several times its length.
func (h *History) Decode(text string) error {
	d := json.NewDecoder(strings.NewReader(text))
	for _, step := range []func() error{
		take(d, json.Delim('{'), "names", json.Delim('[')), func() error { return h.decodeNames(d) },
		take(d, json.Delim(']'), "epochs", json.Delim('[')), func() error { return h.decodeRows(d) },
		take(d, json.Delim(']'), json.Delim('}')),
	} {
		if err := step(); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("text after the history")
	}
	return nil
}

func (h *History) decodeNames(d *json.Decoder) error {
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok || slices.Contains(h.Names, name) || len(h.Names) == maxNames {
			return fmt.Errorf("the name %.60v is no text, stands twice, or is one of more than %d", t, maxNames)
		}
		h.Names = append(h.Names, name)
	}
	return nil
}

func (h *History) decodeRows(d *json.Decoder) error {
	var row []*float64
	for d.More() {
		if err := d.Decode(&row); err != nil {
			return err
		}
		if len(row) != len(h.Names) || len(row) == 0 {
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

// take returns a step that takes tokens, which must be those wanted.
func take(d *json.Decoder, wanted ...json.Token) func() error {
	return func() error {
		for _, want := range wanted {
			got, err := d.Token()
			if err != nil {
				return err
			}
			if got != want {
				return fmt.Errorf("%v is missing where it belongs", want)
			}
		}
		return nil
	}
}
