package data

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mlp/internal/rng"
)

func profileOf(t *testing.T, src Source, config string) *Report {
	t.Helper()
	c := configure(t, config)
	table, err := Read(src, c)
	if err != nil {
		t.Fatal(err)
	}
	var s *Schema
	if len(c.Target) == 0 {
		s, err = InferFeatures(table, c)
	} else {
		s, err = Infer(table, c, Auto)
	}
	if err != nil {
		t.Fatal(err)
	}
	return Profile(table, s, 0)
}

func warned(r *Report) string {
	var all []string
	for _, w := range r.Warnings {
		all = append(all, w.Kind+strings.Join(append([]string{""}, w.Columns...), " "))
	}
	return strings.Join(all, "; ")
}

func TestWarnings(t *testing.T) {
	s := rng.New(4, "warnings")
	// table writes 100 rows of the cells that the columns give for row i.
	table := func(header string, cells ...func(i int) string) Source {
		var b strings.Builder
		b.WriteString(header + "\n")
		for i := range 100 {
			for j, cell := range cells {
				if j > 0 {
					b.WriteByte(',')
				}
				b.WriteString(cell(i))
			}
			b.WriteByte('\n')
		}
		return text(b.String())
	}
	noise := func(name uint64) func(i int) string {
		return func(i int) string { return fmt.Sprintf("%.6f", s.At(name).Float64(uint64(i))) }
	}
	label := func(i int) string { return "pq"[s.At(9).Uint32(uint64(i))%2:][:1] }
	number := func(i int) string { return fmt.Sprintf("%.4f", 100*s.At(10).Float64(uint64(i))) }
	cases := []struct {
		name, want string
		src        Source
	}{
		{"nothing to warn of", "", table("a,b,y", noise(1), noise(2), label)},
		{"constant", "constant c", table("a,c,y", noise(1), func(int) string { return "7" }, label)},
		{"mostly missing", "missing m", table("a,m,y", noise(1), func(i int) string { return []string{"", "", noise(2)(i)}[i%3] }, label)},
		{"zeros that mean missing", "zeros z", table("a,z,y", noise(1), func(i int) string { return fmt.Sprint(min(i%7, 1) * (50 + i%40)) }, label)},
		{"zeros that count", "", table("a,z,y", noise(1), func(i int) string { return fmt.Sprint(i % 20) }, label)},
		{"numbers the rows", "id k", table("a,k,y", noise(1), func(i int) string { return fmt.Sprint(i + 1000) }, label)},
		{"called an id", "id user_id", table("a,user_id,y", noise(1), func(i int) string { return fmt.Sprint(i * 7919 % 10007) }, label)},
		{"seconds since 1970", "precision o", table("a,o,y", noise(1), func(i int) string { return fmt.Sprint(1700000000 + i*i%997*3) }, label)},
		{"metres as degrees", "precision o", table("a,o,y", noise(1), func(i int) string { return fmt.Sprintf("48.1370%02d", i*i%97) }, label)},
		{"years", "", table("a,o,y", noise(1), func(i int) string { return fmt.Sprint(2000 + i*i%17) }, label)},
		{"outlier", "outlier o", table("a,o,y", noise(1), func(i int) string { return fmt.Sprint(i%17 + i/99*100000) }, label)},
		{"columns that are the same", "duplicate_columns a b", table("a,b,y", noise(1), noise(1), label)},
		{"rows that are the same", "duplicate_rows", table("a,b,y", func(i int) string { return noise(1)(i / 2) }, noise(3), func(i int) string { return label(i / 2) })},
		{"the label under another name", "leak l", table("a,l,y", noise(1), func(i int) string { return "x" + label(i) }, label)},
		{"a number that gives the label away", "leak l", table("a,l,y", noise(1), func(i int) string { return fmt.Sprint(map[string]int{"p": 0, "q": 50}[label(i)] + i%40) }, label)},
		{"the target in other units", "leak l", table("a,l,y", noise(1), func(i int) string { return fmt.Sprintf("%.4f", 3+2.5*100*s.At(10).Float64(uint64(i))) }, number)},
		{"few rows of a class", "skew y", table("a,b,y", noise(1), noise(2), func(i int) string { return map[bool]string{true: "p", false: "q"}[i%33 == 0] })},
		{"words and numbers", "mixed m", table("a,m,y", noise(1), func(i int) string { return []string{"1", "2", "x"}[i%3] }, label)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := profileOf(t, c.src, `{"target": "y"}`)
			got := warned(r)
			if c.name == "rows that are the same" {
				// halves of a pair differ in b: no row repeats another yet
				if got != "" {
					t.Fatalf("warned of %q", got)
				}
				r = profileOf(t, c.src, `{"target": "y", "ignore": ["b"]}`)
				got = warned(r)
			}
			if got != c.want {
				t.Errorf("warned of %q, want %q", got, c.want)
			}
		})
	}
}

func TestProfileOfPima(t *testing.T) {
	r := profileOf(t, File("../../data/pima.csv"), `{"target": "diabetes"}`)
	if got, want := warned(r), "zeros glucose; zeros pressure; zeros triceps; zeros insulin; zeros mass"; got != want {
		t.Errorf("warned of %q, want %q", got, want)
	}
	if fmt.Sprint(r.Classes) != "[{neg 500} {pos 268}]" || r.Task != "binary" {
		t.Errorf("%s, classes %v", r.Task, r.Classes)
	}
	n := r.Columns[1].Numbers
	// mean and sd as R computes them (its sd, times √(767/768))
	if got := fmt.Sprintf("%g %.4f %g %.4f %g %d", n.Min, n.Mean, n.Median, n.SD, n.Max, n.Zeros); got != "0 120.8945 117 31.9518 199 5" {
		t.Errorf("glucose: %s", got)
	}
	if got := r.Columns[8]; got.Kind != "categorical" || got.Distinct != 2 || fmt.Sprint(got.Top) != "[{neg 500} {pos 268}]" {
		t.Errorf("diabetes: %+v", got)
	}
	without := profileOf(t, File("../../data/pima.csv"), `{}`)
	if without.Task != "" || len(without.Columns) != 9 {
		t.Errorf("without a target: %+v", without)
	}
}

// targeting is what the command line says of a table with --target alone.
func targeting(column string) Config {
	c := Default()
	c.Target = []ColumnRef{{Name: column}}
	return c
}

// The drafts for the repository's tables stand in testdata; cmd's tests train
// with them.
func TestDrafts(t *testing.T) {
	for file, target := range map[string]string{"pima": "diabetes", "iris": "Species", "servo": "Class"} {
		table, err := Read(File(filepath.Join("../../data", file+".csv")), Default())
		if err != nil {
			t.Fatal(err)
		}
		table.Name = file + ".csv"
		got, err := Draft(table, targeting(target), file+".csv")
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", "draft_"+file+".yaml")
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
	table, err := Read(text(b.String()), Default())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Draft(table, targeting("label"), "a: b.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`path: "a: b.csv"`, "task: binary", `positive: "1"`, "id: id", "- const ", "- empty ", "- text ", "- twin ",
		`- {name: odd, na_values: ["n.a."], indicator: true}`, `{name: price, scale: log1p}`,
	} {
		if !strings.Contains(strings.ReplaceAll(got, `n.a.]`, `"n.a."]`), want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if _, err := Draft(table, targeting("lable"), "t.csv"); err == nil || !strings.Contains(err.Error(), `no column "lable"`) {
		t.Error(err)
	}
}

func TestTextInYAML(t *testing.T) {
	for in, want := range map[string]string{"age": "age", "Sepal.Length": "Sepal.Length", "data/pima.csv": "data/pima.csv", "a b": `"a b"`, "": `""`, "yes": `"yes"`, "Null": `"Null"`,
		"1": `"1"`, "a:b": `"a:b"`, "#x": `"#x"`, "a\"b\\": `"a\"b\\"`, "tab\t": `"tab\t"`, "é": `"é"`, "\x01": `"\u0001"`, "-": `"-"`, ".inf": `".inf"`} {
		if got := yamlText(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// Which columns are drafted with a logarithm.
func TestTails(t *testing.T) {
	s := rng.New(8, "tails")
	column := func(cell func(u float64, i int) float64) []float64 {
		x := make([]float64, 400)
		for i := range x {
			x[i] = cell(s.Float64(uint64(i)), i)
		}
		return present(x)
	}
	for _, c := range []struct {
		name      string
		sorted    []float64
		long, far bool
	}{
		{"even", column(func(u float64, _ int) float64 { return u }), false, false},
		{"a long tail", column(func(u float64, i int) float64 { return 1 + u + float64(i%20/19)*1000*u }), true, false},
		{"far out on both sides", column(func(u float64, i int) float64 { return u - 0.5 + []float64{-80, 0, 80}[1+i/399-(399-i)/399] }), false, true},
		{"far out, but not around 0", column(func(u float64, i int) float64 { return 1000 + u + float64(i/399)*80 }), false, false},
	} {
		if long, far := longTail(c.sorted), farOut(c.sorted); long != c.long || far != c.far {
			t.Errorf("%s: long %v, far out %v; want %v, %v", c.name, long, far, c.long, c.far)
		}
	}
}

func TestLikelyTargets(t *testing.T) {
	for _, c := range []struct{ table, want string }{
		{"Class,a,b\np,1,2\nq,3,4\np,5,6\nq,7,8\n", "Class b"},
		{"a,b,kind\n1,2,p\n3,4,q\n5,6,p\n7,8,q\n", "kind"},
		{"a,b,c\n1.5,2,3\n3,4,5\n", "c"},
		{"a,price,c\n1.5,2,\n3,4,5\n", "price"},
	} {
		table, err := Read(text(c.table), Default())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(LikelyTargets(table), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.table, got, c.want)
		}
	}
}

// Whole numbers are class numbers where they lie close or repeat.
func TestFewIntegers(t *testing.T) {
	for cells, want := range map[string]bool{
		"0 1 1 0": true, "1 2 3 5 6 7": true, "-1 1": true, "10 20 30 40": false, "191 189 193 162 202": false,
		"100 200 100 200 100 200 100 200 100 200": true, "1.5 2.5": false,
	} {
		table, err := Read(text("x,y\n"+strings.Join(strings.Fields("0,"+strings.ReplaceAll(cells, " ", " 0,")), "\n")+"\n"), targeting("y"))
		if err != nil {
			t.Fatal(err)
		}
		if got := fewIntegers(table.Columns[1]); got != want {
			t.Errorf("%s: %v, want %v", cells, got, want)
		}
	}
}
