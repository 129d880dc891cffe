package serve

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"mlp/internal/problem"
	"mlp/internal/rowwriter"
)

// A failure is a request that is not answered: whose fault it is as HTTP has it, and what
// is wrong.
type failure struct {
	status int
	text   string
	row    int    // from 1; 0 for no row in particular
	column string // "" for none in particular
}

func (f *failure) Error() string { return f.text }

// bad is a mistake of the client.
func bad(format string, args ...any) error {
	return &failure{status: http.StatusBadRequest, text: fmt.Sprintf(format, args...)}
}

// failed says what is wrong with a request in words that stand alone: a row and a column
// instead of a line of a file.
func failed(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	problems := problem.Of(err)
	if len(problems) == 0 {
		return &failure{status: http.StatusInternalServerError, text: err.Error()}
	}
	f = &failure{status: http.StatusBadRequest, row: problems[0].Pos.Line, column: problems[0].Path}
	var all []string
	for _, p := range problems {
		text := p.Msg
		if p.Remedy.Kind == problem.AnswerAnyway && p.Hint != "" {
			text += "; " + p.Hint
		}
		if p.Path != "" {
			text = "column " + strconv.Quote(p.Path) + ": " + text
		}
		if p.Pos.Line > 0 {
			text = "row " + strconv.Itoa(p.Pos.Line) + ", " + text
		}
		all = append(all, text)
	}
	f.text = strings.Join(all, "\n")
	return f
}

// A shape is how a protocol writes a failure, within the braces of an object.
type shape func(to []byte, f *failure) []byte

// openError is that of the Open Inference Protocol, of TensorFlow Serving and of all else
// here.
func openError(to []byte, f *failure) []byte {
	return rowwriter.AppendJSON(append(to, `"error":`...), f.text)
}

// mlflowError is that of MLflow.
func mlflowError(to []byte, f *failure) []byte {
	code := "BAD_REQUEST"
	switch {
	case f.status >= http.StatusInternalServerError:
		code = "INTERNAL_ERROR"
	case f.status == http.StatusUnauthorized:
		code = "UNAUTHENTICATED"
	case f.status == http.StatusRequestEntityTooLarge:
		code = "REQUEST_LIMIT_EXCEEDED"
	}
	to = append(append(append(to, `"error_code":"`...), code...), `","message":`...)
	return rowwriter.AppendJSON(to, f.text)
}

// write sends the failure as JSON in the shape of its protocol, with the row and the
// column besides.
func (f *failure) write(w http.ResponseWriter, as shape) {
	b := as([]byte{'{'}, f)
	if f.row > 0 {
		b = strconv.AppendInt(append(b, `,"row":`...), int64(f.row), 10)
	}
	if f.column != "" {
		b = rowwriter.AppendJSON(append(b, `,"column":`...), f.column)
	}
	switch f.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	}
	respond(w, f.status, "application/json", append(b, "}\n"...))
}

// respond writes a whole answer.
func respond(w http.ResponseWriter, status int, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}
