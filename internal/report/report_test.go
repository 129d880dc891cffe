package report

import (
	"encoding/xml"
	"math"
	"strings"
	"testing"

	"mlp/internal/evaluate"
	"mlp/internal/iostreams"
	"mlp/internal/problem"
)

// markupName has all that could be taken for markup, in a label, a column and a gate.
const markupName = "a|b<script>&`*_[x](http://y) @me\x1b]0;\n::error::no%0A\"'-->"

func namedDocument() *Document {
	e := &evaluate.Result{Rows: 3, Loss: 0.5, Labels: []string{markupName, "ok"}, Confusion: &evaluate.Confusion{Labels: 2, Pairs: []evaluate.Pair{{Truth: 0, Answer: 0, Rows: 1}, {Truth: 1, Answer: 0, Rows: 1}, {Truth: 1, Answer: 1, Rows: 1}}},
		Classes: []evaluate.Class{{Label: markupName, Precision: 0.5, Recall: 1, F1: 2.0 / 3, Support: 1}},
		Values:  []evaluate.Value{{Name: "accuracy", Value: 2.0 / 3, Low: 0.2, High: 0.9, Baseline: 0.7, Goal: 1}, {Name: "auc", Value: math.NaN(), Low: math.NaN(), High: math.NaN(), Baseline: math.NaN()}},
		Gates: []evaluate.GateResult{
			{Gate: evaluate.Gate{Metric: "accuracy", Limit: 0.5, Source: "--min accuracy=0.5"}, Value: 2.0 / 3},
			{Gate: evaluate.Gate{Metric: "accuracy", Limit: 0.9, Source: "evaluate.require", Pos: problem.Pos{File: "a,b:c.yaml", Line: 4, Col: 11}}, Value: 2.0 / 3, Failed: markupName},
			{Gate: evaluate.Gate{Metric: "auc", Limit: 0.9, Source: "--min auc=0.9"}, Value: math.NaN(), Failed: "not defined"},
		}}
	return Evaluation(e, "rows of "+markupName)
}

// Every row of a table in Markdown has the cells of its header, and nothing of a
// name is markup.
func TestMarkdownReport(t *testing.T) {
	text := markdown(namedDocument())
	columns := 0
	for _, line := range strings.Split(text, "\n") {
		cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		switch {
		case !strings.HasPrefix(line, "|"):
			columns = 0
		case columns == 0:
			columns = cells
		case cells != columns:
			t.Errorf("%d cells under %d: %s", cells, columns, line)
		}
	}
	for _, bad := range []string{"<script", "\x1b", "[x](", " @me", "http://", " `", "&`"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is left as it was in\n%s", bad, text)
		}
	}
	for _, want := range []string{"| ✓ | accuracy &gt;= 0.5 | 0.6667 | holds |", "| ✗ | auc &gt;= 0.9 | NaN | fails: not defined |",
		"| accuracy | 0.6667 | 0.2000 to 0.9000 | 0.7000 |", "> **Warning:** accuracy is no better than"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// A command of a workflow is one line; no name can begin another.
func TestWorkflowCommands(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(workflowCommands(namedDocument()), "\n"), "\n")
	want := []string{"::notice title=gate holds::accuracy >= 0.5: it is 0.6667",
		"::error file=a%2Cb%3Ac.yaml,line=4,col=11,title=gate failed::a|b<script>", "::error title=gate failed::not defined",
		"::warning title=mlp evaluate::accuracy is", "::notice title=mlp evaluate::Evaluation on 3 rows of a|b"}
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), len(want), strings.Join(lines, "\n"))
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w) {
			t.Errorf("%s, want %s", lines[i], w)
		}
		if strings.Contains(lines[i], "no%0A") {
			t.Errorf("a percent sign is not escaped: %s", lines[i])
		}
	}
}

// element is any element of XML, as it stands.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

// junitRules are those of the common schema: what an element must have, may have,
// and may hold.
var junitRules = map[string]struct{ required, optional, children string }{
	"testsuites": {"", "name time tests failures disabled errors", "testsuite"},
	"testsuite": {"name", "tests failures errors time disabled skipped timestamp hostname id package",
		"properties testcase system-out system-err"},
	"properties": {"", "", "property"},
	"property":   {"name value", "", ""},
	"testcase":   {"name classname", "assertions time status class file line", "skipped error failure system-out system-err"},
	"failure":    {"", "type message", ""},
	"system-err": {"", "", ""},
}

func (e element) check(t *testing.T) {
	t.Helper()
	rule, ok := junitRules[e.XMLName.Local]
	if !ok {
		t.Fatalf("no element %s in the schema", e.XMLName.Local)
	}
	has := map[string]bool{}
	for _, a := range e.Attrs {
		has[a.Name.Local] = true
		if !strings.Contains(" "+rule.required+" "+rule.optional+" ", " "+a.Name.Local+" ") {
			t.Errorf("%s has no attribute %s", e.XMLName.Local, a.Name.Local)
		}
	}
	for _, name := range strings.Fields(rule.required) {
		if !has[name] {
			t.Errorf("%s wants %s", e.XMLName.Local, name)
		}
	}
	for _, c := range e.Children {
		if !strings.Contains(" "+rule.children+" ", " "+c.XMLName.Local+" ") {
			t.Errorf("%s holds no %s", e.XMLName.Local, c.XMLName.Local)
		}
		c.check(t)
	}
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestJUnitReport(t *testing.T) {
	var root element
	text := junit(namedDocument())
	if err := xml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	root.check(t)
	suite := root.Children[0]
	cases, failed := 0, 0
	for _, c := range suite.Children {
		if c.XMLName.Local == "testcase" {
			cases++
			for _, f := range c.Children {
				failed++
				if f.attr("message") == "" || f.Text != f.attr("message") {
					t.Errorf("a failure says %q and %q", f.attr("message"), f.Text)
				}
			}
		}
	}
	if cases != 3 || failed != 2 || suite.attr("tests") != "3" || suite.attr("failures") != "2" || root.attr("failures") != "2" {
		t.Errorf("%d cases, %d failures, and it says %s and %s", cases, failed, suite.attr("tests"), suite.attr("failures"))
	}
	if want := iostreams.Printable(markupName); !strings.Contains(text, "&lt;script&gt;") || suite.Children[2].Children[0].Text != want {
		t.Errorf("%q, want %q", suite.Children[2].Children[0].Text, want)
	}
}

// Names that make a table too wide for a terminal are cut short; numbers are not.
func TestTableWithin(t *testing.T) {
	table := NewTable("column", "mean", "most frequent")
	table.Right(1)
	table.Add("a_name_that_does_not_end_soon", "0.123456789", "")
	table.Add("漢字漢字漢字漢字漢字", "1", "one (2), two (1)")
	want := "column                mean\na_name_that_…  0.123456789\n漢字漢字漢字…            1\n    one (2), two (1)\n"
	if got := table.Within(26); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := table.Within(0); got != table.Text() {
		t.Errorf("off a terminal\n%s", got)
	}
}
