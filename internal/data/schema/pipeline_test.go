package schema

import (
	"errors"
	"strings"
	"testing"

	"mlp/internal/data/parse"
	"mlp/internal/problem"
	"mlp/internal/task"
)

func TestWhatInferRefuses(t *testing.T) {
	const csv = "a,b,y\n1,2,p\n3,4,q\n5,6,r\n"
	cases := []struct {
		config string
		hint   task.Task
		msg    string
		help   string
	}{
		{`{}`, task.Auto, "spec.yaml: data.target: which column is to be predicted?", "add `target: …`"},
		{`{"target": "z"}`, task.Auto, `spec.yaml: data.target: the table has no column "z"`, `did you mean "a"?`},
		{`{"target": "outcome"}`, task.Auto, `spec.yaml: data.target: the table has no column "outcome"`, "known here: a, b, y"},
		{`{"target": 4}`, task.Auto, "spec.yaml: data.target: the table has no column 4", "it has 3 columns"},
		{`{"target": "y", "ignore": ["c"]}`, task.Auto, `spec.yaml: data.ignore: the table has no column "c"`, ""},
		{`{"target": "y", "id": "y"}`, task.Auto, `spec.yaml: data.id: column "y" is the target already`, ""},
		{`{"target": "y", "columns": [{"name": "a"}, {"name": 1}]}`, task.Auto, `spec.yaml: data.columns[1].name: column "a" has an entry already`, ""},
		{`{"target": "y", "task": "binary"}`, task.Auto, `spec.yaml: y: a binary target has two labels, this one has 3: "p", "q", "r"`, "softmax"},
		{`{"target": "y"}`, task.Binary, `spec.yaml: y: a binary target has two labels, this one has 3: "p", "q", "r"`, "softmax"},
		{`{"target": "y"}`, task.Regression, `t.csv:2:5: y: a target of regression holds words: "p"`, "classification loss"},
		{`{"target": "y", "positive": "p"}`, task.Auto, "spec.yaml: data.positive: there is no positive label among 3", ""},
		{`{"target": ["a", "y"], "task": "binary"}`, task.Auto, "spec.yaml: data.target: 2 targets are for regression, the task is binary", ""},
		{`{"target": "y", "weight": "y"}`, task.Auto, `spec.yaml: data.weight: column "y" is the target already`, ""},
		{`{"target": "y", "ignore": ["a", "b"]}`, task.Auto, "t.csv:1: no column is left as an input", ""},
		{`{"target": "b", "task": "binary", "positive": 7, "ignore": ["y"]}`, task.Auto, "spec.yaml: b: a binary target has two labels", ""},
	}
	for _, c := range cases {
		config := configure(t, c.config)
		tab, err := Read(text(csv), config)
		if err == nil {
			_, err = Infer(tab, config, c.hint)
		}
		parse.Locate(err, text(csv))
		if err == nil {
			t.Errorf("%s: accepted", c.config)
			continue
		}
		var p *problem.Problem
		if !errors.As(err, &p) || !strings.HasPrefix(err.Error(), c.msg) || !strings.Contains(p.Hint, c.help) {
			t.Errorf("%s: %v\nhint %q", c.config, err, p.Hint)
		}
	}
}
