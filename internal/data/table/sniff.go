package table

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"mlp/internal/data/scan"
	"mlp/internal/problem"
)

// delimiters are those looked for, in order of preference between equals.
const delimiters = ",;\t|"

// sampleRecords is how many records are looked at to find the delimiter, the
// header and the first guess of the types.
const sampleRecords = 100

// sniff finds out whether the text is JSON Lines and what stands between its
// cells, and sets the cutter up for it.
func (rs *records) sniff(src Source, o Options) (Format, error) {
	for !rs.eof && len(rs.window) < recordLimit && !bytes.ContainsAny(rs.window[rs.next:], "\r\n") {
		if err := rs.fill(); err != nil { // the first line must be in the window
			return CSV, src.unreadable(err)
		}
	}
	if rs.eof && len(bytes.TrimSpace(rs.window[rs.next:])) == 0 {
		return CSV, problem.Data(problem.Pos{File: src.Name}, "", "give it a header line and rows of cells", "the file is empty")
	}
	delim := cmp.Or(src.Delimiter, o.Delimiter)
	if delim == 0 {
		if found, err := rs.sniffObjects(); found || err != nil {
			return JSONLines, err
		}
		wanted := o.Wanted
		if o.Header == No {
			wanted = nil
		}
		var err error
		if delim, err = rs.sniffDelimiter(wanted); err != nil {
			return CSV, err
		}
	}
	rs.cut = scan.NewCutter(delim)
	return CSV, nil
}

// sample cuts the first records of the window.
func (rs *records) sample() [][]string {
	if rs.cut.Objects != nil {
		return rs.sampleWith(rs.cut)
	}
	return rs.sampleWith(scan.NewCutter(rs.cut.Delim))
}

// sampleWith cuts the first records of the window with a cutter. The last one is
// dropped where it may go on beyond the window.
func (rs *records) sampleWith(c *scan.Cutter) [][]string {
	var rows [][]string
	for i := rs.next; i < len(rs.window) && len(rows) < sampleRecords; {
		next, _, bad := c.Record(rs.window, i)
		if bad != nil || next == len(rs.window) && !rs.eof {
			break
		}
		i = next
		if row := c.Texts(rs.window); len(row) > 1 || len(row) == 1 && row[0] != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

// firstRow reads the first record, which names the columns or says at least how
// many there are. more says that there are records at all.
func (rs *records) firstRow(more bool) ([]string, error) {
	_, bad, err := rs.advance()
	if err != nil {
		return nil, Source{Name: rs.name}.unreadable(err)
	}
	if bad != nil {
		return nil, problem.Problems{rs.problemAt(bad.At, bad.Hint, "%s", bad.Msg)}
	}
	if rs.blankLine() && (!rs.eof || rs.next < len(rs.window)) && (more || !rs.eof) {
		return nil, problem.Problems{rs.problemAt(rs.at, "delete it", "the file begins with a blank line")}
	}
	return rs.cut.Texts(rs.window), nil
}

// sniffDelimiter finds the delimiter under which the first records have equally
// many cells. wanted are column names that must be among the first row's; they
// settle what is ambiguous otherwise.
func (rs *records) sniffDelimiter(wanted []string) (byte, error) {
	type guess struct {
		delim byte
		share float64 // of the records that have as many cells as most
		named bool
	}
	var guesses []guess
	for _, d := range []byte(delimiters) {
		rows := rs.sampleWith(scan.NewCutter(d))
		if len(rows) == 0 || !slices.ContainsFunc(rows, func(r []string) bool { return len(r) > 1 }) {
			continue
		}
		counts := map[int]int{}
		most, agree := 0, 0
		for _, r := range rows {
			counts[len(r)]++
			if n := counts[len(r)]; n > agree || n == agree && len(r) > most {
				most, agree = len(r), n
			}
		}
		if most == 1 {
			continue
		}
		g := guess{d, float64(agree) / float64(len(rows)), len(wanted) > 0}
		for _, w := range wanted {
			g.named = g.named && slices.Contains(rows[0], w)
		}
		if len(rows[0]) != most {
			g.share /= 2 // the first row is the one least likely to be ragged
		}
		guesses = append(guesses, g)
	}
	if len(guesses) == 0 {
		return ',', nil // one column
	}
	slices.SortStableFunc(guesses, func(a, b guess) int {
		switch {
		case a.named != b.named && a.named, a.named == b.named && a.share > b.share:
			return -1
		case a.named != b.named || a.share != b.share:
			return 1
		}
		return 0
	})
	if len(guesses) > 1 && guesses[0].named == guesses[1].named && guesses[0].share == guesses[1].share {
		p := problem.Data(problem.Pos{File: rs.name, Line: 1, Col: 1}, "", "say which with `delimiter:`",
			"cells might be separated by %s or by %s", delimiterWord(guesses[0].delim), delimiterWord(guesses[1].delim))
		p.Remedy.Kind = problem.NameDelimiter
		return 0, p
	}
	return guesses[0].delim, nil
}

func delimiterWord(d byte) string {
	if d == '\t' {
		return "tabs"
	}
	return fmt.Sprintf("%q", string(d))
}

// findHeader decides whether the first row names the columns: it does when it
// holds no number and no missing cell and no name twice. A first row without
// numbers above columns of numbers is meant as a header even where it breaks the
// other rules, and is then refused rather than read as data.
func (rs *records) findHeader(want Setting, na scan.NASet, rows [][]string) (bool, error) {
	if want == Yes || want == No || len(rows) == 0 {
		return want == Yes, nil
	}
	first := rows[0]
	for _, cell := range first {
		if _, v := scan.Number(cell); v != scan.NotNumber {
			return false, nil
		}
	}
	missing := slices.IndexFunc(first, na.Has)
	twice := Repeated(first)
	if missing < 0 && twice < 0 {
		return true, nil
	}
	aboveNumbers := false
	for j := range first {
		n, cells := 0, 0
		for _, r := range rows[1:] {
			if j < len(r) && !na.Has(r[j]) {
				cells++
				if _, v := scan.Number(r[j]); v == scan.IsNumber {
					n++
				}
			}
		}
		aboveNumbers = aboveNumbers || n > 0 && n == cells
	}
	if !aboveNumbers {
		return false, nil
	}
	if missing >= 0 && first[missing] != "" {
		return false, nil // NA is a cell of a row, hardly a name
	}
	return false, rs.checkNames(first, nil, "give every column a name of its own; if the first row is data, write `header: false`")
}

// looksLikeNames reports whether a first row that was taken as data might be a
// header: it has a word above a column of numbers, or numbers that are years in a
// row.
func looksLikeNames(rows [][]string, na scan.NASet) bool {
	years, last := 0, float32(0)
	for j, cell := range rows[0] {
		v, verdict := scan.Number(cell)
		if verdict == scan.IsNumber {
			if years > 0 && v != last+1 || v < 1900 || v > 2100 {
				years = -len(rows[0])
			}
			years, last = years+1, v
			continue
		}
		below := 0
		for _, r := range rows[1:] {
			if j >= len(r) || na.Has(r[j]) {
				continue
			}
			if _, v := scan.Number(r[j]); v != scan.IsNumber {
				below = -1
				break
			}
			below++
		}
		if below > 0 && cell != "" {
			return true
		}
	}
	return years > 1
}

// checkNames refuses names that are empty or stand twice; of those wanted only,
// unless that is nil.
func (rs *records) checkNames(names, wanted []string, hint string) error {
	c := problem.List{File: rs.name}
	row := scan.NewCutter(rs.cut.Delim)
	if _, _, bad := row.Record(rs.window, rs.next); bad != nil || len(row.Cells) != len(names) {
		return nil // reading the first record will say so
	}
	rs.at, rs.line = rs.next, 1
	seen := map[string]int{}
	for j, name := range names {
		first, twice := seen[name]
		seen[name] = j
		if !twice && name != "" || wanted != nil && !slices.Contains(wanted, name) {
			continue
		}
		if c.Full() {
			continue
		}
		p := rs.problemAt(int(row.Cells[j].From), hint, "column %d has no name", j+1)
		p.Remedy.Kind = problem.NoHeader
		if name != "" {
			p.Msg = fmt.Sprintf("columns %d and %d are both called %q", first+1, j+1, name)
			p.Width = len([]rune(name))
		}
		c.Add(p)
	}
	return c.Err()
}

// Repeated returns the index of the first name that stands twice, or -1.
func Repeated(names []string) int {
	seen := map[string]bool{}
	for i, n := range names {
		if seen[n] {
			return i
		}
		seen[n] = true
	}
	return -1
}
