package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"mlp/internal/loss"
)

// maxRecord is the most bytes of the run and of the data record.
const maxRecord = 1 << 20

func (d DataInfo) encode() string {
	split := ""
	if d.Split != "" {
		text, _ := json.Marshal(d.Split) // of a string, which cannot fail
		split = `,"split":` + string(text)
	}
	return fmt.Sprintf(`{"sha256":"%s","rows":%d,"columns":%d,"train":%d,"validation":%d,"test":%d%s}`,
		d.SHA256, d.Rows, d.Columns, d.Train, d.Validation, d.Test, split)
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
	Batch        int                           `json:"batch,omitempty"` // done in the next epoch; 0 between epochs
	BestEpoch    int                           `json:"best_epoch"`
	Target       int                           `json:"target"`
	Done         bool                          `json:"done"`
	Iterations   int64                         `json:"iterations"`
	LearningRate string                        `json:"learning_rate"`
	StartRate    string                        `json:"start_rate,omitempty"` // with which that epoch began, where a run may go back to it
	First        int64                         `json:"first,omitempty"`      // iterations before the run, and its length, where something depends on them
	Length       int64                         `json:"length,omitempty"`
	Slowed       int                           `json:"slowed,omitempty"`
	Stopped      string                        `json:"stopped,omitempty"`
	Over         bool                          `json:"over,omitempty"` // of a checkpoint: its run has come to an end since, see EndCheckpoint
	Callbacks    map[string]map[string]float64 `json:"callbacks"`
}

func (m *Model) encodeRun() string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	r := savedRun{Epoch: m.Run.Epoch, BestEpoch: m.Run.BestEpoch, Target: m.Run.Target, Done: m.Run.Done,
		Iterations: m.Optimizer.Iterations(), LearningRate: number(m.Optimizer.LearningRate()), Slowed: m.Run.Slowed, Stopped: m.Run.Stopped, Callbacks: m.Run.Callbacks}
	if m.overRun() {
		now := m.Optimizer.Time()
		r.First, r.Length = now.First, now.Length
	}
	if p := m.Run.Partial; p != nil {
		if r.Batch = p.Batch; p.Start != nil {
			r.StartRate = number(p.Start.optimizer.LearningRate)
		}
	}
	return r.encode()
}

func (r savedRun) encode() string {
	text, err := json.Marshal(r) // map keys come out sorted
	if err != nil {
		panic("model: " + err.Error()) // callbacks save finite numbers only
	}
	return string(text)
}

// overRun reports whether a setting of the model depends on how long the run is and
// when it began.
func (m *Model) overRun() bool {
	return m.Optimizer.OverRun() || m.Net.OverRun() || loss.OverRun(m.Loss)
}

// decodeRun reads what encodeRun wrote, and the learning rate of the next step.
func (m *Model) decodeRun(text string) (r savedRun, rate float64, err error) {
	if err := unmarshal(text, &r); err != nil {
		return r, 0, err
	}
	m.Run = Run{Epoch: r.Epoch, BestEpoch: r.BestEpoch, Target: r.Target, Done: r.Done, Slowed: r.Slowed, Stopped: r.Stopped, Callbacks: r.Callbacks}
	rate, err = strconv.ParseFloat(r.LearningRate, 64)
	switch {
	case err != nil || !(rate >= 0 && rate <= math.MaxFloat64):
		err = fmt.Errorf("%.60q is no learning rate", r.LearningRate)
	case r.Epoch != len(m.History.Epochs):
		err = fmt.Errorf("%d epochs in the run, %d in the history", r.Epoch, len(m.History.Epochs))
	case r.Batch < 0 || r.Iterations < int64(r.Batch) || r.Target < 0 || r.BestEpoch < 0 || r.BestEpoch > r.Epoch:
		err = errors.New("a number of epochs or steps is impossible")
	case r.First < 0 || r.First > r.Iterations || r.Length < 0 || r.Length > math.MaxInt64-r.First:
		err = errors.New("a run has an impossible beginning or length")
	case r.Slowed < 0 || r.Slowed > 300:
		err = fmt.Errorf("a learning rate that was cut to a tenth %d times", r.Slowed)
	}
	m.Optimizer.Slow(r.Slowed)
	m.Optimizer.BeginRun(r.First, r.Length)
	return r, rate, err
}
