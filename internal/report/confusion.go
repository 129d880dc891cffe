package report

import (
	"fmt"
	"slices"
	"strconv"

	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
)

// confusionTable counts rows by label and answer; nil where there is no one
// answer to a row.
func confusionTable(e *evaluate.Result) *Table {
	if e.Confusion == nil {
		return nil
	}
	if len(e.Labels) > mostLabels {
		return confusedTable(e)
	}
	header := []string{"true \\ answer"}
	for _, l := range e.Labels {
		header = append(header, iostreams.Printable(l))
	}
	t := NewTable(header...)
	for i := range e.Labels {
		t.Right(i + 1)
		row := []string{iostreams.Printable(e.Labels[i])}
		for j := range e.Labels {
			row = append(row, strconv.Itoa(e.Confusion.Rows(i, j)))
		}
		t.Add(row...)
	}
	return t
}

// mostLabels is how many labels are shown one by one.
const mostLabels = 20

// confusedTable has the pairs of labels that are confused most often, in the place of a
// matrix that no one can read.
func confusedTable(e *evaluate.Result) *Table {
	var all []evaluate.Pair
	wrong := 0
	for _, p := range e.Confusion.Pairs {
		if p.Truth != p.Answer {
			all, wrong = append(all, p), wrong+p.Rows
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b evaluate.Pair) int { return b.Rows - a.Rows })
	t := NewTable("truth", "taken for", "rows")
	t.Right(2)
	for _, p := range all[:min(len(all), mostLabels)] {
		t.Add(iostreams.Printable(e.Labels[p.Truth]), iostreams.Printable(e.Labels[p.Answer]), strconv.Itoa(p.Rows))
		wrong -= p.Rows
	}
	if more := len(all) - mostLabels; more > 0 {
		t.Add("…", fmt.Sprintf("and %s", problem.Count(more, "more pair")), strconv.Itoa(wrong))
	}
	return t
}

// numberedConfusion is the matrix with numbers above its columns, where names would make
// it wider than a screen.
func numberedConfusion(e *evaluate.Result) *Table {
	header := []string{"true \\ answer"}
	for i := range e.Labels {
		header = append(header, strconv.Itoa(i+1))
	}
	t := NewTable(header...)
	for i, label := range e.Labels {
		t.Right(i + 1)
		row := []string{fmt.Sprintf("%2d %s", i+1, iostreams.Printable(problem.Clip(label)))}
		for j := range e.Labels {
			row = append(row, strconv.Itoa(e.Confusion.Rows(i, j)))
		}
		t.Add(row...)
	}
	return t
}
