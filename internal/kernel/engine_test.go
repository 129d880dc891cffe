package kernel

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNew(t *testing.T) {
	for _, c := range []struct {
		backend string
		threads int
		name    string
		count   int
		problem string // part of the error
	}{
		{"auto", 1, "native", 1, ""},
		{"", 2, "native", 2, ""},
		{"native", 3, "native", 3, ""},
		{"gonum", 1, "gonum", 1, ""},
		{"native", 0, "native", runtime.GOMAXPROCS(0), ""},
		{"cuda", 1, "", 0, `unknown backend "cuda": use auto, native or gonum`},
		{"native", -1, "", 0, "threads -1: "},
	} {
		e, err := New(c.backend, c.threads)
		if c.problem != "" {
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("New(%q, %d): error %v, want %q", c.backend, c.threads, err, c.problem)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() != c.name || e.Threads() != c.count {
			t.Errorf("New(%q, %d) is %s with %d threads", c.backend, c.threads, e.Name(), e.Threads())
		}
		e.Close()
	}
}

func TestLevelVariable(t *testing.T) {
	t.Setenv(LevelVariable, "portable")
	e, err := New("native", 1)
	if err != nil || e.level != &portable {
		t.Errorf("%s=portable gives %v, %v", LevelVariable, e, err)
	}
	e.Close()
	t.Setenv(LevelVariable, "mmx")
	if _, err := New("native", 1); err == nil || !strings.Contains(err.Error(), `MLP_CPU="mmx": this machine has portable`) {
		t.Errorf("%s=mmx: error %v", LevelVariable, err)
	}
}

// work calls every method of an engine, big enough for all threads to help.
type work struct {
	a, b, c, bias  []float32
	w, m, v, g     []float32
	x, y, z        []float32
	gather, source []float32
	rows           []int
}

func newWork() *work {
	r := rand.New(rand.NewPCG(10, 10))
	of := func(n int) []float32 { return fill(r, make([]float32, n)) }
	n := 5*unitLen + 3
	w := &work{a: of(130 * 90), b: of(90 * 210), c: of(130 * 210), bias: of(210), w: of(n), m: of(n), v: of(n), g: of(n),
		x: of(n), y: of(n), z: of(n), gather: of(700 * 101), source: of(900 * 101), rows: r.Perm(900)[:700]}
	for i, v := range w.v {
		w.v[i] = float32(math.Abs(float64(v)))
	}
	return w
}

func (w *work) do(e *Engine) {
	e.Gemm(NN, 130, 210, 90, w.a, w.b, 0, w.c)
	e.AddRow(w.c, 130, 210, w.bias)
	e.ReLU(w.c, w.c)
	e.Softmax(w.c, w.c, 130, 210)
	e.LogSoftmax(w.c, w.c, 130, 210)
	e.SumRows(w.bias, w.c, 130, 210)
	e.GemmBias(NN, 130, 210, 90, w.a, w.b, w.bias, w.c)
	e.Gemm(TN, 90, 210, 130, w.a, w.c, 1, w.b)
	e.Gemm(NT, 130, 90, 210, w.c, w.b, 1, w.a)
	e.Exp(w.y, w.x)
	e.Expm1(w.z, w.x)
	e.Log(w.y, w.y)
	e.Tanh(w.z, w.z)
	e.TanhGrad(w.g, w.x, w.z)
	e.Sigmoid(w.y, w.y)
	e.SigmoidGrad(w.y, w.g, w.y)
	e.Softplus(w.z, w.z)
	e.Erf(w.z, w.z)
	e.ReLUGrad(w.g, w.g, w.x)
	e.Axpy(-0.1, w.y, w.g)
	e.Adam(w.w, w.m, w.v, w.g, 0.001, 0.1, 0.001, 1e-7)
	e.Momentum(w.w, w.m, w.g, 0.1, 0.9, true)
	e.Momentum(w.w, w.m, w.g, 0.1, 0.9, false)
	e.Gather(w.gather, w.source, 101, w.rows)
}

func (w *work) results() []float32 {
	return slices.Concat(w.a, w.b, w.c, w.bias, w.w, w.m, w.v, w.g, w.y, w.z, w.gather)
}

// TestEveryMethodSameBits runs every method at every level with 1, 2, 3 and 7
// threads, and with one processor for all of them.
func TestEveryMethodSameBits(t *testing.T) {
	var want []float32
	run := func(l *level, threads int) {
		e := newEngine("native", l, threads)
		defer e.Close()
		w := newWork()
		w.do(e)
		got := w.results()
		if want == nil {
			want = got
		}
		if i := firstDifference(got, want); i >= 0 {
			t.Errorf("%s with %d threads: number %d is %v, want %v", l.name, threads, i, got[i], want[i])
		}
	}
	for _, l := range levels() {
		for _, threads := range []int{1, 2, 3, 7} {
			run(l, threads)
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	run(levels()[len(levels())-1], 3)
}

func TestNothingAllocates(t *testing.T) {
	x := make([]float32, 100)
	if n := testing.AllocsPerRun(3, func() { Sum(x); SumSquares(x); Dot(x, x) }); n != 0 {
		t.Errorf("sums: %v allocations, want 0", n)
	}
	everyEngine(t, func(t *testing.T, e *Engine) {
		w := newWork()
		if n := testing.AllocsPerRun(3, func() { w.do(e) }); n != 0 {
			t.Errorf("%v allocations, want 0", n)
		}
	})
}

// TestWorkersSleepAndWake gives workers time to fall asleep between jobs and
// checks that they can be woken, and that closing ends them.
func TestWorkersSleepAndWake(t *testing.T) {
	before := runtime.NumGoroutine()
	e := newEngine("native", &portable, 4)
	x, y := make([]float32, 8*unitLen), make([]float32, 8*unitLen)
	for range 5 {
		for deadline := time.Now().Add(5 * time.Second); e.pool.sleeping.Load() < 3; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d of 3 idle workers sleep", e.pool.sleeping.Load())
			}
		}
		for range 20 {
			e.Exp(y, x)
		}
		if i := slices.IndexFunc(y, func(v float32) bool { return v != 1 }); i >= 0 {
			t.Fatalf("y[%d] is %v, want 1", i, y[i])
		}
	}
	e.Close()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines after Close, %d before New", runtime.NumGoroutine(), before)
		}
	}
}

// TestUnitsRunOnce has many small jobs counted by the workers.
func TestUnitsRunOnce(t *testing.T) {
	p := newPool(4, func() *scratch { return nil })
	defer p.close()
	for range 3000 {
		c := counter{}
		p.run(&c, len(c))
		for i, n := range c {
			if n != 1 {
				t.Fatalf("unit %d ran %d times", i, n)
			}
		}
	}
}

// A counter counts the runs of each unit; the race detector watches that no
// two workers run the same.
type counter [9]int

func (c *counter) unit(i int, _ *scratch) { c[i]++ }

func TestSoftmax(t *testing.T) {
	e := newEngine("native", &portable, 1)
	defer e.Close()
	inf := float32(math.Inf(1))
	x := []float32{1, 2, 3, 1000, 1000, -1000, 0, -inf, 0}
	y, l := make([]float32, 9), make([]float32, 9)
	e.Softmax(y, x, 3, 3)
	e.LogSoftmax(l, x, 3, 3)
	for i := range 3 {
		sum := 0.0
		for j := range 3 {
			sum += math.Exp(float64(x[3*i+j] - x[3*i+[]int{2, 0, 0}[i]]))
		}
		for j := range 3 {
			want := math.Exp(float64(x[3*i+j]-x[3*i+[]int{2, 0, 0}[i]])) / sum
			// exp, sum and division: about an ulp each.
			if math.Abs(float64(y[3*i+j])-want) > 4*0x1p-24*want {
				t.Errorf("softmax [%d][%d] is %v, want %v", i, j, y[3*i+j], want)
			}
			if math.Abs(float64(l[3*i+j])-math.Log(want)) > 4*0x1p-24*math.Abs(math.Log(want)) && !math.IsInf(math.Log(want), -1) {
				t.Errorf("log softmax [%d][%d] is %v, want %v", i, j, l[3*i+j], math.Log(want))
			}
		}
	}
	e.Softmax(y[:3], []float32{1, float32(math.NaN()), 2}, 1, 3)
	for j, v := range y[:3] {
		if v == v {
			t.Errorf("softmax of a row with NaN: number %d is %v, want NaN", j, v)
		}
	}
}

func TestSums(t *testing.T) {
	for n := range 70 {
		x, y := make([]float32, n), make([]float32, n)
		sum, squares, dot := 0.0, 0.0, 0.0
		for i := range x {
			x[i], y[i] = float32(i+1), float32(2*i-5)
			sum += float64(x[i])
			squares += float64(x[i]) * float64(x[i])
			dot += float64(x[i]) * float64(y[i])
		}
		if Sum(x) != sum || SumSquares(x) != squares || Dot(x, y) != dot { // whole numbers: exact
			t.Errorf("of %d numbers: %v, %v, %v, want %v, %v, %v", n, Sum(x), SumSquares(x), Dot(x, y), sum, squares, dot)
		}
	}
	// The order of the sum is part of its definition: lanes, then the tree.
	x := make([]float32, 17)
	x[0], x[8], x[16] = 1, 0x1p60, -0x1p60
	if got := Sum(x); got != 0 {
		t.Errorf("(1 − 2⁶⁰) + 2⁶⁰ in lanes is %v, want 0", got)
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	e := newEngine("native", &portable, 1)
	defer e.Close()
	a, b := make([]float32, 3), make([]float32, 4)
	for name, f := range map[string]func(){
		"GemmBias":   func() { e.GemmBias(NN, 2, 2, 2, b, b, a, b) },
		"Exp":        func() { e.Exp(a, b) },
		"ReLUGrad":   func() { e.ReLUGrad(a, b, b) },
		"Axpy":       func() { e.Axpy(1, a, b) },
		"Adam":       func() { e.Adam(b, b, b, a, 1, 1, 1, 1) },
		"Momentum":   func() { e.Momentum(b, a, b, 1, 1, true) },
		"AddRow":     func() { e.AddRow(b, 2, 2, a) },
		"SumRows":    func() { e.SumRows(a, b, 2, 2) },
		"Softmax":    func() { e.Softmax(b, a, 2, 2) },
		"LogSoftmax": func() { e.LogSoftmax(b, a, 2, 2) },
		"Gather":     func() { e.Gather(a, b, 2, []int{0, 1}) },
		"Dot":        func() { Dot(a, b) },
	} {
		func() {
			defer func() {
				if m, _ := recover().(string); !strings.HasPrefix(m, "kernel: "+name+": ") {
					t.Errorf("%s: panic %q, want one of the kernel's", name, m)
				}
			}()
			f()
		}()
	}
}
