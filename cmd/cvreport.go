package cmd

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"mlp/internal/crossval"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// printCV prints a row a fold, the means, and what the out-of-fold answers are
// worth together.
func (a *App) printCV(cv *crossval.Result, out string) error {
	if err := a.say("%s\n%s\n", foldText(cv), a.foldTable(cv).text()); err != nil {
		return err
	}
	for _, text := range undefined(cv) {
		a.warn("%s", text)
	}
	if at := foldDecision(cv); at != "" {
		if err := a.say("%s\n", at); err != nil {
			return err
		}
	}
	if err := a.printEvaluation(cv.Pooled, pooledText(cv)); err != nil {
		return err
	}
	if out == "" {
		return nil
	}
	return a.say("wrote %s\n", printable(out))
}

// foldText says how the rows were dealt out.
func foldText(cv *crossval.Result) string {
	how := map[string]string{"random": "random folds", "stratified": "folds with the same share of each label", "group": "folds of whole groups"}[cv.By]
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
		return decisionText(evaluate.Decision{Threshold: metric.Threshold{Value: low}})
	}
}

// undefined lists the metrics that some folds do not determine.
func undefined(cv *crossval.Result) []string {
	var all []string
	for _, s := range cv.Scores {
		if n := len(s.Folds) - s.Known; n > 0 {
			all = append(all, fmt.Sprintf("%s is not defined on the rows of %d of the %d folds; mean and sd are of the others", s.Name, n, len(s.Folds)))
		}
	}
	return all
}

// foldTable has a row a fold, which -q leaves out, then the mean and the sd.
func (a *App) foldTable(cv *crossval.Result) *textTable {
	header := []string{"fold", "training", "validation", "held out", "epochs"}
	if cv.Repeats > 1 {
		header[0] = "repeat.fold"
	}
	if a.quiet {
		header = []string{""}
	}
	mean, sd := make([]string, len(header)), make([]string, len(header))
	mean[0], sd[0] = "mean", "± sd"
	for _, s := range cv.Scores {
		header, mean, sd = append(header, s.Name), append(mean, number(s.Mean)), append(sd, number(s.SD))
	}
	t := newTable(header...)
	for i := range header[1:] {
		t.right(i + 1)
	}
	for i, f := range cv.Folds {
		if a.quiet {
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
		t.add(row...)
	}
	t.add(mean...)
	t.add(sd...)
	return t
}

// cvJSON is one object with sorted keys. The keys of the pooled rows are those of
// `mlp evaluate`; a list has one value a fold, repeat by repeat.
func cvJSON(cv *crossval.Result) string {
	values := pooledJSON(cv)
	list := func(key string, value func(f crossval.Fold) string) {
		all := make([]string, len(cv.Folds))
		for i, f := range cv.Folds {
			all[i] = value(f)
		}
		values[key] = "[" + strings.Join(all, ",") + "]"
	}
	list("epochs_folds", func(f crossval.Fold) string { return strconv.Itoa(f.Epochs) })
	list("rows_folds", func(f crossval.Fold) string { return strconv.Itoa(f.Rows) })
	list("training_folds", func(f crossval.Fold) string { return strconv.Itoa(f.Train) })
	if low, _, rule := cv.Thresholds(); rule != "" || low != 0.5 && low != 0 {
		list("threshold_folds", func(f crossval.Fold) string { return spec.NumberJSON(f.Decision.Value) })
	}
	list("validation_folds", func(f crossval.Fold) string { return strconv.Itoa(f.Validation) })
	for _, s := range cv.Scores {
		all := make([]string, len(s.Folds))
		for i, v := range s.Folds {
			all[i] = spec.NumberJSON(v)
		}
		values[s.Name+"_folds"] = "[" + strings.Join(all, ",") + "]"
		values[s.Name+"_mean"], values[s.Name+"_sd"] = spec.NumberJSON(s.Mean), spec.NumberJSON(s.SD)
	}
	values["by"] = quoteJSON(cv.By)
	values["folds"], values["repeats"] = strconv.Itoa(len(cv.Folds)/cv.Repeats), strconv.Itoa(cv.Repeats)
	return objectJSON(values)
}

func pooledJSON(cv *crossval.Result) map[string]string {
	values := map[string]string{"rows": strconv.Itoa(cv.Pooled.Rows), "loss_pooled": spec.NumberJSON(cv.Pooled.Loss)}
	for _, v := range cv.Pooled.Values {
		values[v.Name+"_pooled"] = spec.NumberJSON(v.Value)
		if v.Low == v.Low {
			values[v.Name+"_lower"], values[v.Name+"_upper"] = spec.NumberJSON(v.Low), spec.NumberJSON(v.High)
		}
		if v.Baseline == v.Baseline {
			values[v.Name+"_baseline"] = spec.NumberJSON(v.Baseline)
		}
	}
	return values
}

// writeOutOfFold writes the answer for each row by the model that has not seen
// it, in file order; of several repeats, one line each.
func writeOutOfFold(path string, cv *crossval.Result) error {
	f := &formatter{task: cv.Schema.Task, labels: cv.Schema.Labels, targets: cv.Schema.Targets, label: true, rest: true}
	err := outfile.Write(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		columns := []string{"line", "fold", "true"}
		if cv.Repeats > 1 {
			columns = []string{"line", "repeat", "fold", "true"}
		}
		if err := out.Write(append(columns, f.columns()...)); err != nil {
			return err
		}
		for _, row := range cv.OutOfFold() {
			f.threshold = row.Threshold
			cells := []string{strconv.Itoa(row.Line)}
			if cv.Repeats > 1 {
				cells = append(cells, strconv.Itoa(row.Repeat))
			}
			cells = append(cells, strconv.Itoa(row.Fold), f.truth(row.Truth))
			if err := out.Write(append(cells, f.row(row.Outputs)...)); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
	if err != nil {
		return problem.Usage("flag --output", "", "%v", err)
	}
	return nil
}
