package model

import (
	"encoding/json"
	"errors"
	"math"
)

// A Threshold is the probability above which the answer is the positive label,
// and how it came to be chosen.
type Threshold struct {
	Value float64 `json:"value"`
	Rule  string  `json:"rule"` // "max_f1"; "" for a number that somebody gave
	On    string  `json:"on"`   // which rows it was chosen on: "validation", "training" or "given"
	Rows  int     `json:"rows"` // how many they were
}

func (t *Threshold) encode() string {
	text, err := json.Marshal(t)
	if err != nil {
		panic("model: " + err.Error()) // the value is finite
	}
	return string(text)
}

func (m *Model) decodeThreshold(text string) error {
	if text == "" {
		return nil // nobody asked for a rule
	}
	var t Threshold
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return err
	}
	if math.IsNaN(t.Value) || math.IsInf(t.Value, 0) || t.Rule == "" {
		return errors.New("no number, or no rule")
	}
	m.Threshold = &t
	return nil
}
