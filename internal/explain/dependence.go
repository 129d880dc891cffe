package explain

import (
	"cmp"
	"slices"

	"mlp/internal/data/preprocess"
	"mlp/internal/problem"
	"mlp/internal/tensor"
)

const (
	mostPoints = 20     // of a curve
	mostCurves = 20     // of single rows
	gridRows   = 20_000 // that are looked at for the values of a column
	spreadLow  = 0.1
	spreadHigh = 0.9
)

// Dependence is how the answer goes with the values of one column.
type Dependence struct {
	Column  string
	Rows    int // that were asked about
	Numbers bool
	Points  []Point
	Curves  [][][]float64 // of a row, at a point, for an output: some rows one by one
}

// A Point is a value of the column, and what the model answers when every row has it:
// on average, and the tenth and the ninetieth percentile of the rows, for each output.
type Point struct {
	Cell            string
	Number          float64
	Mean, Low, High []float64
}

// Dependence puts values of a column, quantiles of those it has or its most frequent
// words, into a sample of at most most rows.
func (s *Subject) Dependence(name string, most int, seed uint64) (*Dependence, error) {
	c, err := s.column(name)
	if err != nil {
		return nil, err
	}
	if len(c.names) > 1 {
		return nil, problem.InOption("column", "name one column", "%q stands for %d columns, which have no common values", name, len(c.names))
	}
	rows := Sample(s.Rows, most, seed, "explain/rows")
	return s.dependence(c, s.grid(c, Sample(s.Rows, gridRows, seed, "explain/grid")), rows)
}

// dependence asks about the rows with the cell of each of the rows of grid.
func (s *Subject) dependence(c Column, grid, rows []int) (*Dependence, error) {
	values, err := s.encode(grid)
	if err != nil {
		return nil, err
	}
	set, err := s.encode(rows)
	if err != nil {
		return nil, err
	}
	column := s.cells[c.Name]
	d := &Dependence{Column: c.Name, Rows: len(rows), Numbers: column.HasNumbers(), Curves: make([][][]float64, min(mostCurves, len(rows)))}
	for g, row := range grid {
		for i := range rows {
			c.put(set.X.Row(i), values.X.Row(g))
		}
		out := s.answer(set.X)
		p := Point{Cell: s.Cell(c, row)}
		if d.Numbers {
			p.Number = column.Number(s.row(row))
		}
		for j := range out.Cols {
			all := columnOf(out, j)
			p.Mean = append(p.Mean, mean(all))
			p.Low, p.High = append(p.Low, quantile(all, spreadLow)), append(p.High, quantile(all, spreadHigh))
		}
		for i := range d.Curves {
			// Rows far apart of the sample, which are no more alike than any.
			row := out.Row(i * len(rows) / len(d.Curves))
			one := make([]float64, out.Cols)
			for j, v := range row {
				one[j] = float64(v)
			}
			d.Curves[i] = append(d.Curves[i], one)
		}
		d.Points = append(d.Points, p)
	}
	return d, nil
}

func columnOf(m tensor.Mat, j int) []float64 {
	all := make([]float64, m.Rows)
	for i := range all {
		all[i] = float64(m.At(i, j))
	}
	return all
}

// grid returns rows, of those given, that have the values a curve is drawn through: of numbers and dates
// the different ones in order, quantiles of the rows if they are many; of words the most
// frequent ones, in the order of the alphabet.
func (s *Subject) grid(c Column, rows []int) []int {
	column := s.m.Pipeline.Values(s.cells[c.Name])
	var there []int
	for _, row := range rows {
		if !column.IsMissing(s.row(row)) {
			there = append(there, row)
		}
	}
	compare := func(a, b int) int { return cmp.Compare(column.Text(s.row(a)), column.Text(s.row(b))) }
	if column.HasNumbers() {
		compare = func(a, b int) int { return cmp.Compare(column.Number(s.row(a)), column.Number(s.row(b))) }
	}
	slices.SortStableFunc(there, compare)
	same := func(a, b int) bool { return compare(a, b) == 0 }
	distinct := slices.CompactFunc(slices.Clone(there), same)
	if len(distinct) <= mostPoints {
		return distinct
	}
	if kind := s.m.Pipeline.Schema().Column(c.Name).Kind; kind.Measures() || kind == preprocess.Date || kind == preprocess.Time {
		var at []int
		for q := range mostPoints {
			at = append(at, there[q*(len(there)-1)/(mostPoints-1)])
		}
		return slices.CompactFunc(at, same)
	}
	count := map[string]int{}
	for _, row := range there {
		count[column.Text(s.row(row))]++
	}
	slices.SortStableFunc(distinct, func(a, b int) int { return cmp.Compare(count[column.Text(s.row(b))], count[column.Text(s.row(a))]) })
	distinct = distinct[:mostPoints]
	slices.SortStableFunc(distinct, compare)
	return distinct
}
