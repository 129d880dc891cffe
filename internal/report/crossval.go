package report

import (
	"fmt"
	"strconv"

	"mlp/internal/chart"
	"mlp/internal/crossval"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/spec"
)

func Crossval(cv *crossval.Result) *Document {
	d := &Document{verb: "cv", title: "Cross-validation", gates: cv.Gates}
	d.note(foldText(cv))
	d.note(foldDecision(cv))
	d.note(fmt.Sprintf("pooled: %d %s", cv.Pooled.Rows, pooledText(cv)))
	d.Add("Folds", foldTable(cv, false))
	d.warnings = UndefinedMetrics(cv)
	d.addEvaluation(cv.Pooled)
	for _, s := range cv.Scores {
		d.numbers = append(d.numbers, [2]string{s.Name + "_mean", spec.NumberJSON(s.Mean)}, [2]string{s.Name + "_sd", spec.NumberJSON(s.SD)})
	}
	return d
}

// foldText says how the rows were dealt out.
func foldText(cv *crossval.Result) string {
	how := map[string]string{"random": "random folds", "stratified": "folds with the same share of each label", "group": "folds of whole groups", "forward": "folds, each trained on the rows before it"}[cv.By]
	if cv.Repeats > 1 {
		how += fmt.Sprintf(", dealt out %d times", cv.Repeats)
	}
	return fmt.Sprintf("%d %s; the sd is the sample's (divisor n - 1)", len(cv.Folds)/cv.Repeats, how)
}

// pooledText says what the pooled rows are.
func pooledText(cv *crossval.Result) string {
	name := "rows, each answered by the model that has not seen it"
	if cv.Repeats > 1 {
		name += fmt.Sprintf("; the means of %d repeats", cv.Repeats)
	}
	return name
}

// foldDecision says by which thresholds yes was told from no; "" where it is the
// usual one, or none.
func foldDecision(cv *crossval.Result) string {
	switch low, high, rule := cv.Thresholds(); {
	case rule != "" && low == high:
		return fmt.Sprintf("at threshold %g, chosen by %s in each fold", low, rule)
	case rule != "":
		return fmt.Sprintf("at the threshold that %s has chosen in each fold, %g to %g", rule, low, high)
	default:
		return DecisionText(evaluate.Decision{Threshold: metric.Threshold{Value: low}})
	}
}

// UndefinedMetrics lists the metrics that some folds do not determine.
func UndefinedMetrics(cv *crossval.Result) []string {
	var all []string
	for _, s := range cv.Scores {
		if n := len(s.Folds) - s.Known; n > 0 {
			all = append(all, fmt.Sprintf("%s is not defined on the rows of %d of the %d folds; mean and sd are of the others", s.Name, n, len(s.Folds)))
		}
	}
	return all
}

// foldTable has a row a fold, which -q leaves out, then the mean and the sd.
func foldTable(cv *crossval.Result, quiet bool) *Table {
	header := []string{"fold", "training", "validation", "held out", "epochs"}
	if cv.Repeats > 1 {
		header[0] = "repeat.fold"
	}
	if quiet {
		header = []string{""}
	}
	mean, sd := make([]string, len(header)), make([]string, len(header))
	mean[0], sd[0] = "mean", "± sd"
	for _, s := range cv.Scores {
		header, mean, sd = append(header, s.Name), append(mean, number(s.Mean)), append(sd, number(s.SD))
	}
	t := NewTable(header...)
	for i := range header[1:] {
		t.Right(i + 1)
	}
	for i, f := range cv.Folds {
		if quiet {
			break
		}
		name := strconv.Itoa(f.Fold)
		if cv.Repeats > 1 {
			name = fmt.Sprintf("%d.%d", f.Repeat, f.Fold)
		}
		row := []string{name, strconv.Itoa(f.Train), strconv.Itoa(f.Validation), strconv.Itoa(f.Rows), strconv.Itoa(f.Epochs)}
		for _, s := range cv.Scores {
			row = append(row, number(s.Folds[i]))
		}
		t.Add(row...)
	}
	t.Add(mean...)
	t.Add(sd...)
	return t
}

// AddFolds adds a picture of the folds a metric.
func (d *Document) AddFolds(cv *crossval.Result) {
	d.addPictures("Folds", "Each point is a fold; the line is their mean.", scorePictures(cv, "")...)
}

// scorePictures draw the first metrics fold by fold; prefix goes before the names of files.
func scorePictures(cv *crossval.Result, prefix string) (all []picture) {
	const most = 4
	for _, s := range cv.Scores[:min(most, len(cv.Scores))] {
		if s.Known == 0 {
			continue
		}
		at := epochs(len(s.Folds))
		p := &chart.Chart{Title: s.Name, X: chart.Axis{Label: "fold"}}
		p.Dashed(fmt.Sprintf("mean %s ± %s", number(s.Mean), number(s.SD)), chart.Quiet, []float64{1, float64(len(at))}, []float64{s.Mean, s.Mean})
		p.Dots("", chart.First, at, s.Folds, nil)
		all = append(all, picture{fileName(prefix+"folds", s.Name), p.SVG()})
	}
	return all
}
