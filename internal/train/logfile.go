package train

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"mlp/internal/model"
	"mlp/internal/spec"
)

var (
	_ = Callbacks.Add("csv_logger", "writes a line of CSV after each epoch", func(f *spec.Fields) *Hooks {
		f.Alias("filename", "file")
		name, separator := f.String("filename", "", "where to"), f.String("separator", ",", "between the columns")
		return LogFile(name, csvLines(separator), f.Bool("append", false, "whether to add to a file that is there"))
	})
	_ = Callbacks.Add("jsonl_logger", "writes a line of JSON after each epoch", func(f *spec.Fields) *Hooks {
		f.Alias("filename", "file")
		return LogFile(f.String("filename", "", "where to"), jsonLine, f.Bool("append", false, "whether to add to a file that is there"))
	})
)

// LogFor returns the logger that a file's name asks for: .csv or .jsonl.
func LogFor(path string, appends bool) (*Hooks, error) {
	switch {
	case strings.HasSuffix(path, ".csv"):
		return LogFile(path, csvLines(","), appends), nil
	case strings.HasSuffix(path, ".jsonl"):
		return LogFile(path, jsonLine, appends), nil
	}
	return nil, spec.Usage("flag --log", "name it FILE.csv or FILE.jsonl", "%q says no format", path)
}

// A lineFunc writes an epoch as one line; header says that the file is new.
type lineFunc func(epoch int, logs *Logs, header bool) string

// LogFile writes one line an epoch, each flushed, so that a killed run leaves
// what it has done.
func LogFile(path string, line lineFunc, appends bool) *Hooks {
	var file *os.File
	var out *bufio.Writer
	h := &Hooks{Name: "log file"}
	h.Begin = func(r *Run) error {
		if path == "" {
			return spec.Problems{{Pos: h.pos, Path: h.path + ".filename", Msg: `"filename" is missing`, Hint: "add `filename: log.csv`"}}
		}
		mode := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		if appends {
			mode = os.O_WRONLY | os.O_CREATE | os.O_APPEND
		}
		var err error
		if file, err = os.OpenFile(path, mode, 0o644); err != nil {
			var pe *fs.PathError
			if errors.As(err, &pe) {
				err = pe.Err
			}
			return spec.Problems{{Pos: h.pos, Path: h.path, Msg: fmt.Sprintf("%s: cannot be written: %v", path, err)}}
		}
		out = bufio.NewWriter(file)
		return nil
	}
	h.Epoch = func(r *Run) error {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		if _, err := out.WriteString(line(r.Epoch(), r.Logs(), info.Size() == 0)); err != nil {
			return err
		}
		return out.Flush()
	}
	h.End = func(*Run) error { return file.Close() }
	return h
}

// csvLines keeps the columns of its first line; later values without a column
// are left out, and columns without a value are empty.
func csvLines(separator string) lineFunc {
	var columns []string
	return func(epoch int, logs *Logs, header bool) string {
		var b strings.Builder
		if columns == nil {
			columns = append([]string{}, logs.Names...)
			if header {
				b.WriteString("epoch" + separator + strings.Join(columns, separator) + "\n")
			}
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

func jsonLine(epoch int, logs *Logs, _ bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"epoch":%d`, epoch)
	for i, name := range logs.Names {
		fmt.Fprintf(&b, `,%q:%s`, name, model.Number(logs.Values[i]))
	}
	return b.String() + "}\n"
}
