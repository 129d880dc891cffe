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

// mostExplained is how many columns are shown one by one, and mostOutputs of how many
// outputs. JSON has all.
const (
	mostExplained = 40
	mostOutputs   = 5
)

// ImportanceTable has a line a column, the most important first.
func ImportanceTable(r *explain.Importance) *Table {
	t := NewTable("column", "loss rises by", "95 % interval")
	t.Right(1)
	shown := r.Columns[:min(len(r.Columns), mostExplained)]
	for _, c := range shown {
		t.Add(iostreams.Printable(problem.Clip(c.Name)), number(c.Value), number(c.Low)+" to "+number(c.High))
	}
	if more := len(r.Columns) - len(shown); more > 0 {
		t.Add(fmt.Sprintf("and %s", problem.Count(more, "more column")), "at most "+number(r.Columns[len(shown)].Value), "")
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
// there are several: of many those whose answer changes most. Under it each of some rows
// is a line of blocks by itself.
func DependenceText(d *explain.Dependence, outputs []string) string {
	shown := mostChanged(d, len(outputs))
	t := NewTable(iostreams.Printable(problem.Clip(d.Column)), "output", "mean answer", "10 % to 90 % of the rows")
	t.Right(2)
	for _, p := range d.Points {
		for _, j := range shown {
			t.Add(iostreams.Printable(problem.Clip(p.Cell)), iostreams.Printable(problem.Clip(outputs[j])), number(p.Mean[j]), number(p.Low[j])+" to "+number(p.High[j]))
		}
	}
	text := fmt.Sprintf("what is answered if each of %s has this value\n%s", problem.Count(d.Rows, "row"), t.Text())
	if n := len(outputs); len(shown) < n {
		text += fmt.Sprintf("of %s the %d whose answer changes most\n", problem.Count(n, "output"), len(shown))
	}
	for _, j := range shown {
		text += rowLines(d, outputs[j], j)
	}
	return text
}

// mostChanged are the outputs whose mean answer changes most, in their own order.
func mostChanged(d *explain.Dependence, outputs int) []int {
	change := make([]float64, outputs)
	order := make([]int, outputs)
	for j := range order {
		means := make([]float64, len(d.Points))
		for k, p := range d.Points {
			means[k] = p.Mean[j]
		}
		low, high := rangeOf(means)
		order[j], change[j] = j, high-low
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(change[b], change[a]) })
	order = order[:min(outputs, mostOutputs)]
	slices.Sort(order)
	return order
}

// rowLines draws how the answer for an output goes with the column for single rows, three
// beside each other, all on one scale; "" where the column has one value.
func rowLines(d *explain.Dependence, output string, j int) string {
	if len(d.Points) < 2 || len(d.Curves) == 0 {
		return ""
	}
	var all []float64
	lines := make([][]float64, len(d.Curves))
	for i, curve := range d.Curves {
		for k := range d.Points {
			lines[i] = append(lines[i], curve[k][j])
		}
		all = append(all, lines[i]...)
	}
	low, high := rangeOf(all)
	text := fmt.Sprintf("\n%s, %s, each by itself, from %s (▁) to %s (█)\n", iostreams.Printable(problem.Clip(output)), problem.Count(len(lines), "row"), number(low), number(high))
	for i, values := range lines {
		text += "  " + sparkline(values, low, high, len(values))
		if i%3 == 2 || i == len(lines)-1 {
			text += "\n"
		}
	}
	return text
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
	shown := mostAnswered(r)
	for _, j := range shown {
		output := s.Outputs[j]
		header := []string{"column", "cell", "adds"}
		if r.Errors != nil {
			header = append(header, "± standard error")
		}
		t := NewTable(header...)
		t.Right(2)
		order := mostTelling(r, j)
		for _, c := range order[:min(len(order), mostExplained)] {
			line := []string{iostreams.Printable(problem.Clip(s.Columns[c].Name)), iostreams.Printable(problem.Clip(s.Cell(s.Columns[c], row-1))), signed(r.Values[c][j])}
			if r.Errors != nil {
				line = append(line, number(r.Errors[c][j]))
			}
			t.Add(line...)
		}
		if more := order[min(len(order), mostExplained):]; len(more) > 0 {
			sum := 0.0
			for _, c := range more {
				sum += r.Values[c][j]
			}
			t.Add("and "+problem.Count(len(more), "more column")+", together", "", signed(sum))
		}
		text += fmt.Sprintf("\n%s: %s on average, %s here\n%s", iostreams.Printable(problem.Clip(output)), number(r.Base[j]), number(r.Answer[j]), t.Text())
	}
	if n := len(s.Outputs); len(shown) < n {
		text += fmt.Sprintf("\nof %s the %d with the largest answers\n", problem.Count(n, "output"), len(shown))
	}
	return text
}

// mostAnswered are the outputs to show: all where they are few, else those with the
// largest answers, in their own order.
func mostAnswered(r *explain.Shapley) []int {
	order := make([]int, len(r.Answer))
	for j := range order {
		order[j] = j
	}
	if len(order) > mostOutputs {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.Answer[b], r.Answer[a]) })
		order = order[:mostOutputs]
		slices.Sort(order)
	}
	return order
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
