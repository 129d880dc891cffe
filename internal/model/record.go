package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
)

func (d DataInfo) encode() string {
	return fmt.Sprintf(`{"sha256":"%s","rows":%d,"columns":%d,"train":%d,"validation":%d,"test":%d}`,
		d.SHA256, d.Rows, d.Columns, d.Train, d.Validation, d.Test)
}

func (d *DataInfo) decode(text string) error {
	if err := unmarshal(text, d); err != nil {
		return err
	}
	if sum, err := hex.DecodeString(d.SHA256); err != nil || len(sum) != sha256.Size {
		return fmt.Errorf("%.70q is no SHA-256", d.SHA256)
	}
	if min(d.Rows, d.Columns, d.Train, d.Validation, d.Test) < 0 {
		return errors.New("a number of rows or columns is negative")
	}
	return nil
}

// unmarshal reads a record of a few numbers into v.
func unmarshal(text string, v any) error {
	if len(text) > maxRecord {
		return fmt.Errorf("%d bytes; %d are allowed", len(text), maxRecord)
	}
	err := json.Unmarshal([]byte(text), v)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("byte %d: found %s where something else belongs", kind.Offset, kind.Value)
	}
	return err
}

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
	if err := unmarshal(text, &r); err != nil {
		return 0, 0, err
	}
	m.Run = Run{Epoch: r.Epoch, BestEpoch: r.BestEpoch, Target: r.Target, Done: r.Done, Callbacks: r.Callbacks}
	rate, err = strconv.ParseFloat(r.LearningRate, 64)
	switch {
	case err != nil || !(rate >= 0 && rate <= math.MaxFloat64):
		err = fmt.Errorf("%.60q is no learning rate", r.LearningRate)
	case r.Epoch != len(m.History.Epochs):
		err = fmt.Errorf("%d epochs in the run, %d in the history", r.Epoch, len(m.History.Epochs))
	case r.Iterations < 0 || r.Target < 0 || r.BestEpoch < 0 || r.BestEpoch > r.Epoch:
		err = errors.New("a number of epochs or steps is impossible")
	}
	return r.Iterations, rate, err
}
