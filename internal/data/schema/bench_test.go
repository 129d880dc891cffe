package schema

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/rng"
)

// floatsCSV returns rows × 20 numbers as NumPy writes them.
func floatsCSV(rows int) []byte {
	var b bytes.Buffer
	s := rng.New(1, "bench")
	for j := range 20 {
		fmt.Fprintf(&b, "x%d", j)
		b.WriteByte(",\n"[j/19])
	}
	for i := range rows * 20 {
		fmt.Fprintf(&b, "%.6f", 200*s.Float64(uint64(i))-100)
		b.WriteByte(",\n"[i%20/19])
	}
	return b.Bytes()
}

func BenchmarkRead(b *testing.B) {
	const rows = 50000
	words := bytes.Repeat([]byte("1.5,red,2,\"large, round\",NA,x7,0.25,no\n"), rows)
	for _, c := range []struct {
		name string
		csv  []byte
	}{{"floats", floatsCSV(rows)}, {"mixed", append([]byte("a,b,c,d,e,f,g,h\n"), words...)}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.csv)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(source.Bytes("bench", c.csv), Default()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkReadFile reads the table that MLP_TABLE names; bench/read_csv.py runs it.
func BenchmarkReadFile(b *testing.B) {
	src, size := fileToRead(b)
	src.Threads, _ = strconv.Atoi(os.Getenv("MLP_READ_THREADS"))
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(src, Default()); err != nil {
			b.Fatal(err)
		}
	}
	fmt.Printf("\nseconds %.6f\n", b.Elapsed().Seconds()/float64(b.N))
}

// TestFileAgainstStrconv compares every cell of the table that MLP_TABLE names,
// which must be one of unquoted numbers, with what strconv makes of it.
func TestFileAgainstStrconv(t *testing.T) {
	src, _ := fileToRead(t)
	table, err := Read(src, Default())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(src.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Scan()
	rows := 0
	for ; lines.Scan(); rows++ {
		for j, cell := range strings.Split(lines.Text(), ",") {
			want, err := strconv.ParseFloat(cell, 32)
			if got := table.Columns[j].Numbers[rows]; err != nil || math.Float32bits(got) != math.Float32bits(float32(want)) {
				t.Fatalf("row %d, column %d: %v, but %q is %v, %v", rows, j, got, cell, want, err)
			}
		}
	}
	if rows != table.Rows || lines.Err() != nil {
		t.Errorf("%d rows, the file has %d, %v", table.Rows, rows, lines.Err())
	}
	t.Logf("%d values are those of strconv", rows*len(table.Columns))
}

func fileToRead(t testing.TB) (src source.Source, size int64) {
	name := os.Getenv("MLP_TABLE")
	if name == "" {
		t.Skip("MLP_TABLE names no table")
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return source.File(name), info.Size()
}
