package config

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// sketch writes a tree so that kinds and written forms can be told apart:
// text in quotes, numbers and words as they stand, Floats with a trailing f.
func sketch(n *spec.Node) string {
	switch n.Kind {
	case spec.Null:
		return "null"
	case spec.String:
		return fmt.Sprintf("%q", n.Text)
	case spec.Float:
		return n.Text + "f"
	case spec.List:
		var parts []string
		for _, item := range n.Items {
			parts = append(parts, sketch(item))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case spec.Map:
		var parts []string
		for _, k := range n.Keys {
			parts = append(parts, k.Name+":"+sketch(k.Value))
		}
		return "{" + strings.Join(parts, " ") + "}"
	}
	return n.Text
}

// yamlCases are texts with the tree they hold, or with the place and words of
// the complaint.
var yamlCases = []struct{ text, want string }{
	// Trees.
	{"", "null"},
	{"# only a comment\n", "null"},
	{"---\n", "null"},
	{"a: 1\n...\n", "{a:1}"},
	{"a: 1", "{a:1}"},
	{"\ufeffa: 1\n", "{a:1}"},
	{"a: 1\r\nb: [x,\r\n  y]\r\n", `{a:1 b:["x" "y"]}`},
	{"- a\n- {b: 2}\n", `["a" {b:2}]`},
	{"a:\nb: ~\nc: null\nd: ''\n", `{a:null b:null c:null d:""}`},
	{"a: yes\nb: no\nc: on\nd: off\ne: y\n", `{a:"yes" b:"no" c:"on" d:"off" e:"y"}`},
	{"a: true\nb: False\nc: TRUE\nd: tRue\n", `{a:true b:False c:TRUE d:"tRue"}`},
	{"a: 017\nb: 0o17\nc: 0x1F\nd: -08\n", "{a:017 b:0o17 c:0x1F d:-08}"},
	{"a: 1e3\nb: 1.\nc: .5\nd: -2.5E-3\ne: +7\n", "{a:1e3f b:1.f c:.5f d:-2.5E-3f e:+7}"},
	{"a: .nan\nb: -.inf\nc: nan\nd: inf\n", `{a:.nanf b:-.inff c:"nan" d:"inf"}`},
	{"a: 9223372036854775807\nb: 9223372036854775808\nc: 1e999\n", "{a:9223372036854775807 b:9223372036854775808f c:1e999f}"},
	{"a: 1_000\nb: 12:30\nc: 1.2.3\nd: 0b11\ne: 0xg\n", `{a:"1_000" b:"12:30" c:"1.2.3" d:"0b11" e:"0xg"}`},
	{"a: 2024-01-01\n2024-01-02: b\n", `{a:"2024-01-01" 2024-01-02:"b"}`},
	{"a: '3'\nb: \"3\"\nc: !!str 3\n", `{a:"3" b:"3" c:"3"}`},
	{"a: |\n  two\n  lines\nb: >\n  one\n  line\n", `{a:"two\nlines\n" b:"one line\n"}`},
	{"a: \"tab\\tquote\\\"\\u00e9\"\n", `{a:"tab\tquote\"é"}`},
	{"on: 1\nYes: 2\nA: 3\na: 4\n", "{on:1 Yes:2 A:3 a:4}"},
	{"\"1\": a\n'true': b\n", `{1:"a" true:"b"}`},
	{"a: &x [1, 2]\nb: *x\nc: [*x]\n", "{a:[1 2] b:[1 2] c:[[1 2]]}"},
	{"a: &x {u: 1, v: 2}\nb: {<<: *x, v: 3}\n", "{a:{u:1 v:2} b:{u:1 v:3}}"},
	{"a: &x {u: 1}\nb: &y {u: 2, v: 2}\nc: {<<: [*x, *y], w: 3}\n", "{a:{u:1} b:{u:2 v:2} c:{u:1 v:2 w:3}}"},
	{"'<<': 1\n", "{<<:1}"},
	{"a: !!map {b: !!seq [1]}\n", "{a:{b:[1]}}"},
	{"? a\n: b\n", `{a:"b"}`},
	{"? A", "{A:null}"}, // the parser puts the value behind the end
	{"a: {b: 1, c}\n", "{a:{b:1 c:null}}"},
	{"a: b#c # d\n", `{a:"b#c"}`},
	{"é: ü\n", `{é:"ü"}`},
	// Not a text.
	{"a: \xff\n", `1:4: the byte 0xff is not UTF-8`},
	{"a: 1\nb: \xc3\x28\n", `2:4: the byte 0xc3 is not UTF-8`},
	{"\xff\xfea\x00:\x00", `1:1: the byte 0xff is not UTF-8`},
	{"a: x\x00y\n", `1:5: the character U+0000 is not allowed in YAML`},
	{"a: é\x1b[0m\n", `1:5: the character U+001B is not allowed in YAML`},
	{"a: 1\n\ufeffb: 2\n", `2:1: the character U+FEFF is not allowed in YAML`},
	{strings.Repeat("# x\n", 1<<18) + "a", ` a spec has at most 1048576 bytes, this one has 1048577`},
	// Syntax.
	{"a: 1\n\tb: 2\n", `2:1: a tab in the indentation`},
	{"a:\n  \tb: 2\n", `2:3: a tab in the indentation`},
	{"\ta: 1", `1:1: a tab in the indentation`},
	{"a: |\n\tx\n", `2:1: a tab in the indentation`},
	{"a: b: c\n", `1:5: a ":" has no place here`},
	{"x: 1\n\na: 1\n b: 2\n", `4:3: a ":" has no place here`},
	{"a: C: drive\n", `1:5: a ":" has no place here`},
	{"a:1\nb: 2\n", `2:2: a ":" has no place here`},
	{"a: 1\nb:2\nc: 3\n", "2:1: this is no `key: value`"},
	{"a: 1\nhello there\nb: 2\n", "2:1: this is no `key: value`"},
	{"a:\n  - b\n  -c\n", `3:3: this is no ` + "`key: value`"},
	{"a:\n  b: 1\n# note\n c: 2\n", `4:2: this does not fit what stands before it`},
	{"layers:\n  - type: dense\n    units: 3\n   activation: relu\nfit: 1\n", `4:4: this does not fit what stands before it`},
	{"a:\n  - 1\n - 2\n", `3:2: this does not fit what stands before it`},
	{"- 1\nb: 2\n", `2:1: this does not fit what stands before it`},
	{"a: 1\n- 2\n", `2:1: this does not fit what stands before it`},
	{"a: \"x\" y\n", `1:8: this does not fit what stands before it`},
	{"a: [b, c]]\n", `1:10: this does not fit what stands before it`},
	{"a: 1\n]\n", `2:1: this does not fit what stands before it`},
	{"a: [1, 2\nb: 3\nc: 4\n", `1:4: this "[" is not closed, or an entry after it lacks its comma`},
	{"a: [\n 1,\n 2\nb: 1\n", `1:4: this "[" is not closed, or an entry after it lacks its comma`},
	{"x: 1\na: {b: [1, 2], c: 1\nd: 2\n", `2:4: this "{" is not closed, or an entry after it lacks its comma`},
	{"x: 1\na: [1, 2}\n", `2:4: this "[" is not closed, or an entry after it lacks its comma`},
	{"a: {b c: d: e}\n", `1:4: what stands in these brackets is no list of entries`},
	{"a: ]\n", `1:4: "]" has no place here`},
	{"a: 'abc\nb: 3\n", `1:4: the quote that opens here is never closed`},
	{"a: 1\nb: \"abc\nc: 3\n", `2:4: the quote that opens here is never closed`},
	{"a: @foo\n", `1:4: "@" cannot begin a value`},
	{"x: 1\na: `foo`\n", "2:4: \"`\" cannot begin a value"},
	{"a: %x\n", `1:4: "%" cannot begin a value`},
	{"a: \"\\q\"\n", "1:5: `\\q` is no escape"},
	{"x: 1\nb:\n  a: *foo\n", `3:6: there is no anchor for this alias`},
	{"a: - b\n", `1:4: a list cannot begin here`},
	{"a: ? b\n", `1:4: this is not YAML: mapping keys are not allowed in this context`},
	{"%YAML 3.0\n---\na: 1\n", `1:9: this is not YAML: found incompatible YAML document`},
	// Understood, but refused.
	{"a: 1\n---\nb: 2\n", `2:1: a second document begins here`},
	{"a: 1\n---\n", `2:1: a second document begins here`},
	{"a: 1\n...\nb: 2\n", `3:1: text after the end of the document`},
	{"a: 1\nb:\n  a: 2\na: 3\n", `4:1: the key "a" is given twice, first on line 1`},
	{"a: {b: 1, \"b\": 2}\n", `1:11: the key "b" is given twice, first on line 1`},
	{"a: &x {}\nb: {<<: *x, <<: *x}\n", `2:13: the key "<<" is given twice, first on line 2`},
	{"~: a\n", `1:1: the key "~" is not text`},
	{"a: {null: 1}\n", `1:5: the key "null" is not text`},
	{"a: {1: 1, \"1\": 2}\n", `1:11: the key "1" is given twice, first on line 1`},
	{"a: 1\n?\n: b\n", `2:2: the key before the colon is missing`},
	{"? [a]\n: b\n", `1:3: a key is text, not a list or a map`},
	{"{a: 1}: b\n", `1:1: a key is text, not a list or a map`},
	{strings.Repeat("k", 101) + ": 1\n", `1:1: this key is longer than 100 characters`},
	{"a: !!python/object/apply:os.system [ls]\n", `1:4: the tag "!!python/object/apply:os.system" is not allowed in a spec`},
	{"!local {a: 1}\n", `1:1: the tag "!local" is not allowed in a spec`},
	{"a: !!float 3\n", `1:4: the tag "!!float" is not allowed in a spec`},
	{"a: !!binary aGk=\n", `1:4: the tag "!!binary" is not allowed in a spec`},
	{"<<: 3\n", `1:5: << merges maps, not "3"`},
	{"a: {<<: [[]]}\n", `1:10: << merges maps, not lists`},
	{"a: &x [1, *x]\n", `1:11: the alias *x stands inside its own anchor`},
	{"a: &x\n  b: {<<: *x}\n", `2:11: the alias *x stands inside its own anchor`},
	{"a: " + strings.Repeat("[", 64) + strings.Repeat("]", 64) + "\n", `1:67: nested deeper than 64 levels`},
	{strings.Repeat("[", 20000), `1:10005: nested deeper than 64 levels`},
	{laughs(), `6:10: more than 100000 values, counting what the aliases stand for`},
}

// laughs is the bomb of nine billion: every line stands for nine of the line
// before it. The sixth line is the first that is too much.
func laughs() string {
	text := "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
	for i := 1; i < 9; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	return text
}

func TestParse(t *testing.T) {
	for _, c := range yamlCases {
		n, err := Parse([]byte(c.text), "x")
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "x:")
		} else {
			got = sketch(n)
		}
		if got != c.want {
			t.Errorf("%.80q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// No text, however hostile, takes long: the worst of the table are bombs that a
// careless reader would expand for hours.
func TestParseIsQuick(t *testing.T) {
	for _, c := range yamlCases {
		start := time.Now()
		_, _ = Parse([]byte(c.text), "x")
		if d := time.Since(start); d > 2*time.Second { // about 1 s for a megabyte under the race detector
			t.Errorf("%.40q took %v", c.text, d)
		}
	}
}

func TestNodesKnowTheirPlace(t *testing.T) {
	n, err := Parse([]byte("\ufeffname: é\r\nlayers:\r\n  - {type: dense, units: &u 12}\r\n  - units: *u\r\n"), "p.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	n.Walk("", func(path string, n *spec.Node) { got[path] = n.Pos.String() + " " + n.Origin })
	for path, want := range map[string]string{
		"":                "p.yaml:1:1 p.yaml:1",
		"name":            "p.yaml:1:7 p.yaml:1",
		"layers":          "p.yaml:3:3 p.yaml:3",
		"layers[0].units": "p.yaml:3:26 p.yaml:3",
		"layers[1].units": "p.yaml:3:26 p.yaml:3", // what the alias stands for
	} {
		if got[path] != want {
			t.Errorf("%q stands at %s, want %s", path, got[path], want)
		}
	}
	if at := n.Get("layers").Items[0].Key("units").Pos; at.Line != 3 || at.Col != 19 {
		t.Errorf("the key units stands at %v, want 3:19", at)
	}
}

func TestProblemsOfAFile(t *testing.T) {
	text := "a: 1\nb: 2\r\na: 3\nb: 4\n~: é\n"
	_, err := Parse([]byte(text), "x")
	var problems problem.Problems
	if !errors.As(err, &problems) || len(problems) != 3 {
		t.Fatalf("got %v, want three problems at once", err)
	}
	for i, want := range []struct {
		excerpt, hint string
		also          problem.Pos
	}{
		{"a: 3", "keep one of them", problem.Pos{File: "x", Line: 1, Col: 1}},
		{"b: 4", "keep one of them", problem.Pos{File: "x", Line: 2, Col: 1}},
		{"~: é", "put it in quotes", problem.Pos{}},
	} {
		p := problems[i]
		var also problem.Pos
		if len(p.Also) > 0 {
			also = p.Also[0]
		}
		if p.Excerpt != want.excerpt || p.Hint != want.hint || also != want.also || p.Width != 1 {
			t.Errorf("%v: excerpt %q, hint %q, also %v, width %d; want %q, %q, %v, 1", p, p.Excerpt, p.Hint, also, p.Width, want.excerpt, want.hint, want.also)
		}
	}
}

// What is wrong at an anchor is not wrong again at each of its aliases.
func TestAliasesRepeatNoProblem(t *testing.T) {
	_, err := Parse([]byte("a: &x {~: 2}\nb: *x\nc: {<<: *x}\n"), "x")
	if err == nil || err.Error() != `x:1:8: the key "~" is not text` {
		t.Errorf("got %v", err)
	}
}

func TestAnnotate(t *testing.T) {
	text := []byte("\ufeffa: 1\r\n  b: 2\n" + strings.Repeat("x", 500))
	at := func(file string, line, col int) *problem.Problem {
		return &problem.Problem{Pos: problem.Pos{File: file, Line: line, Col: col}}
	}
	problems := problem.Problems{at("f", 1, 4), at("f", 2, 3), at("other", 1, 1), at("flag --epochs", 0, 0), at("f", 3, 9), at("f", 3, 400), at("f", 9, 1)}
	Annotate(fmt.Errorf("fit: %w", problems), "f", text)
	for i, want := range []string{"a: 1", "  b: 2", "", "", strings.Repeat("x", maxExcerpt), "", ""} {
		if got := problems[i].Excerpt; got != want {
			t.Errorf("%v: excerpt %q, want %q", problems[i].Pos, got, want)
		}
	}
	one := at("f", 1, 1)
	Annotate(one, "f", text)
	if one.Excerpt != "a: 1" {
		t.Errorf("a single problem has the excerpt %q", one.Excerpt)
	}
	Annotate(nil, "f", text)
}

func FuzzParse(f *testing.F) {
	for _, c := range yamlCases {
		if len(c.text) < 1000 {
			f.Add([]byte(c.text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := Parse(text, "x")
		if err == nil {
			n.Walk("", func(path string, n *spec.Node) { checkPlace(t, text, n.Pos, path) })
			checkRoundTrip(t, n)
			return
		}
		var problems problem.Problems
		if !errors.As(err, &problems) {
			t.Fatalf("%v is not a list of problems", err)
		}
		for _, p := range problems {
			checkPlace(t, text, p.Pos, p.Msg)
		}
	})
}

func checkPlace(t *testing.T, text []byte, at problem.Pos, what string) {
	t.Helper()
	all := spans(text)
	if at.Line < 1 || at.Line > len(all) {
		t.Fatalf("%q: %v is outside the %d lines of the text", what, at, len(all))
	}
	line := all[at.Line-1]
	if width := utf8.RuneCount(text[line.start:line.end]); at.Col < 1 || at.Col > width+1 {
		t.Fatalf("%q: %v is outside its line of %d characters", what, at, width)
	}
}

func checkRoundTrip(t *testing.T, n *spec.Node) {
	t.Helper()
	for _, tree := range []*spec.Node{n, Origins(n)} {
		text := Render(tree)
		again, err := Parse(text, "again")
		if err != nil {
			t.Fatalf("%s\nwas written as\n%s\nwhich is refused: %v", sketch(n), text, err)
		}
		if got, want := sketch(again), sketch(n); got != want {
			t.Fatalf("got %s\nwant %s\nfrom\n%s", got, want, text)
		}
	}
}

func TestResolveKeepsValues(t *testing.T) {
	for word, want := range map[string]float64{"017": 17, "0o17": 15, "0x1F": 31, "1e3": 1000, ".5": 0.5, "-08": -8, "+.inf": math.Inf(1), "1e999": math.Inf(1)} {
		if got := resolve(word).Float; got != want {
			t.Errorf("%s is %v, want %v", word, got, want)
		}
	}
}
