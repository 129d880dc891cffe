package parse

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/problem"
)

// newRecords prepares the reading of a source as UTF-8, without the lines at its end that are
// no rows, as far as that is left to do. The sum is of the bytes as they stand in the source.
func newRecords(said, left dialect.Reading, first *bufio.Reader, magic []byte, f io.ReadCloser, rowwise bool) *records {
	rs := &records{sum: sha256.New(), reading: said}
	text := source.Text{Reader: first, Closers: []io.Closer{f}, Size: source.SizeOf(f)}
	if c := said.Comment; c != "" {
		rs.comment = []byte(c)
	}
	encoding := cmp.Or(left.Encoding, dialect.ByMark(magic))
	if encoding != "" || left.Footer > 0 {
		rs.teed, text.Size = true, 0
		text.Reader = io.TeeReader(first, rs.sum)
	}
	if rs.foreign = encoding; encoding != "" {
		text.Reader = dialect.Text(text.Reader, encoding)
	}
	if left.Footer > 0 {
		text.Reader = dialect.WithoutFooter(text.Reader, left.Footer)
	}
	if rs.r, rs.samples = text, sampleRecords; rowwise {
		rs.eager = readEagerly(text)
		rs.r = rs.eager
	}
	return rs
}

// lineReady reads on until the next line is in the window, or the end.
func (rs *records) lineReady() error {
	for !rs.eof && len(rs.window)-rs.next < recordLimit {
		i := bytes.IndexAny(rs.window[rs.next:], "\r\n")
		if i >= 0 && (rs.window[rs.next+i] == '\n' || rs.next+i+1 < len(rs.window)) {
			return nil
		}
		if err := rs.fill(); err != nil {
			return err
		}
	}
	return nil
}

// nextLine returns the next line, which must be in the window, and where it ends.
func (rs *records) nextLine() (line []byte, end int) {
	rest := rs.window[rs.next:]
	i := bytes.IndexAny(rest, "\r\n")
	if i < 0 {
		return rest, len(rs.window)
	}
	end = rs.next + i + 1
	if rest[i] == '\r' && end < len(rs.window) && rs.window[end] == '\n' {
		end++
	}
	return rest[:i], end
}

// dropLines goes past so many lines, whatever they hold.
func (rs *records) dropLines(n int) error {
	for ; n > 0; n-- {
		if err := rs.lineReady(); err != nil {
			return err
		}
		if rs.next < len(rs.window) {
			_, rs.next = rs.nextLine()
			rs.left++
		}
	}
	return nil
}

// skipComments goes past lines that are no rows.
func (rs *records) skipComments() error {
	for rs.comment != nil {
		for !rs.eof && len(rs.window)-rs.next < len(rs.comment) {
			if err := rs.fill(); err != nil {
				return err
			}
		}
		if !bytes.HasPrefix(rs.window[rs.next:], rs.comment) {
			return nil
		}
		if err := rs.dropLines(1); err != nil {
			return err
		}
	}
	return nil
}

// skipTitle goes past what stands before the table: the lines that are said to, the line
// that names the delimiter for spreadsheets, which it returns, and lines that begin with
// # and have other cells than the rows.
func (rs *records) skipTitle(said byte, wanted []string) (delim byte, err error) {
	if err := rs.dropLines(rs.reading.SkipRows); err != nil {
		return 0, err
	}
	if err := rs.lineReady(); err != nil {
		return 0, err
	}
	line, end := rs.nextLine()
	delim, found := dialect.Separator(line)
	if found && end < len(rs.window) && !slices.Contains(wanted, string(line)) {
		rs.next = end
		rs.left++
		return delim, nil
	}
	return 0, rs.skipHashes(said, wanted)
}

// skipBlank goes past blank lines above the first row of several cells: they are no rows.
// Of a table of one column they may be.
func (rs *records) skipBlank() error {
	blank := " "
	if rs.cut.Delim != '\t' {
		blank += "\t"
	}
	for {
		if err := rs.lineReady(); err != nil {
			return err
		}
		line, end := rs.nextLine()
		if len(bytes.Trim(line, blank)) > 0 || end == len(rs.window) {
			return nil
		}
		if err := rs.dropLines(1); err != nil {
			return err
		}
	}
}

// blankLimit is how many blank lines may stand among lines that begin with #.
const blankLimit = 100

// skipHashes goes past lines that begin with #, unless they may hold the names of the
// columns.
func (rs *records) skipHashes(delim byte, wanted []string) error {
	if rs.comment != nil {
		return rs.skipComments()
	}
	var lines []string
	blank := 0 // of them
	from := 0  // of the next line, from where the table may begin
	for {
		rest := rs.window[rs.next+from:]
		if blank > blankLimit {
			return nil
		}
		if len(rest) > 0 && rest[0] != '#' && rest[0] != '\n' && rest[0] != '\r' {
			break
		}
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			if rs.eof || len(rest) > recordLimit || len(rest) > 0 && rest[0] != '#' {
				return nil // nothing stands below, or lines end in another way
			}
			if err := rs.fill(); err != nil {
				return err
			}
			continue
		}
		lines = append(lines, strings.TrimSuffix(string(rest[:i]), "\r"))
		if lines[len(lines)-1] == "" {
			blank++
		}
		from += i + 1
	}
	hashes := len(lines) - blank
	if hashes == 0 {
		return nil
	}
	at, left := rs.next, rs.left
	rs.next, rs.left = at+from, left+len(lines)
	if delim == 0 {
		delim, _ = rs.sniffDelimiter(nil, rs.reading)
	}
	cut := scan.NewDialectCutter(rs.reading.Cutting(delim))
	rows := rs.sampleWith(cut)
	names := false // a line of names may begin with # too
	for _, line := range lines {
		_, _, bad := cut.Record([]byte(line), 0)
		names = names || line != "" && (len(rows) == 0 || bad == nil && len(cut.Cells) == len(rows[0]))
	}
	if names || slices.Contains(wanted, lines[0]) {
		rs.next, rs.left = at, left
		return nil
	}
	rs.notes = append(rs.notes, dialect.Note{Kind: "comment", Msg: fmt.Sprintf("%s with # before the header: left out", problem.Count(hashes, "line")),
		Hint: "if such lines stand below it too: " + dialect.Hint(rs.reading.With(dialect.Reading{Comment: "#"}))})
	return nil
}

// footerShown is how many lines at the end are taken for a footer by a hint.
const footerShown = 10

// linesLeft returns how many lines there are from the record on, if these are few and
// none of them has as many cells as a row; else 0.
func (rs *records) linesLeft(cells int) int {
	rest := bytes.TrimRight(rs.window[rs.at:], " \t\r\n")
	if !rs.eof || rs.cut.Objects != nil || len(rest) > footerShown*excerptLimit {
		return 0
	}
	cut := rs.cut.Twin()
	lines := 0
	for i := 0; i < len(rest) || lines == 0; {
		next, n, bad := cut.Record(rest, i)
		if bad != nil || len(cut.Cells) == cells && i > 0 {
			return 0
		}
		i, lines = next, lines+n
		if next == len(rest) {
			break
		}
	}
	if lines > footerShown {
		return 0
	}
	return lines
}

// LateColumns says that lines of JSON have keys that the first has not: the names of all.
type LateColumns struct{ Names []string }

func (l *LateColumns) Error() string { return "the first line does not name every column" }
