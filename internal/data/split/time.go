package split

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"mlp/internal/data/calendar"
	"mlp/internal/data/schema"
	"mlp/internal/data/table"
	"mlp/internal/problem"
)

// A Timeline is when each row of a table was.
type Timeline struct {
	Column string
	At     []float64
}

// ByTime reads the column that the spec's split orders rows by: numbers, such as years,
// or dates.
func ByTime(t *table.Table, s *schema.Schema, c schema.Config) (Timeline, error) {
	col, err := splitBy(s, t, "data.split.column", c.Split.Column)
	if err != nil {
		return Timeline{}, err
	}
	l := Timeline{col.Name, make([]float64, t.Rows)}
	dates := false
	for row := range t.Rows {
		_, verdict := calendar.ParseDate(col.Text(row))
		dates = dates || verdict == calendar.IsDate
	}
	wrong := make([]bool, t.Rows)
	for row := range t.Rows {
		text := col.Text(row)
		if dates {
			at, verdict := calendar.ParseDate(text)
			l.At[row], wrong[row] = float64(86400*at.Days+at.Seconds()), verdict != calendar.IsDate
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		l.At[row], wrong[row] = v, err != nil || math.IsNaN(v) || math.IsInf(v, 0)
	}
	bad := problem.List{File: t.Name}
	t.Refuse(&bad, col, nil, func(row int) bool { return wrong[row] }, func(text string) (string, string) {
		const hint = "rows are ordered by dates such as " + calendar.DateForm + ", or by numbers; leave out rows without one"
		if text == "" {
			return "the time is missing", hint
		}
		return strconv.Quote(problem.Clip(text)) + " is no time", hint
	})
	return l, bad.Err()
}

// order sorts rows by time, those of one time in the order of the file.
func (l Timeline) order(rows []int) []int {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(l.At[a], l.At[b]) })
	return rows
}

// cut moves a place between ordered rows to the nearest between two times, the earlier of
// two as near: what happens at one time is not for training and for the test. Where there
// is one time alone it is the end.
func (l Timeline) cut(order []int, at int) int {
	between := func(i int) bool { return i <= 0 || i >= len(order) || l.At[order[i-1]] != l.At[order[i]] }
	for off := 0; ; off++ {
		switch {
		case at-off > 0 && between(at-off):
			return at - off
		case between(at + off):
			return min(at+off, len(order))
		}
	}
}

// splitTime takes the latest rows for the test, and those before them for validation.
func splitTime(t *table.Table, s *schema.Schema, c schema.Config, _ uint64) (Rows, error) {
	l, err := ByTime(t, s, c)
	if err != nil {
		return Rows{}, err
	}
	rows := l.order(table.AllRows(t))
	train, validation := lastShares(t.Rows, c.Split)
	till := l.cut(rows, train+validation)
	train = min(l.cut(rows, train), till)
	p := Rows{Parts: Parts[[]int]{rows[:train], rows[train:till], rows[till:]}}
	p.note("in the order of column %q", l.Column)
	return p, nil
}
