package profile

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/rng"
	"mlp/internal/task"
)

// BenchmarkProfile reads a table of 20 columns and profiles it. The profile of a
// large table is to cost less than reading it: the ratio of the two is reported,
// and is to stay below 1. MLP_TABLE names a file to take instead, whose
// last column is the target.
func BenchmarkProfile(b *testing.B) {
	src := largeTable(200_000)
	if path := os.Getenv("MLP_TABLE"); path != "" {
		src = source.File(path)
	}
	var reading, profiling time.Duration
	for b.Loop() {
		c := schema.Default()
		c.Target = []schema.ColumnRef{{Number: -1}}
		begin := time.Now()
		t, err := schema.Read(src, c)
		if err != nil {
			b.Fatal(err)
		}
		reading += time.Since(begin)
		s, err := schema.Infer(t, c, task.Auto)
		if err != nil {
			b.Fatal(err)
		}
		begin = time.Now()
		if r := Profile(t, s, 0); r.Rows != t.Rows {
			b.Fatal(r.Rows)
		}
		profiling += time.Since(begin)
	}
	b.ReportMetric(profiling.Seconds()/reading.Seconds(), "profile/reading")
	b.ReportMetric(reading.Seconds()/float64(b.N), "s-reading")
	b.ReportMetric(profiling.Seconds()/float64(b.N), "s-profile")
}

// largeTable has 19 columns of numbers, of which x18 is 0 or far from it in one
// row out of eight and x17 doubles x0, and a label that x16 gives away.
func largeTable(rows int) source.Source {
	s := rng.New(3, "large")
	var b strings.Builder
	for j := range 19 {
		b.WriteString("x" + strconv.Itoa(j) + ",")
	}
	b.WriteString("y\n")
	for i := range rows {
		var first string
		for j := range 19 {
			v := 200*s.At(uint64(j)).Float64(uint64(i)) - 100
			cell := strconv.FormatFloat(v, 'f', 4, 64)
			switch {
			case j == 0:
				first = cell
			case j == 17:
				cell = first
			case j == 18 && i%8 == 0:
				cell = "0"
			case j == 18:
				cell = strconv.Itoa(5000 + int(40*v))
			case j == 16:
				cell = strconv.Itoa(i%2*1000 + int(v))
			}
			b.WriteString(cell + ",")
		}
		b.WriteString([]string{"no", "yes"}[i%2] + "\n")
	}
	return text(b.String())
}

// What a sample of a large table shows is found, and said to be of a sample.
func TestProfileOfALargeTable(t *testing.T) {
	rows := sampleRows + 1000
	r := profileOf(t, largeTable(rows), `{"target": "y"}`)
	if r.Sampled != sampleRows {
		t.Errorf("sampled %d rows, want %d", r.Sampled, sampleRows)
	}
	want := "zeros x18; duplicate_columns x0 x17; leak x16"
	if got := warned(r); got != want {
		t.Errorf("warned of %q, want %q", got, want)
	}
	if c := r.Columns[0]; c.Distinct != distinctLimit || !c.More {
		t.Errorf("x0: %d different values, more: %v", c.Distinct, c.More)
	}
	if c := r.Columns[16]; c.Distinct != 398 || c.More { // two blocks of -99 … 99
		t.Errorf("x16: %d different values, more: %v", c.Distinct, c.More)
	}
	if got := r.Columns[18].Numbers.Zeros; got != (rows+7)/8 {
		t.Errorf("x18: %d zeros, want %d", got, (rows+7)/8)
	}
	small := profileOf(t, largeTable(2000), `{"target": "y"}`)
	if small.Sampled != 0 || small.Columns[0].More {
		t.Errorf("2000 rows: sampled %d, more %v", small.Sampled, small.Columns[0].More)
	}
}

// A large table repeats each of its rows once, and both are found without a
// comparison of each with each.
func TestCopiesInALargeTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("a,b,y\n")
	n := sampleRows
	for i := range 2 * n {
		v := strconv.Itoa(i % n)
		b.WriteString(v + ".5," + v + "," + []string{"no", "yes"}[i%n%2] + "\n")
	}
	for _, w := range profileOf(t, text(b.String()), `{"target": "y"}`).Warnings {
		if w.Kind == "duplicate_rows" {
			if want := strconv.Itoa(n) + " rows are"; !strings.HasPrefix(w.Msg, want) {
				t.Errorf("%s; want %s …", w.Msg, want)
			}
			return
		}
	}
	t.Error("no copy was found")
}
