package dialect

import "io"

// footerLimit is how many lines at the end may be kept back.
const footerLimit = 1000

// A trimmed reader keeps back the last lines of a text. Blank lines at the very end are
// no lines.
type trimmed struct {
	r     io.Reader
	lines int
	held  []byte // read and not handed on
	read  []byte
	ready int // bytes of held that can go
	err   error
}

// WithoutFooter returns the text without its last lines.
func WithoutFooter(r io.Reader, lines int) io.Reader {
	return &trimmed{r: r, lines: lines, read: make([]byte, 1<<16)}
}

func (t *trimmed) Read(b []byte) (int, error) {
	for t.ready == 0 {
		if t.err != nil {
			return 0, t.err
		}
		n, err := t.r.Read(t.read)
		t.held = append(t.held, t.read[:n]...)
		t.err = err
		t.ready = t.sure()
	}
	n := copy(b, t.held[:t.ready])
	t.held = t.held[n:]
	t.ready -= n
	return n, nil
}

// sure returns how many of the held bytes are not of the last lines, whatever follows.
func (t *trimmed) sure() int {
	end := len(t.held)
	for end > 0 && (t.held[end-1] == '\n' || t.held[end-1] == '\r' || t.held[end-1] == ' ' || t.held[end-1] == '\t') {
		end--
	}
	for i, lines := end, 0; i > 0; i-- {
		// A line ends with \n, or with the lone \r of old files.
		if t.held[i-1] != '\n' && (t.held[i-1] != '\r' || i < len(t.held) && t.held[i] == '\n') {
			continue
		}
		if lines++; lines == t.lines {
			return i
		}
	}
	return 0
}
