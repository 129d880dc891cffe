package modelfile

import (
	"encoding/json"
	"fmt"
	"math"
)

// Figures are measured values with their 95 % intervals; NaN where there is none.
type Figures struct {
	Rows              int
	Names             []string
	Values, Low, High []float64
}

// savedFigures is how Figures stand in the metadata, null for NaN.
type savedFigures struct {
	Rows   int       `json:"rows"`
	Values []figures `json:"values"`
}

type figures struct {
	Name  string   `json:"name"`
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

// Encode writes them, null for NaN.
func (g *Figures) Encode() string {
	s := savedFigures{Rows: g.Rows}
	number := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	for i, name := range g.Names {
		s.Values = append(s.Values, figures{name, number(g.Values[i]), number(g.Low[i]), number(g.High[i])})
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic("modelfile: " + err.Error()) // the numbers are finite
	}
	return string(text)
}

// DecodeFigures reads what Encode wrote; of nothing it returns nil.
func DecodeFigures(text string) (*Figures, error) {
	if text == "" {
		return nil, nil
	}
	var s savedFigures
	if err := Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("damaged out_of_fold record: %w", err)
	}
	number := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	g := &Figures{Rows: s.Rows}
	for _, v := range s.Values {
		g.Names, g.Values = append(g.Names, v.Name), append(g.Values, number(v.Value))
		g.Low, g.High = append(g.Low, number(v.Low)), append(g.High, number(v.High))
	}
	return g, nil
}
