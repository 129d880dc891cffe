package parse

import (
	"bytes"
	"cmp"
	"slices"

	"mlp/internal/data/dialect"
	"mlp/internal/data/scan"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// delimiters are those looked for, in order of preference between equals.
const delimiters = ",;\t|"

// sampleRecords is how many records are looked at to find the delimiter, the
// header and the first guess of the types.
const sampleRecords = 100

// An Empty is the problem of a file that holds nothing.
type Empty struct{ *problem.Problem }

func (e Empty) Unwrap() error { return e.Problem }

// sniff finds out whether the text is JSON Lines and what stands between its
// cells, and sets the cutter up for it.
func (rs *records) sniff(src source.Source, o Options) (Format, error) {
	named, err := rs.skipTitle(cmp.Or(src.Delimiter, o.Delimiter), o.Wanted)
	if err != nil {
		return CSV, src.Unreadable(err)
	}
	if rs.eager != nil {
		if err := rs.awaitRows(o); err != nil {
			return CSV, src.Unreadable(err)
		}
	}
	for !rs.eof && len(rs.window) < recordLimit && !bytes.ContainsAny(rs.window[rs.next:], "\r\n") {
		if err := rs.fill(); err != nil { // the first line must be in the window
			return CSV, src.Unreadable(err)
		}
	}
	if rs.eof && len(bytes.TrimSpace(rs.window[rs.next:])) == 0 {
		return CSV, Empty{problem.Data(problem.Pos{File: src.Name}, "", "give it a header line and rows of cells", "the file is empty")}
	}
	delim := cmp.Or(src.Delimiter, o.Delimiter, named)
	if delim == 0 {
		if found, err := rs.sniffObjects(); found || err != nil {
			return JSONLines, err
		}
		wanted := o.Wanted
		if o.Header == table.No {
			wanted = nil
		}
		if delim, err = rs.sniffDelimiter(wanted, rs.reading); err != nil {
			return CSV, err
		}
	}
	rs.findQuotes(delim)
	rs.cut = scan.NewDialectCutter(rs.reading.Cutting(delim))
	return CSV, nil
}

// sample cuts the first records of the window.
func (rs *records) sample() (rows [][]string, lines []int) {
	if rs.cut.Objects != nil {
		return rs.sampleLines(rs.cut)
	}
	return rs.sampleLines(rs.cut.Twin())
}

// sampleWith cuts the first records of the window with a cutter. The last one is
// dropped where it may go on beyond the window.
func (rs *records) sampleWith(c *scan.Cutter) [][]string {
	rows, _ := rs.sampleLines(c)
	return rows
}

// sampleLines is sampleWith with the line on which each record begins.
func (rs *records) sampleLines(c *scan.Cutter) (rows [][]string, lines []int) {
	line := rs.left
	for i := rs.next; i < len(rs.window) && len(rows) < rs.samples; {
		if rs.comment != nil && bytes.HasPrefix(rs.window[i:], rs.comment) {
			end := bytes.IndexAny(rs.window[i:], "\r\n")
			if end < 0 {
				break
			}
			i += end + 1
			line++
			continue
		}
		next, taken, bad := c.Record(rs.window, i)
		if bad != nil || next == len(rs.window) && !rs.eof {
			break
		}
		i = next
		if n := len(c.Cells); n > 1 || n == 1 && c.Cells[0].From < c.Cells[0].To {
			row := c.Texts(rs.window)
			rows, lines = append(rows, row), append(lines, line)
		}
		line += taken
	}
	return rows, lines
}

// firstRow reads the first record, which names the columns or says at least how
// many there are. more says that there are records at all.
func (rs *records) firstRow(src source.Source, more bool) ([]string, error) {
	_, bad, err := rs.advance()
	if err != nil {
		return nil, src.Unreadable(err)
	}
	if bad != nil {
		return nil, problem.Problems{rs.flawProblem(bad)}
	}
	if rs.blankLine() && (!rs.eof || rs.next < len(rs.window)) && (more || !rs.eof) {
		return nil, problem.Problems{rs.problemAt(rs.at, "delete it", "the file begins with a blank line")}
	}
	return rs.cut.Texts(rs.window), nil
}

// sniffDelimiter finds the delimiter under which the first records have equally
// many cells. wanted are column names that must be among the first row's; they
// settle what is ambiguous otherwise.
func (rs *records) sniffDelimiter(wanted []string, said dialect.Reading) (byte, error) {
	type guess struct {
		delim byte
		share float64 // of the records that have as many cells as most
		even  bool    // all have, but for a header that may lack a name for the names of the rows
		named bool
	}
	var guesses []guess
	for _, d := range []byte(delimiters) {
		rows := rs.sampleWith(scan.NewDialectCutter(said.Cutting(d)))
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
		g := guess{d, float64(agree) / float64(len(rows)), agree == len(rows) || agree == len(rows)-1 && most-len(rows[0]) == 1 && most > 2, len(wanted) > 0}
		if d == '\t' && dialect.Packs(rows, said.Marks) {
			g.even = false
		}
		for _, w := range wanted {
			g.named = g.named && slices.Contains(rows[0], w)
		}
		if len(rows[0]) != most {
			g.share /= 2 // the first row is the one least likely to be ragged
		}
		guesses = append(guesses, g)
	}
	if even := slices.ContainsFunc(guesses, func(g guess) bool { return g.even }); !even && dialect.Blanks(rs.sampleWith(scan.NewDialectCutter(said.Cutting(' '))), wanted, said.Marks) {
		return ' ', nil
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
			"cells might be separated by %s or by %s", dialect.DelimiterWord(guesses[0].delim), dialect.DelimiterWord(guesses[1].delim))
		p.Remedy.Kind = problem.NameDelimiter
		return 0, p
	}
	return guesses[0].delim, nil
}

// checkNames refuses wanted names that stand twice where only one such column is known.
func (rs *records) checkNames(names []string, o Options) error {
	if o.Wanted == nil {
		return nil
	}
	const hint = "give every column a name of its own, or write `header: false`"
	c := problem.List{File: rs.name}
	row := rs.cut.Twin()
	if _, _, bad := row.Record(rs.window, rs.next); bad != nil || len(row.Cells) != len(names) {
		return nil // reading the first record will say so
	}
	rs.at, rs.line = rs.next, 1
	seen := map[string]int{}
	for j, name := range names {
		first, twice := seen[name]
		seen[name] = j
		if !twice || name == "" || !slices.Contains(o.Wanted, name) || slices.Contains(o.Known, name+"_2") {
			continue
		}
		if c.Full() {
			continue
		}
		p := rs.problemAt(int(row.Cells[j].From), hint, "columns %d and %d are both called %q", first+1, j+1, name)
		p.Remedy.Kind = problem.NoHeader
		p.Width = len([]rune(name))
		c.Add(p)
	}
	return c.Err()
}
