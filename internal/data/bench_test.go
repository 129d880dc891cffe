package data

import (
	"bytes"
	"fmt"
	"testing"

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
				if _, err := Read(Bytes("bench", c.csv), Default()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkApply(b *testing.B) {
	const rows = 50000
	table, err := Read(Bytes("bench", floatsCSV(rows)), Default())
	if err != nil {
		b.Fatal(err)
	}
	c := Default()
	c.Target = []ColumnRef{{Name: "x19"}}
	s, err := Infer(table, c, Auto)
	if err != nil {
		b.Fatal(err)
	}
	p, err := FitPipeline(table, s, c, upTo(rows))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Apply(table, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
