package config

import (
	"strings"
	"testing"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// readSettings reads the few settings of these tests.
func readSettings(f *spec.Fields) {
	f.Int("seed", 1, "a seed")
	f.Section("compile", "how to train", func(f *spec.Fields) {
		f.Strings("metrics", nil, "what to report")
		f.String("optimizer", "adam", "how to step")
	})
	f.Section("fit", "training", func(f *spec.Fields) {
		f.Int("epochs", 10, "rounds", spec.AtLeast(1))
		f.Int("batch_size", 32, "rows a step")
		f.Float("validation_split", 0, "share held out")
		f.Bool("shuffle", true, "mix the rows")
		f.String("note", "", "anything")
	})
}

var settings = Loader{Paths: spec.Paths(spec.Describe(readSettings)), OtherEnv: []string{"MLP_THREADS"}}

func mustParse(t *testing.T, text, name string) *spec.Node {
	t.Helper()
	n, err := Parse([]byte(text), name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A flag whose value lies within what --set replaces would go unheard: it is refused. A
// --set within what a flag sets is heard.
func TestContradictions(t *testing.T) {
	rate := Flag{"--learning-rate", "compile.optimizer.learning_rate", "0.1"}
	_, _, err := settings.Apply(nil, Overrides{Flags: []Flag{rate}, Sets: []string{"compile.optimizer=sgd"}})
	if err == nil || !strings.Contains(err.Error(), "flag --learning-rate: flag --set compile.optimizer=sgd sets all of compile.optimizer") {
		t.Errorf("%v", err)
	}
	for _, o := range []Overrides{
		{Flags: []Flag{rate}, Sets: []string{"compile.optimizer.momentum=0.9"}},
		{Flags: []Flag{{"--optimizer", "compile.optimizer", "sgd"}}, Sets: []string{"compile.optimizer.momentum=0.9"}},
		{Flags: []Flag{rate}, Sets: []string{"compile.optimizer.learning_rate=0.2"}},
	} {
		if _, _, err := settings.Apply(nil, o); err != nil && strings.Contains(err.Error(), "unheard") {
			t.Errorf("%v: %v", o, err)
		}
	}
}

// Each setting is given on one level more than the one before it, from the
// lowest, the default, to the highest, --set; the highest must win.
func TestPrecedence(t *testing.T) {
	model, err := spec.ParseJSON([]byte(`{"fit":{"batch_size":2,"validation_split":0.2,"shuffle":false,"note":"model"},"seed":2,"compile":{"optimizer":"model"}}`), "model.bin", "model.bin")
	if err != nil {
		t.Fatal(err)
	}
	file := mustParse(t, "fit:\n  validation_split: 0.3\n  shuffle: true\n  note: spec\nseed: 3\ncompile: {optimizer: spec}\n", "s.yaml")
	tree, warnings, err := settings.Apply(spec.Merge(model, file), Overrides{
		Env:   []string{"HOME=/", "MLP_FIT_SHUFFLE=false", "MLP_FIT_NOTE=env", "MLP_SEED=4", "MLP_COMPILE_OPTIMIZER=env", "MLP_FIT_EPOCHS=", "MLP_THREADS=2"},
		Flags: []Flag{{"--note", "fit.note", "flag"}, {"--seed", "seed", "5"}},
		Sets:  []string{"seed=6", "seed=7"},
	})
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	resolved, problems := spec.Decode(tree, readSettings)
	if problems.Err() != nil {
		t.Fatal(problems)
	}
	want := strings.TrimPrefix(`
seed: 7                  # flag --set
compile:
  metrics: []            # default
  optimizer: env         # env MLP_COMPILE_OPTIMIZER
fit:
  epochs: 10             # default
  batch_size: 2          # model.bin
  validation_split: 0.3  # s.yaml:2
  shuffle: false         # env MLP_FIT_SHUFFLE
  note: flag             # flag --note
`, "\n")
	if got := string(Render(Origins(resolved))); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if file.Get("seed").Int != 3 {
		t.Error("Apply changed its base")
	}
}

func TestApply(t *testing.T) {
	const base = "layers: [{units: 3}, relu]\ncompile: {optimizer: adam}\n"
	cases := []struct {
		about string
		o     Overrides
		want  string
	}{
		{"a variable is one word", Overrides{Env: []string{"MLP_FIT_EPOCHS=7", "MLP_FIT_SHUFFLE=true", "MLP_FIT_NOTE=>= 0.74"}},
			`{layers:[{units:3} "relu"] compile:{optimizer:"adam"} fit:{epochs:7 note:">= 0.74" shuffle:true}}`},
		{"or YAML in brackets or quotes", Overrides{Env: []string{"MLP_COMPILE_METRICS=[auc, '1']", `MLP_FIT_NOTE="7"`}},
			`{layers:[{units:3} "relu"] compile:{optimizer:"adam" metrics:["auc" "1"]} fit:{note:"7"}}`},
		{"a field of a component, in any order", Overrides{Flags: []Flag{{"--learning-rate", "compile.optimizer.learning_rate", "0.1"}, {"--optimizer", "compile.optimizer", "sgd"}}},
			`{layers:[{units:3} "relu"] compile:{optimizer:{type:"sgd" learning_rate:0.1f}}}`},
		{"a flag extends what a variable names", Overrides{Env: []string{"MLP_COMPILE_OPTIMIZER=sgd"}, Flags: []Flag{{"--learning-rate", "compile.optimizer.learning_rate", "0.1"}}},
			`{layers:[{units:3} "relu"] compile:{optimizer:{type:"sgd" learning_rate:0.1f}}}`},
		{"--set in its order", Overrides{Sets: []string{"compile.optimizer.learning_rate=0.1", "compile.optimizer=sgd", "compile.optimizer.momentum=.9"}},
			`{layers:[{units:3} "relu"] compile:{optimizer:{type:"sgd" momentum:.9f}}}`},
		{"--set reaches into lists", Overrides{Sets: []string{"layers[0].units=16", "layers.1 = {dropout: 0.2}", "compile.metrics=[accuracy, auc]"}},
			`{layers:[{units:16} {dropout:0.2f}] compile:{optimizer:"adam" metrics:["accuracy" "auc"]}}`},
		{"--set cuts at the first =", Overrides{Sets: []string{"fit.note=a=b", "seed="}},
			`{layers:[{units:3} "relu"] compile:{optimizer:"adam"} fit:{note:"a=b"} seed:null}`},
		{"the same flag twice", Overrides{Flags: []Flag{{"--epochs", "fit.epochs", "1"}, {"--epochs", "fit.epochs", "2"}}},
			`{layers:[{units:3} "relu"] compile:{optimizer:"adam"} fit:{epochs:2}}`},
	}
	for _, c := range cases {
		tree, warnings, err := settings.Apply(mustParse(t, base, "s.yaml"), c.o)
		if err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v, %v", c.about, err, warnings)
		} else if got := sketch(tree); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.about, got, c.want)
		}
	}
}

func TestApplyToNothing(t *testing.T) {
	o := Overrides{Flags: []Flag{{"--epochs", "fit.epochs", "3"}}}
	for _, base := range []*spec.Node{nil, mustParse(t, "", "s.yaml")} {
		tree, _, err := settings.Apply(base, o)
		if err != nil || sketch(tree) != "{fit:{epochs:3}}" {
			t.Errorf("%v: %v, %v", base, tree, err)
		}
	}
	// What is no spec is left to its reader, whose complaint says more.
	tree, _, err := settings.Apply(mustParse(t, "- 1\n", "s.yaml"), o)
	if err != nil || sketch(tree) != "[1]" {
		t.Errorf("a list: %v, %v", tree, err)
	}
}

func TestProblemsOfOverrides(t *testing.T) {
	cases := []struct {
		o    Overrides
		want string
	}{
		{Overrides{Env: []string{"MLP_FIT_EPOCHS=many"}}, `env MLP_FIT_EPOCHS: fit.epochs: "many" is not an integer`},
		{Overrides{Flags: []Flag{{"--epochs", "fit.epochs", "0"}}}, `flag --epochs: fit.epochs: 0 is not at least 1`},
		{Overrides{Flags: []Flag{{"--epochs", "fit.epochs", ""}}}, `flag --epochs: fit.epochs: "" is not an integer`},
		{Overrides{Flags: []Flag{{"--epochs", "fit.epochs", "9223372036854775808"}}}, `flag --epochs: fit.epochs: 9223372036854775808 is too large`},
		{Overrides{Sets: []string{"fit.epochs='3'"}}, `flag --set fit.epochs='3': fit.epochs: "3" is not an integer`},
		{Overrides{Sets: []string{"fit.epocs=3"}}, `flag --set fit.epocs=3: fit: unknown key "epocs"`},
		{Overrides{Sets: []string{"fit.epochs"}}, `flag --set fit.epochs: "fit.epochs" does not set anything`},
		{Overrides{Sets: []string{"=3"}}, `flag --set =3: "=3" does not set anything`},
		{Overrides{Sets: []string{"layers[2].units=3"}}, `flag --set layers[2].units=3: "layers[2].units": "2" is not an index of this list, which has items 0 to 0`},
		{Overrides{Sets: []string{"compile.metrics=[auc"}}, `flag --set compile.metrics=[auc: compile.metrics: this "[" is not closed, or an entry after it lacks its comma`},
		{Overrides{Sets: []string{"fit={a: 1, a: 2}"}}, `flag --set fit={a: 1, a: 2}: fit: the key "a" is given twice`},
		{Overrides{Sets: []string{"fit.note=\xff"}}, "flag --set fit.note=\ufffd: fit.note: the value is not UTF-8"},
		{Overrides{Sets: []string{strings.Repeat("long", 100)}}, "flag --set " + strings.Repeat("long", 15) + "…: "},
	}
	for _, c := range cases {
		tree, _, err := settings.Apply(mustParse(t, "layers: [{units: 3}]\n", "s.yaml"), c.o)
		if err == nil {
			var problems problem.Problems
			_, problems = spec.Decode(tree, func(f *spec.Fields) {
				f.Any("layers", spec.NewList(), "not looked at")
				readSettings(f)
			})
			err = problems.Err()
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v:\n got %v\nwant %s", c.o, err, c.want)
		}
	}
}

// A variable that a flag overrules is not even read.
func TestOverruledVariable(t *testing.T) {
	tree, _, err := settings.Apply(nil, Overrides{Env: []string{"MLP_FIT_NOTE=[broken"}, Flags: []Flag{{"--note", "fit.note", "fine"}}})
	if err != nil || sketch(tree) != `{fit:{note:"fine"}}` {
		t.Errorf("got %v, %v", tree, err)
	}
}

func TestUnknownVariablesAreWarnings(t *testing.T) {
	_, warnings, err := settings.Apply(nil, Overrides{Env: []string{"MLP_FIT_EPOCS=3", "MLP_WHATEVER=1", "MLPX=1", "mlp_seed=3", "MLP_SEDE=2"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"env MLP_FIT_EPOCS: sets nothing; did you mean MLP_FIT_EPOCHS?",
		"env MLP_SEDE: sets nothing; did you mean MLP_SEED?",
		"env MLP_WHATEVER: sets nothing",
	}
	if got := strings.Join(warnings, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
