package tune

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"mlp/internal/crossval"
	"mlp/internal/metric"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/tensor"
)

// A Log is the file of a search, JSON lines: one of what all trials have in common, and one
// for each trial, in the order in which they ended, with its out-of-fold answers. It is all
// that --resume needs, and holds no times: sorted, it is the same for any number of
// workers.
type Log struct {
	name   string
	head   *head
	trials map[rung]*line
}

// A rung is a trial as far as it has come.
type rung struct{ trial, epochs int }

// A head is the line of what all trials have in common.
type head struct {
	Search  string         `json:"search"` // SHA-256 of spec and space
	Data    string         `json:"data"`
	Metric  string         `json:"metric"`
	Outputs metric.Outputs `json:"outputs"`
	Rows    int            `json:"rows"`
	Truth   string         `json:"truth"` // float32, little endian, row by row, in base64
}

// A line is that of a trial.
type line struct {
	Trial    int             `json:"trial"`
	Settings json.RawMessage `json:"settings"`
	Epochs   int             `json:"epochs,omitempty"` // after which it has paused; 0: none
	Score    *float64        `json:"score,omitempty"`
	Failed   string          `json:"failed,omitempty"`
	Answers  string          `json:"answers,omitempty"`
}

// Whole is the part of a log that is whole: a killed run may leave half a line.
func Whole(text []byte) []byte { return text[:bytes.LastIndexByte(text, '\n')+1] }

// ReadLog reads the whole lines of the log of a search. What is wrong in them is refused
// with its place.
func ReadLog(name string, text []byte) (*Log, error) {
	l := &Log{name: name, trials: map[rung]*line{}}
	number := 0
	for row := range bytes.Lines(Whole(text)) {
		number++
		wrong := ""
		var t line
		if number == 1 {
			l.head = new(head)
			if json.Unmarshal(row, l.head) != nil || l.head.Search == "" {
				wrong = "this is not the log of a search"
			}
		} else if json.Unmarshal(row, &t) != nil || t.Trial < 1 || (t.Score == nil) == (t.Failed == "") {
			wrong = "this is not a trial"
		} else {
			l.trials[rung{t.Trial, t.Epochs}] = &t
		}
		if wrong != "" {
			return nil, problem.Data(problem.Pos{File: name, Line: number}, "", "begin anew", "%s", wrong)
		}
	}
	return l, nil
}

// hashed is the hash of what a trial depends on besides its number.
func (r *run) hashed() string {
	hash := sha256.New()
	hash.Write(spec.CanonicalJSON(r.base.Bare()))
	fmt.Fprintf(hash, "\n%s %d %s\n", r.config.Metric, r.config.Folds, r.config.Search)
	if h := r.config.Halving; h != nil {
		fmt.Fprintf(hash, "halving %d %d\n", h.MinEpochs, h.Factor)
	}
	for _, d := range r.config.Space {
		fmt.Fprintf(hash, "%q %b %b %t %t %d", d.Path, d.Low, d.High, d.Log, d.Whole, d.Steps)
		hash.Write(spec.CanonicalJSON(spec.NewList(d.Choices...)))
		for _, w := range d.When {
			fmt.Fprintf(hash, " %q", w.Path)
			hash.Write(spec.CanonicalJSON(spec.NewList(w.Values...)))
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// SettingsJSON are the settings of a trial as one JSON object, by the order of their paths.
func (t *Trial) SettingsJSON() string {
	n := spec.NewMap()
	for _, s := range t.Settings {
		n.Put(s.Path, s.Value)
	}
	return string(spec.CanonicalJSON(n))
}

// refuse is what is wrong with a log as the beginning of this search.
func (l *Log) refuse(format string, args ...any) error {
	return problem.Data(problem.Pos{File: l.name}, "", "begin anew, or leave spec and table as they were", format, args...)
}

// takeUp takes from the log of an earlier search what all trials have in common.
func (r *run) takeUp() error {
	l := r.o.Earlier
	if l == nil || l.head == nil {
		return nil
	}
	if l.head.Search != r.hash {
		return l.refuse("this is the log of another search")
	}
	truth, ok := unpack(l.head.Truth, l.head.Rows)
	if !ok {
		return l.refuse("the truth of the rows is damaged")
	}
	m, err := metric.Metrics.Build(spec.NewString(l.head.Metric))
	if err != nil || m.Prepare(l.head.Outputs) != nil {
		return l.refuse("the metric %q is unknown", l.head.Metric)
	}
	r.facts = &facts{name: l.head.Metric, outputs: l.head.Outputs, goal: m.Goal(), truth: truth, data: l.head.Data}
	r.begun = true
	return nil
}

// earlier fills in a trial from the log, and reports whether it is there.
func (r *run) earlier(t *Trial) (bool, error) {
	l := r.o.Earlier
	if l == nil || l.trials[rung{t.Number, t.Epochs}] == nil {
		return false, nil
	}
	had := l.trials[rung{t.Number, t.Epochs}]
	if string(had.Settings) != t.SettingsJSON() {
		return false, l.refuse("trial %d has other settings than this search would try", t.Number)
	}
	t.Failed = had.Failed
	if had.Failed == "" {
		shown, ok := unpack(had.Answers, r.facts.truth.Rows)
		if !ok || shown.Cols != r.facts.outputs.Columns {
			return false, l.refuse("the answers of trial %d are damaged", t.Number)
		}
		t.take(r.facts, shown)
	}
	return true, nil
}

// write adds a trial to the log, after the line of what all have in common. cv is nil of
// one that has failed.
func (r *run) write(t *Trial, cv *crossval.Result) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.facts
	if cv != nil && cv.SHA256 != f.data {
		return problem.Data(problem.Pos{File: r.src.Train.Name}, "", "begin anew, or give that table", "this is not the table of the search so far")
	}
	if r.o.Write == nil {
		return nil
	}
	if f == nil {
		r.waiting = append(r.waiting, t.line())
		return nil
	}
	var lines []string
	if !r.begun {
		h, err := json.Marshal(head{Search: r.hash, Data: f.data, Metric: f.name, Outputs: f.outputs, Rows: f.truth.Rows, Truth: pack(f.truth)})
		if err != nil {
			return err
		}
		lines = append(lines, string(h))
	}
	r.begun = true
	lines = append(append(lines, r.waiting...), t.line())
	r.waiting = nil
	return r.o.Write(strings.Join(lines, "\n") + "\n")
}

func (t *Trial) line() string {
	l := line{Trial: t.Number, Settings: json.RawMessage(t.SettingsJSON()), Epochs: t.Epochs, Failed: t.Failed}
	if t.Failed == "" {
		l.Answers, l.Score = pack(t.shown[t.rung()]), &t.Score
	}
	b, err := json.Marshal(l)
	if err != nil {
		panic("tune: " + err.Error()) // it is made of finite numbers and text
	}
	return string(b)
}

func pack(m tensor.Mat) string {
	b := make([]byte, 0, 4*len(m.Data))
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return base64.StdEncoding.EncodeToString(b)
}

// unpack reads what pack has written, of so many rows.
func unpack(text string, rows int) (tensor.Mat, bool) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || rows < 1 || len(b) == 0 || len(b)%(4*rows) != 0 {
		return tensor.Mat{}, false
	}
	m := tensor.New(rows, len(b)/4/rows)
	for i := range m.Data {
		m.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return m, true
}
