package model

import (
	"encoding/json"
	"errors"
	"math"

	"mlp/internal/metric"
)

// encodeThreshold writes {"value", "rule", "on", "rows"}.
func encodeThreshold(t metric.Threshold) string {
	text, err := json.Marshal(t)
	if err != nil {
		panic("model: " + err.Error()) // the value is finite
	}
	return string(text)
}

func (m *Model) decodeThreshold(text string) error {
	if text == "" {
		return nil // the spec has no rule
	}
	var t metric.Threshold
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return err
	}
	if math.IsNaN(t.Value) || math.IsInf(t.Value, 0) || t.Rule == "" {
		return errors.New("no number, or no rule")
	}
	m.Threshold = &t
	return nil
}
