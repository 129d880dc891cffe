package parse

import (
	"bytes"
	"io"

	"mlp/internal/data/scan"
	"mlp/internal/data/table"
)

// eager is a stream whose rows are wanted as they arrive: a goroutine of its own reads it,
// so that its reader knows whether it has to wait.
type eager struct {
	pieces chan piece // that have been read
	stop   chan struct{}
	piece  piece // what is left of the one before
}

// A piece is what one call of Read gave.
type piece struct {
	text []byte
	err  error
}

// pieceSize is as much as a pipe of Linux holds.
const pieceSize = 64 << 10

// readEagerly begins to read a stream. It is closed by the goroutine: a call of Read may
// last as long as whoever writes likes.
func readEagerly(from io.ReadCloser) *eager {
	e := &eager{pieces: make(chan piece, 16), stop: make(chan struct{})}
	go func() {
		defer close(e.pieces)
		defer from.Close() // of what has been read to its end there is nothing to tell
		for {
			b := make([]byte, pieceSize)
			n, err := from.Read(b)
			select {
			case e.pieces <- piece{b[:n], err}:
			case <-e.stop:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return e
}

// waits reports whether the next call of Read has to wait.
func (e *eager) waits() bool {
	return len(e.piece.text) == 0 && e.piece.err == nil && len(e.pieces) == 0
}

func (e *eager) Read(b []byte) (int, error) {
	for len(e.piece.text) == 0 && e.piece.err == nil {
		e.piece = <-e.pieces
	}
	n := copy(b, e.piece.text)
	if e.piece.text = e.piece.text[n:]; len(e.piece.text) == 0 {
		return n, e.piece.err
	}
	return n, nil
}

func (e *eager) Close() error {
	close(e.stop)
	return nil
}

// awaitRows reads until the rows are in the window from which it is told how an eager
// stream is cut: the header and one row, where the names of the header are known; where
// there is none, as many as of a file. Of lines of JSON it is those by which each wanted
// key has come. What is told so does not depend on how much of the stream is there.
func (rs *records) awaitRows(o Options) error {
	rs.samples = 2 + rs.reading.UnitsRow
	if o.Header == table.No && o.Delimiter == 0 {
		rs.samples = sampleRecords
	}
	for !rs.eof && len(rs.window)-rs.next < recordLimit {
		text := rs.window[rs.next:]
		if scan.LooksLikeObjects(text) {
			if rs.samples = sampleRecords; bytes.Count(text, []byte("\n")) >= sampleRecords || hasKeys(text, o.Wanted) {
				return nil
			}
		} else if rs.wholeLines(text) >= rs.samples {
			return nil
		}
		if err := rs.fill(); err != nil {
			return err
		}
	}
	return nil
}

// wholeLines counts lines that end outside of quotes and may be rows.
func (rs *records) wholeLines(text []byte) (n int) {
	inside := false
	for len(text) > 0 {
		line, rest, found := bytes.Cut(text, []byte("\n"))
		if !found {
			return n
		}
		whole := !inside
		inside = inside != (bytes.Count(line, []byte{'"'})%2 == 1)
		if !inside && len(bytes.TrimSpace(line)) > 0 && !(whole && rs.comment != nil && bytes.HasPrefix(line, rs.comment)) {
			n++
		}
		text = rest
	}
	return n
}

// hasKeys reports whether a line of text is whole and every key stands in what has come.
func hasKeys(text []byte, keys []string) bool {
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	for _, key := range keys {
		if !bytes.Contains(whole, []byte(`"`+key+`"`)) {
			return false
		}
	}
	return len(whole) > 0
}
