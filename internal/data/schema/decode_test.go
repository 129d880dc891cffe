package schema

import (
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/table"
	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/task"
)

const everySetting = `{"path": "a.csv", "target": ["y", -1, 3], "task": "regression", "positive": null, "delimiter": ";", "header": true, "na_values": ["", "?"], "ignore": ["x"], "id": 1, "weight": "w",
	"numeric": {"scale": "robust", "missing": {"constant": 3}, "indicator": true, "clip": 4}, "categorical": {"encode": {"ordinal": ["a", "b"]}, "min_count": 2, "unknown": "ignore"},
	"columns": [{"name": "n", "na_values": [0], "scale": "none", "missing": "mean", "indicator": false, "clip": 2}, {"name": 4, "type": "categorical", "encode": "one_hot", "min_count": 3, "unknown": "other"}],
	"scale_target": false, "split": {"validation": 0.1, "test": 0.2, "by": "random", "stratify": false}}`

func decode(t *testing.T, n *spec.Node) (*spec.Node, Config, problem.Problems) {
	t.Helper()
	var c Config
	resolved, problems := spec.Decode(n, func(f *spec.Fields) { c = Decode(f) })
	return resolved, c, problems
}

// The resolved section stands in model.bin; read again, it must say the same.
func TestTheResolvedSectionDecodesToItself(t *testing.T) {
	for _, text := range []string{`{}`, everySetting, `{"target": "y", "columns": [{"name": "a"}]}`} {
		n, err := spec.ParseJSON([]byte(text), "t", "t")
		if err != nil {
			t.Fatal(err)
		}
		once, _, problems := decode(t, n)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		twice, _, problems := decode(t, once)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if a, b := string(spec.CanonicalJSON(once)), string(spec.CanonicalJSON(twice)); a != b {
			t.Errorf("resolved\n%s\nthen\n%s", a, b)
		}
	}
}

func TestDecodeReadsEverySetting(t *testing.T) {
	c := configure(t, everySetting)
	if !slices.Equal(c.Path, []string{"a.csv"}) || len(c.Target) != 3 || c.Target[1].Number != -1 || c.Task != task.Regression || c.Delimiter != ';' || c.Header != table.Yes || len(c.NA) != 2 ||
		c.Ignore[0].Name != "x" || c.ID[0].Number != 1 || c.Weight[0].Name != "w" || c.Numeric.Indicator != table.Yes || c.Numeric.Clip.Max != 4 || c.Categorical.MinCount != 2 || c.Categorical.Other ||
		c.Columns[0].Clip.Max != 2 || c.Columns[0].Indicator != table.No || c.Columns[1].Ref.Number != 4 || c.Columns[1].MinCount != 3 || c.ScaleTarget != ScaleNone || c.Split.Test != 0.2 || c.Split.Stratify != table.No {
		t.Errorf("%+v", c)
	}
	docs := spec.Describe(func(f *spec.Fields) { Decode(f) })
	if len(docs) < 17 {
		t.Errorf("%d fields are documented", len(docs))
	}
	for _, f := range spec.Families(docs) {
		for _, name := range f.Names() {
			if d, _ := f.Describe(name); d.Doc == "" {
				t.Errorf("%s %s: no documentation", f.Family(), name)
			}
		}
	}
}

func TestWhatDecodeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"taget": "y"}`:                                   `unknown key "taget" here`,
		`{"target": 0}`:                                    "target: there is no column 0",
		`{"target": {"name": "y"}}`:                        "target: a map does not name a column",
		`{"id": ["a", "b"]}`:                               "id: 2 columns are given; one is wanted",
		`{"positive": ["a"]}`:                              "positive: a list is not one label",
		`{"delimiter": "ab"}`:                              `delimiter: "ab" cannot stand between cells`,
		`{"delimiter": "."}`:                               `delimiter: "." cannot stand between cells`,
		`{"path": "a", "train": "b"}`:                      "train: `path` and `train` both name the training table",
		`{"numeric": {"scale": "standrad"}}`:               `numeric.scale: unknown scaler "standrad"`,
		`{"numeric": {"missing": "medain"}}`:               `numeric.missing: unknown imputer "medain"`,
		`{"numeric": {"clip": -1}}`:                        "numeric.clip: -1 is not greater than 0",
		`{"categorical": {"encode": "periodic"}}`:          `categorical.encode: unknown encoder "periodic"`,
		`{"numeric": {"encode": "one_hot"}}`:               `numeric.encode: unknown embedder "one_hot"`,
		`{"columns": [{"name": "a", "encode": "pieces"}]}`: `columns[0].encode: unknown encoder "pieces"`,
		`{"numeric": {"encode": {"type": "piecewise_linear", "dim": null, "learning_rate_multiplier": 2}}}`: `nothing is learned`,
		`{"categorical": {"encode": "hot"}}`:                    `categorical.encode: unknown encoder "hot"`,
		`{"categorical": {"min_count": 0}}`:                     "categorical.min_count: 0 is not at least 1",
		`{"columns": [{"scale": "none"}]}`:                      "columns[0].name: an exception must name its column",
		`{"columns": [{"name": ["a", "b"]}]}`:                   "columns[0].name: an exception is for one column",
		`{"categorical": {"clip": {"soft": 3}}}`:                `categorical.clip: unknown clip "soft"`,
		`{"numeric": {"indicator": "perhaps"}}`:                 `numeric.indicator: "perhaps" is not one of auto, true, false`,
		`{"split": {"validation": 1}}`:                          "split.validation: 1 is not less than 1",
		`{"split": {"validation": 0.5, "test": 0.5}}`:           "split.test: validation 0.5 and test 0.5 together leave no rows for training",
		`{"split": {"by": "last", "stratify": true}}`:           "split.stratify: the last rows cannot be stratified",
		`{"validation": "v.csv", "split": {"validation": 0.1}}`: "validation: there is a validation file, and split.validation is 0.1 too",
		`{"test": "v.csv", "split": {"test": 0.1}}`:             "test: there is a test file, and split.test is 0.1 too",
	} {
		n, err := spec.ParseJSON([]byte(text), "t", "t")
		if err != nil {
			t.Fatal(err)
		}
		_, _, problems := decode(t, n)
		if !strings.Contains(problems.Error(), want) {
			t.Errorf("%s: %v, want %s", text, problems, want)
		}
	}
}

// An exception that would change nothing is a mistake.
func TestIdleExceptions(t *testing.T) {
	for config, want := range map[string]string{
		`{"target": "y", "columns": [{"name": "w", "missing": "median"}]}`:                         `column "w" is categorical; what stands in for missing numbers does not stand in for words`,
		`{"target": "y", "columns": [{"name": "n", "min_count": 2}]}`:                              `column "n" is numeric; encode, min_count and unknown are for categories`,
		`{"target": "y", "columns": [{"name": "y", "scale": "none"}]}`:                             `column "y" is the target: it is neither scaled nor encoded`,
		`{"target": "y", "ignore": ["n"], "columns": [{"name": "n", "scale": "none"}]}`:            `column "n" is ignored`,
		`{"target": "y", "columns": [{"name": "n", "type": "numeric", "parts": "year"}]}`:          `column "n" is numeric; parts are for dates`,
		`{"target": "y", "columns": [{"name": "b", "missing": 3}]}`:                                `column "b" is boolean`,
		`{"target": "y", "columns": [{"name": "w", "encode": "embedding", "scale": "none"}]}`:      `column "w" is encoded by learned vectors, which are not scaled`,
		`{"target": "y", "columns": [{"name": "w", "type": "categorical", "encode": "periodic"}]}`: `column "w" is categorical; the encoder is for columns of numbers`,
		`{"target": "y", "columns": [{"name": "w", "encode": "hash", "min_count": 2}]}`:            `column "w" is hashed`,
		`{"target": "y", "columns": [{"name": "b", "unknown": "ignore"}]}`:                         `column "b" is boolean`,
		`{"target": "y", "columns": [{"name": "d", "min_count": 2}]}`:                              `column "d" is date; encode, min_count and unknown are for categories`,
	} {
		c := configure(t, config)
		table, err := Read(text("n,w,b,d,y\n1,a,no,2024-01-01,p\n2,b,yes,2024-01-02,q\n"), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Infer(table, c, task.Auto); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", config, err)
		}
	}
}
