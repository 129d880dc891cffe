package callback

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/train"
)

var (
	_ = Callbacks.Add("csv_logger", "writes a line of CSV after each epoch; epochs count from 1 (Keras: from 0)", func(f *spec.Fields) *train.Hooks {
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
	l := &logFile{path: path, line: line, appends: appends}
	h := &train.Hooks{Name: "log file", Writes: true, File: "filename", Epoch: l.epoch, End: l.end, Save: l.save, Load: l.load}
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
	return h
}

// A logFile is a log under way. What of it does not depend on the disk is saved with
// the run: after a power cut the file may have lost lines that the run has not, or have
// those of epochs that are done anew.
type logFile struct {
	path    string
	line    lineFunc
	appends bool

	file   *outfile.Appender // nil before its first line
	header string            // the first line of the file
	first  int               // the first epoch of this run that is in it; 0: not known
	before int               // bytes of the file that are not of this run
	rate   bool              // the callbacks before this one log the learning rate
}

func (l *logFile) save() map[string]float64 {
	rate := 0.0
	if l.rate {
		rate = 1
	}
	return map[string]float64{"first": float64(l.first), "before": float64(l.before), "rate": rate}
}

func (l *logFile) load(state map[string]float64) {
	l.first, l.before, l.rate = int(state["first"]), max(0, int(state["before"])), state["rate"] == 1
}

func (l *logFile) epoch(r *train.Run) error {
	if l.file == nil {
		if err := l.open(r, r.Epoch()-1); err != nil {
			return unwritable(err)
		}
		if l.first == 0 {
			l.first = r.Epoch()
		}
		l.rate = r.Logs().Has("learning_rate")
	}
	if err := l.file.Add(l.line(r.Epoch(), r.Logs(), l.header)); err != nil {
		return unwritable(err)
	}
	return nil
}

// end closes the file, which is then safe from a power cut; the model that ends the run
// is saved after it. Of a run that was resumed with no epoch left to do, the log may
// have lost lines all the same.
func (l *logFile) end(r *train.Run) error {
	if l.file == nil && l.first > 0 && r.Resumed() {
		if err := l.open(r, r.Epoch()); err != nil {
			return unwritable(err)
		}
	}
	if err := l.file.Close(); err != nil {
		return unwritable(err)
	}
	return nil
}

// unwritable is the complaint about a log that cannot be written.
func unwritable(err error) error {
	return &problem.Problem{Domain: problem.InSpec, Msg: err.Error(), Cause: err}
}

// open opens the log for the line after that of the epoch done. A resumed run goes on
// with the log of the run it resumes.
func (l *logFile) open(r *train.Run, done int) (err error) {
	if !l.appends && !r.Resumed() {
		l.file, err = outfile.Append(l.path, true)
		return err
	}
	var text []byte
	info, failed := os.Stat(l.path)
	if failed == nil && info.Mode().IsRegular() {
		if text, err = os.ReadFile(l.path); err != nil {
			return err
		}
	}
	if r.Resumed() && (failed != nil || info.Mode().IsRegular()) { // what went into a pipe is gone
		whole := cutLog(text, done+1)
		if l.first > 0 {
			whole = l.mend(r, text, done)
		}
		if !bytes.Equal(whole, text) {
			err := outfile.Write(l.path, func(w io.Writer) error { _, err := w.Write(whole); return err })
			if err != nil {
				return err
			}
			text = whole
		}
	}
	if l.first == 0 {
		l.before = len(text)
	}
	l.header, _, _ = strings.Cut(string(text), "\n")
	l.file, err = outfile.Append(l.path, false)
	return err
}

// mend returns the log as it was after the epoch done, whatever has become of its text:
// lines are written anew from the history. What is no number has no value there, so a
// line with such a one that is whole stays.
func (l *logFile) mend(r *train.Run, text []byte, done int) []byte {
	mended := text[:min(l.before, len(text))]
	mended = slices.Clone(mended[:bytes.LastIndexByte(mended, '\n')+1])
	header, _, _ := strings.Cut(string(mended), "\n")
	own := map[string]string{} // the lines of this run that are whole, by how they begin
	for line := range strings.Lines(string(text[min(l.before, len(text)):])) {
		if start := digitsEnd(line); strings.HasSuffix(line, "\n") && !strings.Contains(line, "\x00") {
			own[line[:start]] = line
		}
	}
	for epoch := l.first; epoch <= done; epoch++ {
		logs := r.Logged(epoch)
		if i := slices.Index(logs.Names, "learning_rate"); i >= 0 && !l.rate {
			logs.Names, logs.Values = slices.Delete(logs.Names, i, i+1), slices.Delete(logs.Values, i, i+1)
		}
		line := l.line(epoch, logs, header)
		last := strings.LastIndexByte(line[:len(line)-1], '\n') + 1 // after the names, in the first of all
		there := own[line[last:][:digitsEnd(line[last:])]]
		if there != "" && slices.ContainsFunc(logs.Values, func(v float64) bool { return math.IsNaN(v) }) {
			line = line[:last] + there
		}
		mended = append(mended, line...)
	}
	return mended
}

// digitsEnd returns where the number of the epoch ends, with which a line of a log
// begins, but for the key of an object.
func digitsEnd(line string) int {
	start := strings.IndexAny(line, "0123456789")
	if start < 0 {
		return len(line)
	}
	rest := strings.TrimLeft(line[start:], "0123456789")
	return len(line) - len(rest)
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
