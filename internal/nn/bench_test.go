package nn

import (
	"math/rand/v2"
	"testing"
)

// A training step of one layer on 256 rows of 512 columns, forward and backward.
func BenchmarkLayer(b *testing.B) {
	k := engine(b)
	for _, name := range []string{
		`{"type": "dense", "units": 512}`, `{"type": "re_lu"}`, `{"type": "activation", "activation": "gelu"}`,
		`{"type": "softmax"}`, `{"type": "dropout"}`, `{"type": "gaussian_noise", "stddev": 1}`,
		`{"type": "batch_normalization"}`, `{"type": "layer_normalization"}`, `{"type": "rms_normalization"}`,
	} {
		b.Run(elements(b, "["+name+"]")[0].Type, func(b *testing.B) {
			const rows, cols = 256, 512
			n, err := buildWith(elements(b, "["+name+`, {"type": "rescaling", "scale": 1}]`), cols, &Plan{learning: true})
			if err != nil {
				b.Fatal(err)
			}
			w := n.NewWorkspace(k, rows)
			n.Init(w, 1)
			w.Training = true
			x, dy := grid(rand.New(rand.NewPCG(1, 2)), rows, cols, 2), grid(rand.New(rand.NewPCG(3, 4)), rows, cols, 1)
			d := dy.Clone()
			b.ReportAllocs()
			for b.Loop() {
				w.Step++
				n.Forward(w, x)
				copy(d.Data, dy.Data)
				n.Backward(w, d)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(rows*cols), "ns/element")
		})
	}
}
