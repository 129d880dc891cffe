package callback

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/train"
)

var (
	_ = Callbacks.Add("csv_logger", "writes a line of CSV after each epoch", func(f *spec.Fields) *train.Hooks {
		f.Alias("filename", "file")
		name, separator := f.String("filename", "", "where to"), f.String("separator", ",", "between the columns")
		return LogFile(name, csvLines(separator), f.Bool("append", false, "whether to add to a file that is there"))
	})
	_ = Callbacks.Add("jsonl_logger", "writes a line of JSON after each epoch", func(f *spec.Fields) *train.Hooks {
		f.Alias("filename", "file")
		return LogFile(f.String("filename", "", "where to"), jsonLine, f.Bool("append", false, "whether to add to a file that is there"))
	})
)

// LogFor returns the logger for the extension of a file's name: .csv or .jsonl.
func LogFor(path string, appends bool) (*train.Hooks, error) {
	switch {
	case strings.HasSuffix(path, ".csv"):
		return LogFile(path, csvLines(","), appends), nil
	case strings.HasSuffix(path, ".jsonl"):
		return LogFile(path, jsonLine, appends), nil
	}
	return nil, problem.InOption("log", "name it FILE.csv or FILE.jsonl", "%q says no format", path)
}

// A lineFunc writes an epoch as one line. header is the first line of the file, ""
// if it has none yet.
type lineFunc func(epoch int, logs *train.Logs, header string) string

// LogFile writes one line an epoch, each by itself, so that a killed run leaves
// what it has done.
func LogFile(path string, line lineFunc, appends bool) *train.Hooks {
	var file *outfile.Appender
	var header string
	h := &train.Hooks{Name: "log file", Writes: true, File: "filename"}
	// Begin only proves that the file can be written: whatever makes another
	// callback refuse the run must leave an older log as it is.
	h.Begin = func(r *train.Run) error {
		if path == "" {
			return h.Problem("filename", "add `filename: log.csv`", "%q is missing", "filename")
		}
		if err := r.Claim(path); err != nil {
			return h.Problem("", "choose another place", "%v", err)
		}
		return nil
	}
	h.Epoch = func(r *train.Run) (err error) {
		if file == nil {
			if file, header, err = openLog(path, appends, r); err != nil {
				return unwritable(err)
			}
		}
		if err := file.Add(line(r.Epoch(), r.Logs(), header)); err != nil {
			return unwritable(err)
		}
		return nil
	}
	h.End = func(*train.Run) error {
		if err := file.Close(); err != nil {
			return unwritable(err)
		}
		return nil
	}
	return h
}

// unwritable is the complaint about a log that cannot be written.
func unwritable(err error) error {
	return &problem.Problem{Domain: problem.InSpec, Msg: err.Error(), Cause: err}
}

// openLog opens a log for its first line. A resumed run goes on with the log of
// the run it resumes, from which the lines of epochs that are done anew are cut.
// The line that the file begins with is returned too.
func openLog(path string, appends bool, r *train.Run) (file *outfile.Appender, header string, err error) {
	if !appends && !r.Resumed() {
		file, err = outfile.Append(path, true)
		return file, "", err
	}
	var text []byte
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() { // what went into a pipe is gone
		if text, err = os.ReadFile(path); err != nil {
			return nil, "", err
		}
	}
	if r.Resumed() {
		if whole := cutLog(text, r.Epoch()); len(whole) < len(text) {
			err := outfile.Write(path, func(w io.Writer) error { _, err := w.Write(whole); return err })
			if err != nil {
				return nil, "", err
			}
			text = whole
		}
	}
	header, _, _ = strings.Cut(string(text), "\n")
	file, err = outfile.Append(path, false)
	return file, header, err
}

// cutLog leaves out the last lines of a log, back to the one before an epoch. A
// line without an end was not written whole.
func cutLog(text []byte, epoch int) []byte {
	for len(text) > 0 {
		start := bytes.LastIndexByte(text[:len(text)-1], '\n') + 1
		last, n := strings.TrimPrefix(string(text[start:]), `{"epoch":`), 0
		if _, err := fmt.Sscanf(last, "%d", &n); strings.HasSuffix(last, "\n") && (err != nil || n < epoch) {
			break
		}
		text = text[:start]
	}
	return text
}

// csvLines keeps the columns of the file's first line; later values without a
// column are left out, and columns without a value are empty.
func csvLines(separator string) lineFunc {
	var columns []string
	return func(epoch int, logs *train.Logs, header string) string {
		var b strings.Builder
		switch {
		case columns != nil:
		case header != "":
			columns = strings.Split(header, separator)[1:]
		default:
			columns = append([]string{}, logs.Names...)
			b.WriteString("epoch" + separator + strings.Join(columns, separator) + "\n")
		}
		b.WriteString(strconv.Itoa(epoch))
		for _, c := range columns {
			b.WriteString(separator)
			if v := logs.Get(c); v == v {
				b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
			}
		}
		return b.String() + "\n"
	}
}

func jsonLine(epoch int, logs *train.Logs, _ string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"epoch":%d`, epoch)
	for i, name := range logs.Names {
		fmt.Fprintf(&b, `,%q:%s`, name, spec.NumberJSON(logs.Values[i]))
	}
	return b.String() + "}\n"
}
