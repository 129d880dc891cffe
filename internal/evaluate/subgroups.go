package evaluate

import (
	"maps"
	"slices"
	"strconv"
)

// A Subgroup is what a model is worth on the rows that share a value.
type Subgroup struct {
	Value string
	*Result
}

// Subgroups measures each group of the rows. groups has the value of each row; gates
// are for all rows together, so none is judged. The subgroups come in the order of
// their values, numbers as numbers; all are judged at the threshold of the whole.
func (e *Evaluation) Subgroups(groups []string) ([]Subgroup, error) {
	members := map[string][]int{}
	for row, value := range groups {
		members[value] = append(members[value], row)
	}
	c := e.config
	c.Thorough = false // nothing that takes long
	c.Threshold, c.ThresholdGiven = e.Decision.Threshold, false
	metrics, err := c.MetricsFor(e.m)
	if err != nil {
		return nil, err
	}
	var all []Subgroup
	for _, value := range slices.SortedFunc(maps.Keys(members), compareValues) {
		rows := members[value]
		part := e.part.Select(rows)
		of := &Evaluation{m: e.m, part: part, config: c, out: e.out.of(rows, e.m, part)}
		r, err := of.measure(metrics)
		if err != nil {
			return nil, err
		}
		all = append(all, Subgroup{Value: value, Result: r})
	}
	return all, nil
}

// compareValues puts numbers first, as numbers, then words.
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
