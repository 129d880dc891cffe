package pipeline

import (
	"bytes"
	"fmt"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/rng"
	"mlp/internal/task"
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

func BenchmarkApply(b *testing.B) {
	const rows = 50000
	table, err := schema.Read(source.Bytes("bench", floatsCSV(rows)), schema.Default())
	if err != nil {
		b.Fatal(err)
	}
	c := schema.Default()
	c.Target = []schema.ColumnRef{{Name: "x19"}}
	s, err := schema.Infer(table, c, task.Auto)
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
