package cmd

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/evaluate"
	"mlp/internal/model"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/spec"
)

// flatJSON is one object with sorted keys, as DVC and MLflow read it.
func flatJSON(e *evaluate.Result, by string, bySlice []evaluate.Subgroup) string {
	values := map[string]string{"rows": strconv.Itoa(e.Rows), "loss": spec.NumberJSON(e.Loss)}
	if e.Decision.Value != 0 {
		values["threshold"] = spec.NumberJSON(e.Decision.Value)
	}
	for _, v := range e.Values {
		values[v.Name] = spec.NumberJSON(v.Value)
		if v.Low == v.Low {
			values[v.Name+"_lower"], values[v.Name+"_upper"] = spec.NumberJSON(v.Low), spec.NumberJSON(v.High)
		}
		if v.Baseline == v.Baseline {
			values[v.Name+"_baseline"] = spec.NumberJSON(v.Baseline)
		}
	}
	for _, c := range e.Classes {
		under := "class/" + c.Label + "/"
		values[under+"precision"], values[under+"recall"] = spec.NumberJSON(c.Precision), spec.NumberJSON(c.Recall)
		values[under+"f1"], values[under+"support"] = spec.NumberJSON(c.F1), strconv.Itoa(c.Support)
	}
	for _, r := range e.Residuals {
		for i, share := range evaluate.ResidualShares {
			values[fmt.Sprintf("residual/%s/%g", r.Target, share)] = spec.NumberJSON(r.Quantiles[i])
		}
	}
	sliceMetrics(by, bySlice, func(key, value string) { values[key] = value })
	return objectJSON(values)
}

// objectJSON writes an object of values that are JSON already, its keys sorted.
func objectJSON(values map[string]string) string {
	pairs := make([]string, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, quoteJSON(key)+":"+values[key])
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func (a *App) printEvaluation(e *evaluate.Result, name string) error {
	if err := a.say("%d %s\n", e.Rows, name); err != nil {
		return err
	}
	if at := decisionText(e.Decision); at != "" {
		if err := a.say("%s\n", at); err != nil {
			return err
		}
	}
	if err := a.say("%s", metricTable(e).text()); err != nil {
		return err
	}
	if !a.quiet {
		if note := binNote(e); note != "" {
			if err := a.say("%s\n", note); err != nil {
				return err
			}
		}
		for _, t := range []*textTable{confusionTable(e), classTable(e), residualTable(e)} {
			if t == nil {
				continue
			}
			if err := a.say("\n%s", t.text()); err != nil {
				return err
			}
		}
	}
	for _, text := range misgivings(e) {
		a.warn("%s", text)
	}
	return nil
}

// misgivings is what to think of before the values are believed.
func misgivings(e *evaluate.Result) []string {
	var all []string
	if e.Decision.Here {
		all = append(all, chosenHere)
	}
	for _, v := range e.Values {
		if !v.BeatsBaseline() {
			all = append(all, v.Name+" is no better than always giving the same answer")
		}
	}
	return all
}

// metricTable has the loss and a line a metric.
func metricTable(e *evaluate.Result) *textTable {
	t := newTable("metric", "value", "95 % interval", "baseline")
	t.right(1, 3)
	t.add("loss", number(e.Loss), "", "")
	for _, v := range e.Values {
		interval, base := "", ""
		if !math.IsNaN(v.Low) {
			interval = number(v.Low) + " to " + number(v.High)
		}
		if !math.IsNaN(v.Baseline) {
			base = number(v.Baseline)
		}
		t.add(v.Name, number(v.Value), interval, base)
	}
	return t
}

// binNote says over which bins the calibration error is taken; "" if it is not.
func binNote(e *evaluate.Result) string {
	if len(e.Bins) == 0 {
		return ""
	}
	return fmt.Sprintf("ece: over %d bins of equal width", len(e.Bins))
}

// binTable is the reliability of the probabilities, bin by bin; nil without.
func binTable(e *evaluate.Result) *textTable {
	if len(e.Bins) == 0 {
		return nil
	}
	t := newTable("probability", "rows", "mean probability", "share true")
	t.right(1, 2, 3)
	for _, b := range e.Bins {
		if b.Weight > 0 {
			t.add(fmt.Sprintf("%.3f to %.3f", b.Low, b.High), fmt.Sprintf("%g", b.Weight), number(b.Confidence), number(b.Right))
		}
	}
	return t
}

// classTable has precision, recall and f1 of each label; nil for numbers.
func classTable(e *evaluate.Result) *textTable {
	if len(e.Classes) == 0 {
		return nil
	}
	t := newTable("label", "precision", "recall", "f1", "support")
	t.right(1, 2, 3, 4)
	macro, weighted := evaluate.ClassAverages(e.Classes)
	for _, c := range slices.Concat(e.Classes, []evaluate.Class{macro, weighted}) {
		t.add(printable(c.Label), number(c.Precision), number(c.Recall), number(c.F1), strconv.Itoa(c.Support))
	}
	return t
}

// residualTable has the quantiles of truth − answer; nil for labels.
func residualTable(e *evaluate.Result) *textTable {
	if len(e.Residuals) == 0 {
		return nil
	}
	header := []string{"truth − answer"}
	for _, share := range evaluate.ResidualShares {
		switch share {
		case 0:
			header = append(header, "least")
		case 0.5:
			header = append(header, "median")
		case 1:
			header = append(header, "largest")
		default:
			header = append(header, fmt.Sprintf("%g %%", 100*share))
		}
	}
	t := newTable(header...)
	for _, r := range e.Residuals {
		row := []string{printable(r.Target)}
		for _, q := range r.Quantiles {
			row = append(row, number(q))
		}
		t.add(row...)
	}
	for i := range evaluate.ResidualShares {
		t.right(i + 1)
	}
	return t
}

// confusionTable counts rows by label and answer; nil where there is no one
// answer to a row.
func confusionTable(e *evaluate.Result) *textTable {
	if e.Confusion == nil {
		return nil
	}
	header := []string{"true \\ answer"}
	for _, l := range e.Labels {
		header = append(header, printable(l))
	}
	t := newTable(header...)
	for i := range e.Labels {
		t.right(i + 1)
		row := []string{printable(e.Labels[i])}
		for _, n := range e.Confusion[i] {
			row = append(row, strconv.Itoa(n))
		}
		t.add(row...)
	}
	return t
}

// writePredictions writes the line, the truth and the prediction of each row.
func writePredictions(path string, m *model.Model, p *model.Part, e *evaluate.Evaluation) error {
	pred := e.Outputs()
	err := outfile.Write(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		f := newFormatter(m, e.Decision.Value, "all")
		if err := out.Write(append([]string{"line", "true"}, f.columns()...)); err != nil {
			return err
		}
		for i := range pred.Rows {
			row := append([]string{strconv.Itoa(p.Lines[i]), f.truth(p.Truth.Row(i))}, f.row(pred.Row(i))...)
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
	if err != nil {
		return problem.Usage("flag --predictions", "", "%v", err)
	}
	return nil
}
