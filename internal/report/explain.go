package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"mlp/internal/explain"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
)

// ImportanceTable has a line a column, the most important first.
func ImportanceTable(r *explain.Importance) *Table {
	t := NewTable("column", "loss rises by", "95 % interval")
	t.Right(1)
	for _, c := range r.Columns {
		t.Add(iostreams.Printable(problem.Clip(c.Name)), number(c.Value), number(c.Low)+" to "+number(c.High))
	}
	return t
}

// ImportanceText says how much the loss rises without each column.
func ImportanceText(r *explain.Importance) string {
	return fmt.Sprintf("%s, loss %s; each column is dealt out anew among them, %s\n%s",
		problem.Count(r.Rows, "row"), number(r.Loss), problem.Count(r.Shuffles, "time"), ImportanceTable(r).Text())
}

// ImportanceJSON is that as one object on one line.
func ImportanceJSON(r *explain.Importance) string {
	var columns []*Object
	for _, c := range r.Columns {
		columns = append(columns, new(Object).Text("column", c.Name).Number("importance", c.Value).Number("low", c.Low).Number("high", c.High))
	}
	return new(Object).Int("rows", r.Rows).Int("shuffles", r.Shuffles).Number("loss", r.Loss).Objects("columns", columns).String()
}

// DependenceText has a line for each value of the column, and for each output when
// there are several.
func DependenceText(d *explain.Dependence, outputs []string) string {
	t := NewTable(iostreams.Printable(problem.Clip(d.Column)), "output", "mean answer", "10 % to 90 % of the rows")
	t.Right(2)
	for _, p := range d.Points {
		for j, output := range outputs {
			t.Add(iostreams.Printable(problem.Clip(p.Cell)), iostreams.Printable(problem.Clip(output)), number(p.Mean[j]), number(p.Low[j])+" to "+number(p.High[j]))
		}
	}
	return fmt.Sprintf("what is answered if each of %s has this value\n%s", problem.Count(d.Rows, "row"), t.Text())
}

// DependenceJSON is that as one object on one line, the curves of single rows with it.
func DependenceJSON(d *explain.Dependence, outputs []string) string {
	var points []*Object
	for k, p := range d.Points {
		o := new(Object).Text("value", p.Cell).Values("mean", p.Mean).Values("low", p.Low).Values("high", p.High)
		var rows [][]float64
		for _, curve := range d.Curves {
			rows = append(rows, curve[k])
		}
		points = append(points, o.Lists("rows", rows))
	}
	return new(Object).Text("column", d.Column).Int("rows", d.Rows).Texts("outputs", outputs).Objects("points", points).String()
}

// ShapleyText says what each column adds to the answer for a row, counted from 1, the
// most first.
func ShapleyText(s *explain.Subject, row int, r *explain.Shapley, background int) string {
	text := fmt.Sprintf("row %d, compared with %s\n", row, problem.Count(background, "row"))
	for j, output := range s.Outputs {
		header := []string{"column", "cell", "adds"}
		if r.Errors != nil {
			header = append(header, "± standard error")
		}
		t := NewTable(header...)
		t.Right(2)
		for _, c := range mostTelling(r, j) {
			line := []string{iostreams.Printable(problem.Clip(s.Columns[c].Name)), iostreams.Printable(problem.Clip(s.Cell(s.Columns[c], row-1))), signed(r.Values[c][j])}
			if r.Errors != nil {
				line = append(line, number(r.Errors[c][j]))
			}
			t.Add(line...)
		}
		text += fmt.Sprintf("\n%s: %s on average, %s here\n%s", iostreams.Printable(problem.Clip(output)), number(r.Base[j]), number(r.Answer[j]), t.Text())
	}
	return text
}

// mostTelling are the columns by how much they add to or take from an output.
func mostTelling(r *explain.Shapley, output int) []int {
	order := make([]int, len(r.Values))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(math.Abs(r.Values[b][output]), math.Abs(r.Values[a][output]))
	})
	return order
}

func signed(v float64) string {
	text := number(v)
	if v > 0 && text != "0.0000" {
		return "+" + text
	}
	return text
}

// ShapleyJSON is that as one object on one line.
func ShapleyJSON(s *explain.Subject, row int, r *explain.Shapley, background int) string {
	var outputs []*Object
	for j, output := range s.Outputs {
		var columns []*Object
		for c, column := range s.Columns {
			o := new(Object).Text("column", column.Name).Text("cell", s.Cell(column, row-1)).Number("value", r.Values[c][j])
			if r.Errors != nil {
				o.Number("error", r.Errors[c][j])
			}
			columns = append(columns, o)
		}
		outputs = append(outputs, new(Object).Text("output", output).Number("base", r.Base[j]).Number("answer", r.Answer[j]).Objects("columns", columns))
	}
	return new(Object).Int("row", row).Int("background", background).Bool("exact", r.Errors == nil).Objects("outputs", outputs).String()
}
