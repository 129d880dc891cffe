package pipeline

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/parse"
	"mlp/internal/data/preprocess"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
	"mlp/internal/rng"
	"mlp/internal/spec"
	"mlp/internal/task"
)

// pipelines returns fitted ones of every kind with the table they were fitted on.
func pipelines(t testing.TB) map[string]func(*testing.T) (*table.Table, *Pipeline) {
	header, cells := tableOf(rng.New(8, "tables"), 50)
	csv := joinTable(header, cells, []int{0, 1, 2, 3, 4})
	all := map[string]func(*testing.T) (*table.Table, *Pipeline){}
	add := func(name, csv, config string) {
		all[name] = func(t *testing.T) (*table.Table, *Pipeline) { return fit(t, csv, config, nil) }
	}
	for _, scaler := range preprocess.Scalers.Names() {
		add("scale "+scaler, csv, `{"target": "y", "numeric": {"scale": "`+scaler+`"}}`)
	}
	add("half range and smooth clip", csv, `{"target": "y", "numeric": {"scale": {"robust": "half_range"}, "clip": "smooth"}}`)
	add("half range of a constant", "a,b,y\n1,7,2.5\n2,7,3.5\n", `{"target": "y", "numeric": {"scale": {"robust": "half_range"}, "clip": {"smooth": 2}}}`)
	for _, imputer := range preprocess.Imputers.Names() {
		if imputer != "error" { // the table has gaps
			add("missing "+imputer, csv, `{"target": "y", "numeric": {"missing": "`+imputer+`"}}`)
		}
	}
	for _, encoder := range preprocess.Encoders.Names() {
		if encoder == "boolean" {
			continue // has words of its own
		}
		add("scaled, "+encoder, csv, `{"target": "y", "categorical": {"encode": "`+encoder+`", "scale": {"quantile": 5}, "clip": "smooth", "unknown": "ignore"}}`)
		add("encode "+encoder, csv, `{"target": "y", "categorical": {"encode": "`+encoder+`"}}`)
	}
	for _, above := range []string{"embedding", "hash", "other"} {
		add("too many categories: "+above, csv, `{"target": "y", "categorical": {"scale": {"robust": "half_range"}, "encode": {"type": "one_hot", "binary": "signed", "max_categories": 2, "above": "`+above+`"}}}`)
	}
	for _, encoder := range []string{`"none"`, `{"type": "periodic", "concat": false, "learning_rate_multiplier": 2}`, `{"type": "piecewise_linear", "bins": 4}`, `{"type": "piecewise_linear", "dim": null}`,
		`"discretization"`, `{"type": "discretization", "bin_boundaries": [-1.5, 2.5], "output_mode": "int"}`, `{"type": "discretization", "num_bins": 3, "output_mode": "embedding", "dim": 2}`} {
		add("numbers "+encoder, csv, `{"target": "y", "numeric": {"indicator": true, "encode": `+encoder+`}}`)
	}
	add("constant with a value", csv, `{"target": "y", "numeric": {"missing": {"constant": 7}, "indicator": true, "clip": 2.5}}`)
	add("ordinal with an order", csv, `{"target": "y", "columns": [{"name": "w2", "encode": {"ordinal": ["w2", "w0", "w1"]}, "unknown": "ignore", "na_values": ["w9"]}]}`)
	add("regression", "a,y\n1,2.5\n2,3.5\n4,9\n", `{"target": "y"}`)
	add("several targets", "a,y,z\n1,2.5,1\n2,3.5,2\n", `{"target": ["z", "y"], "scale_target": false}`)
	add("no header", "1,2,p\n3,4,q\n", `{"target": -1}`)
	add("roles", "i,a,w,n,y\nx,1,2,k,p\ny,2,1,k,q\n", `{"target": "y", "id": "i", "weight": "w", "ignore": "n", "positive": "p"}`)
	add("missing categories", "a,b,y\nx,yes,1.5\nz,no,2\n,,3\nx,no,4\n", `{"target": "y", "columns": [{"name": "?", "missing": "mode"}]}`)
	add("booleans", "a,b,c,y\nyes,T,1,1.5\nno,f,0,2\n,F,1,3\nYES,t,,4\n", `{"target": "y", "columns": [{"name": "c", "type": "boolean"}]}`)
	add("dates", "a,y\n2024-02-29,1.5\n1969-12-31 23:59:59,2\n,4\n", `{"target": "y", "numeric": {"indicator": true}}`)
	add("parts of dates", "a,y\n2024-02-29,1.5\n1969-12-31 23:59:59,2\n,4\n", `{"target": "y", "columns": [{"name": "a", "parts": ["`+strings.Join(preprocess.DateParts.Names(), `", "`)+`"], "scale": "robust", "clip": 3}]}`)
	add("missing is an error", "a,y\n1,2.5\n2,3.5\n", `{"target": "y", "numeric": {"missing": "error"}}`)
	return all
}

func saved(p *Pipeline) string {
	node, numbers := p.Save()
	return string(spec.CanonicalJSON(node)) + fmt.Sprint(numbers)
}

func TestLoadIsTheInverseOfSave(t *testing.T) {
	for name, make := range pipelines(t) {
		t.Run(name, func(t *testing.T) {
			table, p := make(t)
			node, numbers := p.Save()
			// as it comes back from a file
			again, err := spec.ParseJSON(spec.CanonicalJSON(node), "model.bin", "model.bin")
			if err != nil {
				t.Fatal(err)
			}
			q, err := LoadPipeline(again, numbers)
			if err != nil {
				t.Fatal(err)
			}
			if saved(p) != saved(q) {
				t.Errorf("saved\n%s\nand again\n%s", saved(p), saved(q))
			}
			a, err := p.Apply(table, nil)
			if err != nil {
				t.Fatal(err)
			}
			b, err := q.Apply(table, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !sameBits(a.X.Data, b.X.Data) || !sameBits(a.Y.Data, b.Y.Data) || !slices.Equal(p.Features(), q.Features()) || !slices.Equal(a.IDs, b.IDs) {
				t.Errorf("other numbers after loading")
			}
			p.Unscale(a.Y, task.Head{})
			q.Unscale(b.Y, task.Head{})
			if !sameBits(a.Y.Data, b.Y.Data) || p.Task() != q.Task() || !slices.Equal(p.Labels(), q.Labels()) {
				t.Errorf("other targets after loading")
			}
		})
	}
}

// The ends of pieces that cannot be are noticed.
func TestDamagedEnds(t *testing.T) {
	_, p := fit(t, "a,y\n1,0\n2,1\n4,0\n8,1\n", `{"target": "y", "numeric": {"encode": {"type": "piecewise_linear", "bins": 3, "dim": 2}}}`, nil)
	node, numbers := p.Save()
	at := slices.IndexFunc(numbers, func(n preprocess.Numbers) bool { return n.Name == "preprocess/a/ends" })
	if at < 0 || len(numbers[at].Data) != 4 {
		t.Fatalf("saved %v", numbers)
	}
	for _, bad := range [][]float64{{1}, {1, 1}, {1, 1 + 1e-12}, {1, 2, 2, 3}, {1, 2, 3, 4, 5}} {
		numbers[at].Data = bad
		if _, err := LoadPipeline(node, numbers); err == nil {
			t.Errorf("loaded with ends %v", bad)
		}
	}
	numbers[at].Data = []float64{1, 2}
	if _, err := LoadPipeline(node, numbers); err != nil {
		t.Errorf("fewer pieces than were asked for: %v", err)
	}
}

// Every single part of a saved pipeline that is missing or of another kind is
// noticed, or makes no difference; nothing panics.
func TestDamagedPipelines(t *testing.T) {
	noticed := 0
	for name, make := range pipelines(t) {
		_, p := make(t)
		node, numbers := p.Save()
		for i := range numbers {
			_, err := LoadPipeline(node, slices.Delete(slices.Clone(numbers), i, i+1))
			if numbers[i].Name == SeenName { // nothing is computed from it
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			} else if err == nil {
				t.Errorf("%s: loaded without %s", name, numbers[i].Name)
			}
			for _, bad := range [][]float64{nil, {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, {nan()}} {
				changed := slices.Clone(numbers)
				changed[i].Data = bad
				if _, err := LoadPipeline(node, changed); err == nil {
					t.Errorf("%s: loaded with %v for %s", name, bad, numbers[i].Name)
				}
			}
		}
		if _, err := LoadPipeline(node, append(slices.Clone(numbers), preprocess.Numbers{Name: "preprocess/more/mean", Data: []float64{1}})); err == nil {
			t.Errorf("%s: loaded with a number too many", name)
		}
		damage(node, func() {
			if q, err := LoadPipeline(node, numbers); err != nil {
				noticed++
			} else {
				saved(q)
				if len(q.Features()) > 1000 {
					t.Errorf("%s: grew to %d inputs", name, len(q.Features()))
				}
			}
		})
	}
	if noticed < 1000 {
		t.Errorf("only %d damages were noticed", noticed)
	}
	if _, err := LoadPipeline(nil, nil); err == nil {
		t.Errorf("nothing was loaded")
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

// damage calls try with each node of a tree replaced by others in turn, and each
// key and item removed.
func damage(n *spec.Node, try func()) {
	was := *n
	for _, other := range []*spec.Node{spec.NewNull(), spec.NewInt(-7), spec.NewFloat(1e300), spec.NewString("x"), spec.NewString(""), spec.NewBool(false), spec.NewList(), spec.NewMap()} {
		*n = *other
		try()
	}
	*n = was
	for i := range was.Keys {
		n.Keys = slices.Delete(slices.Clone(was.Keys), i, i+1)
		try()
		n.Keys = was.Keys
		damage(was.Keys[i].Value, try)
	}
	for i := range was.Items {
		n.Items = slices.Delete(slices.Clone(was.Items), i, i+1)
		try()
		n.Items = append(slices.Clone(was.Items), was.Items[i])
		try()
		n.Items = was.Items
		damage(was.Items[i], try)
	}
}

func FuzzLoadPipeline(f *testing.F) {
	t := &testing.T{}
	for _, make := range pipelines(f) {
		_, p := make(t)
		node, numbers := p.Save()
		if text := spec.CanonicalJSON(node); len(text) < 2000 {
			f.Add(text, len(numbers))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, n int) {
		node, err := spec.ParseJSON(text, "f", "f")
		if err != nil {
			return
		}
		var numbers []preprocess.Numbers
		for _, c := range columnsNamed(node) {
			for _, what := range []string{"mean", "sd", "fill", "median", "iqr", "min", "range", "quantiles"} {
				numbers = append(numbers, preprocess.Numbers{Name: "preprocess/" + c + "/" + what, Data: []float64{float64(n)}})
			}
		}
		for try := range 3 { // with all numbers, with the usual ones, with none
			p, err := LoadPipeline(node, numbers)
			if err == nil {
				if saved(p) == "" {
					t.Fatal("nothing saved")
				}
				again, learned := p.Save()
				if _, err := LoadPipeline(again, learned); err != nil {
					t.Fatalf("what was loaded and saved does not load: %v", err)
				}
				p.ReadFor(text1(p), true)
			}
			numbers = slices.DeleteFunc(numbers, func(n preprocess.Numbers) bool {
				usual := strings.HasSuffix(n.Name, "/mean") || strings.HasSuffix(n.Name, "/sd") || strings.HasSuffix(n.Name, "/fill")
				return !usual || try > 0
			})
		}
	})
}

func columnsNamed(n *spec.Node) []string {
	var names []string
	if columns := n.Get("columns"); columns != nil {
		for _, c := range columns.Items {
			if name := c.Get("name"); name != nil {
				names = append(names, name.Text)
			}
		}
	}
	return names
}

// text1 returns a table of one row for a pipeline.
func text1(p *Pipeline) source.Source {
	var names, cells []string
	for _, sc := range p.Schema().Columns {
		names, cells = append(names, `"`+strings.ReplaceAll(sc.Name, `"`, `""`)+`"`), append(cells, "1")
	}
	return text(strings.Join(names, ",") + "\n" + strings.Join(cells, ",") + "\n")
}

func TestReadFor(t *testing.T) {
	const training = "id,n,w,y\nr1,1,x,pos\nr2,2,z,neg\nr3,4,x,pos\n"
	const config = `{"target": "y", "id": "id"}`
	cases := []struct {
		name, csv  string
		needTarget bool
		want, hint string // "" means accepted
	}{
		{"any order, extra columns, no target", "extra,w,n\n9,x,1\n", false, "", ""},
		{"extra columns without a name, or named alike", ",w,n,e,e\n9,x,1,2,3\n", false, "", ""},
		{"unknown category", "n,w\n1,new\n", false, "", ""},
		{"missing number", "n,w\nNA,x\n", false, "", ""},
		{"semicolons", "n;w\n1;x,y\n", false, "", ""},
		{"target there but not needed", "n,w,y\n1,x,never\n", false, "", ""},
		{"one column of several is missing", "n,y\n1,pos\n", false, "t.csv:1: w: the column is missing", `the table has "n", "y"`},
		{"a misspelt column", "N,w\n1,x\n", false, "t.csv:1: n: the column is missing", `is "N" the one called "n"?`},
		{"several are missing", "w\nx\n", true, `t.csv:1: 2 columns are missing: "n", "y"`, ""},
		{"all are missing", "1,2\n3,4\n", false, "t.csv:1: the table has none of the columns that the model needs", `"n", "w"`},
		{"target missing", "n,w\n1,x\n", true, "t.csv:1: y: the column is missing", ""},
		{"unseen label", "n,w,y\n1,x,pos\n2,z,Pos\n", true, `t.csv:3:5: y: "Pos" is a label that training never saw`, `did you mean "pos"?`},
		{"missing label", "n,w,y\n1,x,\n", true, "t.csv:2:5: y: the label is missing", "give the row a target, or set `data.drop_missing_target` to true, which leaves such rows out"},
		{"text in a numeric column", "w,n,y\nx,1,pos\nx,\"a b\",neg\n", true, `t.csv:3:4: n: "a b" is not a number`, ""},
		{"ragged", "w,n\nx\n", false, "t.csv:2:2: 1 cell found; the header (line 1) has 2", ""},
		{"empty", "", false, "t.csv: the file is empty", ""},
		{"header only", "n,w,y\n", true, "t.csv:1: there is a header, but no rows", ""},
		{"a needed column twice", "n,w,n\n1,x,2\n", false, `t.csv:1:5: columns 1 and 3 are both called "n"`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, p := fit(t, training, config, nil)
			tab, err := p.ReadFor(text(c.csv), c.needTarget)
			if err == nil {
				_, err = p.Apply(tab, nil)
			}
			parse.Locate(err, text(c.csv))
			checkProblem(t, err, c.want, c.hint)
			if c.needTarget {
				return
			}
			err = streamed(p, text(c.csv), 1, func(table *table.Table) error {
				_, err := p.Apply(table, nil)
				return err
			})
			checkProblem(t, err, c.want, c.hint)
		})
	}
}

func checkProblem(t *testing.T, err error, want, hint string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	if err == nil {
		t.Fatal("accepted")
	}
	got := complaintText(t, err)
	if first, _, _ := strings.Cut(got, "\n"); first != want || !strings.Contains(got, hint) {
		t.Errorf("got\n%s\nwant %s\nhint %s", got, want, hint)
	}
}

// An unknown category is the bucket, and the bucket only.
func TestUnknownCategories(t *testing.T) {
	_, p := fit(t, "n,w,y\n1,x,pos\n2,z,neg\n", `{"target": "y"}`, nil)
	table, err := p.ReadFor(text("w,n\nnew,1\nz,1\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Apply(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(d.X.Row(0)[1:], d.X.Row(1)[1:]); got != "[0 0 1] [0 1 0]" {
		t.Error(got)
	}
}

func TestTablesWithoutAHeaderAreMatchedByPlace(t *testing.T) {
	_, p := fit(t, "1,pos,5\n2,neg,7\n", `{"target": 2, "numeric": {"scale": "none"}}`, nil)
	for csv, want := range map[string]string{"3,pos,9\n": "[3 9]", "3,9\n": "[3 9]", "pos,x\n": "", "1\n": "", "1,2,3,4\n": ""} {
		table, err := p.ReadFor(text(csv), false)
		if want == "" {
			if err == nil {
				t.Errorf("%q: accepted", csv)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", csv, err)
			continue
		}
		d, err := p.Apply(table, nil)
		if err != nil || fmt.Sprint(d.X.Data) != want {
			t.Errorf("%q: %v, %v", csv, d, err)
		}
	}
}

func TestMissingValuesCanBeRefused(t *testing.T) {
	_, p := fit(t, "a,b,y\n1,2,pos\n2,3,neg\n", `{"target": "y", "numeric": {"missing": "error"}}`, nil)
	tab, err := p.ReadFor(text("a,b\n1,2\n3,NA\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Apply(tab, nil)
	parse.Locate(err, text("a,b\n1,2\n3,NA\n"))
	checkProblem(t, err, "t.csv:3:3: b: the value is missing", "missing: median")
}

// Every chunk size gives the same rows, and the complaints of the whole file.
func TestChunksOfAnySize(t *testing.T) {
	plain, err := os.ReadFile("../../../data/pima.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, p := fit(t, string(plain), `{"target": "diabetes"}`, nil)
	whole, err := p.ReadFor(source.Bytes("pima", plain), false)
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.Apply(whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, chunk := range []int{1, 2, 7, 255, 768, 5000} {
		var x []float32
		var lines []int
		err := streamed(p, source.Bytes("pima", plain), chunk, func(table *table.Table) error {
			d, err := p.Apply(table, nil)
			x, lines = append(x, d.X.Data...), append(lines, d.Lines...)
			return err
		})
		if err != nil || !sameBits(x, want.X.Data) || !slices.Equal(lines, want.Lines) {
			t.Errorf("chunks of %d: %v", chunk, err)
		}
	}
}

// After the first mistake nothing more is handed on, but the mistakes that
// follow are reported too.
func TestStreamStopsAtAMistake(t *testing.T) {
	_, p := fit(t, "a,y\n1,p\n2,q\n", `{"target": "y"}`, nil)
	var lines []int
	err := streamed(p, text("a\n1\n2\n3\nx\n5\n6\n7\n8\ny\n9\n"), 2, func(table *table.Table) error {
		lines = append(lines, table.Lines...)
		return nil
	})
	if want := "t.csv:5:1: a: \"x\" is not a number\nt.csv:10:1: a: \"y\" is not a number"; err == nil || err.Error() != want || !slices.Equal(lines, []int{2, 3}) {
		t.Errorf("lines %v, %v", lines, err)
	}
}
