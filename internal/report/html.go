package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"strconv"
	"strings"

	"mlp/internal/chart"
	"mlp/internal/iostreams"
)

var (
	_ = register("html", Format{Write: htmlPage})
	_ = register("svg", Format{Folder: (*Document).Pictures})
)

//go:embed page.css
var pageStyle string

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// A pageSection is a section as the template takes it.
type pageSection struct {
	Title, About, Text string
	Head               []pageCell
	Rows               [][]pageCell
	Pictures           []template.HTML
}

type pageCell struct {
	Text  string
	Class string // r: flush right; h0 … h9: the share of its row
}

type pageGate struct{ Mark, Class, Gate, Value, Says string }

// htmlPage writes a document as one page, which asks for nothing else: no script, no
// font, no picture from elsewhere, and the browser is told to refuse any.
func htmlPage(d *Document) string {
	style := pageStyle + chart.Style
	sum := sha256.Sum256([]byte(style))
	page := struct {
		Policy          string
		Style           template.CSS
		Title           string
		Notes, Warnings []string
		Gates           []pageGate
		Sections        []pageSection
	}{
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
		Style:  template.CSS(style), // ours
		Title:  iostreams.Printable(d.title), Notes: printable(d.notes), Warnings: printable(d.warnings),
	}
	for _, g := range d.gates {
		p := pageGate{"✓", "holds", iostreams.Printable(g.String()), number(g.Value), "holds"}
		if g.Failed != "" {
			p.Mark, p.Class, p.Says = "✗", "fails", iostreams.Printable("fails: "+g.Failed)
		}
		page.Gates = append(page.Gates, p)
	}
	for _, s := range d.sections {
		if s.drawn {
			continue
		}
		p := pageSection{Title: iostreams.Printable(s.title), About: iostreams.Printable(s.about), Text: strings.Join(printable(strings.Split(s.text, "\n")), "\n")}
		for _, picture := range s.pictures {
			p.Pictures = append(p.Pictures, template.HTML(picture.svg)) // chart escapes what it writes
		}
		if s.table != nil {
			p.Head, p.Rows = s.table.page(s.shaded)
		}
		page.Sections = append(page.Sections, p)
	}
	var b strings.Builder
	if err := pageTemplate.Execute(&b, page); err != nil {
		panic("report: " + err.Error()) // the template goes with the struct
	}
	return b.String()
}

func printable(all []string) []string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = iostreams.Printable(s)
	}
	return texts
}

// page returns the cells of a table.
func (t *Table) page(shaded bool) (head []pageCell, rows [][]pageCell) {
	for i, row := range t.rows {
		cells := make([]pageCell, len(row))
		counts, all := make([]float64, len(row)), 0.0
		for j, c := range row {
			cells[j].Text = iostreams.Printable(c)
			if t.ends[j] {
				cells[j].Class = "r"
				n, _ := strconv.Atoi(c)
				counts[j] = float64(n)
				all += counts[j]
			}
		}
		for j := range cells {
			if shaded && i > 0 && t.ends[j] && all > 0 {
				cells[j].Class += " h" + strconv.Itoa(min(9, int(10*counts[j]/all)))
			}
		}
		if i == 0 {
			head = cells
			continue
		}
		rows = append(rows, cells)
	}
	return head, rows
}
