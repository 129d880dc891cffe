package evaluate

import (
	"slices"
	"strconv"

	"mlp/internal/model"
	"mlp/internal/tensor"
)

// A Subgroup is what a model is worth on the rows that share a value.
type Subgroup struct {
	Value string
	*Result
}

// Subgroups measures the model on each group of rows. groups has the value of
// each row of p; gates are for the whole table, so none is judged. They come
// in the order of their values, numbers as numbers; all are judged at the
// threshold of the whole table.
func Subgroups(m *model.Model, p *model.Part, groups []string, c Config, whole *Result) ([]Subgroup, error) {
	members := map[string][]int{}
	for row, value := range groups {
		members[value] = append(members[value], row)
	}
	values := make([]string, 0, len(members))
	for value := range members {
		values = append(values, value)
	}
	slices.SortFunc(values, compareValues)
	c.Thorough = false // nothing that takes long
	c.Threshold = Threshold{Settled: &whole.Decision.Threshold}
	var all []Subgroup
	for _, value := range values {
		e, err := Measure(m, selectRows(p, members[value]), c)
		if err != nil {
			return nil, err
		}
		all = append(all, Subgroup{Value: value, Result: e})
	}
	return all, nil
}

func compareValues(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX == nil && errY == nil && x < y, errX == nil && errY != nil:
		return -1
	case errX == nil && errY == nil && x > y, errX != nil && errY == nil:
		return 1
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// selectRows copies some rows of a part.
func selectRows(p *model.Part, rows []int) *model.Part {
	pick := func(m tensor.Mat) tensor.Mat {
		out := tensor.New(len(rows), m.Cols)
		for i, row := range rows {
			copy(out.Row(i), m.Row(row))
		}
		return out
	}
	s := &model.Part{X: pick(p.X), Target: pick(p.Target), Truth: pick(p.Truth)}
	for _, row := range rows {
		s.Lines = append(s.Lines, p.Lines[row])
		if p.Weight != nil {
			s.Weight = append(s.Weight, p.Weight[row])
		}
	}
	return s
}
