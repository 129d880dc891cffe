package spec

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/problem"
)

type shape interface{ area() float64 }
type square struct{ side float64 }
type circle struct{ radius float64 }

func (s square) area() float64 { return s.side * s.side }
func (c circle) area() float64 { return 3 * c.radius * c.radius }

func shapes() *Registry[shape] {
	r := NewRegistry[shape]("shape", "shapes")
	r.Add("square", "all sides alike", func(f *Fields) shape {
		f.Alias("side", "edge")
		return square{f.Float("side", 1, "length of a side", Positive)}
	}, "quad")
	r.Add("round_circle", "all radii alike", func(f *Fields) shape {
		return circle{f.Float("radius", 2, "distance to the middle", In(0, 9))}
	})
	r.Add("point", "nothing", func(f *Fields) shape { return square{0} })
	r.Imply("radius", "round_circle")
	return r
}

func parse(t *testing.T, text string) *Node {
	t.Helper()
	n, err := ParseJSON([]byte(text), "test.json", "test")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestComponentsCanBeWrittenInThreeWays(t *testing.T) {
	cases := []struct {
		text, resolved string
		area           float64
	}{
		{`"square"`, `{"side":1,"type":"square"}`, 1},
		{`"quad"`, `{"side":1,"type":"quad"}`, 1},
		{`"RoundCircle"`, `{"radius":2,"type":"round_circle"}`, 12},
		{`{"square": 3}`, `{"side":3,"type":"square"}`, 9},
		{`{"square": {"edge": 3}}`, `{"side":3,"type":"square"}`, 9},
		{`{"square": null}`, `{"side":1,"type":"square"}`, 1},
		{`{"type": "square", "side": 2}`, `{"side":2,"type":"square"}`, 4},
		{`{"radius": 1}`, `{"radius":1,"type":"round_circle"}`, 3},
		{`"point"`, `"point"`, 0},
	}
	for _, c := range cases {
		var got shape
		resolved, problems := Decode(parse(t, `{"s": `+c.text+`}`), func(f *Fields) {
			got = One(f, "s", shapes(), "", "a shape")
		})
		if problems.Err() != nil {
			t.Errorf("%s: %v", c.text, problems)
			continue
		}
		if got.area() != c.area {
			t.Errorf("%s: area %v, want %v", c.text, got.area(), c.area)
		}
		if s := string(CanonicalJSON(resolved.Get("s"))); s != c.resolved {
			t.Errorf("%s: resolved %s, want %s", c.text, s, c.resolved)
		}
	}
}

func TestProblemsAreCollectedWithPathAndHint(t *testing.T) {
	cases := []struct{ text, msg, hint string }{
		{`{"n": "3"}`, `n: "3" is not an integer`, "without quotes"},
		{`{"n": 3.5}`, `n: "3.5" is not an integer`, ""},
		{`{"n": 9223372036854775808}`, `n: 9223372036854775808 is too large`, ""},
		{`{"n": -1e300}`, `n: -1e300 is too large`, ""},
		{`{"n": -1}`, `n: -1 is not at least 0`, ""},
		{`{"x": true}`, `x: "true" is not a number`, ""},
		{`{"b": "yes"}`, `b: "yes" is not true or false`, "write true or false"},
		{`{"word": "blau"}`, `word: "blau" is not one of blue, green`, ""},
		{`{"word": "gren"}`, `word: "gren" is not one of blue, green`, `did you mean "green"?`},
		{`{"shape": "sqare"}`, `shape: unknown shape "sqare"`, `did you mean "square"?`},
		{`{"shape": {"type": "square", "sied": 2}}`, `shape: unknown key "sied"`, `did you mean "side"?`},
		{`{"shape": {"type": "square", "side": 2, "edge": 3}}`, `shape.edge: "edge" is another name for "side", which is given too`, ""},
		{`{"shape": {"sied": 2}}`, `shape: unknown shape "sied"`, ""},
		{`{"wrod": 1}`, `unknown key "wrod" here`, `did you mean "word"?`},
		{`{"shapes": ["square", "cube"]}`, `shapes[1]: unknown shape "cube"`, "list shapes"},
		{`[]`, `a spec is a map of sections, not a list`, ""},
	}
	for _, c := range cases {
		_, problems := Decode(parse(t, c.text), func(f *Fields) {
			f.Int("n", 0, "count", AtLeast(0))
			f.Float("x", 0, "number")
			f.Bool("b", false, "flag")
			f.Enum("word", "blue", "colour", "blue", "green")
			One(f, "shape", shapes(), "square", "a shape")
			Many(f, "shapes", shapes(), nil, "shapes")
		})
		if len(problems) == 0 {
			t.Errorf("%s: no problem found", c.text)
			continue
		}
		p := problems[len(problems)-1]
		if got := strings.TrimPrefix(p.Error(), "test.json: "); !strings.HasSuffix(got, c.msg) {
			t.Errorf("%s: %q, want %q", c.text, got, c.msg)
		}
		hint := p.Hint
		if p.Remedy.Kind == problem.ListFamily {
			hint += fmt.Sprintf("; list %v", p.Remedy.Value)
		}
		if !strings.Contains(hint, c.hint) {
			t.Errorf("%s: hint %q, want %q", c.text, hint, c.hint)
		}
	}
}

func TestFieldsOfTheDefaultNeedNoType(t *testing.T) {
	var got shape
	_, problems := Decode(parse(t, `{"s": {"side": 3}}`), func(f *Fields) { got = One(f, "s", shapes(), "square", "a shape") })
	if len(problems) > 0 || got.area() != 9 {
		t.Errorf("{side: 3} with square as the default: area %v, %v", got.area(), problems)
	}
}

func TestResolvingIsIdempotent(t *testing.T) {
	read := func(f *Fields) {
		f.Section("a", "a section", func(f *Fields) {
			f.OptFloat("limit", "no limit by default")
			f.Strings("words", []string{"x", ""}, "words")
			f.Float("rate", 1e-7, "a rate")
			Each(f, "list", "items", func(f *Fields) int { return f.Int("n", 3, "count") })
		})
		One(f, "shape", shapes(), "square", "a shape")
		One(f, "none", shapes(), "", "no shape")
	}
	first, problems := Decode(parse(t, `{"a": {"list": [{}, {"n": 4}]}}`), read)
	if problems.Err() != nil {
		t.Fatal(problems)
	}
	text := CanonicalJSON(first)
	again, problems := Decode(parse(t, string(text)), read)
	if problems.Err() != nil {
		t.Fatal(problems)
	}
	if got := CanonicalJSON(again); string(got) != string(text) {
		t.Errorf("resolved again:\n%s\nwant\n%s", got, text)
	}
	if want := `"list":[{"n":3},{"n":4}]`; !strings.Contains(string(text), want) {
		t.Errorf("%s does not contain %s", text, want)
	}
}

func TestSetAndMerge(t *testing.T) {
	cases := []struct{ base, path, value, want string }{
		{`{}`, "fit.epochs", `3`, `{"fit":{"epochs":3}}`},
		{`{"layers":[{"units":3},"relu"]}`, "layers[0].units", `4`, `{"layers":[{"units":4},"relu"]}`},
		{`{"layers":[{"units":3},"relu"]}`, "layers.1", `"tanh"`, `{"layers":[{"units":3},"tanh"]}`},
		{`{"compile":{"optimizer":"adam"}}`, "compile.optimizer.learning_rate", `0.1`, `{"compile":{"optimizer":{"learning_rate":0.1,"type":"adam"}}}`},
	}
	for _, c := range cases {
		n := parse(t, c.base)
		if err := n.Set(c.path, parse(t, c.value)); err != nil {
			t.Errorf("set %s: %v", c.path, err)
		}
		if got := string(CanonicalJSON(n)); got != c.want {
			t.Errorf("set %s: %s, want %s", c.path, got, c.want)
		}
	}
	for _, bad := range []string{"layers[7].units", "layers.x", "name.first", ""} {
		if err := parse(t, `{"layers":[{}],"name":1}`).Set(bad, NewInt(1)); err == nil {
			t.Errorf("set %q: no error", bad)
		}
	}
	merges := []struct{ base, over, want string }{
		{`{"a":1,"b":{"c":2}}`, `{"b":{"d":3}}`, `{"a":1,"b":{"c":2,"d":3}}`},
		{`{"o":{"type":"adam","lr":1}}`, `{"o":{"type":"sgd"}}`, `{"o":{"type":"sgd"}}`},
		{`{"o":{"type":"adam","lr":1}}`, `{"o":{"type":"adam","b":2}}`, `{"o":{"b":2,"lr":1,"type":"adam"}}`},
		{`{"l":[1,2]}`, `{"l":[3]}`, `{"l":[3]}`},
	}
	for _, c := range merges {
		if got := string(CanonicalJSON(Merge(parse(t, c.base), parse(t, c.over)))); got != c.want {
			t.Errorf("merge %s and %s: %s, want %s", c.base, c.over, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"relu", "selu", "sigmoid", "learning_rate", "batch_size"}
	for word, want := range map[string]string{"rleu": "relu", "sigmod": "sigmoid", "learning_rte": "learning_rate",
		"BatchSize": "batch_size", "xyz": "", "softplus": ""} {
		if got := problem.Nearest(word, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestParseJSONRefuses(t *testing.T) {
	for _, bad := range []string{``, `{`, `{"a":1,"a":2}`, `{} {}`, `[1,]`, `{"a":1e999}`, strings.Repeat("[", 100) + strings.Repeat("]", 100)} {
		if n, err := ParseJSON([]byte(bad), "x", ""); err == nil {
			t.Errorf("%.40s: accepted as %s", bad, n.Kind)
		}
	}
}

func TestNumberOrComponent(t *testing.T) {
	cases := []struct {
		text, resolved, problem string
		number                  float64
		component               bool
	}{
		{`{}`, `{"rate":0.5}`, "", 0.5, false},
		{`{"rate": 2}`, `{"rate":2}`, "", 2, false},
		{`{"rate": "square"}`, `{"rate":{"side":1,"type":"square"}}`, "", 0.5, true},
		{`{"rate": {"square": 3}}`, `{"rate":{"side":3,"type":"square"}}`, "", 0.5, true},
		{`{"rate": -1}`, `{"rate":0.5}`, "rate: -1 is not at least 0", 0.5, false},
		{`{"rate": true}`, `{"rate":0.5}`, `rate: "true" is not a number`, 0.5, false},
		{`{"rate": "sqare"}`, "", `rate: unknown shape "sqare"`, 0.5, true},
	}
	for _, c := range cases {
		var number float64
		var component shape
		resolved, problems := Decode(parse(t, c.text), func(f *Fields) {
			number, component = NumberOr(f, "rate", shapes(), 0.5, "a rate", NonNegative)
		})
		if got := problems.Error(); len(problems) > 1 || got != "" && !strings.HasSuffix(got, c.problem) || got == "" && c.problem != "" {
			t.Errorf("%s: problem %q, want %q", c.text, got, c.problem)
		}
		if number != c.number || (component != nil) != c.component {
			t.Errorf("%s: %v and %v", c.text, number, component)
		}
		if s := string(CanonicalJSON(resolved)); c.resolved != "" && c.problem == "" && s != c.resolved {
			t.Errorf("%s: resolved %s, want %s", c.text, s, c.resolved)
		}
	}
}

// The name tells which of two registries a component is of; both are documented, and
// allowed by the schema.
func TestEitherComponent(t *testing.T) {
	sizes := NewRegistry[int]("size", "sizes")
	sizes.Add("big", "large", func(f *Fields) int { return f.Int("by", 3, "how much") })
	read := func(f *Fields) (shape, int) { return Either(f, "what", shapes(), sizes, "a shape or a size") }
	for text, want := range map[string]struct {
		resolved, problem string
		shape             bool
		size              int
	}{
		`{}`:                                  {`{"what":null}`, "", false, 0},
		`{"what": "square"}`:                  {`{"what":{"side":1,"type":"square"}}`, "", true, 0},
		`{"what": {"big": 5}}`:                {`{"what":{"by":5,"type":"big"}}`, "", false, 5},
		`{"what": {"type": "big", "bye": 2}}`: {"", `what: unknown key "bye"`, false, 3},
		`{"what": "bigg"}`:                    {"", `what: unknown shape "bigg"`, true, 0},
	} {
		var s shape
		var size int
		resolved, problems := Decode(parse(t, text), func(f *Fields) { s, size = read(f) })
		if got := problems.Error(); len(problems) > 1 || !strings.HasSuffix(got, want.problem) || got == "" && want.problem != "" {
			t.Errorf("%s: problem %q, want %q", text, got, want.problem)
		}
		if (s != nil) != want.shape || size != want.size {
			t.Errorf("%s: %v and %v", text, s, size)
		}
		if got := string(CanonicalJSON(resolved)); want.resolved != "" && got != want.resolved {
			t.Errorf("%s: resolved %s, want %s", text, got, want.resolved)
		}
	}
	docs := Describe(func(f *Fields) { read(f) })
	if all := Families(docs); len(all) != 2 || docs[0].Type != "shape or size" {
		t.Errorf("%d families, type %q", len(all), docs[0].Type)
	}
	if s := string(CanonicalJSON(JSONSchema("t", docs))); !strings.Contains(s, `{"$ref":"#/$defs/shape"},{"$ref":"#/$defs/size"}`) {
		t.Errorf("the schema does not say both: %s", s)
	}
}

// A field that joins a section changes no tree that is silent on it, and none but its
// own where it is given, even with its default.
func TestUnsaid(t *testing.T) {
	read := func(f *Fields) {
		f.Int("old", 1, "")
		f.Int("new", 2, "")
		f.Section("later", "", func(f *Fields) { f.Int("a", 3, "") })
		f.Unsaid("new", "later")
	}
	for _, c := range []struct{ text, want string }{
		{`{}`, `{"old":1}`},
		{`{"new":2}`, `{"new":2,"old":1}`},
		{`{"later":{}}`, `{"later":{"a":3},"old":1}`},
	} {
		n, err := ParseJSON([]byte(c.text), "spec", "")
		if err != nil {
			t.Fatal(err)
		}
		tree, problems := Decode(n, read)
		if got := string(CanonicalJSON(tree)); got != c.want || len(problems) > 0 {
			t.Errorf("%s: %s %v, want %s", c.text, got, problems, c.want)
		}
	}
}

// null is a value of its own for some integers; without a default it must be written.
func TestNullInt(t *testing.T) {
	for _, c := range []struct{ text, want, tree string }{
		{`{}`, "7 missing", `{"a":7}`},
		{`{"a":null,"b":null}`, "null null", `{"a":null,"b":null}`},
		{`{"a":3,"b":4}`, "3 4", `{"a":3,"b":4}`},
		{`{"a":0,"b":"x"}`, "refused", ""},
	} {
		n, err := ParseJSON([]byte(c.text), "spec", "")
		if err != nil {
			t.Fatal(err)
		}
		said := func(v *int) string {
			if v == nil {
				return "null"
			}
			return fmt.Sprint(*v)
		}
		got := ""
		tree, problems := Decode(n, func(f *Fields) {
			got = said(f.NullInt("a", new(7), "", AtLeast(1))) + " " + said(f.NullInt("b", nil, "what it is"))
		})
		switch {
		case c.want == "refused":
			if len(problems) != 2 {
				t.Errorf("%s: %v", c.text, problems)
			}
		case c.want == "7 missing":
			if got != "7 null" || len(problems) != 1 || !strings.Contains(problems.Error(), `"b" is missing`) || string(CanonicalJSON(tree)) != c.tree {
				t.Errorf("%s: %s, %v, %s", c.text, got, problems, CanonicalJSON(tree))
			}
		case got != c.want || len(problems) > 0 || string(CanonicalJSON(tree)) != c.tree:
			t.Errorf("%s: %s, %v, %s", c.text, got, problems, CanonicalJSON(tree))
		}
	}
	schema := string(CanonicalJSON(JSONSchema("", Describe(func(f *Fields) { f.NullInt("a", nil, "") }))))
	if !strings.Contains(schema, `"anyOf":[{"type":"integer"},{"type":"null"}]`) || !strings.Contains(schema, `"required":["a"]`) {
		t.Errorf("schema %s", schema)
	}
}

// A list stands for the field of a map that it is all there is to say of, and the
// schema knows both forms.
func TestListInPlaceOfMap(t *testing.T) {
	type item struct {
		n      int
		shapes int
	}
	read := func(f *Fields) item {
		return item{shapes: len(Many(f, "shapes", shapes(), nil, "")), n: f.Int("n", 3, "count")}
	}
	var got []item
	resolved, problems := Decode(parse(t, `{"list": [["square", {"round_circle": 2}], [], {"n": 4}, {"n": 5, "shapes": ["point"]}]}`), func(f *Fields) {
		got = EachOr(f, "list", "shapes", "items", read)
	})
	if problems.Err() != nil {
		t.Fatal(problems)
	}
	if want := []item{{3, 2}, {3, 0}, {4, 0}, {5, 1}}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("read %v, want %v", got, want)
	}
	if s := string(CanonicalJSON(resolved.Get("list").Items[1])); s != `{"n":3,"shapes":[]}` {
		t.Errorf("an empty list resolves to %s", s)
	}
	schema := string(CanonicalJSON(JSONSchema("t", Describe(func(f *Fields) { EachOr(f, "list", "shapes", "items", read) }))))
	if want := `{"items":{"$ref":"#/$defs/shape"},"type":"array"}]`; !strings.Contains(schema, want) {
		t.Errorf("the schema has no %s: %s", want, schema)
	}
	for text, want := range map[string]string{`{"list": ["square"]}`: `list[0]: "square" is not a map`, `{"list": [["sqare"]]}`: `list[0].shapes[0]: unknown shape "sqare"`} {
		_, problems := Decode(parse(t, text), func(f *Fields) { EachOr(f, "list", "shapes", "items", read) })
		if problems.Err() == nil || !strings.Contains(problems.Err().Error(), want) {
			t.Errorf("%s: %v, want %s", text, problems, want)
		}
	}
}
