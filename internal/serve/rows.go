package serve

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/scan"
)

// A taker reads the rows of a request into an intake, of which it takes no more than so
// many.
type taker struct {
	*pipeline.Intake
	most int
}

// endRow ends a row.
func (t *taker) endRow() error {
	if t.Rows() == t.most {
		return &failure{status: http.StatusRequestEntityTooLarge, text: fmt.Sprintf("more than %d rows in one request", t.most)}
	}
	t.EndRow()
	return nil
}

// rows reads a list with a row in each element: an object by the names of the columns, a
// list by their places (nil: those of the model), or, of one column, a value. A cell with
// the place -1 is not needed.
func (t *taker) rows(w *walker, places []int) error {
	return w.items(func(int) error {
		var err error
		switch w.next() {
		case '{':
			err = t.object(w)
		case '[':
			err = t.list(w, places)
		default:
			if len(t.Columns()) != 1 {
				return bad("row %d is one value; the model has %d columns", t.Rows()+1, len(t.Columns()))
			}
			var cell []byte
			if cell, err = w.cell(); err == nil {
				t.Set(0, cell)
			}
		}
		if err != nil {
			return t.inRow(err)
		}
		return t.endRow()
	})
}

// inRow says in which row a mistake of form stands.
func (t *taker) inRow(err error) error {
	if f := failed(err); f.row == 0 && f.status == http.StatusBadRequest {
		f.row = t.Rows() + 1
		f.text = fmt.Sprintf("row %d: %s", f.row, f.text)
	}
	return err
}

func (t *taker) object(w *walker) error {
	return w.members(func(key []byte) error {
		j := t.Column(key)
		if j < 0 {
			return past(w.value())
		}
		cell, err := w.cell()
		if err != nil {
			return inColumn(err, t.Columns()[j])
		}
		t.Set(j, cell)
		return nil
	})
}

// inColumn says in which column a mistake of form stands.
func inColumn(err error, column string) error {
	if f := failed(err); f.column == "" {
		f.column = column
		f.text = fmt.Sprintf("column %q: %s", column, f.text)
	}
	return err
}

func (t *taker) list(w *walker, places []int) error {
	n := 0
	err := w.items(func(k int) error {
		n++
		j, known := k, len(t.Columns())
		if places != nil {
			if known = len(places); k < known {
				j = places[k]
			}
		}
		if k >= known || j < 0 {
			return past(w.value())
		}
		cell, err := w.cell()
		if err != nil {
			return inColumn(err, t.Columns()[j])
		}
		t.Set(j, cell)
		return nil
	})
	want := len(t.Columns())
	if places != nil {
		want = len(places)
	}
	if err == nil && n != want {
		return bad("it has %d values; %d are expected", n, want)
	}
	return err
}

// past drops a value that is not needed.
func past(_ []byte, err error) error { return err }

// split reads a table as pandas splits it: the names of the columns, and a list of rows.
func (t *taker) split(w *walker) error {
	var places []int
	var columns, data []byte
	err := w.members(func(key []byte) (err error) {
		var to *[]byte
		switch string(key) {
		case "columns":
			to = &columns
		case "data":
			to = &data
		case "index":
			return past(w.value())
		default:
			return bad("dataframe_split has no %q", key)
		}
		if *to != nil {
			return bad("%q stands twice", key)
		}
		*to, err = w.value()
		return err
	})
	switch {
	case err != nil:
		return err
	case data == nil:
		return bad("dataframe_split has no data")
	}
	if columns != nil {
		at := &walker{b: columns}
		places = []int{}
		err := at.items(func(int) error {
			name, err := at.cell()
			places = append(places, t.Column(name))
			return err
		})
		if err != nil {
			return err
		}
	}
	return t.rows(&walker{b: data}, places)
}

// csv reads a table of cells with commas between. If its first line names a column of the
// model it is a header, else the cells are those of the model's columns in their order.
func (t *taker) csv(body []byte) error {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	cut := scan.NewCutter(',')
	var places []int
	var scratch []byte
	for i, line := 0, 1; i < len(body); line++ {
		next, _, flaw := cut.Record(body, i)
		if flaw != nil {
			return bad("line %d: %s; %s", line, flaw.Msg, flaw.Hint)
		}
		i = next
		if len(cut.Cells) == 1 && cut.Cells[0].From == cut.Cells[0].To && !cut.Cells[0].Quoted && len(places) != 1 {
			continue // a blank line
		}
		if places == nil {
			header := t.header(cut.Texts(body))
			if places = header; header != nil {
				continue
			}
			places = slices.Collect(upTo(len(t.Columns())))
		}
		if len(cut.Cells) != len(places) {
			return bad("line %d has %d cells; %d are expected", line, len(cut.Cells), len(places))
		}
		for k, s := range cut.Cells {
			if j := places[k]; j >= 0 {
				var cell []byte
				cell, scratch = s.Content(body, scratch)
				t.Set(j, cell)
			}
		}
		if err := t.endRow(); err != nil {
			return err
		}
	}
	return nil
}

// header returns the places of the columns that a line names; nil if it names none.
func (t *taker) header(names []string) (places []int) {
	found := false
	for _, name := range names {
		j := t.Column([]byte(name))
		places = append(places, j)
		found = found || j >= 0
	}
	if !found {
		return nil
	}
	return places
}

// upTo counts from 0.
func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// lines reads JSON lines, an object or a list each.
func (t *taker) lines(body []byte) error {
	line := 0
	for len(body) > 0 {
		var text []byte
		text, body, _ = bytes.Cut(body, []byte{'\n'})
		if line++; len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		w, err := newWalker(text)
		if err == nil {
			switch w.next() {
			case '{':
				err = t.object(w)
			default:
				err = t.list(w, nil)
			}
		}
		if err == nil {
			err = w.end()
		}
		if err != nil {
			return t.inRow(err)
		}
		if err := t.endRow(); err != nil {
			return err
		}
	}
	return nil
}
