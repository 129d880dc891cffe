package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A subject is a model whose page is looked at.
type subject struct {
	name, spec string
	table      func() string // nil: the spec names a table that the program carries
	charts     []string      // titles that the page must have, among others
}

var subjects = []subject{
	{name: "pima", spec: "pima.yaml", charts: []string{"ROC", "Precision and recall", "Calibration", "Answers by truth", "loss", "accuracy", "Importance of columns", "Network"}},
	{name: "iris", spec: "iris.yaml", charts: []string{"ROC", "Precision and recall", "loss", "Importance of columns", "Network"}},
	{name: "servo", spec: "servo.yaml", charts: []string{"Truth and answer", "Errors", "Importance of columns", "Network"}},
	{name: "ensemble", table: moons, spec: `
data: {path: table.csv, target: y}
layers: [{units: 8, activation: relu}, {units: 1, activation: sigmoid}]
compile: {optimizer: adam, loss: binary_crossentropy, metrics: [accuracy]}
ensemble: {members: 3}
fit: {epochs: 20}
`, charts: []string{"val_loss of each member", "ROC", "Calibration", "Network"}},
	{name: "labels", table: labels, spec: `
data: {path: table.csv, target: y}
layers: [{units: 24, activation: relu}, {units: 40, activation: softmax}]
compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
fit: {epochs: 30}
`, charts: []string{"ROC", "loss", "Importance of columns", "Network"}},
	{name: "columns", table: columns, spec: `
data: {path: table.csv, target: y}
layers: [{units: 8, activation: relu}, {units: 1}]
compile: {optimizer: adam, loss: mse, metrics: [mae]}
fit: {epochs: 10}
`, charts: []string{"Truth and answer", "Errors", "Importance of columns", "Network"}},
}

// wave is a number from −1 to 1 that looks drawn, the same in every run.
func wave(i, j int) float64 { return math.Sin(float64(i*i%977+31*j*j+17*i*j) * 1.7) }

// moons has two numbers that tell most of two labels apart.
func moons() string {
	var b strings.Builder
	b.WriteString("east,north,y\n")
	for i := range 240 {
		x, y := wave(i, 1), wave(i, 2)
		fmt.Fprintf(&b, "%.4f,%.4f,%s\n", x, y, []string{"out", "in"}[map[bool]int{true: 1}[x*x+y+0.5*wave(i, 3) > 0.4]])
	}
	return b.String()
}

// labels has forty labels, some with long names, some hostile.
func labels() string {
	var b strings.Builder
	b.WriteString("a,b,c,y\n")
	for i := range 1200 {
		k := i % 40
		name := fmt.Sprintf("label %d", k)
		switch k {
		case 3:
			name = "a label with a name that is far longer than any column of a page could be wide"
		case 4:
			name = "<b>bold</b> & <script>alert(1)</script>"
		}
		fmt.Fprintf(&b, "%.3f,%.3f,%.3f,%s\n", float64(k%7)+0.3*wave(i, 1), float64(k/7)+0.3*wave(i, 2), wave(i, 3), name)
	}
	return b.String()
}

// columns has two hundred of them.
func columns() string {
	var b strings.Builder
	for j := range 200 {
		fmt.Fprintf(&b, "measurement_of_the_sensor_number_%d,", j)
	}
	b.WriteString("y\n")
	for i := range 300 {
		sum := 0.0
		for j := range 200 {
			v := wave(i, j+1)
			if j < 5 {
				sum += v * float64(5-j)
			}
			fmt.Fprintf(&b, "%.3f,", v)
		}
		fmt.Fprintf(&b, "%.3f\n", 250_000*(sum+5))
	}
	return b.String()
}

// prepare trains the model of a subject and writes its page; it returns the folder.
func (s subject) prepare(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	spec := s.spec
	if s.table != nil {
		spec = "spec.yaml"
		for name, text := range map[string]string{"table.csv": s.table(), spec: s.spec} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	mlp(t, dir, "fit", "-c", spec, "-q", "-o", "model.bin")
	mlp(t, dir, "report", "model.bin", "-o", "report.html")
	return dir
}

// Pages of models of every kind: they show what evaluate measures, in charts that have a
// name and marks, ask for nothing, fit a telephone in light and dark, and print.
func TestReport(t *testing.T) {
	for _, s := range subjects {
		t.Run(s.name, func(t *testing.T) {
			dir := s.prepare(t)
			address := "file://" + filepath.Join(dir, "report.html")
			p := open(t, address)
			if asked := p.asked(); !slices.Equal(asked, []string{address}) {
				t.Errorf("the page has asked for %q, and only itself is there", asked)
			}
			checkCharts(t, p, s.charts)
			checkNumbers(t, p, mlp(t, dir, "evaluate", "model.bin", "--json", "-q"))
			for _, scheme := range []string{"light", "dark"} {
				for _, width := range []int64{320, 1000} {
					p.look(t, width, scheme)
					checkFits(t, p, width)
					checkInk(t, p, scheme)
					p.shoot(t, fmt.Sprintf("report_%s_%s_%d", s.name, scheme, width))
				}
			}
			checkPrint(t, p)
			for _, fault := range p.faults() {
				t.Errorf("in the page: %s", fault)
			}
		})
	}
}

// A drawn is a chart as the page has it.
type drawn struct {
	Title, Label string
	Marks        int // shapes inside of it that stand for something
	Wide, High   float64
}

func checkCharts(t *testing.T, p *tab, titles []string) {
	t.Helper()
	all := eval[[]drawn](t, p, `[...document.querySelectorAll('svg')].map(s => ({
		Title: (s.querySelector('.title') || {}).textContent || '', Label: s.getAttribute('aria-label') || '',
		Marks: s.querySelectorAll('.l, .a, .d, .b, .unit, .weight').length,
		Wide: s.getBoundingClientRect().width, High: s.getBoundingClientRect().height}))`)
	found := map[string]bool{}
	for _, c := range all {
		found[c.Title] = true
		if c.Title == "" || c.Label == "" || c.Marks == 0 || c.Wide < 100 || c.High < 60 {
			t.Errorf("a chart without title, label, marks or room: %+v", c)
		}
	}
	// Names that are cut short still tell apart what they stand for.
	for _, twice := range eval[[]string](t, p, `[...document.querySelectorAll('svg')].flatMap(s => {
		const names = [...s.querySelectorAll('.name')].map(w => w.textContent);
		return names.filter((n, i) => names.indexOf(n) != i) })`) {
		t.Errorf("two marks of a chart are called %q", twice)
	}
	for _, want := range titles {
		if !found[want] {
			t.Errorf("there is no chart %q, but %v", want, all)
		}
	}
}

// checkNumbers holds the table of metrics against the JSON of the same rows. A figure on
// the page is as exact as its last digit.
func checkNumbers(t *testing.T, p *tab, text string) {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	rows := eval[[][]string](t, p, `[...document.querySelectorAll('section')].filter(s => s.querySelector('h2').textContent == 'Metrics')
		.flatMap(s => [...s.querySelectorAll('tbody tr')]).map(r => [...r.cells].map(c => c.textContent))`)
	compared := 0
	compare := func(key, shown string) {
		want, ok := e[key].(float64)
		if !ok || shown == "" {
			return
		}
		compared++
		got, err := strconv.ParseFloat(strings.ReplaceAll(shown, ",", ""), 64)
		if err != nil || math.Abs(got-want) > lastDigit(shown)/2*(1+1e-9) {
			t.Errorf("%s is %v in evaluate, and %q on the page", key, want, shown)
		}
	}
	for _, row := range rows {
		compare(row[0], row[1])
		if low, high, ok := strings.Cut(row[2], " to "); ok {
			compare(row[0]+"_lower", low)
			compare(row[0]+"_upper", high)
		}
	}
	if len(rows) < 2 || compared < len(rows)+2 {
		t.Errorf("the page has %d metrics, of which %d figures are in evaluate: %v", len(rows), compared, rows)
	}
}

// lastDigit is what one more in the last digit of a number is worth.
func lastDigit(number string) float64 {
	digits, exponent, _ := strings.Cut(number, "e")
	e, _ := strconv.Atoi(exponent)
	_, decimals, _ := strings.Cut(digits, ".")
	return math.Pow10(e - len(decimals))
}

func checkFits(t *testing.T, p *tab, width int64) {
	t.Helper()
	if got := eval[float64](t, p, `document.documentElement.scrollWidth`); got > float64(width) {
		t.Errorf("at %d px the page is %v px wide", width, got)
	}
	// What is wide itself may be scrolled; nothing else ends beyond the window, and no word
	// of a chart beyond its picture.
	for _, over := range eval[[]string](t, p, `[...document.querySelectorAll('body *')].filter(e => !e.closest('.wide') && !e.closest('svg') && e.getBoundingClientRect().right > innerWidth + 0.5)
		.map(e => e.tagName + ' ' + e.textContent.slice(0, 60))
		.concat([...document.querySelectorAll('svg text')].filter(w => { const a = w.getBoundingClientRect(), b = w.closest('svg').getBoundingClientRect();
			return a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1 }).map(w => 'word of a chart: ' + w.textContent))`) {
		t.Errorf("at %d px this is cut off: %s", width, over)
	}
	// A table is scrolled sideways; cells that are folded make rows that nobody can follow.
	for _, tall := range eval[[]string](t, p, `[...document.querySelectorAll('tbody tr')].filter(r => r.getBoundingClientRect().height > 40).map(r => r.textContent)`) {
		t.Errorf("at %d px a row of a table is folded: %s", width, tall)
	}
}

// checkInk holds each text against what is behind it: WCAG 2 wants a contrast of 4.5.
func checkInk(t *testing.T, p *tab, scheme string) {
	t.Helper()
	pale := eval[[]string](t, p, `(() => {
		const rgb = c => c.match(/[\d.]+/g).map(Number);
		const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
		const behind = e => { // colours are laid over each other from the page up
			const layers = [];
			for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length == 3) c.push(1); layers.unshift(c) }
			return layers.reduce((under, c) => under.map((v, i) => v * (1 - c[3]) + c[i] * c[3]), [255, 255, 255]) };
		const pale = [];
		for (const e of document.querySelectorAll('h1, h2, p, th, td, pre, svg text')) {
			if (!e.textContent.trim()) continue;
			const style = getComputedStyle(e), ink = rgb(e.closest('svg') ? style.fill : style.color).slice(0, 3);
			const a = light(ink), b = light(behind(e)), contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
			if (contrast < 4.5) pale.push(contrast.toFixed(2) + ' ' + e.tagName + ' ' + e.textContent.slice(0, 40));
		}
		return pale })()`)
	for i, one := range pale {
		if i == 5 {
			t.Errorf("in %s, and %d more", scheme, len(pale)-i)
			break
		}
		t.Errorf("in %s this is hard to read: %s", scheme, one)
	}
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

func checkPrint(t *testing.T, p *tab) {
	t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	if err != nil {
		t.Fatal(err)
	}
	pages := len(pdfPage.FindAll(text, -1))
	if !bytes.HasPrefix(text, []byte("%PDF-")) || pages < 2 || pages > 40 {
		t.Errorf("printed, the page has %d pages", pages)
	}
	t.Logf("printed on %d pages, %d bytes", pages, len(text))
}
