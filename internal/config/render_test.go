package config

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"mlp/internal/spec"
)

// trickyTexts look like something other than text to one YAML reader or another.
var trickyTexts = []string{
	"", " ", "a ", " a", "~", "null", "Null", "true", "FALSE", "yes", "No", "on", "OFF", "y", "N", "0", "007", "0o7", "0x1F", "-1", "+1", "1e3", ".5", "1.",
	".inf", "-.INF", ".nan", "1_000", "12:30:00", "2024-01-01", "0b1", "<<", "=", "-", "- a", "?", "? a", ":", "a: b", "a:", "a:b", "a #b", "#a", "[a]", "{a}", "a, b",
	"*a", "&a", "!a", "!!str", "|", ">", ">= 0.74", "'", "\"", "a'b", "%", "@a", "`a`", "---", "...", "--- a", "a\nb", "a\r\nb", "\ta", "a\tb", "\x00", "\x1b[0m", "\u0085", "\u2028", "\ufeff", "\u00a0", "é", "日本", "🙂", "\U000e0001",
	"\\", "a\\nb", "C:\\data", "../data/pima.csv", "./x", "/tmp/x y.csv", "~/x", "relu", "he_normal", "a  b", "batch=3", strings.Repeat("long ", 300),
}

func TestRenderAndParseAreInverse(t *testing.T) {
	scalars := spec.NewList()
	keys := spec.NewMap()
	for _, s := range trickyTexts {
		scalars.Items = append(scalars.Items, spec.NewString(s))
		if len(s) <= maxKey {
			keys.Put(s, spec.NewString(s))
		}
	}
	numbers := spec.NewList(spec.NewFloat(1e-7), spec.NewFloat(1e300), spec.NewFloat(-0.5), spec.NewInt(math.MinInt64), spec.NewBool(true), spec.NewNull())
	var row []*spec.Node
	for i := range 400 {
		row = append(row, spec.NewFloat(float64(i)+0.125))
	}
	long := spec.NewList(spec.NewList(row...), spec.NewList(row...))
	empty := spec.NewMap()
	empty.Put("list", spec.NewList())
	empty.Put("map", spec.NewMap())
	empty.Put("nested", spec.NewList(spec.NewList(), spec.NewMap(), spec.NewList(spec.NewList(spec.NewMap()))))
	all := spec.NewMap()
	for i, n := range []*spec.Node{scalars, keys, numbers, long, empty, spec.NewList(keys, scalars, spec.NewList(keys, spec.NewList(keys)))} {
		all.Put(fmt.Sprintf("section%d", i), n)
	}
	for _, n := range append([]*spec.Node{all, spec.NewList(all)}, append(all.Keys[5].Value.Items, scalars.Items...)...) {
		checkRoundTrip(t, n)
	}
	for _, c := range yamlCases {
		if n, err := Parse([]byte(c.text), "x"); err == nil {
			checkRoundTrip(t, n)
		}
	}
}

// Text stays readable where nothing can be mistaken, and only there.
func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"relu": "relu", "../data/pima.csv": "../data/pima.csv", "two words": "two words", "Größe": "Größe", "a-b_c.d": "a-b_c.d",
		"yes": `"yes"`, "1": `"1"`, "": `""`, ">= 0.74": `">= 0.74"`, "a: b": `"a: b"`, "é\x1b": `"é\x1b"`,
		"Sepal.Length": "Sepal.Length", "Null": `"Null"`, "#x": `"#x"`, "a\"b\\": `"a\"b\\"`, "tab\t": `"tab\t"`, "\x01": `"\x01"`, "-": `"-"`, ".inf": `".inf"`,
	} {
		if got := quote(text); got != want {
			t.Errorf("%q is written as %s, want %s", text, got, want)
		}
	}
}

// Numbers that were never YAML get a form that is.
func TestNumbersWithoutText(t *testing.T) {
	for want, f := range map[string]float64{".nan": math.NaN(), ".inf": math.Inf(1), "-.inf": math.Inf(-1), "-0.0": math.Copysign(0, -1), "3.0": 3, "1e+20": 1e20} {
		if got := string(Render(&spec.Node{Kind: spec.Float, Float: f})); got != want+"\n" {
			t.Errorf("%v is written as %q, want %q", f, got, want)
		}
	}
}

func TestRenderReadsWell(t *testing.T) {
	n := mustParse(t, `
name: pima
data: {path: ../data/pima.csv, na_values: ["", NA], numeric: {scale: none, missing: median},
  columns: [{name: insulin, na_values: [0]}]}
layers:
  - {type: dense, units: 12, activation: relu}
  - {type: dense, units: 1, kernel: [[1, -1], [1, 1]], constraint: {type: max_norm, max_value: 2}}
  - relu
fit: {callbacks: [{type: early_stopping, monitor: val_loss, patience: 20, restore_best_weights: true, mode: auto, min_delta: 0}]}
`, "s.yaml")
	want := strings.TrimPrefix(`
name: pima
data:
  path: ../data/pima.csv
  na_values: ["", NA]
  numeric: {scale: none, missing: median}
  columns:
    - {name: insulin, na_values: [0]}
layers:
  - {type: dense, units: 12, activation: relu}
  - type: dense
    units: 1
    kernel: [[1, -1], [1, 1]]
    constraint: {type: max_norm, max_value: 2}
  - relu
fit:
  callbacks:
    - type: early_stopping
      monitor: val_loss
      patience: 20
      restore_best_weights: true
      mode: auto
      min_delta: 0
`, "\n")
	if got := string(Render(n)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A row of a matrix stays a row, however long; words are wrapped.
func TestRenderLongLists(t *testing.T) {
	row, words := spec.NewList(), spec.NewList()
	for range 40 {
		row.Items = append(row.Items, spec.NewFloat(0.25))
		words.Items = append(words.Items, spec.NewString("word"))
	}
	section := spec.NewMap()
	section.Put("kernel", spec.NewList(row, row))
	section.Put("words", words)
	all := spec.NewMap()
	all.Put("layer", section)
	numbers := "[" + strings.Repeat("0.25, ", 39) + "0.25]\n"
	want := "layer:\n  kernel:\n    - " + numbers + "    - " + numbers + "  words:\n" + strings.Repeat("    - word\n", 40)
	if got := string(Render(all)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// One line has one comment, so what comes from several places takes several
// lines; a line that is too long does not push the other comments away.
func TestRenderOrigins(t *testing.T) {
	n := mustParse(t, "data:\n  path: "+strings.Repeat("x", 70)+"\nlayers:\n  - {type: dense, units: 12, names: [a, b]}\nfit:\n  epochs: 3\n", "s.yaml")
	layer := n.Get("layers").Items[0].Clone()
	use := spec.NewBool(true)
	use.Origin = "default"
	layer.Put("use_bias", use)
	n.Get("layers").Items = append(n.Get("layers").Items, layer)
	inherits := spec.NewList(spec.NewInt(1)) // as a field reader leaves a list: only the list knows its origin
	inherits.Origin = "env MLP_X\ny"
	n.Get("fit").Put("x", inherits)
	want := `data:
  path: ` + strings.Repeat("x", 70) + `  # s.yaml:2
layers:
  - {type: dense, units: 12, names: [a, b]}  # s.yaml:4
  - type: dense                              # s.yaml:4
    units: 12                                # s.yaml:4
    names: [a, b]                            # s.yaml:4
    use_bias: true                           # default
fit:
  epochs: 3                                  # s.yaml:6
  x: [1]                                     # env MLP_X?y
`
	if got := string(Render(Origins(n))); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// Comments stand where they were put, and a line has one of them.
func TestRenderComments(t *testing.T) {
	noted := func(n *spec.Node, note string) *spec.Node {
		n.Note = note
		return n
	}
	entry := func(note string) *spec.Node {
		m := spec.NewMap()
		m.Put("name", noted(spec.NewString("insulin"), note))
		m.Put("na_values", spec.NewList(spec.NewInt(0)))
		return m
	}
	wide := entry("")
	for i := range 10 {
		wide.Put(fmt.Sprintf("setting_%d", i), spec.NewInt(int64(i)))
	}
	columns := spec.NewList(noted(entry(""), "0 is missing"), noted(entry("here"), "and here"), entry("both"))
	columns.Items = append(columns.Items, noted(wide, "too wide for one line"))
	data := spec.NewMap()
	data.Put("path", noted(spec.NewString("a.csv"), "one\nline"))
	columns.Above = []string{"look:", "here"}
	data.Put("columns", noted(columns, "exceptions"))
	data.Above = []string{"", "the table"}
	n := spec.NewMap()
	n.Above = []string{"# head\r"}
	n.Put("seed", spec.NewInt(1))
	n.Put("data", noted(data, "load"))
	checkRoundTrip(t, n)
	want := `# # head?
seed: 1

# the table
data:                                  # load
  path: a.csv                          # one?line
  # look:
  # here
  columns:                             # exceptions
    - {name: insulin, na_values: [0]}  # 0 is missing
    # and here
    - name: insulin                    # here
      na_values: [0]
    - name: insulin                    # both
      na_values: [0]
    # too wide for one line
    - name: insulin
      na_values: [0]
`
	for i := range 10 {
		want += fmt.Sprintf("      setting_%d: %d\n", i, i)
	}
	if got := string(Render(n)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
