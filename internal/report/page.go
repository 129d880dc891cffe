package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mlp/internal/chart"
	"mlp/internal/data/preprocess"
	"mlp/internal/evaluate"
	"mlp/internal/explain"
	"mlp/internal/iostreams"
	"mlp/internal/model"
	"mlp/internal/nn"
	"mlp/internal/problem"
)

// A Page is all there is to say of a model and of rows that it was measured on.
type Page struct {
	Model     *model.Model
	Result    *evaluate.Result
	Name      string // of the rows
	Curves    *evaluate.Curves
	By        string // the column of Subgroups
	Subgroups []evaluate.Subgroup

	Outputs    []string // what the answers are for
	Importance *explain.Importance
	Dependence []*explain.Dependence
	Spec       string // the text of the whole spec
}

// Document puts it in the order in which it is asked for: is the model good, where is it
// wrong, what does it look at, what is it made of.
func (p *Page) Document() *Document {
	d := Evaluation(p.Result, p.Name)
	d.verb = "report"
	if name := p.Model.Config.Name; name != "" {
		d.title = name + ": " + d.title
	}
	d.notes = slices.Insert(d.notes, 0, Verdict(p.Result))
	if p.Result.Trained > 0 {
		d.warnings = append(d.warnings, fmt.Sprintf("the model was trained on %d of these %d rows: on others it will do less well", p.Result.Trained, p.Result.Rows))
	}
	// What Evaluation has put in stands behind its metrics; the curves come between.
	metrics, rest := d.sections[:1:1], d.sections[1:]
	d.sections = metrics
	about := ""
	if p.Model.Members != nil {
		about = "Of an ensemble, its members."
	}
	d.addPictures("Learning curves", about, historyPictures(p.Model)...)
	d.sections = append(d.sections, rest...)
	d.AddCurves(p.Curves)
	if len(p.Subgroups) > 0 {
		d.Add("By "+p.By, SubgroupTable(p.By, p.Subgroups))
	}
	p.addColumns(d)
	return d
}

// AddModel appends what the model is made of, which drift, if any, stands before.
func (p *Page) AddModel(d *Document) {
	d.addPictures("The network", networkAbout(p.Model), networkPicture(p.Model))
	d.Add("Layers", layerTable(p.Model))
	d.Add("Columns", columnTable(p.Model))
	if t := lastEpochs(p.Model); t != nil {
		d.sections = append(d.sections, section{title: "History", about: fmt.Sprintf("%d epochs; every epoch, as CSV, is in the model.", len(p.Model.History.Epochs)), table: t})
	}
	d.sections = append(d.sections, section{title: "Provenance", text: Provenance(p.Model)}, section{title: "Spec", text: p.Spec})
}

// Verdict says in one sentence what the first metric is.
func Verdict(r *evaluate.Result) string {
	if len(r.Values) == 0 {
		return "loss " + number(r.Loss)
	}
	v := r.Values[0]
	text := fmt.Sprintf("%s %s", v.Name, number(v.Value))
	if v.Low == v.Low {
		text += fmt.Sprintf(" (95 %% interval %s to %s)", number(v.Low), number(v.High))
	}
	if v.Baseline == v.Baseline {
		text += fmt.Sprintf("; the simplest guess reaches %s", number(v.Baseline))
	}
	if n := len(r.Gates); n > 0 {
		text += fmt.Sprintf("; %d of %s hold", n-len(r.Failed), problem.Count(n, "gate"))
	}
	return text
}

// addColumns appends which columns matter and how the answer goes with them.
func (p *Page) addColumns(d *Document) {
	if p.Importance != nil {
		d.addPictures("Which columns matter", fmt.Sprintf("How much the loss rises when the cells of a column are dealt out anew, on %s; with 95 %% intervals.", problem.Count(p.Importance.Rows, "row")), importancePicture(p.Importance))
	}
	var pictures []picture
	axis := chart.Axis{Label: "answer"}
	if p.Model.Pipeline.Task().Classes() {
		axis.Label = "probability"
		if len(p.Outputs) == 1 {
			axis = share("probability of " + problem.Clip(p.Outputs[0]))
		}
	}
	for _, one := range p.Dependence {
		pictures = append(pictures, dependencePicture(one, p.Outputs, axis))
	}
	d.addPictures("How the answer goes with a column", "What is answered on average if every row has the value; thin lines are single rows.", pictures...)
}

func networkAbout(m *model.Model) string {
	if m.Members != nil {
		return fmt.Sprintf("The first of %s.", problem.Count(len(m.Members), "member"))
	}
	return ""
}

// networkPicture draws the inputs and each layer that has weights or changes the width.
func networkPicture(m *model.Model) picture {
	if m.Members != nil {
		m = m.Members[0].Model
	}
	columns := m.Pipeline.Features()
	layers := []chart.Layer{{Name: "inputs", Units: len(columns), Names: columns}}
	for _, row := range m.Net.Summary().Rows {
		before := layers[len(layers)-1].Units
		weights := kernelOf(m, row.Name, before, row.Width)
		if row.Depth > 0 || weights == nil && row.Width == before {
			continue
		}
		layers = append(layers, chart.Layer{Name: row.Name, Units: row.Width, Weights: weights})
	}
	if last := &layers[len(layers)-1]; len(layers) > 1 {
		last.Names = m.Answers()
		if m.Pipeline.Task().Classes() && last.Units > 1 {
			last.Names = m.Pipeline.Labels()
		}
	}
	return picture{"network", chart.Network("Network", layers)}
}

// kernelOf returns the weights from each input of a layer to each unit, [to][from]; nil
// if the layer has none of that form.
func kernelOf(m *model.Model, layer string, in, out int) [][]float64 {
	i := slices.IndexFunc(m.Net.Params, func(p nn.Param) bool { return p.Name == layer+"/kernel" && p.Rows == in && p.Cols == out })
	if i < 0 {
		return nil
	}
	w := m.Work.Param(nn.ParamID(i))
	all := make([][]float64, min(out, chart.MostUnits))
	for to := range all {
		for from := range min(in, chart.MostUnits) {
			all[to] = append(all[to], float64(w.At(from, to)))
		}
	}
	return all
}

// layerTable has a line a layer.
func layerTable(m *model.Model) *Table {
	t := NewTable("layer", "class", "outputs", "weights")
	t.Right(2, 3)
	for _, row := range m.Net.Summary().Rows {
		t.Add(strings.Repeat("  ", row.Depth)+iostreams.Printable(row.Name), row.Class, strconv.Itoa(row.Width), strconv.Itoa(row.Params))
	}
	return t
}

// mostColumns is how many columns a table of them shows one by one.
const mostColumns = 100

// columnTable has a line a column that the model reads: what its training rows held, and
// what was learned of them.
func columnTable(m *model.Model) *Table {
	t := NewTable("column", "kind", "missing", "least", "largest", "learned")
	t.Right(2, 3, 4)
	_, numbers := m.Pipeline.Save()
	learned := map[string][]string{}
	seen := m.Pipeline.Seen()
	for _, n := range numbers {
		for _, c := range seen[:min(len(seen), mostColumns)] {
			if what, ok := strings.CutPrefix(n.Name, preprocess.Prefix(c.Name)); ok && len(n.Data) == 1 {
				learned[c.Name] = append(learned[c.Name], what+" "+number(n.Data[0]))
			}
		}
	}
	for i, c := range seen {
		if i == mostColumns {
			t.Add(fmt.Sprintf("and %d more", len(seen)-i), "", "", "", "", "")
			break
		}
		low, high := "", ""
		if c.Kind.Numbers && c.Min <= c.Max {
			low, high = chart.Number(c.Min), chart.Number(c.Max)
		}
		t.Add(iostreams.Printable(problem.Clip(c.Name)), c.Kind.String(), Percent(c.Missing), low, high, strings.Join(learned[c.Name], ", "))
	}
	if len(seen) == 0 {
		return nil
	}
	return t
}

// lastEpochs has the first and the last epochs, and the one that was kept.
func lastEpochs(m *model.Model) *Table {
	const ends = 5
	h, best := m.History, m.Run.BestEpoch
	if len(h.Epochs) == 0 {
		return nil
	}
	names := h.Names[:min(len(h.Names), 8)]
	t := NewTable(append([]string{"epoch"}, names...)...)
	for i := range len(names) + 1 {
		t.Right(i)
	}
	skipped := false
	for i, row := range h.Epochs {
		if i >= ends && i < len(h.Epochs)-ends && i+1 != best {
			skipped = true
			continue
		}
		if skipped {
			t.Add(append([]string{"…"}, make([]string, len(names))...)...)
			skipped = false
		}
		cells := []string{strconv.Itoa(i + 1)}
		for _, v := range row[:len(names)] {
			cells = append(cells, number(v))
		}
		t.Add(cells...)
	}
	return t
}
