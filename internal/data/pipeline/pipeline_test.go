package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/split"
	"mlp/internal/data/table"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/stats"
	"mlp/internal/task"
	"mlp/internal/tensor"
)

// fit reads a table and fits a pipeline on the rows given, or on all.
func fit(t *testing.T, csv, config string, rows []int) (*table.Table, *Pipeline) {
	t.Helper()
	c := configure(t, config)
	table, err := schema.Read(text(csv), c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Infer(table, c, task.Auto)
	if err != nil {
		t.Fatal(err)
	}
	if rows == nil {
		rows = upTo(table.Rows)
	}
	p, err := FitPipeline(table, s, c, rows)
	if err != nil {
		t.Fatal(err)
	}
	return table, p
}

func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

func column(m tensor.Mat, j int) []float32 {
	x := make([]float32, m.Rows)
	for i := range x {
		x[i] = m.At(i, j)
	}
	return x
}

func TestInputs(t *testing.T) {
	cases := []struct{ name, csv, config, features, rows string }{
		{"standard", "a,y\n1,0\n2,1\n3,0\n", `{"target": "y"}`, "a", "[-1.2247449] [0] [1.2247449]"},
		{"a constant column is 0", "a,b,y\n0.1,1,0\n0.1,2,1\n0.1,3,0\n", `{"target": "y", "numeric": {"scale": "standard"}}`, "a b", "[0 -1.2247449] [0 0] [0 1.2247449]"},
		{"none", "a,y\n1,0\n2.5,1\n", `{"target": "y", "numeric": {"scale": "none"}}`, "a", "[1] [2.5]"},
		{"minmax", "a,y\n-1,0\n1,1\n3,0\n", `{"target": "y", "numeric": {"scale": "minmax"}}`, "a", "[0] [0.5] [1]"},
		{"minmax of a constant", "a,y\n7,0\n7,1\n", `{"target": "y", "numeric": {"scale": "minmax"}}`, "a", "[0] [0]"},
		{"robust", "a,y\n1,0\n2,1\n3,0\n4,1\n100,0\n", `{"target": "y", "numeric": {"scale": "robust"}}`, "a", "[-1] [-0.5] [0] [0.5] [48.5]"},
		{"log1p keeps the sign", "a,y\n-1,0\n0,1\n1,0\n", `{"target": "y", "numeric": {"scale": "log1p"}}`, "a", "[-1.2247449] [0] [1.2247449]"},
		{"smooth clip", "a,y\n1,0\n2,1\n3,0\n4,1\n100,0\n", `{"target": "y", "numeric": {"scale": "robust", "clip": {"smooth": 0.75}}}`, "a", "[-0.6] [-0.41602516] [0] [0.41602516] [0.74991035]"},
		{"hard clip by its name", "a,y\n1,0\n2,1\n3,0\n4,1\n100,0\n", `{"target": "y", "numeric": {"scale": "robust", "clip": {"hard": 0.75}}}`, "a", "[-0.75] [-0.5] [0] [0.5] [0.75]"},
		{"indicator where training rows miss", "a,y\n1,0\n,1\n3,0\n", `{"target": "y", "numeric": {"scale": "none", "indicator": "auto"}}`, "a a=missing", "[1 0] [2 1] [3 0]"},
		{"no indicator where none does", "a,y\n1,0\n2,1\n3,0\n", `{"target": "y", "numeric": {"scale": "none", "indicator": "auto"}}`, "a", "[1] [2] [3]"},
		{"half range", "a,y\n0,0\n0,1\n0,0\n0,1\n0,1\n5,0\n", `{"target": "y", "numeric": {"scale": {"robust": "half_range"}}}`, "a", "[0] [0] [0] [0] [0] [2]"},
		{"half range of a constant", "a,b,y\n7,1,0\n7,2,1\n", `{"target": "y", "ignore": "b", "numeric": {"scale": {"robust": "half_range"}}}`, "a", "[0] [0]"},
		{"clip", "a,y\n1,0\n2,1\n3,0\n4,1\n100,0\n", `{"target": "y", "numeric": {"scale": "robust", "clip": 0.75}}`, "a", "[-0.75] [-0.5] [0] [0.5] [0.75]"},
		{"median fills", "a,y\n1,0\n,1\n2,0\n9,1\n", `{"target": "y", "numeric": {"scale": "none"}}`, "a", "[1] [2] [2] [9]"},
		{"mean fills", "a,y\n1,0\n,1\n2,0\n9,1\n", `{"target": "y", "numeric": {"scale": "none", "missing": "mean"}}`, "a", "[1] [4] [2] [9]"},
		{"mode fills", "a,y\n9,0\n,1\n2,0\n9,1\n2,0\n", `{"target": "y", "numeric": {"scale": "none", "missing": "mode"}}`, "a", "[9] [2] [2] [9] [2]"},
		{"a constant fills", "a,y\n1,0\n,1\n", `{"target": "y", "numeric": {"scale": "none", "missing": {"constant": -5}}}`, "a", "[1] [-5]"},
		{"a number fills", "a,y\n1,0\n,1\n", `{"target": "y", "numeric": {"scale": "none", "missing": 0}, "columns": []}`, "a", "[1] [0]"},
		{"another number fills in one column", "a,y\n1,0\n,1\n", `{"target": "y", "numeric": {"scale": "none"}, "columns": [{"name": "a", "missing": -2.5}]}`, "a", "[1] [-2.5]"},
		{"indicator", "a,y\n1,0\n,1\n", `{"target": "y", "numeric": {"scale": "none", "indicator": true}}`, "a a=missing", "[1 0] [1 1]"},
		{"one hot", "a,y\nx,0\nz,1\nx,0\ny,1\n", `{"target": "y"}`, "a=x a=y a=z a=other", "[1 0 0 0] [0 0 1 0] [1 0 0 0] [0 1 0 0]"},
		{"one hot without a bucket", "a,y\nx,0\nz,1\n,0\n", `{"target": "y", "categorical": {"unknown": "ignore", "missing": "unknown"}}`, "a=x a=z", "[1 0] [0 1] [0 0]"},
		{"a missing category is one of its own", "a,y\nx,0\nz,1\n,0\n", `{"target": "y"}`, "a=x a=z a=(missing) a=other", "[1 0 0 0] [0 1 0 0] [0 0 1 0]"},
		{"and told from a word", "a,y\n(missing),0\nz,1\n,0\n", `{"target": "y"}`, "a=(missing) a=z a=((missing)) a=other", "[1 0 0 0] [0 1 0 0] [0 0 1 0]"},
		{"if it is frequent enough", "a,y\nx,0\nz,1\n,0\nx,1\nz,0\n", `{"target": "y", "categorical": {"min_count": 2}}`, "a=x a=z a=other", "[1 0 0] [0 1 0] [0 0 1] [1 0 0] [0 1 0]"},
		{"a missing category is an unknown one", "a,y\nx,0\nz,1\n,0\n", `{"target": "y", "categorical": {"missing": "unknown"}}`, "a=x a=z a=other", "[1 0 0] [0 1 0] [0 0 1]"},
		{"in one column", "a,y\nx,0\nz,1\n,0\n", `{"target": "y", "columns": [{"name": "a", "indicator": false}]}`, "a=x a=z a=other", "[1 0 0] [0 1 0] [0 0 1]"},
		{"a category for what training rows do not miss", "a,y\nx,0\nz,1\n", `{"target": "y", "columns": [{"name": "a", "indicator": true}]}`, "a=x a=z a=(missing) a=other", "[1 0 0 0] [0 1 0 0]"},
		{"filled and said", "a,y\nx,0\nz,1\nz,0\n,0\n", `{"target": "y", "columns": [{"name": "a", "indicator": true, "missing": "mode"}]}`, "a=x a=z a=other a=missing", "[1 0 0 0] [0 1 0 0] [0 1 0 0] [0 1 0 1]"},
		{"missing of a hashed column", "a,y\na,0\nb,1\n,0\n", `{"target": "y", "categorical": {"encode": {"hash": 2}}}`, "a=#0 a=#1 a=other", "[1 0 0] [0 1 0] [0 0 1]"},
		{"booleans", "a,y\nyes,0\nno,1\n,0\n", `{"target": "y"}`, "a a=missing", "[1 0] [0 0] [0.5 1]"},
		{"booleans, scaled", "a,y\nyes,0\nno,1\nno,0\nno,1\nno,0\n", `{"target": "y", "categorical": {"scale": {"robust": "half_range"}}}`, "a", "[2] [0] [0] [0] [0]"},
		{"two categories in one input", "a,y\nx,0\nz,1\n,0\n", `{"target": "y", "categorical": {"encode": {"one_hot": "signed"}, "missing": "unknown"}}`, "a", "[1] [-1] [0]"},
		{"and one that says where it is missing", "a,y\nx,0\nz,1\n,0\n", `{"target": "y", "categorical": {"encode": {"one_hot": "signed"}}}`, "a a=missing", "[1 0] [-1 0] [0 1]"},
		{"one category", "a,y\nx,0\nx,1\n,0\n", `{"target": "y", "categorical": {"encode": {"one_hot": "signed"}}}`, "a", "[1] [1] [-1]"},
		{"three categories are not signed", "a,y\nx,0\nz,1\nb,0\n", `{"target": "y", "categorical": {"encode": {"one_hot": "signed"}, "unknown": "ignore"}}`, "a=b a=x a=z", "[0 1 0] [0 0 1] [1 0 0]"},
		{"the most frequent ones", "a,y\nb,0\nz,1\nx,0\nx,0\nc,1\n", `{"target": "y", "categorical": {"encode": {"type": "one_hot", "max_categories": 3, "above": "other"}}}`, "a=x a=z a=other", "[0 0 1] [0 1 0] [1 0 0] [1 0 0] [0 0 1]"},
		{"not too many", "a,y\nb,0\nz,1\nx,0\n", `{"target": "y", "categorical": {"unknown": "ignore", "encode": {"type": "one_hot", "max_categories": 3, "above": "hash"}}}`, "a=b a=x a=z", "[1 0 0] [0 0 1] [0 1 0]"},
		{"scaled and clipped", "a,y\nx,0\nx,1\nx,0\nx,0\nz,1\n", `{"target": "y", "categorical": {"unknown": "ignore", "scale": {"robust": "half_range"}, "clip": 1.5}}`, "a=x a=z", "[0 0] [0 0] [0 0] [0 0] [-1.5 1.5]"},
		{"clipped alone", "a,y\nx,0\nx,1\nz,0\n", `{"target": "y", "categorical": {"unknown": "ignore", "clip": 0.5}}`, "a=x a=z", "[0.5 0] [0.5 0] [0 0.5]"},
		{"scaled in one column", "a,y\nx,0\nx,1\nz,0\n", `{"target": "y", "columns": [{"name": "a", "scale": "minmax", "encode": {"one_hot": "signed"}}]}`, "a", "[1] [1] [0]"},
		{"rare categories share the bucket", "a,y\nx,0\nz,1\nx,0\ny,1\n", `{"target": "y", "categorical": {"min_count": 2}}`, "a=x a=other", "[1 0] [0 1] [1 0] [0 1]"},
		{"categories that are numbers are sorted as such", "a,y\n10,0\n9,1\n9.0,0\n", `{"target": "y", "columns": [{"name": "a", "type": "categorical"}]}`, "a=9 a=10 a=other", "[0 1 0] [1 0 0] [1 0 0]"},
		{"ordinal", "a,y\nlow,0\nhigh,1\nmid,0\n,1\n", `{"target": "y", "columns": [{"name": "a", "encode": {"ordinal": ["low", "mid", "high"]}}]}`, "a a=missing", "[0 0] [1 0] [0.5 0] [0.5 1]"},
		{"ordinal without an order", "a,y\nc,0\na,1\nb,0\n", `{"target": "y", "categorical": {"encode": "ordinal"}}`, "a", "[1] [0] [0.5]"},
		{"exceptions by number", "a,b,y\n1,2,0\n3,4,1\n", `{"target": -1, "columns": [{"name": 1, "scale": "none"}, {"name": -2, "scale": "minmax"}]}`, "a b", "[1 0] [3 1]"},
		{"pieces as inputs", "a,y\n1,0\n2,1\n4,0\n8,1\n", `{"target": "y", "numeric": {"scale": "none", "encode": {"type": "piecewise_linear", "bins": 3, "dim": null}}}`, "a.piece_1 a.piece_2 a.piece_3", "[0 0 0] [1 0 0] [1 1 0] [1 1 1]"},
		{"pieces beside what is missing", "a,y\n1,0\n2,1\n4,0\n,1\n", `{"target": "y", "numeric": {"scale": "none", "missing": {"constant": 3}, "indicator": true, "encode": {"type": "piecewise_linear", "bins": 2, "dim": null}}}`, "a.piece_1 a.piece_2 a=missing", "[0 0 0] [0.6666667 0 0] [1 1 0] [1 0.33333334 1]"},
		{"no pieces of two values", "a,b,y\n1,7,0\n2,7,1\n,7,0\n1,7,1\n", `{"target": "y", "numeric": {"scale": "none", "encode": {"type": "piecewise_linear", "dim": null}}}`, "a b", "[1 7] [2 7] [1 7] [1 7]"},
		{"pieces in one column, and not in one", "a,b,c,y\n1,1,1,0\n2,2,2,1\n3,3,3,0\n", `{"target": "y", "numeric": {"scale": "none", "encode": {"type": "piecewise_linear", "bins": 2, "dim": null}}, "columns": [{"name": "b", "encode": {"type": "piecewise_linear", "bins": 1, "dim": null}}, {"name": "c", "encode": "none"}]}`, "a.piece_1 a.piece_2 b.piece_1 c", "[0 0 0 1] [1 0 0.5 2] [1 1 1 3]"},
		{"bins between quantiles", "a,y\n1,0\n2,1\n3,0\n4,1\n", `{"target": "y", "numeric": {"encode": {"discretization": 2}}}`, "a.bin_0 a.bin_1", "[1 0] [1 0] [0 1] [0 1]"},
		{"a bin begins with its boundary", "a,y\n-5,0\n0.7,1\n0.69,0\n9,1\n", `{"target": "y", "numeric": {"scale": "none", "encode": {"type": "discretization", "bin_boundaries": [0, 0.7, 20]}}}`, "a.bin_0 a.bin_1 a.bin_2 a.bin_3", "[1 0 0 0] [0 0 1 0] [0 1 0 0] [0 0 1 0]"},
		{"equal quantiles are one, and the least number none", "a,y\n0,0\n0,1\n0,0\n1,1\n", `{"target": "y", "numeric": {"encode": {"discretization": 8}}}`, "a.bin_0 a.bin_1 a.bin_2", "[1 0 0] [1 0 0] [1 0 0] [0 0 1]"},
		{"a bin of a constant", "a,y\n7,0\n7,1\n", `{"target": "y", "numeric": {"encode": "discretization"}}`, "a.bin_0", "[1] [1]"},
		{"bins of what is missing", "a,y\n1,0\n2,1\n,0\n9,1\n", `{"target": "y", "numeric": {"indicator": true, "encode": {"discretization": 2}}}`, "a.bin_0 a.bin_1 a=missing", "[1 0 0] [0 1 0] [0 1 1] [0 1 0]"},
		{"the number of the bin", "a,y\n1,0\n2,1\n4,0\n8,1\n", `{"target": "y", "numeric": {"encode": {"type": "discretization", "bin_boundaries": [2, 5], "output_mode": "int"}}}`, "a", "[0] [1] [1] [2]"},
		{"a vector of the bin", "a,y\n1,0\n2,1\n4,0\n8,1\n", `{"target": "y", "numeric": {"encode": {"type": "discretization", "bin_boundaries": [2, 5], "output_mode": "embedding"}}}`, "a", "[0] [1] [1] [2]"},
		{"bins of long numbers", "a,y\n1,0\n1.0000000001,1\n1.0000000002,0\n1.0000000003,1\n", `{"target": "y", "numeric": {"encode": {"type": "discretization", "bin_boundaries": [1.0000000002]}}}`, "a.bin_0 a.bin_1", "[1 0] [1 0] [0 1] [0 1]"},
		{"what is learned of a number leaves it", "a,y\n1,0\n2,1\n4,0\n", `{"target": "y", "numeric": {"scale": "none", "encode": "periodic"}}`, "a", "[1] [2] [4]"},
		{"no input from id, weight, ignored and target", "a,i,w,n,y\n1,x,1,5,0\n2,y,2,6,1\n", `{"target": "y", "id": "i", "weight": "w", "ignore": ["n"], "numeric": {"scale": "none"}}`, "a", "[1] [2]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			table, p := fit(t, c.csv, c.config, nil)
			d, err := p.Apply(table, nil)
			if err != nil {
				t.Fatal(err)
			}
			var rows []string
			for i := range d.X.Rows {
				rows = append(rows, fmt.Sprint(d.X.Row(i)))
			}
			if got := strings.Join(p.Features(), " "); got != c.features {
				t.Errorf("features %q, want %q", got, c.features)
			}
			if got := strings.Join(rows, " "); got != c.rows {
				t.Errorf("rows %s, want %s", got, c.rows)
			}
		})
	}
}

func anyRange(stats.Interval) bool { return true }

func TestTargets(t *testing.T) {
	cases := []struct {
		name, csv, config string
		hint, task        task.Task
		labels            string
		y                 string
	}{
		{"two words", "a,y\n1,pos\n2,neg\n", `{"target": "y"}`, task.Auto, task.Binary, "neg pos", "[1 0]"},
		{"positive", "a,y\n1,pos\n2,neg\n", `{"target": "y", "positive": "neg"}`, task.Auto, task.Binary, "pos neg", "[0 1]"},
		{"positive as a number", "a,y\n1,1\n2,0\n", `{"target": "y", "positive": 0}`, task.Auto, task.Binary, "1 0", "[0 1]"},
		{"three words", "a,y\n1,c\n2,a\n3,b\n", `{"target": "y"}`, task.Auto, task.Multiclass, "a b c", "[2 0 1]"},
		{"integers with a gap", "a,y\n1,10\n2,9\n3,7\n4,9\n", `{"target": "y"}`, task.Auto, task.Multiclass, "7 9 10", "[2 1 0 1]"},
		{"one number spelt twice", "a,y\n1,1\n2,0\n3,1.0\n4,01\n", `{"target": "y"}`, task.Auto, task.Binary, "0 1", "[1 0 1 1]"},
		{"true and false", "a,y\n1,true\n2,false\n", `{"target": "y"}`, task.Auto, task.Binary, "false true", "[1 0]"},
		{"fractions", "a,y\n1,0.5\n2,1.5\n", `{"target": "y"}`, task.Auto, task.Regression, "", "[-1 1]"},
		{"integers, for a regression loss", "a,y\n1,1\n2,3\n", `{"target": "y"}`, task.Regression, task.Regression, "", "[-1 1]"},
		{"integers, declared", "a,y\n1,1\n2,3\n", `{"target": "y", "task": "regression"}`, task.Auto, task.Regression, "", "[-1 1]"},
		{"unscaled", "a,y\n1,1\n2,3\n", `{"target": "y", "task": "regression", "scale_target": false}`, task.Auto, task.Regression, "", "[1 3]"},
		{"divided", "a,y\n1,1\n2,3\n", `{"target": "y", "task": "regression", "scale_target": "scale"}`, task.Auto, task.Regression, "", "[1 3]"},
		{"divided by the sd", "a,y\n1,2\n2,6\n", `{"target": "y", "task": "regression", "scale_target": "scale"}`, task.Auto, task.Regression, "", "[1 3]"},
		{"logarithms", "a,y\n1,0\n2,1.718281828\n", `{"target": "y", "task": "regression", "scale_target": "log1p"}`, task.Auto, task.Regression, "", "[-1 1]"},
		{"two classes, for a softmax", "a,y\n1,n\n2,p\n", `{"target": "y"}`, task.Multiclass, task.Multiclass, "n p", "[0 1]"},
		{"several targets", "a,y,z\n1,1,5\n2,3,9\n", `{"target": ["z", "y"]}`, task.Auto, task.Regression, "", "[-1 -1 1 1]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config := configure(t, c.config)
			table, err := schema.Read(text(c.csv), config)
			if err != nil {
				t.Fatal(err)
			}
			s, err := schema.Infer(table, config, c.hint)
			if err != nil {
				t.Fatal(err)
			}
			p, err := FitPipeline(table, s, config, upTo(table.Rows))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.FitTargets(table, upTo(table.Rows), config.ScaleTarget, false, anyRange); err != nil {
				t.Fatal(err)
			}
			d, err := p.Apply(table, nil)
			if err != nil {
				t.Fatal(err)
			}
			if s.Task != c.task || strings.Join(s.Labels, " ") != c.labels || fmt.Sprint(d.Y.Data) != c.y {
				t.Errorf("%s, labels %q, y %v", s.Task, s.Labels, d.Y.Data)
			}
		})
	}
}

// tableOf writes a random table with numbers, words, three classes, and a column
// each that says yes or no and that holds dates; all but the classes have gaps.
func tableOf(s rng.Stream, rows int) (header []string, cells [][]string) {
	header = []string{"n1", "n2", "w1", "w2", "y", "b", "d"}
	at := uint64(0)
	draw := func(n int) int { at++; return int(s.Uint32(at) % uint32(n)) }
	for range rows {
		row := []string{fmt.Sprintf("%d.%d", draw(200)-100, draw(1000)), fmt.Sprint(draw(50)), string(rune('a' + draw(5))), fmt.Sprintf("w%d", draw(3)), string(rune('p' + draw(3))),
			[]string{"yes", "no", "Yes"}[draw(3)], fmt.Sprintf("20%02d-%02d-%02dT%02d:%02d", draw(40), 1+draw(12), 1+draw(28), draw(24), draw(60))}
		for _, some := range [][]int{{0, 1, 2, 3}, {5, 6}} {
			if draw(6) == 0 {
				row[some[draw(len(some))]] = ""
			}
		}
		cells = append(cells, row)
	}
	return header, cells
}

// settings are configurations for tables of tableOf, so many that every scaler,
// imputer, encoder and part of a date is in one of them.
func settings() []string {
	all := []string{`{"target": "y"}`, `{"target": "y", "numeric": {"indicator": true, "missing": {"constant": -3}}, "categorical": {"min_count": 3, "unknown": "ignore"}}`,
		`{"target": "y", "columns": [{"name": "n2", "type": "categorical", "encode": "hash"}, {"name": "d", "parts": "days", "scale": "none"}, {"name": "b", "type": "categorical"}]}`}
	for _, name := range preprocess.Scalers.Names() {
		all = append(all, `{"target": "y", "numeric": {"scale": "`+name+`"}}`, `{"target": "y", "numeric": {"scale": "`+name+`", "clip": 0.75, "indicator": true}}`)
	}
	all = append(all, `{"target": "y", "numeric": {"scale": {"type": "robust", "fallback": "half_range"}, "clip": "smooth", "indicator": "auto"}}`)
	for _, name := range preprocess.Imputers.Names() {
		if name != "error" { // the tables have gaps
			all = append(all, `{"target": "y", "numeric": {"missing": "`+name+`"}}`)
		}
	}
	for _, name := range preprocess.Encoders.Names() {
		if name == "boolean" { // has words of its own
			all = append(all, `{"target": "y", "columns": [{"name": "b", "encode": "boolean"}]}`)
			continue
		}
		for _, unknown := range []string{"other", "ignore"} {
			all = append(all, `{"target": "y", "categorical": {"encode": "`+name+`", "unknown": "`+unknown+`"}, "columns": [{"name": "b", "type": "categorical"}]}`)
		}
	}
	for _, above := range []string{"embedding", "hash", "other"} {
		all = append(all, `{"target": "y", "categorical": {"scale": "standard", "encode": {"type": "one_hot", "binary": "signed", "max_categories": 2, "above": "`+above+`"}}}`)
	}
	for _, name := range preprocess.Scalers.Names() {
		all = append(all, `{"target": "y", "categorical": {"scale": "`+name+`", "clip": "smooth", "unknown": "ignore"}}`)
	}
	for _, name := range preprocess.DateParts.Names() {
		all = append(all, `{"target": "y", "columns": [{"name": "d", "parts": "`+name+`", "indicator": true}]}`)
	}
	return all
}

func joinTable(header []string, cells [][]string, columns []int) string {
	var b strings.Builder
	for _, row := range append([][]string{header}, cells...) {
		for i, j := range columns {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(row[j])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// A row gives the same bits alone, in the batch, in any order of rows, in any
// order of columns, beside other columns, and streamed.
func TestARowStandsForItself(t *testing.T) {
	for i, config := range settings() {
		s := rng.New(uint64(i), "tables")
		header, cells := tableOf(s, 40)
		all := upTo(len(header))
		tab, p := fit(t, joinTable(header, cells, all), config, upTo(30))
		batch, err := p.Apply(tab, nil)
		if err != nil {
			t.Fatal(err)
		}
		check := func(what string, got *Dataset, row, in int) {
			t.Helper()
			if !sameBits(got.X.Row(in), batch.X.Row(row)) {
				t.Fatalf("%s: %s: row %d: %v, in the batch %v", config, what, row, got.X.Row(in), batch.X.Row(row))
			}
		}
		for row := range cells {
			alone, err := p.ReadFor(text(joinTable(header, cells[row:row+1], all)), false)
			if err != nil {
				t.Fatal(err)
			}
			d, err := p.Apply(alone, nil)
			if err != nil {
				t.Fatal(err)
			}
			check("alone", d, row, 0)
		}
		rows, columns := make([]int, len(cells)), make([]int, len(header))
		s.At(1).Perm(rows)
		s.At(2).Perm(columns)
		var shuffled [][]string
		for _, row := range rows {
			shuffled = append(shuffled, append(slices.Clone(cells[row]), "extra"))
		}
		text1 := joinTable(append(slices.Clone(header), "more"), shuffled, append(columns, len(header)))
		other, err := p.ReadFor(text(text1), true)
		if err != nil {
			t.Fatal(err)
		}
		d, err := p.Apply(other, nil)
		if err != nil {
			t.Fatal(err)
		}
		for at, row := range rows {
			check("shuffled", d, row, at)
			if d.Y.At(at, 0) != batch.Y.At(row, 0) {
				t.Fatalf("row %d has another label", row)
			}
		}
		at := 0
		err = streamed(p, text(text1), 7, func(chunk *table.Table) error {
			d, err := p.Apply(chunk, nil)
			for i := range d.X.Rows {
				check("streamed", d, rows[at], i)
				if d.Lines[i] != at+2 {
					t.Fatalf("streamed row %d has line %d", at, d.Lines[i])
				}
				at++
			}
			return err
		})
		if err != nil || at != len(rows) {
			t.Fatalf("streamed %d rows, %v", at, err)
		}
	}
}

// What stands in rows kept from training must not reach what is learned.
func TestOutliersInTestRowsChangeNothing(t *testing.T) {
	header, cells := tableOf(rng.New(5, "tables"), 60)
	all := upTo(len(header))
	for _, config := range append(settings(), `{"target": "n1", "ignore": ["y"]}`, `{"target": "y", "columns": [{"name": "n2", "type": "categorical"}]}`) {
		c := configure(t, config)
		c.Split.Validation, c.Split.Test, c.Split.Stratify = 0.2, 0.2, table.No
		learn := func(cells [][]string) (split.Rows, string, *Pipeline) {
			table, err := schema.Read(text(joinTable(header, cells, all)), c)
			if err != nil {
				t.Fatal(err)
			}
			s, err := schema.Infer(table, c, task.Auto)
			if err != nil {
				t.Fatal(err)
			}
			parts, err := split.Split(table, s, c, 11)
			if err != nil {
				t.Fatal(err)
			}
			p, err := FitPipeline(table, s, c, parts.Train)
			if err != nil {
				t.Fatal(err)
			}
			node, numbers := p.Save()
			return parts, string(spec.CanonicalJSON(node)) + fmt.Sprint(numbers), p
		}
		for row := range cells { // no row without a target, where it is a number
			if cells[row][0] == "" {
				cells[row][0] = "0.5"
			}
		}
		parts, clean, _ := learn(cells)
		planted := slices.Clone(cells)
		for _, row := range append(slices.Clone(parts.Test), parts.Validation...) {
			planted[row] = monster(cells[row][4])
			if strings.Contains(config, `"n2", "type": "categorical"}`) {
				planted[row][1] = "no number" // would change how the numbers before it are sorted
			}
		}
		_, dirty, _ := learn(planted)
		if clean != dirty {
			t.Errorf("%s: rows kept from training changed what was learned:\n%s\n%s", config, clean, dirty)
		}
		planted[parts.Train[0]] = monster(cells[parts.Train[0]][4])
		if _, trained, _ := learn(planted); trained == clean {
			t.Errorf("%s: a training row changed nothing; the test cannot fail", config)
		}
	}
}

// monster is a row unlike all others: outliers, a new category, a gap, a new
// spelling of yes, a date with seconds that is long past.
func monster(label string) []string {
	return []string{"1e9", "-1e9", "monster", "", label, "YES", "1850-02-28T03:17:59"}
}

// Answers are kept within the range of the training rows, each target's in its own, where
// the spec says so, also once the pipeline has been saved; the targets themselves stay.
func TestAnswersAreClipped(t *testing.T) {
	for _, how := range []schema.TargetScale{schema.ScaleStandard, schema.ScaleDivide, schema.ScaleLog1p, schema.ScaleNone} {
		for _, clip := range []bool{false, true} {
			table, p := fit(t, "a,y,z\n1,2,10\n2,4,30\n3,1,20\n4,900,5000\n", `{"target": ["y", "z"]}`, nil)
			if _, err := p.FitTargets(table, []int{0, 1, 2}, how, clip, anyRange); err != nil {
				t.Fatal(err)
			}
			d, err := p.Apply(table, nil)
			if err != nil {
				t.Fatal(err)
			}
			p, err = LoadPipeline(p.Save())
			if err != nil {
				t.Fatal(err)
			}
			p.Unscale(d.Y, task.Head{})
			want := []float32{2, 10, 4, 30, 1, 20, 900, 5000}
			if clip {
				want = []float32{2, 10, 4, 30, 1, 20, 4, 30}
			}
			for i, v := range d.Y.Data {
				// The scaled value is a float32, whose rounding the sd of at most 10 and, of a
				// logarithm, the value itself multiply.
				if math.Abs(float64(v-want[i])) > 1e-5*math.Abs(float64(want[i])) {
					t.Errorf("%s, clip %v: %v, want %v", how, clip, d.Y.Data, want)
					break
				}
				if clip && i%2 == 0 && (v < 1 || v > 4) || clip && i%2 == 1 && (v < 10 || v > 30) {
					t.Errorf("%s: %v is outside", how, v)
				}
			}
			nan := tensor.View(1, 2, []float32{float32(math.NaN()), 7e30})
			if p.Unscale(nan, task.Head{}); nan.Data[0] == nan.Data[0] || clip && nan.Data[1] != 30 {
				t.Errorf("%s, clip %v: %v of NaN and a huge answer", how, clip, nan.Data)
			}
			node, numbers := p.Save()
			at := slices.IndexFunc(numbers, func(n preprocess.Numbers) bool { return n.Name == "preprocess/y/max" })
			if (at >= 0) != clip {
				t.Fatalf("saved %v", numbers)
			}
			if clip {
				numbers[at].Data = []float64{0}
				if _, err := LoadPipeline(node, numbers); err == nil {
					t.Error("loaded with a greatest value below the least")
				}
			}
		}
	}
}

func TestUnscaleUndoesTheScale(t *testing.T) {
	table, p := fit(t, "a,y,z\n1,100.5,1\n2,-3.25,1e6\n3,7,-5\n", `{"target": ["y", "z"]}`, nil)
	d, err := p.Apply(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Unscale(d.Y, task.Head{})
	for j, want := range [][]float32{{100.5, -3.25, 7}, {1, 1e6, -5}} {
		got := column(d.Y, j)
		for i := range want {
			// A float32 holds the scaled value to 2⁻²⁴ of it; times the sd, that is
			// an error of at most 2⁻²³ of the largest value.
			if math.Abs(float64(got[i]-want[i])) > 0x1p-23*1e6*float64(j)+0x1p-23*100.5 {
				t.Errorf("target %d: %v, want %v", j, got, want)
			}
		}
	}
}

func TestOneHotTargets(t *testing.T) {
	table, p := fit(t, "a,y\n1,c\n2,a\n3,b\n", `{"target": "y"}`, nil)
	d, err := p.Apply(table, []int{2, 0})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(d.OneHot(3).Data); got != "[0 1 0 0 0 1]" {
		t.Error(got)
	}
}

func TestIDsWeightsAndLinesGoAlong(t *testing.T) {
	table, p := fit(t, "i,a,w,y\n007,1,2,p\n08,2,0.5,q\nx,3,1,p\n", `{"target": "y", "id": "i", "weight": "w"}`, nil)
	d, err := p.Apply(table, []int{2, 0})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(d.IDs, d.Weight, d.Lines) != "[x 007] [1 2] [4 2]" {
		t.Error(d.IDs, d.Weight, d.Lines)
	}
}

// Absurd but finite values must not become NaN or infinity.
func TestInputsStayFinite(t *testing.T) {
	table, p := fit(t, "a,y\n1e-40,0\n2e-40,1\n3e-40,0\n", `{"target": "y"}`, nil)
	d, err := p.Apply(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	far, err := p.ReadFor(text("a\n3e38\n-3e38\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Apply(far, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range append(d.X.Data, e.X.Data...) {
		if v-v != 0 {
			t.Errorf("%v %v", d.X.Data, e.X.Data)
		}
	}
}
