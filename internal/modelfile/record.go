package modelfile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// DataInfo says which rows a model was trained on.
type DataInfo struct {
	SHA256                  string // of the table, in hexadecimal
	Rows, Columns           int
	Train, Validation, Test int    // how many rows each part has
	Split                   string // what the spec does not say of the parts; "" if there is nothing
}

// maxRecord is the most bytes of the run and of the data record.
const maxRecord = 1 << 20

// Encode writes the record.
func (d DataInfo) Encode() string {
	split := ""
	if d.Split != "" {
		text, _ := json.Marshal(d.Split) // of a string, which cannot fail
		split = `,"split":` + string(text)
	}
	return fmt.Sprintf(`{"sha256":"%s","rows":%d,"columns":%d,"train":%d,"validation":%d,"test":%d%s}`,
		d.SHA256, d.Rows, d.Columns, d.Train, d.Validation, d.Test, split)
}

// Decode reads what Encode wrote.
func (d *DataInfo) Decode(text string) error {
	if err := Unmarshal(text, d); err != nil {
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

// Unmarshal reads a record of a few numbers into v.
func Unmarshal(text string, v any) error {
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

// A Run is how the run of a model stands in the metadata, with what the optimizer counts.
type Run struct {
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

// Encode writes the record.
func (r Run) Encode() string {
	text, err := json.Marshal(r) // map keys come out sorted
	if err != nil {
		panic("modelfile: " + err.Error()) // callbacks save finite numbers only
	}
	return string(text)
}
