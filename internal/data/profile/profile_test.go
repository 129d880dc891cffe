package profile

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/rng"
	"mlp/internal/stats"
	"mlp/internal/task"
)

func profileOf(t *testing.T, src source.Source, config string) *Report {
	t.Helper()
	c := configure(t, config)
	table, err := schema.Read(src, c)
	if err != nil {
		t.Fatal(err)
	}
	var s *schema.Schema
	if len(c.Target) == 0 {
		s, err = schema.InferFeatures(table, c)
	} else {
		s, err = schema.Infer(table, c, task.Auto)
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
	tab := func(header string, cells ...func(i int) string) source.Source {
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
		src        source.Source
	}{
		{"nothing to warn of", "", tab("a,b,y", noise(1), noise(2), label)},
		{"constant", "constant c", tab("a,c,y", noise(1), func(int) string { return "7" }, label)},
		{"mostly missing", "missing m", tab("a,m,y", noise(1), func(i int) string { return []string{"", "", noise(2)(i)}[i%3] }, label)},
		{"zeros that mean missing", "zeros z", tab("a,z,y", noise(1), func(i int) string { return fmt.Sprint(min(i%7, 1) * (50 + i%40)) }, label)},
		{"zeros that count", "", tab("a,z,y", noise(1), func(i int) string { return fmt.Sprint(i % 20) }, label)},
		{"numbers the rows", "id k", tab("a,k,y", noise(1), func(i int) string { return fmt.Sprint(i + 1000) }, label)},
		{"called an id", "id user_id", tab("a,user_id,y", noise(1), func(i int) string { return fmt.Sprint(i * 7919 % 10007) }, label)},
		{"seconds since 1970", "", tab("a,o,y", noise(1), func(i int) string { return fmt.Sprint(1700000000 + i*i%997*3) }, label)},
		{"seconds since 1970, one far away", "zeros o; outlier o", tab("a,o,y", noise(1), func(i int) string { return fmt.Sprint((1700000000 + i*i%997) * min(i, 1)) }, label)},
		{"nanoseconds since 1970", "precision o", tab("a,o,y", noise(1), func(i int) string { return fmt.Sprint(int64(1700000000000000001) + int64(i*i%997*1000)) }, label)},
		{"seconds to predict", "precision y", tab("a,b,y", noise(1), noise(2), func(i int) string { return fmt.Sprint(1700000000 + i*i%997*3) })},
		{"metres as degrees", "", tab("a,o,y", noise(1), func(i int) string { return fmt.Sprintf("48.1370%02d", i*i%97) }, label)},
		{"years", "", tab("a,o,y", noise(1), func(i int) string { return fmt.Sprint(2000 + i*i%17) }, label)},
		{"outlier", "outlier o", tab("a,o,y", noise(1), func(i int) string { return fmt.Sprint(i%17 + i/99*100000) }, label)},
		{"columns that are the same", "duplicate_columns a b", tab("a,b,y", noise(1), noise(1), label)},
		{"rows that are the same", "duplicate_rows", tab("a,b,y", func(i int) string { return noise(1)(i / 2) }, noise(3), func(i int) string { return label(i / 2) })},
		{"the label under another name", "leak l", tab("a,l,y", noise(1), func(i int) string { return "x" + label(i) }, label)},
		{"a number that gives the label away", "leak l", tab("a,l,y", noise(1), func(i int) string { return fmt.Sprint(map[string]int{"p": 0, "q": 50}[label(i)] + i%40) }, label)},
		{"the target in other units", "leak l", tab("a,l,y", noise(1), func(i int) string { return fmt.Sprintf("%.4f", 3+2.5*100*s.At(10).Float64(uint64(i))) }, number)},
		{"few rows of a class", "skew y", tab("a,b,y", noise(1), noise(2), func(i int) string { return map[bool]string{true: "p", false: "q"}[i%33 == 0] })},
		{"labels with a point and without", "spelling y", tab("a,b,y", noise(1), noise(2), func(i int) string { return []string{"0", "1", "1.0", "0.0"}[i%4] })},
		{"words and numbers", "mixed m", tab("a,m,y", noise(1), func(i int) string { return []string{"1", "2", "x"}[i%3] }, label)},
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

// Numbers that are not scaled are rounded to float32, which makes some of them one.
func TestUnscaledNumbersThatMeet(t *testing.T) {
	var b strings.Builder
	b.WriteString("o,y\n")
	for i := range 97 {
		fmt.Fprintf(&b, "%d,%d\n", 1700000000+i*37%97, i%2)
	}
	for scale, want := range map[string]string{"none": "precision o", "standard": "", "minmax": "", "robust": "", "log1p": ""} {
		if got := warned(profileOf(t, text(b.String()), `{"target": "y", "numeric": {"scale": "`+scale+`"}}`)); got != want {
			t.Errorf("%s: warned of %q, want %q", scale, got, want)
		}
	}
}

func TestProfileOfPima(t *testing.T) {
	r := profileOf(t, source.File("../../../data/pima.csv"), `{"target": "diabetes"}`)
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
	without := profileOf(t, source.File("../../../data/pima.csv"), `{}`)
	if without.Task != "" || len(without.Columns) != 9 {
		t.Errorf("without a target: %+v", without)
	}
}

// Which columns a logarithm spreads better than a standard deviation.
func TestTails(t *testing.T) {
	s := rng.New(8, "tails")
	column := func(cell func(u float64, i int) float64) []float64 {
		x := make([]float64, 400)
		for i := range x {
			x[i] = cell(s.Float64(uint64(i)), i)
		}
		return stats.Present(x)
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
		if long, far := LongTail(c.sorted), FarOut(c.sorted); long != c.long || far != c.far {
			t.Errorf("%s: long %v, far out %v; want %v, %v", c.name, long, far, c.long, c.far)
		}
	}
}
