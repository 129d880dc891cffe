package report

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"mlp/internal/chart"
	"mlp/internal/evaluate"
	"mlp/internal/metric"
)

// A page runs nothing and asks for nothing, whatever the names in a table are, and the
// policy in it admits its own style alone.
func TestPageIsClosed(t *testing.T) {
	d := namedDocument()
	c := &chart.Chart{Title: markupName}
	c.Line(markupName, chart.First, []float64{0, 1}, []float64{0, 1})
	d.addPictures(markupName, markupName, picture{fileName("history", markupName), c.SVG()})
	d.sections = append(d.sections, section{title: "Spec", text: markupName})
	page := htmlPage(d)
	for _, bad := range []string{"<script", "\x1b", "<img", "<link", "<iframe", " style=", "@import", "url(", "javascript:", "<body onload", "'-->"} {
		if strings.Contains(strings.ToLower(page), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if left := regexp.MustCompile(`(src|href|action)\s*=`).FindString(page); left != "" {
		t.Errorf("the page has an address: %s", left)
	}
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)[1]
	sum := sha256.Sum256([]byte(style))
	if want := `content="default-src &#39;none&#39;; style-src &#39;sha256-`; !strings.Contains(page, want) {
		t.Errorf("no policy: %s", page[:300])
	}
	if want := strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;"); !strings.Contains(page, want) {
		t.Errorf("the policy does not admit the style of the page, whose sum is %s", want)
	}
	if strings.Count(page, "</style>") != 1 || strings.Count(page, "<svg") != 1 || strings.Count(page, `role="img" aria-label="`) != 1 {
		t.Error("the page has not one style and one picture with a name")
	}
	// A count is shaded by its share of the row.
	if !strings.Contains(page, `<td class="r h9">1</td>`) || !strings.Contains(page, `<td class="r h5">1</td>`) || !strings.Contains(page, `<td class="r h0">0</td>`) {
		t.Errorf("the confusion matrix is not shaded:\n%s", page[strings.Index(page, "Confusion"):])
	}
	for name, text := range d.Pictures() {
		if regexp.MustCompile(`^[A-Za-z0-9_-]+\.svg$`).FindString(name) == "" || strings.Contains(text, "<script") {
			t.Errorf("a picture is called %q", name)
		}
	}
	if strings.Contains(markdown(d), "<svg") {
		t.Error("Markdown has a picture")
	}
}

// Where the probabilities are drawn, the table of them is left out of the page; Markdown,
// which has no pictures, keeps it.
func TestPageDrawsProbabilitiesOnce(t *testing.T) {
	document := func() *Document {
		return Evaluation(&evaluate.Result{Rows: 4, Bins: []metric.Bin{{Low: 0, High: 0.5, Weight: 4, Confidence: 0.25, Right: 0.5}}}, "rows")
	}
	plain, drawn := document(), document()
	drawn.AddCurves(&evaluate.Curves{Calibrated: []evaluate.Share{{Predicted: 0.25, Found: 0.5, FoundLow: 0.1, FoundHigh: 0.9, Rows: 4}}})
	if text := htmlPage(plain); !strings.Contains(text, binTitle) {
		t.Error("a page without pictures has no table of the probabilities")
	}
	if text := htmlPage(drawn); strings.Contains(text, binTitle) || !strings.Contains(text, "Calibration") {
		t.Error("a page with a picture of the probabilities has the table too, or no picture")
	}
	if !strings.Contains(markdown(drawn), binTitle) {
		t.Error("Markdown has no table of the probabilities")
	}
}
