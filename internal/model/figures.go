package model

import (
	"encoding/json"
	"fmt"
	"math"
)

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

func (g *Figures) encode() string {
	s := savedFigures{Rows: g.Rows}
	number := func(v float64) *float64 {
		if !finite(v) {
			return nil
		}
		return &v
	}
	for i, name := range g.Names {
		s.Values = append(s.Values, figures{name, number(g.Values[i]), number(g.Low[i]), number(g.High[i])})
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic("model: " + err.Error()) // the numbers are finite
	}
	return string(text)
}

// decodeFigures reads what encode wrote; of nothing it returns nil.
func decodeFigures(text string) (*Figures, error) {
	if text == "" {
		return nil, nil
	}
	var s savedFigures
	if err := unmarshal(text, &s); err != nil {
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
