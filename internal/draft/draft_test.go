package draft

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/config"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/optim"
	"mlp/internal/recipe"
	"mlp/internal/spec"
	"mlp/internal/task"
)

var update = flag.Bool("update", false, "rewrite the expected drafts in testdata")

// targeting is a configuration that names a target alone.
func targeting(column string) schema.Config {
	c := schema.Default()
	c.Target = []schema.ColumnRef{{Name: column}}
	return c
}

func read(t *testing.T, src source.Source) *table.Table {
	t.Helper()
	table, err := schema.Read(src, schema.Default())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// written returns a draft as text, after checking that it is a spec without a
// mistake and that the text says what the tree says.
func written(t *testing.T, table *table.Table, c schema.Config, path string, hints Hints, fast bool) string {
	t.Helper()
	tree, err := New(table, c, []string{path}, hints, fast, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := config.Render(tree)
	if _, err := recipe.Decode(tree); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
	again, err := config.Parse(text, "draft")
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if got, want := string(spec.CanonicalJSON(again)), string(spec.CanonicalJSON(tree)); got != want {
		t.Errorf("the text says\n%s\nthe tree says\n%s", got, want)
	}
	return string(text)
}

// Drafts for the repository's tables.
func TestDrafts(t *testing.T) {
	hints := Hints{
		Use:       "How to use it.",
		OtherTask: func(task task.Task) string { return fmt.Sprintf("how to have %s", task) },
		NoTest:    "how to do without",
		Intervals: "how to have them",
	}
	for _, c := range []struct {
		file, target string
		fast         bool
	}{{"pima", "diabetes", false}, {"iris", "Species", false}, {"servo", "Class", false}, {"pima", "diabetes", true}} {
		table := read(t, source.File(filepath.Join("../../data", c.file+".csv")))
		table.Name = c.file + ".csv"
		got := written(t, table, targeting(c.target), c.file+".csv", hints, c.fast)
		golden := filepath.Join("testdata", c.file+".yaml")
		if c.fast {
			golden = filepath.Join("testdata", c.file+"_fast.yaml")
		}
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s", golden, got)
		}
	}
}

// Every plan there is, for every task, is a spec whose components and fields
// exist: one that is renamed is found here.
func TestEveryPlanIsASpec(t *testing.T) {
	answers := map[task.Task]func(i int) string{
		task.Binary:     func(i int) string { return "pq"[i%2:][:1] },
		task.Multiclass: func(i int) string { return "pqr"[i%3:][:1] },
		task.Regression: func(i int) string { return fmt.Sprintf("%d.25", i*7919%101) },
	}
	for _, rows := range []int{10, foldedRows, 1000, longRows, watchedRows} {
		for task, answer := range answers {
			var b strings.Builder
			b.WriteString("x,word,zero,rare,y\n")
			for i := range rows {
				zero := 50 + i%40
				if i%20 == 3 {
					zero = 0
				}
				fmt.Fprintf(&b, "%d,w%d,%d,%d,%s\n", i*i%13, i%3, zero, 1+(i%50)/49*10000+i%7, answer(i))
			}
			for _, fast := range []bool{false, true} {
				text := written(t, read(t, source.Bytes("t.csv", []byte(b.String()))), targeting("y"), "t.csv", Hints{}, fast)
				if want := "task: " + task.String(); !strings.Contains(text, want) {
					t.Errorf("%d rows: no %q in\n%s", rows, want, text)
				}
				ensemble := !fast && rows >= foldedRows
				if strings.Contains(text, "\nensemble:") != ensemble {
					t.Errorf("%d rows, fast %v: an ensemble is not as planned in\n%s", rows, fast, text)
				}
				if watched := strings.Contains(text, "early_stopping"); watched != (!ensemble && rows >= watchedRows) {
					t.Errorf("%d rows, early stopping %v:\n%s", rows, watched, text)
				}
			}
		}
	}
}

// A component that the registries do not have is a mistake of this package.
func TestComponentsAreKnown(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields []setting
		want   string
	}{
		{"adams", nil, `draft: there is no optimizer "adams"`},
		{"adam", []setting{{"rate", spec.NewInt(1)}}, `draft: the optimizer "adam" has no field "rate"`},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); got != c.want {
					t.Errorf("%s: %s, want %s", c.name, got, c.want)
				}
			}()
			component(optim.Optimizers, c.name, c.fields...)
		}()
	}
}

func TestDraftOfADifficultTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,const,empty,\"a, b\",odd,text,price,twin,yes,label\n")
	for i := range 200 {
		odd := fmt.Sprint(i % 13)
		if i%50 == 0 {
			odd = "n.a."
		}
		price := fmt.Sprint(1 + i%7)
		if i%20 == 0 {
			price = fmt.Sprint(1000 * (i + 1))
		}
		fmt.Fprintf(&b, "u%d,1,,%d.5,%s,t%d,%s,%d.5,%s,%d\n", i, i%11, odd, i/2+i%2*100, price, i%11, "ny"[i%2:][:1], i*i%3)
	}
	table := read(t, source.Bytes("t.csv", []byte(b.String())))
	got := written(t, table, targeting("label"), "a: b.csv", Hints{}, true)
	for _, want := range []string{
		`path: "a: b.csv"`, "task: binary", `positive: "1"`, "id: id", "- const ", "- empty ", "- text ", "- twin ",
		`- {name: odd, na_values: [n.a.], indicator: true}`, `{name: price, scale: log1p}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if _, err := New(table, targeting("lable"), []string{"t.csv"}, Hints{}, false, 0); err == nil || !strings.Contains(err.Error(), `no column "lable"`) {
		t.Error(err)
	}
}
