package model

import (
	"testing"

	"mlp/internal/metric"
)

func TestThresholdRecord(t *testing.T) {
	var m Model
	want := metric.Threshold{Value: 0.305, Rule: "recall>=0.8", On: "validation", Rows: 115}
	if err := m.decodeThreshold(encodeThreshold(want)); err != nil || m.Threshold == nil || *m.Threshold != want {
		t.Errorf("%+v, %v, want %+v", m.Threshold, err, want)
	}
	for _, text := range []string{`{`, `[]`, `0.5`, `{"value":"x","rule":"max_f1"}`, `{"value":1e999,"rule":"max_f1"}`, `{"value":0.5}`} {
		m.Threshold = nil
		if err := m.decodeThreshold(text); err == nil || m.Threshold != nil {
			t.Errorf("%s is read as %+v", text, m.Threshold)
		}
	}
	if err := m.decodeThreshold(""); err != nil || m.Threshold != nil {
		t.Errorf("no record: %v, %+v", err, m.Threshold)
	}
}
