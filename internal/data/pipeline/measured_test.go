package pipeline

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// A measuredCase is a column of numbers that have something on them: cells with what they
// mean, cells that a later table may have, and some that it may not.
type measuredCase struct {
	name, kind string
	cells      []string
	values     []float32
	later      []string
	means      []float32
	refused    []string
	complaint  string
}

var measuredCases = []measuredCase{
	{"percent", "amount", []string{"12%", "3.5 %", "−7%", "0%"}, []float32{12, 3.5, -7, 0}, []string{"１００％"}, []float32{100}, []string{"0.12", "$5", "12"}, "percent"},
	{"dollars", "amount", []string{"$120", "$1,800.50", "($7)", "-$5"}, []float32{120, 1800.5, -7, -5}, []string{"USD 3", "$1.2M"}, []float32{3, 1.2e6}, []string{"€3", "3", "free"}, "US dollars"},
	{"euros behind", "amount", []string{"1.234,56 €", "7 €", "12,5 EUR"}, []float32{1234.56, 7, 12.5}, []string{"€ 2.000,00"}, []float32{2000}, []string{"1,234.56 €", "$7"}, "euros"},
	{"kilometres", "amount", []string{"5 km", "12.5km", "7\u00a0km"}, []float32{5, 12.5, 7}, []string{"1e3 km"}, []float32{1000}, []string{"5 mi", "5 m", "5"}, `numbers in "km"`},
	{"brackets", "amount", []string{"(5)", "3", "1,200"}, []float32{-5, 3, 1200}, []string{"-4", "(1,000)"}, []float32{-4, -1000}, []string{"(5", "5%"}, "1.2k for 1200"},
	{"thousands", "amount", []string{"950", "1.2k", "3M", "1", "2", "3", "4", "5", "6", "7", "8"}, []float32{950, 1200, 3e6, 1, 2, 3, 4, 5, 6, 7, 8}, []string{"2 bn"}, []float32{2e9}, []string{"2 km"}, "numbers"},
	{"durations", "duration", []string{"1h30m", "45 min", "PT2H", "1:00:05", "2 days"}, []float32{5400, 2700, 7200, 3605, 172800}, []string{"26:00:00", "-1h"}, []float32{93600, -3600}, []string{"1.5", "soon"}, "how long"},
}

// asCSV and asJSON write one column and a target.
func asCSV(cells []string) source.Source {
	csv := "n,y\n"
	for i, cell := range cells {
		csv += fmt.Sprintf("\"%s\",%d\n", cell, i)
	}
	return source.Bytes("t.csv", []byte(csv))
}

func asJSON(cells []string) source.Source {
	lines := ""
	for i, cell := range cells {
		text, _ := json.Marshal(cell)
		lines += fmt.Sprintf("{\"n\": %s, \"y\": %d}\n", text, i)
	}
	return source.Bytes("t.jsonl", []byte(lines))
}

func asPacked(t *testing.T, cells []string) source.Source {
	t.Helper()
	tab, err := schema.Read(asCSV(cells), schema.Default())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := tab.WritePacked(&b); err != nil {
		t.Fatal(err)
	}
	return source.Bytes("t.packed", []byte(b.String()))
}

// Numbers that have something on them are read as those numbers, from text, JSON lines and
// packed tables alike, by the table that the model learns of, by the model and by the one
// that is read back; a cell that is written otherwise is refused where it stands.
func TestMeasuredColumns(t *testing.T) {
	c := configure(t, `{"target": "y", "task": "regression", "numeric": {"scale": "none", "indicator": true}}`)
	for _, m := range measuredCases {
		cells := append(slices.Clone(m.cells), "") // a missing one
		present := len(m.cells)
		for format, src := range map[string]source.Source{"csv": asCSV(cells), "json": asJSON(cells), "packed": asPacked(t, cells)} {
			tab, err := schema.Read(src, c)
			if err != nil {
				t.Fatal(err)
			}
			s, err := schema.Infer(tab, c, task.Auto)
			if err != nil {
				t.Errorf("%s, %s: %v", m.name, format, err)
				continue
			}
			if got := s.Columns[0].Kind.Name; got != m.kind || len(s.Notes) != 1 || s.Notes[0].Kind != schema.ReadNote {
				t.Errorf("%s, %s: taken for %s, notes %v", m.name, format, got, s.Notes)
			}
			p, err := FitPipeline(tab, s, c, table.AllRows(tab))
			if err != nil {
				t.Fatal(err)
			}
			sch, learned := p.Save()
			again, err := LoadPipeline(sch, learned)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []*Pipeline{p, again} {
				d, err := p.Apply(tab, nil)
				if err != nil {
					t.Fatal(err)
				}
				for i, want := range m.values {
					if got := d.X.At(i, 0); got != want || d.X.At(i, 1) != 0 {
						t.Errorf("%s, %s: %q is %v, want %v", m.name, format, cells[i], got, want)
					}
				}
				if d.X.At(present, 1) != 1 || math.IsNaN(float64(d.X.At(present, 0))) {
					t.Errorf("%s, %s: the missing cell is %v", m.name, format, d.X.Row(present))
				}
			}
			if seen := again.Seen()[0]; float32(seen.Min) != slices.Min(m.values) || float32(seen.Max) != slices.Max(m.values) {
				t.Errorf("%s, %s: the training rows hold %v to %v", m.name, format, seen.Min, seen.Max)
			}
			m.laterTables(t, again)
		}
	}
}

// laterTables reads tables for a model.
func (m *measuredCase) laterTables(t *testing.T, p *Pipeline) {
	t.Helper()
	for format, src := range map[string]source.Source{"csv": asCSV(m.later), "json": asJSON(m.later), "packed": asPacked(t, m.later)} {
		read, err := p.ReadFor(src, false)
		if err != nil {
			t.Errorf("%s, %s: %v", m.name, format, err)
			continue
		}
		d, err := p.Apply(read, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range m.means {
			if got := d.X.At(i, 0); got != want {
				t.Errorf("%s, %s: later %q is %v, want %v", m.name, format, m.later[i], got, want)
			}
		}
		drift := p.Drift()
		if drift.Add(read); drift.Columns[0].Above+drift.Columns[0].Below == 0 || drift.Columns[0].Unknown > 0 {
			t.Errorf("%s, %s: a number beyond those of training is not told: %+v", m.name, format, drift.Columns[0])
		}
	}
	for _, cell := range m.refused {
		_, err := p.ReadFor(asCSV([]string{m.later[0], cell}), false)
		if err == nil || !strings.Contains(err.Error(), "t.csv:3: n: ") || !strings.Contains(err.Error(), m.complaint) {
			t.Errorf("%s: %q is answered with %v", m.name, cell, err)
		}
		if streamed(p, asCSV([]string{m.later[0], cell}), 1, func(*table.Table) error { return nil }) == nil {
			t.Errorf("%s: %q is let through in a stream", m.name, cell)
		}
	}
	if p.Schema().Columns[0].Kind != preprocess.KindNamed(m.kind) {
		t.Errorf("%s: kind %s", m.name, p.Schema().Columns[0].Kind)
	}
}

// A time of the day is the seconds since midnight and a place on the circle of the day.
func TestTimesOfTheDay(t *testing.T) {
	cells := []string{"00:00", "06:00", "12:00 pm", "6 pm", "", "23:59:59.5"}
	csv := "n,y\n"
	for i, cell := range cells {
		csv += fmt.Sprintf("%q,%d\n", cell, i)
	}
	tab, p := fit(t, csv, `{"target": "y", "task": "regression", "numeric": {"scale": "none", "indicator": true}}`, nil)
	if got := p.Features(); !slices.Equal(got, []string{"n.time", "n.time_sin", "n.time_cos", "n=missing"}) {
		t.Fatal(got)
	}
	sch, learned := p.Save()
	again, err := LoadPipeline(sch, learned)
	if err != nil {
		t.Fatal(err)
	}
	read, err := again.ReadFor(asJSON(cells), false)
	if err != nil {
		t.Fatal(err)
	}
	const median = 43200
	want := []float32{0, 0, 1, 0, 21600, 1, 0, 0, 43200, 0, -1, 0, 64800, -1, 0, 0, median, 0, 0, 1}
	for _, tab := range []*table.Table{tab, read} {
		d, err := again.Apply(tab, nil)
		if err != nil || !slices.Equal(d.X.Data[:len(want)], want) || d.X.At(5, 0) != 86399.5 {
			t.Errorf("%v, %v", d.X.Data, err)
		}
	}
	_, err = again.ReadFor(text("n\n24:30\n"), false)
	checkProblem(t, err, `t.csv:2: n: there is no such time of the day: "24:30"`, "if cells say how long something takes, add `type: duration`; else correct the cell, or name it in `na_values`")
}

// A column that is declared categorical is one of words, whatever is on its numbers.
func TestAmountsDeclaredCategorical(t *testing.T) {
	_, p := fit(t, "n,y\n5%,1\n7%,2\n5%,3\n", `{"target": "y", "task": "regression", "columns": [{"name": "n", "type": "categorical"}]}`, nil)
	if got := p.features[0].Categories(); !slices.Equal(got, []string{"5%", "7%"}) || !p.features[0].Unknown("6%") {
		t.Errorf("categories %q", got)
	}
}

// A model file in which the form of an amount is missing or no form is refused.
func TestSpoiltForms(t *testing.T) {
	_, p := fit(t, "n,y\n5%,1\n7%,2\n", `{"target": "y", "task": "regression"}`, nil)
	for _, spoil := range []func(*spec.Node){
		func(column *spec.Node) { column.Put("form", spec.NewString("percent")) },
		func(column *spec.Node) { column.Get("form").Put("scaled", spec.NewInt(1)) },
		func(column *spec.Node) { column.Get("form").Put("unit", spec.NewNull()) },
		func(column *spec.Node) {
			marks := spec.NewMap()
			marks.Put("decimal", spec.NewString("x"))
			column.Get("form").Put("marks", marks)
		},
	} {
		sch, learned := p.Save()
		spoil(sch.Get("columns").Items[0])
		if _, err := LoadPipeline(sch, learned); err == nil {
			t.Error("a spoilt form is taken")
		}
	}
}
