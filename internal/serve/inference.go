package serve

import (
	"strconv"

	"mlp/internal/data/pipeline"
	"mlp/internal/data/scan"
	"mlp/internal/rowwriter"
)

// The Open Inference Protocol, version 2 (KServe, Triton, Seldon), with the extension by
// which tensors stand as bytes behind the JSON.

// headerLength tells how long the JSON is where tensors stand behind it.
const headerLength = "Inference-Header-Content-Length"

// sizes are the bytes of an element of each type; 0 for text, whose elements say how long
// they are.
var sizes = map[string]int{"BOOL": 1, "UINT8": 1, "UINT16": 2, "UINT32": 4, "UINT64": 8, "INT8": 1, "INT16": 2, "INT32": 4, "INT64": 8,
	"FP16": 2, "BF16": 2, "FP32": 4, "FP64": 8, "BYTES": 0}

// A tensor is an input of a request.
type tensor struct {
	name, datatype string
	shape          []int
	data           []byte // JSON; nil where the elements are bytes
	size           int    // of the bytes; −1: there are none
}

// An inferRequest is what a request asks for besides its inputs.
type inferRequest struct {
	id      []byte // JSON, or nil
	inputs  []tensor
	outputs []output // nil: all
	binary  bool     // as bytes, unless an output says otherwise
}

type output struct {
	name   string
	binary *bool
}

// infer answers as a server of version 2 does.
func (s *Server) infer(c *call, m *Model) (rows int, err error) {
	text, tensors := c.body, []byte(nil)
	if said := c.r.Header.Get(headerLength); said != "" {
		n, err := strconv.Atoi(said)
		if err != nil || n < 0 || n > len(c.body) {
			return 0, bad("%s: %s is not a length within the body of %d bytes", headerLength, strconv.Quote(said), len(c.body))
		}
		text, tensors = c.body[:n], c.body[n:]
	}
	q, err := readInfer(text)
	if err != nil {
		return 0, err
	}
	return m.answer(c.r.Context(), s.Timeout, func(w *worker) (*pipeline.Intake, error) {
		return w.plain, (&taker{w.plain, s.MaxRows}).tensors(q.inputs, tensors, &w.grid)
	}, func(a *answers) error { return m.writeInfer(c, a, q) })
}

// readInfer reads the JSON of a request.
func readInfer(text []byte) (q inferRequest, err error) {
	w, err := newWalker(text)
	if err != nil {
		return q, err
	}
	err = w.members(func(key []byte) (err error) {
		switch string(key) {
		case "id":
			if w.next() != '"' {
				return w.wrong("a text")
			}
			q.id, err = w.text()
		case "inputs":
			err = w.items(func(n int) error {
				if n == scan.ColumnLimit {
					return bad("more than %d inputs", n)
				}
				t, err := readTensor(w)
				q.inputs = append(q.inputs, t)
				return err
			})
		case "outputs":
			q.outputs = []output{}
			err = w.items(func(n int) error {
				if n == scan.ColumnLimit {
					return bad("more than %d outputs", n)
				}
				var o output
				err := w.members(func(key []byte) (err error) {
					switch string(key) {
					case "name":
						o.name, err = readText(w)
						return err
					case "parameters":
						o.binary, err = readFlag(w, "binary_data")
						return err
					}
					return past(w.value())
				})
				q.outputs = append(q.outputs, o)
				return err
			})
		case "parameters":
			var flag *bool
			if flag, err = readFlag(w, "binary_data_output"); flag != nil {
				q.binary = *flag
			}
		default:
			err = past(w.value())
		}
		return err
	})
	if err == nil {
		err = w.end()
	}
	return q, err
}

// readText reads a text.
func readText(w *walker) (string, error) {
	if w.next() != '"' {
		return "", w.wrong("a text")
	}
	text, err := w.text()
	if err != nil {
		return "", err
	}
	return string(plain(text)), nil
}

// readFlag reads an object for one of its members, which is true or false.
func readFlag(w *walker, name string) (flag *bool, err error) {
	err = w.members(func(key []byte) error {
		value, err := w.value()
		if err != nil || string(key) != name {
			return err
		}
		is := string(value) == "true"
		if flag = &is; !is && string(value) != "false" {
			return bad("%s is true or false", name)
		}
		return nil
	})
	return flag, err
}

func readTensor(w *walker) (t tensor, err error) {
	t.size = -1
	err = w.members(func(key []byte) (err error) {
		switch string(key) {
		case "name":
			t.name, err = readText(w)
		case "datatype":
			t.datatype, err = readText(w)
		case "shape":
			t.shape = nil
			err = w.items(func(axis int) error {
				if axis == 2 {
					return bad("a shape of more than two sizes is no table")
				}
				n, err := readCount(w)
				t.shape = append(t.shape, n)
				return err
			})
		case "data":
			t.data, err = w.value()
		case "parameters":
			err = w.members(func(key []byte) (err error) {
				if string(key) == "binary_data_size" {
					t.size, err = readCount(w)
					return err
				}
				return past(w.value())
			})
		default:
			err = past(w.value())
		}
		return err
	})
	return t, err
}

// readCount reads a whole number that is not negative.
func readCount(w *walker) (int, error) {
	value, err := w.value()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(string(value), 10, 31)
	if err != nil {
		return 0, bad("%s is no size", strconv.Quote(string(value[:min(40, len(value))])))
	}
	return int(n), nil
}

// writeInfer writes the answer, its tensors as bytes where that is asked for.
func (m *Model) writeInfer(c *call, a *answers, q inferRequest) error {
	if q.outputs == nil {
		for _, name := range m.names {
			q.outputs = append(q.outputs, output{name: name})
		}
	}
	if len(q.outputs) > len(m.names) {
		return bad("%d outputs are asked for; the model has %d", len(q.outputs), len(m.names))
	}
	b := rowwriter.AppendJSON(append(c.out, `{"model_name":`...), m.name)
	b = append(b, `,"model_version":"1"`...)
	if q.id != nil {
		b = append(append(b, `,"id":`...), q.id...)
	}
	b = append(b, `,"outputs":[`...)
	var behind []byte
	for i, o := range q.outputs {
		j, err := m.place(o.name)
		if err != nil {
			return err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = rowwriter.AppendJSON(append(b, `{"name":`...), o.name)
		b = append(append(append(b, `,"datatype":"`...), m.kinds[j].datatype()...), `","shape":[`...)
		b = append(strconv.AppendInt(b, int64(a.rows()), 10), ']')
		if asBytes := q.binary && o.binary == nil || o.binary != nil && *o.binary; asBytes {
			from := len(behind)
			behind = a.appendBytes(behind, j)
			b = append(strconv.AppendInt(append(b, `,"parameters":{"binary_data_size":`...), int64(len(behind)-from), 10), "}}"...)
			continue
		}
		b = append(b, `,"data":[`...)
		for row := range a.rows() {
			if row > 0 {
				b = append(b, ',')
			}
			if cell := a.at(row, j); cell.kind == aNumber {
				b = cell.appendJSON(b)
			} else {
				b = rowwriter.AppendJSON(b, cell.text())
			}
		}
		b = append(b, "]}"...)
	}
	b = append(b, "]}"...)
	if behind != nil {
		c.header, c.kind = len(b), "application/octet-stream"
	}
	c.out = append(b, behind...)
	return nil
}
