package serve

import (
	"mime"
	"net/http"
	"strings"

	"mlp/internal/data/pipeline"
)

// A form is how a request holds its rows, and so how the answers are written.
type form uint8

const (
	byRows    form = iota
	byColumns      // of TensorFlow Serving: "inputs"
)

// scoring reads the body of MLflow, of TensorFlow Serving and of Vertex: one of
// dataframe_split, dataframe_records, instances and inputs.
func (t *taker) scoring(body []byte, g *grid) (form, error) {
	w, err := newWalker(body)
	if err != nil {
		return 0, err
	}
	how, given := byRows, ""
	one := func(name string, read func() error) error {
		if given != "" {
			return bad("%s and %s are both given; one is expected", given, name)
		}
		given = name
		return read()
	}
	err = w.members(func(key []byte) error {
		switch name := string(key); name {
		case "instances", "dataframe_records":
			return one(name, func() error { return t.rows(w, nil) })
		case "dataframe_split":
			return one(name, func() error { return t.split(w) })
		case "inputs":
			return one(name, func() error {
				if how = byColumns; w.next() == '{' {
					return t.columnar(w, g)
				}
				return t.rows(w, nil)
			})
		case "signature_name":
			return past(w.value())
		case "params", "parameters":
			if value, err := w.value(); err != nil || string(value) == "null" || string(value) == "{}" {
				return err
			}
			return bad("%s: the model has none", name)
		default:
			return bad("%q is not expected here; rows are given as instances, inputs, dataframe_split or dataframe_records", name)
		}
	})
	if err == nil {
		err = w.end()
	}
	if err == nil && given == "" {
		err = bad("there are no rows; give them as instances, inputs, dataframe_split or dataframe_records")
	}
	return how, err
}

// tensorflow answers as TensorFlow Serving and Vertex do.
func (s *Server) tensorflow(c *call, m *Model) (rows int, err error) {
	var how form
	return m.answer(c.r.Context(), s.Timeout, func(w *worker) (i *pipeline.Intake, err error) {
		how, err = (&taker{w.plain, s.MaxRows}).scoring(c.body, &w.grid)
		return w.plain, err
	}, func(a *answers) error {
		if how == byColumns {
			c.out = append(a.appendColumns(append(c.out, `{"outputs":`...), m.keys), "}\n"...)
			return nil
		}
		c.out = append(a.appendRecords(append(c.out, `{"predictions":`...), m.keys), "}\n"...)
		return nil
	})
}

// The types of text that rows come and answers go as.
const (
	asJSON  = "application/json"
	asCSV   = "text/csv"
	asLines = "application/jsonlines"
)

// textType returns which of the types a header means; "" for none of them.
func textType(header string) string {
	kind, _, err := mime.ParseMediaType(header)
	switch kind {
	case asJSON, "", "application/x-www-form-urlencoded": // none, and what curl says of whatever it sends
		if err == nil || header == "" {
			return asJSON
		}
	case asCSV:
		return asCSV
	case asLines, "application/x-ndjson", "application/x-jsonlines", "application/jsonl":
		return asLines
	}
	return ""
}

// accepted returns what the answers are written as.
func accepted(header string) string {
	for one := range strings.SplitSeq(header, ",") {
		if kind := textType(strings.TrimSpace(one)); kind == asCSV || kind == asLines {
			return kind
		}
	}
	return asJSON
}

// invocations answers as MLflow and SageMaker do.
func (s *Server) invocations(c *call, m *Model) (rows int, err error) {
	kind := textType(c.r.Header.Get("Content-Type"))
	if kind == "" {
		return 0, &failure{status: http.StatusUnsupportedMediaType, text: "rows come as application/json, text/csv or application/jsonlines"}
	}
	c.kind = accepted(c.r.Header.Get("Accept"))
	return m.answer(c.r.Context(), s.Timeout, func(w *worker) (*pipeline.Intake, error) {
		if kind == asCSV {
			return w.typed, (&taker{w.typed, s.MaxRows}).csv(c.body)
		}
		t := &taker{w.plain, s.MaxRows}
		if kind == asLines {
			return w.plain, t.lines(c.body)
		}
		_, err := t.scoring(c.body, &w.grid)
		return w.plain, err
	}, func(a *answers) error {
		if c.kind == asJSON {
			c.out = append(a.appendRecords(append(c.out, `{"predictions":`...), m.keys), "}\n"...)
		} else {
			c.out = a.appendText(c.out, c.kind == asLines)
		}
		return nil
	})
}
