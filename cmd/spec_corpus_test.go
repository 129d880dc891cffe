package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mlp/internal/config"
	"mlp/internal/problem"
	"mlp/internal/recipe"
	"mlp/internal/run"
	"mlp/internal/spec"
)

// decoded reads a spec as every verb does, up to where the table is needed.
func decoded(text string, o config.Overrides) (*recipe.Spec, error) {
	tree, err := config.Parse([]byte(text), "x.yaml")
	if err != nil {
		return nil, err
	}
	if tree, _, err = run.Loader(nil).Apply(tree, o); err != nil {
		return nil, err
	}
	return recipe.Decode(tree)
}

// Mistakes in a spec, above what makes YAML, which internal/config tests. The
// file testdata/spec_corpus.txt holds what is said of each.
var specCases = []string{
	"", "[]", "- data\n- layers", "just a text", "42", "null", "~", "{}",
	"datas: {target: y}", "data: {targt: y}", "data: {split: {validaton: 0.2}}", "data: {numeric: {scal: none}}", "data: {categorical: {encod: one_hot}}",
	"data: {columns: [{nam: x}]}", "data: {columns: [{name: x, scal: none}]}", "compile: {optimiser: adam}", "compile: {optimizer: {type: adam, lr: 1}}",
	"compile: {optimizer: {type: adam, learning_rate: {type: cosine_decay, decay_stepz: 3}}}", "compile: {loss: {type: huber, dleta: 1}}",
	"fit: {epoch: 3}", "fit: {callbacks: [{type: early_stopping, patiens: 3}]}", "evaluate: {requires: {accuracy: '>= 0.5'}}", "Data: {target: y}", "DATA: {target: y}",
	"layers: [{units: 3, activaton: relu}]", "layers: [{type: dense, units: 3, kernel_initializer: {type: he_normal, sead: 3}}]",
	"layers: [{type: residual, layers: [{units: 3, activaton: relu}]}]", "layers: [{residual: [dens]}]", "layers: [{dropout: {rat: 0.2}}]",
	"layers: {units: 3}", "layers: 3", "layers: []", "layers: [3]", "layers: [null]", "layers: [[]]", "layers: [{}]", "layers: [dense]", "layers: [{type: 3}]",
	"layers: [{type: null, units: 3}]", "layers: [{type: [dense]}]", "layers: [lambda]", "layers: [{type: os.system, units: 3}]", "layers: [conv2d]",
	"layers: [{units: '3'}]", "layers: [{units: 3.7}]", "layers: [{units: 1e3}]", "layers: [{units: 3.0}]", "layers: [{units: .nan}]", "layers: [{units: .inf}]",
	"layers: [{units: -1}]", "layers: [{units: 0}]", "layers: [{units: 9223372036854775808}]", "layers: [{units: 9223372036854775807}]", "layers: [{units: 1048577}]",
	"layers: [{units: 0x10}]", "layers: [{units: 0o17}]", "layers: [{units: 017}]", "layers: [{units: 1_000}]", "layers: [{units: true}]", "layers: [{units: yes}]",
	"layers: [{units: }]", "layers: [{units: []}]", "layers: [{units: {a: 1}}]", "layers: [{units: three}]", "layers: [{units: ３}]", "layers: [{units: 3, units: 4}]",
	"layers: [{units: 3, use_bias: yes}]", "layers: [{units: 3, use_bias: 1}]", "layers: [{units: 3, use_bias: 'true'}]", "layers: [{units: 3, activation: 3}]",
	"layers: [{units: 3, activation: [relu]}]", "layers: [{units: 3, activation: null}]", "layers: [{units: 3, activation: {type: elu, alpha: x}}]",
	"layers: [{dropout: 1.5}]", "layers: [{dropout: -0.1}]", "layers: [{dropout: '0.2'}]", "layers: [{dropout: .nan}]", "layers: [{dropout: 1}]", "layers: [{units: 3, name: a/b}]",
	"layers: [{units: 3, name: ''}]", "layers: [{units: 3, name: [a]}]", "layers: [{units: 2, kernel: [[1, x]]}]", "layers: [{units: 2, kernel: [[1, 2], [3]]}]", "layers: [{units: 2, kernel: 3}]",
	"layers: [{units: 3, kernel_regularizer: {type: l2, l2: -1}}]", "layers: [{units: 3, kernel_constraint: {type: max_norm, max_value: x}}]",
	"seed: -1", "seed: 1.5", "seed: x", "seed: 18446744073709551616", "seed: [1]", "name: 3", "name: [a]", "name: {a: 1}",
	"fit: {epochs: 0}", "fit: {epochs: -3}", "fit: {epochs: 1e2}", "fit: {epochs: ten}", "fit: {batch_size: 0}", "fit: {batch_size: 2.5}", "fit: {shuffle: 1}", "fit: {shuffle: no}",
	"fit: {on_nan: retry}", "fit: {class_weight: 3}", "fit: {class_weight: balance}", "fit: {class_weight: [{label: a, weight: -1}]}", "fit: {callbacks: early_stoping}",
	"fit: {callbacks: [{type: early_stopping, patience: -1}]}", "fit: {callbacks: [{type: model_checkpoint}]}", "fit: {callbacks: [{type: model_checkpoint, filepath: 3}]}", "fit: 3", "fit: []", "fit: [epochs]",
	"compile: {optimizer: adm}", "compile: {optimizer: {learning_rate: 0.1}}", "compile: {optimizer: {type: adam, learning_rate: 0}}", "compile: {optimizer: {type: adam, learning_rate: -1}}",
	"compile: {optimizer: {type: adam, learning_rate: .inf}}", "compile: {optimizer: {type: adam, beta_1: 1.5}}", "compile: {optimizer: [adam]}", "compile: {optimizer: 3}",
	"compile: {loss: mes}", "compile: {loss: [mse]}", "compile: {metrics: accurcy}", "compile: {metrics: [accuracy, 3]}", "compile: {metrics: {accuracy: true}}", "compile: {backend: cuda}",
	"data: {split: {validation: 1.5}}", "data: {split: {validation: -0.1}}", "data: {split: {validation: 0.6, test: 0.6}}", "data: {split: {by: randomly}}", "data: {split: 0.2}",
	"data: {columns: {x: none}}", "data: {columns: [x]}", "data: {columns: [{scale: none}]}", "data: {na_values: {a: 1}}", "data: {header: 1}", "data: {delimiter: ab}", "data: {task: translation}",
	"data: {target: []}", "data: {target: {a: 1}}", "data: {target: 0}", "data: {target: -1}", "data: {path: [a]}", "data: x", "data: [x]",
	"evaluate: {require: {accuracy: high}}", "evaluate: {require: {accuracy: 0.7}}", "evaluate: {require: [accuracy]}", "evaluate: {metrics: [f2]}", "evaluate: {metrics: 3}",
	"<<: {seed: x}", "x: &x {units: three}\nlayers: [*x, *x]", "layers:\n  - &d {units: 3}\n  - <<: *d\n    activation: rleu",
	"seed: 1\nlayers:\n  - units: 3\n    activation: relu\n  - units: -4\n", "\ufeffseed: x\r\nfit: {epochs: x}\r\n",
}

const specCorpus = "spec_corpus.txt"

func TestSpecCorpus(t *testing.T) {
	var said strings.Builder
	place := regexp.MustCompile(`^x\.yaml:[1-9]\d*:[1-9]\d*: `)
	for _, text := range specCases {
		fmt.Fprintf(&said, "%q\n", text)
		_, err := decoded(text, config.Overrides{})
		for _, p := range problemsOf(t, err) {
			fmt.Fprintf(&said, "\t%s\n", p)
			if !place.MatchString(p.Error()) {
				t.Errorf("%q: %s has no place", text, p)
			}
		}
	}
	path := filepath.Join("testdata", specCorpus)
	if *update {
		if err := os.WriteFile(path, []byte(said.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(said.String(), "\n") {
		if all := strings.Split(string(want), "\n"); i >= len(all) || all[i] != line {
			t.Fatalf("%s:%d: it says\n%s\n(go test ./cmd -run SpecCorpus -update writes the file anew)", path, i+1, line)
		}
	}
}

// problemsOf returns what an error consists of, which must be problems.
func problemsOf(t *testing.T, err error) problem.Problems {
	t.Helper()
	var all problem.Problems
	var one *problem.Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &all):
		return all
	case errors.As(err, &one):
		return problem.Problems{one}
	}
	t.Errorf("%v is no problem of a spec", err)
	return nil
}

// oddValues are what somebody may write for any value.
var oddValues = []string{"'3'", "3.7", "1e3", ".nan", "-.inf", "-1", "0", "9223372036854775808", "1e999", "yes", "true", "[]", "[[1]]", "{}", "{a: {b: 1}}",
	"null", "text", "''", "2026-01-01", strings.Repeat("x", 5000)}

// Every value of the spec takes every odd value or refuses it by its name, at its
// place in the file; the same value from a variable or a flag is refused by the
// name of these.
func TestEveryValueHasAnAddress(t *testing.T) {
	paths := spec.Paths(recipe.Describe())
	if len(paths) < 25 {
		t.Fatalf("%d paths", len(paths))
	}
	refused := 0
	for _, path := range paths {
		parts := spec.SplitPath(path)
		text, indent := "", ""
		for _, p := range parts {
			text, indent = text+indent+p+":\n", indent+"  "
		}
		for _, value := range oddValues {
			for origin, o := range map[string]config.Overrides{
				fmt.Sprintf("x.yaml:%d:", len(parts)): {},
				"env " + config.Variable(path):        {Env: []string{config.Variable(path) + "=" + value}},
				"flag --it":                           {Flags: []config.Flag{{Name: "--it", Path: path, Value: value}}},
				"flag --set":                          {Sets: []string{path + "=" + value}},
			} {
				written := ""
				if strings.HasPrefix(origin, "x.yaml") {
					written = strings.TrimSuffix(text, "\n") + " " + value + "\n"
				}
				_, err := decoded(written, o)
				for _, p := range problemsOf(t, err) {
					refused++
					if !strings.HasPrefix(p.Error(), origin) || !strings.Contains(p.Error(), parts[len(parts)-1]) {
						t.Errorf("%s of %.40s in %s: %.200s", path, value, origin, p)
					}
				}
			}
		}
	}
	t.Logf("%d paths, %d refusals with an address", len(paths), refused)
}

// A letter too few, too many, wrong or swapped: the name that was meant is found,
// unless the typo is nearer to another name, or as near.
func TestEveryTypoIsUnderstood(t *testing.T) {
	tried := 0
	check := func(name string, among []string) {
		for _, typo := range typos(name) {
			if len(name) < 4 || slices.Contains(among, typo) || ambiguous(typo, name, among) {
				continue
			}
			tried++
			if got := problem.Nearest(typo, among); got != name {
				t.Errorf("%q is taken for %q, not for %q", typo, got, name)
			}
		}
	}
	var visit func(docs []spec.FieldDoc)
	visit = func(docs []spec.FieldDoc) {
		var names []string
		for _, d := range docs {
			names = append(names, d.Name)
		}
		for _, d := range docs {
			check(d.Name, names)
			visit(d.Fields)
		}
	}
	visit(recipe.Describe())
	for _, f := range spec.Families(recipe.Describe()) {
		for _, name := range f.Names() {
			check(name, f.Names())
			if c, ok := f.Describe(name); ok {
				visit(c.Fields)
			}
		}
	}
	if tried < 2000 {
		t.Errorf("only %d typos were tried", tried)
	}
	t.Logf("%d typos of one edit, all understood", tried)
}

// typos returns one of each kind in the middle of a word, and two at its ends.
func typos(word string) []string {
	m := len(word) / 2
	return []string{
		word[:m] + word[m+1:], word[:m] + "q" + word[m:], word[:m] + "q" + word[m+1:], word[:m] + word[m+1:m+min(2, len(word)-m)] + word[m:m+1] + word[m+min(2, len(word)-m):],
		word[1:], word[:len(word)-1], word + "q",
	}
}

// ambiguous reports whether another name is one edit from typo, too.
func ambiguous(typo, meant string, among []string) bool {
	others := slices.DeleteFunc(slices.Clone(among), func(s string) bool { return s == meant })
	near := problem.Nearest(typo, others)
	typo, near = strings.ReplaceAll(typo, "_", ""), strings.ReplaceAll(near, "_", "")
	return near != "" && slices.Contains(typos(near), typo) || slices.Contains(others, typo) || near != "" && len(near)-len(typo) >= -1 && len(near)-len(typo) <= 1 && oneEdit(near, typo)
}

// oneEdit reports whether one letter changed, went or came makes b of a.
func oneEdit(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	for _, rest := range [][2]string{{a[min(i+1, len(a)):], b[min(i+1, len(b)):]}, {a[min(i+1, len(a)):], b[i:]}, {a[i:], b[min(i+1, len(b)):]}} {
		if rest[0] == rest[1] {
			return true
		}
	}
	return false
}

// Bombs are refused in a moment, in little memory.
func TestBombs(t *testing.T) {
	laughs := "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
	for i := 1; i < 9; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	merges := "a0: &a0 {x: 1}\n"
	for i := 1; i < 40; i++ {
		merges += fmt.Sprintf("a%d: &a%d {<<: [*a%d, *a%d]}\n", i, i, i-1, i-1)
	}
	for name, text := range map[string]string{
		"nine billion laughs": laughs,
		"merged doubling":     merges,
		"20 000 deep":         strings.Repeat("[", 20000),
		"20 000 deep maps":    strings.Repeat("{a: ", 20000),
		"its own alias":       "a: &a [*a]\n",
		"ten mebibytes":       strings.Repeat("# x\n", 10<<18),
		"a long key":          strings.Repeat("k", 1<<19) + ": 1\n",
		"a long word":         "layers: [{units: 3, activation: " + strings.Repeat("relu", 1<<17) + "}]\n",
		"many problems":       "layers: [" + strings.Repeat("x, ", 90000) + "]\n",
	} {
		most := uint64(32 << 20)
		if name == "many problems" {
			most = 96 << 20 // it is no bomb: nearly as many values as a spec may have stand there in full
		}
		const limit = 2 * time.Second // 1 to 60 ms on a machine that does nothing else, but for the last
		before, began := allocated(), time.Now()
		_, err := decoded(text, config.Overrides{})
		took, used := time.Since(began), allocated()-before
		t.Logf("%s: %v, %d KiB: %.80v", name, took, used>>10, err)
		if err == nil || took > limit || used > most {
			t.Errorf("%s: %.100v after %v and %d KiB", name, err, took, used>>10)
		}
	}
}
