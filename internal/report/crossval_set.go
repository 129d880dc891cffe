package report

import (
	"fmt"
	"math"

	"mlp/internal/compare"
	"mlp/internal/crossval"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
)

// A CrossvalSet is several specs on the same folds, and each but the first held against
// the first.
type CrossvalSet struct {
	Names       []string
	Results     []*crossval.Result
	Comparisons []*compare.Result
}

// Text has a line a spec and metric: the mean of the folds, and the difference to the
// first spec.
func (s CrossvalSet) Text() string {
	return fmt.Sprintf("each spec against %s, on the same %s, by the corrected t test of Nadeau and Bengio\n%s",
		iostreams.Printable(s.Names[0]), problem.Count(len(s.Results[0].Folds), "fold"), s.table().Text())
}

func (s CrossvalSet) table() *Table {
	t := NewTable("spec", "metric", "first", "this", "difference", "95 % interval", "p")
	t.Right(2, 3, 4, 6)
	for i, c := range s.Comparisons {
		name := iostreams.Printable(problem.Clip(s.Names[i+1]))
		for _, d := range c.Metrics {
			t.Add(append([]string{name, d.Metric, number(d.A), number(d.B), signed(d.Difference)}, intervalAndP(d)...)...)
			name = ""
		}
	}
	return t
}

// intervalAndP are the last cells of a difference; "" for what it has not.
func intervalAndP(d compare.Difference) []string {
	cells := []string{"", ""}
	if !math.IsNaN(d.Low) {
		cells[0] = number(d.Low) + " to " + number(d.High)
	}
	if !math.IsNaN(d.P) {
		cells[1] = number(d.P)
	}
	return cells
}

// Document is that for other formats, with what there is to say of each spec.
func (s CrossvalSet) Document() *Document {
	d := &Document{verb: "cv", title: fmt.Sprintf("Cross-validation of %d specs on the same folds", len(s.Names))}
	d.note(foldText(s.Results[0]))
	d.note(fmt.Sprintf("Each spec is held against the first, %s, by the corrected t test of Nadeau and Bengio.", s.Names[0]))
	d.Add("Differences", s.table())
	for i, cv := range s.Results {
		name := problem.Clip(s.Names[i])
		d.addPictures(name+": folds", "", scorePictures(cv, fmt.Sprint(i+1, "_"))...)
		d.Add(name, foldTable(cv, false))
		for _, g := range cv.Gates {
			g.Metric = name + ": " + g.Metric
			d.gates = append(d.gates, g)
		}
		for _, text := range UndefinedMetrics(cv) {
			d.warnings = append(d.warnings, name+": "+text)
		}
	}
	for i, c := range s.Comparisons {
		for _, g := range c.Gates {
			g.Metric = problem.Clip(s.Names[i+1]) + ": " + g.Metric
			d.gates = append(d.gates, g)
		}
	}
	return d
}

// JSON is one object on one line.
func (s CrossvalSet) JSON(failed int) string {
	var specs, comparisons []*Object
	for i, cv := range s.Results {
		specs = append(specs, new(Object).Text("spec", s.Names[i]).Raw("cv", CrossvalJSON(cv)))
	}
	for _, c := range s.Comparisons {
		comparisons = append(comparisons, comparisonObject(c))
	}
	return new(Object).Objects("specs", specs).Objects("comparisons", comparisons).Int("gates_failed", failed).String()
}
