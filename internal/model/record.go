package model

import (
	"encoding/json"
	"fmt"
	"strconv"
)

func (d DataInfo) encode() string {
	split := ""
	if d.Split != "" {
		text, _ := json.Marshal(d.Split) // of a string, which cannot fail
		split = `,"split":` + string(text)
	}
	return fmt.Sprintf(`{"sha256":"%s","rows":%d,"columns":%d,"train":%d,"validation":%d,"test":%d%s}`,
		d.SHA256, d.Rows, d.Columns, d.Train, d.Validation, d.Test, split)
}

func (d *DataInfo) decode(text string) error { return json.Unmarshal([]byte(text), d) }

// savedRun is how Run stands in the metadata, with what the optimizer counts.
type savedRun struct {
	Epoch        int                           `json:"epoch"`
	BestEpoch    int                           `json:"best_epoch"`
	Target       int                           `json:"target"`
	Done         bool                          `json:"done"`
	Iterations   int64                         `json:"iterations"`
	LearningRate string                        `json:"learning_rate"`
	Callbacks    map[string]map[string]float64 `json:"callbacks"`
}

func (m *Model) encodeRun() string {
	r := savedRun{m.Run.Epoch, m.Run.BestEpoch, m.Run.Target, m.Run.Done, m.Optimizer.Iterations(),
		strconv.FormatFloat(m.Optimizer.LearningRate(), 'g', -1, 64), m.Run.Callbacks}
	text, err := json.Marshal(r) // map keys come out sorted
	if err != nil {
		panic("model: " + err.Error()) // callbacks save finite numbers only
	}
	return string(text)
}

func (m *Model) decodeRun(text string) (iterations int64, rate float64, err error) {
	var r savedRun
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return 0, 0, err
	}
	m.Run = Run{Epoch: r.Epoch, BestEpoch: r.BestEpoch, Target: r.Target, Done: r.Done, Callbacks: r.Callbacks}
	rate, err = strconv.ParseFloat(r.LearningRate, 64)
	if err == nil && (r.Epoch < 0 || r.Iterations < 0 || r.Epoch != len(m.History.Epochs)) {
		err = fmt.Errorf("%d epochs in the run, %d in the history", r.Epoch, len(m.History.Epochs))
	}
	return r.Iterations, rate, err
}
