package cmd

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"mlp/internal/model"
	"mlp/internal/spec"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// flatJSON is one object with sorted keys, as DVC and MLflow read it.
func flatJSON(e *train.Evaluation, by string, bySlice []train.Slice) string {
	values := map[string]string{"rows": strconv.Itoa(e.Rows), "loss": model.Number(e.Loss)}
	for _, v := range e.Values {
		values[v.Name] = model.Number(v.Value)
		if v.Low == v.Low {
			values[v.Name+"_lower"], values[v.Name+"_upper"] = model.Number(v.Low), model.Number(v.High)
		}
		if v.Baseline == v.Baseline {
			values[v.Name+"_baseline"] = model.Number(v.Baseline)
		}
	}
	sliceMetrics(by, bySlice, func(key, value string) { values[key] = value })
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%s:%s", quoteJSON(k), values[k])
	}
	return "{" + strings.Join(keys, ",") + "}"
}

func (a *App) printEvaluation(e *train.Evaluation, name string, threshold float64) error {
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
	if err := a.say("%d %s\n%s", e.Rows, name, t.text()); err != nil {
		return err
	}
	if e.Confusion != nil && !a.quiet {
		note := ""
		if threshold != 0.5 && len(e.Labels) == 2 {
			note = fmt.Sprintf("%s if its probability is above %g; metrics keep their own threshold\n", printable(e.Labels[1]), threshold)
		}
		if err := a.say("\n%s%s", note, confusionTable(e).text()); err != nil {
			return err
		}
	}
	for _, v := range e.Values {
		if !v.BeatsBaseline() {
			a.warn("%s is no better than always giving the same answer", v.Name)
		}
	}
	return nil
}

func confusionTable(e *train.Evaluation) *table {
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
func writePredictions(path string, m *model.Model, p *model.Part, threshold float64) error {
	pred := tensor.New(p.X.Rows, m.Net.Out)
	m.Predict(p.X, pred)
	err := model.WriteAtomic(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		f := newFormatter(m, threshold, "all")
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
		return spec.Usage("flag --predictions", "", "%v", err)
	}
	return nil
}
