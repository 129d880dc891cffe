package spec

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/problem"
)

// mooted is a registry whose components let keys stand.
var mooted = func() *Registry[int] {
	sizes := NewRegistry[int]("size", "sizes")
	sizes.Named("what it is called")
	sizes.Moot("dtype", "numbers are of 32 bits", "float32")
	sizes.Moot("verbose", "it is told")
	sizes.Add("round", "", func(f *Fields) int {
		f.Moot("axis", "there is one axis", "-1", "1")
		f.Moot("decay", "there is none", "0")
		return f.Int("radius", 1, "", Positive)
	})
	sizes.Add("own", "", func(f *Fields) int { return len(f.String("dtype", "", "a field of its own")) })
	return sizes
}()

// A key of another program may stand where it says what is so, in any of the ways in which
// it is written, and leaves no trace; where it says something else it is told, with why.
func TestMootKeys(t *testing.T) {
	for _, c := range []struct{ text, want, problem string }{
		{`{"type": "round", "axis": -1}`, `{"radius":1,"type":"round"}`, ""},
		{`{"type": "round", "axis": [1], "decay": 0.0}`, `{"radius":1,"type":"round"}`, ""},
		{`{"type": "round", "axis": null, "dtype": "None", "verbose": 2}`, `{"radius":1,"type":"round"}`, ""},
		{`{"type": "round", "dtype": {"class_name": "DTypePolicy", "config": {"name": "float32"}}}`, `{"radius":1,"type":"round"}`, ""},
		{`{"type": "round", "name": "disc"}`, `{"name":"disc","radius":1,"type":"round"}`, ""},
		{`{"type": "round", "name": "None", "radius": 2}`, `{"name":"None","radius":2,"type":"round"}`, ""}, // a word of the user's own
		{`{"module": "m", "class_name": "Round", "config": {"radius": 3, "axis": 1}, "registered_name": null, "build_config": {"input_shape": [null, 8]}}`, `{"radius":3,"type":"round"}`, ""},
		{`{"class_name": "Round", "config": {}, "radius": 3}`, `{"radius":3,"type":"round"}`, ""},
		{`{"class_name": "Round"}`, `{"radius":1,"type":"round"}`, ""},
		{`{"module": "builtins", "class_name": "function", "config": "round"}`, `{"radius":1,"type":"round"}`, ""},
		{`{"type": "own", "dtype": "float64"}`, `{"dtype":"float64","type":"own"}`, ""},

		{`{"type": "round", "axis": 0}`, "", `size.axis: "0" is not -1 or 1 (there is one axis)`},
		{`{"type": "round", "axis": [1, 2]}`, "", `size.axis: a list is not -1 or 1 (there is one axis)`},
		{`{"type": "round", "decay": 0.1}`, "", `size.decay: "0.1" is not 0 (there is none)`},
		{`{"type": "round", "dtype": "float64"}`, "", `size.dtype: "float64" is not float32 (numbers are of 32 bits)`},
		{`{"type": "round", "radius": "None"}`, "", `size.radius: "None" is not an integer ()`},
		{`{"class_name": "Lambda", "config": {}}`, "", `size: unknown size "Lambda" ()`},
	} {
		n, err := ParseJSON([]byte(c.text), "x", "")
		if err != nil {
			t.Fatal(err)
		}
		_, resolved, err := mooted.Resolve(n)
		if c.problem == "" {
			if got := string(CanonicalJSON(resolved)); err != nil || got != c.want {
				t.Errorf("%s: %s, %v; want %s", c.text, got, err, c.want)
			}
			continue
		}
		var got []string
		for _, p := range err.(interface{ Unwrap() []error }).Unwrap() {
			got = append(got, hinted(p))
		}
		if all := strings.Join(got, "; "); !strings.HasSuffix(all, c.problem) {
			t.Errorf("%s: %s; want %s", c.text, all, c.problem)
		}
	}
	doc, _ := mooted.Describe("round")
	if len(doc.Fields) != 2 || len(doc.Moot) != 4 {
		t.Errorf("documented as %v and %v, want radius and name, and four keys that may stand", doc.Fields, doc.Moot)
	}
	schema := string(CanonicalJSON(familySchema(mooted)))
	for _, key := range []string{"axis", "decay", "dtype", "verbose"} {
		if !strings.Contains(schema, fmt.Sprintf("%q:{", key)) {
			t.Errorf("the JSON Schema refuses %s", key)
		}
	}
}

func hinted(err error) string {
	p := err.(*problem.Problem)
	return fmt.Sprintf("%s (%s)", strings.TrimPrefix(p.Error(), "x: "), p.Hint)
}
