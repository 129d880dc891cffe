package cmd

import (
	"fmt"
	"strconv"
	"strings"

	"mlp/internal/data/pipeline"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/report"
	"mlp/internal/spec"
)

// printHistory prints what was measured after each epoch.
func (a *App) printHistory(m *model.Model) error {
	if a.json {
		return a.historyJSON(m)
	}
	if err := a.say("%s\n", strings.Join(append([]string{"epoch"}, m.History.Names...), ",")); err != nil {
		return err
	}
	for i, row := range m.History.Epochs {
		cells := []string{strconv.Itoa(i + 1)}
		for _, v := range row {
			cells = append(cells, strings.TrimSuffix(spec.NumberJSON(v), "null"))
		}
		if err := a.say("%s\n", strings.Join(cells, ",")); err != nil {
			return err
		}
	}
	return nil
}

// historyJSON writes one object an epoch.
func (a *App) historyJSON(m *model.Model) error {
	for i, row := range m.History.Epochs {
		if err := a.say("%s\n", new(report.Object).Int("epoch", i+1).Numbers(m.History.Names, row)); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) printSchema(m *model.Model) error {
	schema, numbers := m.Pipeline.Save()
	if a.json {
		return a.sayTree(schema)
	}
	t := report.NewTable("input", "network column")
	t.Right(1)
	for i, f := range m.Pipeline.Features() {
		t.Add(iostreams.Printable(f), strconv.Itoa(i+1))
	}
	if err := a.say("%s\n", t.Text()); err != nil {
		return err
	}
	if seen := m.Pipeline.Seen(); seen != nil {
		if err := a.say("%s\n", seenTable(seen).Text()); err != nil {
			return err
		}
	}
	for _, n := range numbers {
		if n.Name == pipeline.SeenName {
			continue // the table above
		}
		if err := a.say("%s: %s\n", iostreams.Printable(n.Name), fitted(n.Data)); err != nil {
			return err
		}
	}
	return nil
}

// fitted writes what was fitted to a column; of many numbers, such as the quantiles
// of one, the first and the last.
func fitted(numbers []float64) string {
	if n := len(numbers); n > 16 {
		return fmt.Sprintf("%d numbers, %v … %v", n, numbers[0], numbers[n-1])
	}
	return strings.Trim(fmt.Sprint(numbers), "[]")
}

// seenTable shows what the training rows held in each input column.
func seenTable(seen []pipeline.SeenColumn) *report.Table {
	t := report.NewTable("column", "missing", "min", "max")
	t.Right(1, 2, 3)
	for _, c := range seen {
		lo, hi := "", ""
		if c.Kind.Measures() && c.Min <= c.Max {
			lo, hi = report.Cell(float32(c.Min)), report.Cell(float32(c.Max))
		}
		t.Add(iostreams.Printable(c.Name), report.Percent(c.Missing), lo, hi)
	}
	return t
}

func (a *App) printWeights(m *model.Model) error {
	if a.json {
		all := map[string][][]float32{}
		for i, p := range m.Net.Params {
			w := m.Work.Param(nn.ParamID(i))
			for r := range w.Rows {
				all[p.Name] = append(all[p.Name], w.Row(r))
			}
		}
		return a.sayJSON(all)
	}
	for i, p := range m.Net.Params {
		if err := a.say("%s %v\n", iostreams.Printable(p.Name), p.Shape()); err != nil {
			return err
		}
		w := m.Work.Param(nn.ParamID(i))
		for r := range w.Rows {
			if err := a.say("  %s\n", report.Cells(w.Row(r))); err != nil {
				return err
			}
		}
	}
	return nil
}
