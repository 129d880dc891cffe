package pipeline

import (
	"strings"
	"testing"

	"mlp/internal/data/parse"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/task"
)

func TestSeveralColumnsOfYesAndNoAreLabels(t *testing.T) {
	config := configure(t, `{"target": ["rain", "wind"]}`)
	for _, c := range []struct {
		name, table string
		hint        task.Task
		want        task.Task
		problem     string
	}{
		{"a loss for yes and no", "x,rain,wind\n1,0,1\n2,1,0\n3,1,1\n", task.Binary, task.MultiLabel, ""},
		{"a loss for classes", "x,rain,wind\n1,0,1\n2,0.25,0.75\n3,1,0\n", task.Multiclass, task.MultiLabel, ""},
		{"a loss for numbers", "x,rain,wind\n1,0,1\n2,1,0\n3,1,1\n", task.Regression, task.Regression, ""},
		{"another number", "x,rain,wind\n1,0,1\n2,1,2\n3,1,1\n", task.Binary, 0, `t.csv:3:5: wind: "2" is not between 0 and 1`},
		{"a word", "x,rain,wind\n1,0,yes\n2,1,no\n3,1,yes\n", task.Binary, 0, `t.csv:2:5: wind: a target of multilabel holds words: "yes"`},
	} {
		tab, err := schema.Read(source.Bytes("t.csv", []byte(c.table)), config)
		if err != nil {
			t.Fatal(err)
		}
		s, err := schema.Infer(tab, config, c.hint)
		if c.problem != "" {
			if parse.Locate(err, text(c.table)); err == nil || !strings.HasPrefix(err.Error(), c.problem) {
				t.Errorf("%s: got %v, want %s", c.name, err, c.problem)
			}
			continue
		}
		if err != nil || s.Task != c.want {
			t.Errorf("%s: %v, %v, want %v", c.name, s, err, c.want)
			continue
		}
		p, err := FitPipeline(tab, s, config, table.AllRows(tab))
		if err != nil {
			t.Fatal(err)
		}
		tree, numbers := p.Save()
		back, err := LoadPipeline(tree, numbers)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		d, err := back.Apply(tab, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.want == task.MultiLabel && (d.Y.At(0, 0) != 0 || d.Y.At(0, 1) != 1 || len(back.Labels()) != 0) {
			t.Errorf("%s: targets %v, labels %v: want them as they stand", c.name, d.Y.Data, back.Labels())
		}
	}
}
