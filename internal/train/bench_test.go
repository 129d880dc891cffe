package train_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/rng"
	"mlp/internal/tensor"
	"mlp/internal/train"
)

// tutorial is configs/pima.yaml.
const tutorial = `{"seed":7,"data":{"target":"diabetes","numeric":{"scale":"none"}},
	"layers":[{"units":12,"init":"uniform","activation":"relu"},{"units":8,"init":"uniform","activation":"relu"},{"units":1,"init":"uniform","activation":"sigmoid"}],
	"compile":{"optimizer":"adam","loss":"binary_crossentropy","metrics":["accuracy"]},"fit":{"epochs":150,"batch_size":10}}`

func pima(b testing.TB) string {
	b.Helper()
	table, err := os.ReadFile("../../data/pima.csv")
	if err != nil {
		b.Fatal(err)
	}
	return string(table)
}

// benchmarkEpoch times epochs over p, without what surrounds a run.
func benchmarkEpoch(b *testing.B, m *model.Model, s *recipe.Spec, p model.Parts) {
	o := train.Options{Config: s.Fit, Parts: p}
	epoch, _, batches, err := train.PrepareEpoch(m, o)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := epoch(); err != nil {
			b.Fatal(err)
		}
	}
	steps := float64(b.N * batches)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/steps, "ns/step")
}

func BenchmarkEpochPima(b *testing.B) {
	m, s, p := recipetest.SetUp(b, tutorial, pima(b), 1)
	benchmarkEpoch(b, m, s, p)
}

// random makes a table of n rows without a file: inputs in [-1, 1), and targets
// that are classes or, without classes, inputs too.
func random(n, inputs, classes int) *model.Part {
	p := &model.Part{X: tensor.New(n, inputs), Target: tensor.New(n, 1)}
	draw := rng.New(1, "benchmark")
	for i := range p.X.Data {
		p.X.Data[i] = 2*draw.Float32(uint64(i)) - 1
	}
	for i := range p.Target.Data {
		p.Target.Data[i] = p.X.At(i, 0)
		if classes > 0 {
			p.Target.Data[i] = float32(i % classes)
		}
	}
	p.Truth = p.Target
	return p
}

// sample is the text of a small table with the columns that random makes, from
// which a model of that shape can be built.
func sample(inputs, classes int) string {
	var t strings.Builder
	for j := range inputs {
		fmt.Fprintf(&t, "x%d,", j)
	}
	t.WriteString("y\n")
	for i := range 40 {
		for j := range inputs {
			fmt.Fprintf(&t, "%d,", (i*(j+7))%97)
		}
		if classes > 0 {
			fmt.Fprintf(&t, "c%d\n", i%classes)
		} else {
			fmt.Fprintf(&t, "%d.5\n", i*i)
		}
	}
	return t.String()
}

// BenchmarkEpoch times epochs of wide networks: the one usual for Fashion-MNIST
// on a tenth of its rows, and one of 21 million parameters on four batches.
// GFLOP/s counts the multiplications and additions of the products a step needs:
// 6 for each weight and row, but 4 in the first layer, whose inputs have no gradient.
func BenchmarkEpoch(b *testing.B) {
	for _, c := range []struct {
		name, layers, compile string
		rows, inputs, classes int
		batch                 int
		hidden, first         int // weights
	}{
		{"fashion", `{"units":512,"activation":"relu"},{"units":512,"activation":"relu"},{"units":10,"activation":"softmax"}`,
			`{"optimizer":"adam","metrics":["accuracy"]}`, 6000, 784, 10, 128, 512*512 + 512*10, 784 * 512},
		{"wide", `{"units":4096,"activation":"relu"},{"units":4096,"activation":"relu"},{"units":1}`,
			`{"optimizer":"sgd","loss":"mse"}`, 1024, 1024, 0, 256, 4096*4096 + 4096, 1024 * 4096},
	} {
		text := fmt.Sprintf(`{"data":{"target":"y"},"layers":[%s],"compile":%s,"fit":{"batch_size":%d}}`, c.layers, c.compile, c.batch)
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/threads=%d", c.name, threads), func(b *testing.B) {
				m, s, _ := recipetest.SetUp(b, text, sample(c.inputs, c.classes), threads)
				benchmarkEpoch(b, m, s, model.Parts{Train: random(c.rows, c.inputs, c.classes)})
				flops := float64(b.N) * float64(c.rows) * float64(6*c.hidden+4*c.first)
				b.ReportMetric(flops/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
			})
		}
	}
}

// BenchmarkPredict times the tutorial's network on a million rows in memory.
func BenchmarkPredict(b *testing.B) {
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			m, _, _ := recipetest.SetUp(b, tutorial, pima(b), threads)
			x := random(1_000_000, 8, 0).X
			out := tensor.New(x.Rows, 1)
			b.ReportAllocs()
			for b.Loop() {
				m.Predict(x, out)
			}
		})
	}
}
