package outfile

import (
	"cmp"
	"io"
	"os"
)

// Appender is a file that grows line by line, such as a log: each line is there whole
// or not at all.
type Appender struct {
	path    string
	through bool // it is no regular file
	fresh   bool // what is there is replaced by the first line
	file    diskFile
	lines   io.Writer // to the file
	size    int64     // up to the last whole line
}

// Append opens path to add lines to it. With fresh, what is there stays until
// the first line has taken its place, and is not touched if that fails.
func Append(path string, fresh bool) (*Appender, error) {
	p, err := locate(path)
	if err != nil {
		return nil, err
	}
	l := &Appender{path: path, through: p.through, fresh: fresh && !p.through}
	switch {
	case p.through:
		f, err := openThrough(path, os.O_WRONLY|os.O_APPEND)
		if err != nil {
			return nil, plain(path, err)
		}
		l.file, l.lines = f, patience.Writer(f)
		return l, nil
	case l.fresh:
		return l, nil
	}
	return l, l.open()
}

func (l *Appender) open() error {
	f, err := files.Open(l.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return plain(l.path, err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close() // the first error says more
		return plain(l.path, err)
	}
	l.file, l.lines, l.size = f, f, info.Size()
	return nil
}

// Add adds text, which ends in a newline. If it does not fit, the part that did is
// taken back.
func (l *Appender) Add(text string) error {
	if l.fresh {
		err := Write(l.path, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
		if err != nil {
			return err
		}
		l.fresh = false
		return l.open()
	}
	if _, err := l.lines.Write([]byte(text)); err != nil {
		_ = l.file.Truncate(l.size) // a pipe has nothing to take back
		return plain(l.path, err)
	}
	l.size += int64(len(text))
	return nil
}

// Close ends the file, and has a regular one on the disk before it returns.
func (l *Appender) Close() error {
	if l == nil || l.file == nil {
		return nil
	}
	var err error
	if !l.through {
		err = l.file.Sync()
	}
	return plain(l.path, cmp.Or(err, l.file.Close()))
}
