// Package golden reads the numbers that the real Keras computed, for tests that
// compare ours with them. The files stand in internal/train/testdata/keras,
// whose README says what each holds and how to make it again.
package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Provenance says where the numbers of a file come from.
type Provenance struct {
	Keras   string `json:"keras"`   // its version
	Backend string `json:"backend"` // what Keras computed with
	DType   string `json:"dtype"`   // the float types it computed in
	Command string `json:"command"` // makes the file again, from the root of the repository
	Note    string `json:"note"`    // what the keys of the cases mean
}

// A File is one family of cases: activations, losses, … or whole runs.
type File struct {
	Provenance
	Cases []Case `json:"cases"`
}

// A Case is one question and Keras's answers to it. The inputs are exact in
// float32, so both answers are about the same numbers.
type Case struct {
	Name   string          `json:"name"`   // unique in its file, for people
	Type   string          `json:"type"`   // the component's name in a spec; "run" for a run
	Config json.RawMessage `json:"config"` // its parameters, a JSON object as in a spec
	Spec   json.RawMessage `json:"spec"`   // runs only: layers, compile, fit, perhaps data

	// The variables that weight decay left alone; none means that it took all.
	DecayExcludes []string `json:"decay_excludes"`

	Given   map[string]Matrix `json:"given"`
	Float64 map[string]Matrix `json:"float64"` // what Keras answers in float64
	Float32 map[string]Matrix `json:"float32"` // and in float32; nil where rounding decides the answer
}

// A Matrix holds numbers row after row. A scalar is 1 × 1, a vector one row.
type Matrix struct {
	Rows, Cols int
	Data       []float64 // len Rows*Cols
}

// Float32 returns the numbers in float32, which loses nothing of a Given or a
// Float32 answer.
func (m Matrix) Float32() []float32 {
	out := make([]float32, len(m.Data))
	for i, v := range m.Data {
		out[i] = float32(v)
	}
	return out
}

// UnmarshalJSON reads a string of hex floats as one row, and a list of such
// strings as one row each.
func (m *Matrix) UnmarshalJSON(b []byte) error {
	rows := make([]string, 1)
	if b[0] == '[' {
		rows = nil
		if err := json.Unmarshal(b, &rows); err != nil {
			return err
		}
	} else if err := json.Unmarshal(b, &rows[0]); err != nil {
		return err
	}
	*m = Matrix{Rows: len(rows)}
	for i, row := range rows {
		words := strings.Fields(row)
		if i == 0 {
			m.Cols = len(words)
		}
		if len(words) != m.Cols || len(words) == 0 {
			return fmt.Errorf("row %d has %d numbers, row 0 has %d", i, len(words), m.Cols)
		}
		for _, word := range words {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				return fmt.Errorf("row %d: %q is not a number", i, word)
			}
			m.Data = append(m.Data, v)
		}
	}
	return nil
}

// Load reads a golden file. It refuses fields it does not know, a file without
// provenance and one without cases: a test must not pass on nothing.
func Load(path string) (File, error) {
	var f File
	if err := decode(path, &f); err != nil {
		return File{}, err
	}
	if len(f.Cases) == 0 {
		return File{}, fmt.Errorf("%s: no cases", path)
	}
	for _, c := range f.Cases {
		if len(c.Given) == 0 || len(c.Float64) == 0 {
			return File{}, fmt.Errorf("%s: case %q: nothing given or nothing answered", path, c.Name)
		}
	}
	return f, f.check(path)
}

// A PimaRange is where Keras ends on the Pima tutorial, over twenty seeds.
type PimaRange struct {
	Provenance
	Rows      int       `json:"rows"`
	Epochs    int       `json:"epochs"`
	BatchSize int       `json:"batch_size"`
	Accuracy  Range     `json:"accuracy"` // by evaluate on all rows, after the last epoch
	Loss      Range     `json:"loss"`     // likewise
	Runs      []PimaRun `json:"runs"`
}

// A Range summarises one number over all seeds.
type Range struct{ Min, Median, Max float64 }

// A PimaRun is the end of one seed.
type PimaRun struct {
	Seed              int     `json:"seed"`
	Accuracy          float64 `json:"accuracy"`
	Loss              float64 `json:"loss"`
	LastEpochAccuracy float64 `json:"last_epoch_accuracy"` // as logged while the weights moved
	LastEpochLoss     float64 `json:"last_epoch_loss"`
}

// LoadPimaRange reads pima_range.json.
func LoadPimaRange(path string) (PimaRange, error) {
	var p PimaRange
	if err := decode(path, &p); err != nil {
		return PimaRange{}, err
	}
	if len(p.Runs) == 0 {
		return PimaRange{}, fmt.Errorf("%s: no runs", path)
	}
	return p, p.check(path)
}

func decode(path string, into any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (p Provenance) check(path string) error {
	if p.Keras == "" || p.Backend == "" || p.DType == "" || p.Command == "" {
		return fmt.Errorf("%s: no provenance: keras %q, backend %q, dtype %q, command %q", path, p.Keras, p.Backend, p.DType, p.Command)
	}
	return nil
}
