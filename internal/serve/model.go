package serve

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"mlp/internal/data/pipeline"
	"mlp/internal/model"
	"mlp/internal/predict"
	"mlp/internal/rowwriter"
)

// A Model is one that is served, under a name. Some workers answer at the same time.
type Model struct {
	name    string
	columns []pipeline.InputColumn
	names   []string // of the answers
	keys    [][]byte // the names as JSON, with the colon after them
	kinds   []kind   // of the answers
	workers chan *worker

	drift sync.Mutex // over the two
	seen  *pipeline.Drift
	rows  int
}

// A worker answers the rows of one request at a time.
type worker struct {
	model     *model.Model
	typed     *pipeline.Intake // of cells as they stand in text
	plain     *pipeline.Intake // of values of JSON
	responder *predict.Responder
	answers   answers
	grid      grid
}

// NewModel makes so many workers for a model that was read.
func NewModel(name string, m *model.Model, a *predict.Answer, workers int, strict bool) (*Model, error) {
	s := &Model{name: name, names: a.Columns(), workers: make(chan *worker, workers), seen: m.Pipeline.Drift()}
	for range workers {
		twin, err := m.Twin()
		if err != nil {
			return nil, err
		}
		s.workers <- &worker{model: twin, typed: m.Pipeline.NewIntake(true, strict), plain: m.Pipeline.NewIntake(false, strict),
			responder: predict.NewResponder(twin, a), answers: answers{names: s.names}}
	}
	for _, name := range s.names {
		s.keys = append(s.keys, append(rowwriter.AppendJSON(nil, name), ':'))
	}
	s.columns = m.Pipeline.NewIntake(false, false).InputColumns()
	var one answers
	a.Write(&one, make([]float32, m.Net.Out), slices.Repeat([][]float32{make([]float32, m.Net.Out)}, max(1, a.Groups()))...)
	for _, c := range one.cells {
		s.kinds = append(s.kinds, c.kind)
	}
	return s, nil
}

// hire returns a worker that has nothing to do, or has within some time; the caller must
// let it go.
func (m *Model) hire(ctx context.Context, patience time.Duration) (*worker, error) {
	select {
	case w := <-m.workers:
		return w, nil
	default:
	}
	select {
	case w := <-m.workers:
		return w, nil
	case <-ctx.Done():
		return nil, &failure{status: http.StatusRequestTimeout, text: "the client has gone"}
	case <-time.After(patience):
		return nil, &failure{status: http.StatusServiceUnavailable, text: "all workers are busy"}
	}
}

// answer has a worker read rows by fill, answers them, and has write make of the answers
// what is sent.
func (m *Model) answer(ctx context.Context, patience time.Duration, fill func(*worker) (*pipeline.Intake, error), write func(*answers) error) (rows int, err error) {
	w, err := m.hire(ctx, patience)
	if err != nil {
		return 0, err
	}
	defer func() {
		w.typed.Clear()
		w.plain.Clear()
		w.grid.clear()
		w.answers.cells = emptied(w.answers.cells)
		m.workers <- w
	}()
	intake, err := fill(w)
	if err != nil {
		return 0, err
	}
	t, err := intake.Table()
	if err != nil {
		return 0, err
	}
	if t.Rows > 0 {
		set, err := w.model.Pipeline.Apply(t, nil)
		if err != nil {
			return 0, err
		}
		w.responder.Answer(set.X, &w.answers, func(int) {}, func() {})
		m.drift.Lock()
		m.seen.Add(t)
		m.rows += t.Rows
		m.drift.Unlock()
	}
	return t.Rows, write(&w.answers)
}

// place returns where a column stands in the answers.
func (m *Model) place(name string) (int, error) {
	if j := slices.Index(m.names, name); j >= 0 {
		return j, nil
	}
	return 0, bad("there is no output %s", strconv.Quote(name))
}
