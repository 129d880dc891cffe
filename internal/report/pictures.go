package report

import (
	"fmt"
	"math"
	"strings"

	"mlp/internal/chart"
	"mlp/internal/evaluate"
	"mlp/internal/explain"
	"mlp/internal/model"
	"mlp/internal/problem"
)

// share is an axis from 0 to 1.
func share(label string) chart.Axis { return chart.Axis{Label: label, High: 1, Fixed: true} }

var tones = []chart.Tone{chart.First, chart.Second, chart.Third}

// AddCurves adds the pictures of how an evaluation came out; nil: none.
func (d *Document) AddCurves(c *evaluate.Curves) {
	if c == nil {
		return
	}
	if len(c.ROC) > 0 {
		about := ""
		if c.At != nil {
			about = fmt.Sprintf("At the threshold: recall %s, precision %s, false positive rate %s.", number(c.At[1]), number(c.At[2]), number(c.At[0]))
		}
		if n := len(c.ROC); c.Labels > n {
			about = fmt.Sprintf("The first %d of %s, each against all others.", n, problem.Count(c.Labels, "label"))
		} else if n > 1 {
			about = "Each label against all others."
		}
		d.addPictures("Ranking", about, rocPicture(c), precisionPicture(c))
	}
	d.Add("Thresholds", thresholdTable(c.Thresholds))
	if len(c.Calibrated) > 0 {
		for i := range d.sections {
			d.sections[i].drawn = d.sections[i].drawn || d.sections[i].title == binTitle
		}
		d.addPictures("Probabilities", "Each point is as many rows; the band is the 95 % interval (Wilson) of what was found.", calibrationPicture(c.Calibrated), answerPicture(c.Answers))
	}
	for _, s := range c.Targets {
		title := "Answers"
		if len(c.Targets) > 1 {
			title += ": " + problem.Clip(s.Target)
		}
		d.addPictures(title, "", spreadPicture(s), residualPicture(s))
	}
}

func rocPicture(c *evaluate.Curves) picture {
	p := &chart.Chart{Title: "ROC", X: share("false positive rate"), Y: share("recall")}
	p.Dashed("chance", chart.Quiet, []float64{0, 1}, []float64{0, 1})
	for i, one := range c.ROC {
		p.Line(problem.Clip(one.Name), tones[i%len(tones)], one.X, one.Y)
	}
	if c.At != nil {
		p.Dots("threshold", chart.Second, c.At[:1], c.At[1:2], nil)
	}
	return picture{"roc", p.SVG()}
}

func precisionPicture(c *evaluate.Curves) picture {
	p := &chart.Chart{Title: "Precision and recall", X: share("recall"), Y: share("precision")}
	if len(c.PR) == 1 && c.Positive > 0 {
		p.Dashed("chance", chart.Quiet, []float64{0, 1}, []float64{c.Positive, c.Positive})
	}
	for i, one := range c.PR {
		p.Line(problem.Clip(one.Name), tones[i%len(tones)], one.X, one.Y)
	}
	if c.At != nil {
		p.Dots("threshold", chart.Second, c.At[1:2], c.At[2:3], nil)
	}
	return picture{"precision_recall", p.SVG()}
}

// thresholdTable says what comes of each threshold; nil without.
func thresholdTable(all []evaluate.Operating) *Table {
	if len(all) == 0 {
		return nil
	}
	t := NewTable("threshold", "precision", "recall", "f1", "rows above")
	t.Right(0, 1, 2, 3, 4)
	rate := func(v float64) string {
		if math.IsNaN(v) {
			return "–"
		}
		return number(v)
	}
	for _, o := range all {
		t.Add(fmt.Sprintf("%.4g", o.Threshold), rate(o.Precision), rate(o.Recall), rate(o.F1), Percent(o.Flagged))
	}
	return t
}

func calibrationPicture(all []evaluate.Share) picture {
	p := &chart.Chart{Title: "Calibration", X: share("probability"), Y: share("share found")}
	var x, y, low, high []float64
	var says []string
	for _, s := range all {
		x, y, low, high = append(x, s.Predicted), append(y, s.Found), append(low, s.FoundLow), append(high, s.FoundHigh)
		says = append(says, fmt.Sprintf("%s: predicted %s, found %s (%s to %s)", problem.Count(s.Rows, "row"), number(s.Predicted), number(s.Found), number(s.FoundLow), number(s.FoundHigh)))
	}
	p.Dashed("as predicted", chart.Quiet, []float64{0, 1}, []float64{0, 1})
	p.Band("", chart.First, x, low, high)
	p.Dots("found", chart.First, x, y, says)
	return picture{"calibration", p.SVG()}
}

func answerPicture(all []evaluate.Histogram) picture {
	p := &chart.Chart{Title: "Answers by truth", X: share("probability"), Y: chart.Axis{Label: "rows"}}
	for i, h := range all {
		// Beside each other: each bar takes its half of the stretch.
		edges := make([]float64, 0, 2*len(h.Edges))
		counts := make([]float64, 0, 2*len(h.Counts))
		for k, n := range h.Counts {
			middle := (h.Edges[k] + h.Edges[k+1]) / 2
			edges = append(edges, h.Edges[k], middle)
			if both := []float64{n, 0}; i == 0 {
				counts = append(counts, both...)
			} else {
				counts = append(counts, 0, n)
			}
		}
		edges = append(edges, h.Edges[len(h.Edges)-1])
		p.Bars(problem.Clip(h.Name), tones[(i+1)%2], edges, counts)
	}
	return picture{"answers", p.SVG()}
}

func spreadPicture(s evaluate.Spread) picture {
	p := &chart.Chart{Title: "Truth and answer", X: chart.Axis{Label: "answer"}, Y: chart.Axis{Label: "truth"}}
	low, high := math.Inf(1), math.Inf(-1)
	for i := range s.Truth {
		low, high = min(low, s.Truth[i], s.Answer[i]), max(high, s.Truth[i], s.Answer[i])
	}
	p.Dashed("right", chart.Quiet, []float64{low, high}, []float64{low, high})
	p.Dots("", chart.First, s.Answer, s.Truth, nil)
	return picture{fileName("answers", s.Target), p.SVG()}
}

func residualPicture(s evaluate.Spread) picture {
	p := &chart.Chart{Title: "Errors", X: chart.Axis{Label: "truth − answer"}, Y: chart.Axis{Label: "rows"}}
	p.Bars("", chart.First, s.Residuals.Edges, s.Residuals.Counts)
	p.Upright("right", chart.Quiet, 0)
	return picture{fileName("errors", s.Target), p.SVG()}
}

// fileName joins what a picture shows and of what, with nothing in it that a path could
// be taken for.
func fileName(what, of string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, of)
	return what + "_" + plain[:min(40, len(plain))]
}

// historyPictures are the curves of the loss and of the first metrics over the epochs;
// those of an ensemble are its members'.
func historyPictures(m *model.Model) (all []picture) {
	const most = 3 // names
	if m.Members != nil {
		p := &chart.Chart{Title: "val_loss of each member", X: chart.Axis{Label: "epoch"}, Y: chart.Axis{Label: "val_loss"}}
		for i, one := range m.Members {
			if values := one.History.Column("val_loss"); values != nil && i < 12 {
				p.Line(fmt.Sprintf("%d", one.Number), tones[i%len(tones)], epochs(len(values)), values)
			}
		}
		return []picture{{"history_val_loss", p.SVG()}}
	}
	for _, name := range m.History.Names {
		if strings.HasPrefix(name, "val_") || name == "lr" || name == "learning_rate" || len(all) == most {
			continue
		}
		values := m.History.Column(name)
		p := &chart.Chart{Title: name, X: chart.Axis{Label: "epoch"}}
		p.Line("training", chart.First, epochs(len(values)), values)
		if val := m.History.Column("val_" + name); val != nil {
			p.Line("validation", chart.Second, epochs(len(val)), val)
		}
		if best := m.Run.BestEpoch; m.Run.Done && best > 0 && best < len(values) {
			p.Upright(fmt.Sprintf("kept: epoch %d", best), chart.Quiet, float64(best))
		}
		all = append(all, picture{fileName("history", name), p.SVG()})
	}
	return all
}

func epochs(n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = float64(i + 1)
	}
	return all
}

func importancePicture(r *explain.Importance) picture {
	var ranks []chart.Rank
	for _, c := range r.Columns {
		ranks = append(ranks, chart.Rank{Name: problem.Clip(c.Name), Value: c.Value, Low: c.Low, High: c.High})
	}
	return picture{"importance", chart.Ranking("Importance of columns", "rise of the loss without the column", ranks)}
}

// dependencePicture draws the answer over the values of a column; of several labels the
// first few.
func dependencePicture(d *explain.Dependence, outputs []string, axis chart.Axis) picture {
	if !d.Numbers {
		var ranks []chart.Rank
		for _, p := range d.Points {
			ranks = append(ranks, chart.Rank{Name: problem.Clip(p.Cell), Value: p.Mean[0], Low: p.Low[0], High: p.High[0]})
		}
		return picture{fileName("dependence", d.Column), chart.Ranking(problem.Clip(d.Column), "mean answer for "+problem.Clip(outputs[0])+"; lines: 10 % to 90 % of rows", ranks)}
	}
	p := &chart.Chart{Title: problem.Clip(d.Column), X: chart.Axis{Label: problem.Clip(d.Column)}, Y: axis}
	x := make([]float64, len(d.Points))
	for k, point := range d.Points {
		x[k] = point.Number
	}
	line := func(of func(k int) float64) []float64 {
		all := make([]float64, len(d.Points))
		for k := range all {
			all[k] = of(k)
		}
		return all
	}
	if len(outputs) == 1 {
		p.Band("10 % to 90 % of the rows", chart.First, x, line(func(k int) float64 { return d.Points[k].Low[0] }), line(func(k int) float64 { return d.Points[k].High[0] }))
		for _, curve := range d.Curves {
			p.Faint(chart.Quiet, x, line(func(k int) float64 { return curve[k][0] }))
		}
	}
	for j, output := range outputs[:min(len(outputs), len(tones))] {
		p.Line(problem.Clip(output), tones[j%len(tones)], x, line(func(k int) float64 { return d.Points[k].Mean[j] }))
	}
	return picture{fileName("dependence", d.Column), p.SVG()}
}
