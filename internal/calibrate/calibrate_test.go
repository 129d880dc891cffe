package calibrate_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"mlp/internal/calibrate"
	"mlp/internal/rng"
	"mlp/internal/tensor"
)

// matrix lays out rows.
func matrix(rows [][]float64) tensor.Mat {
	m := tensor.New(len(rows), len(rows[0]))
	for i, row := range rows {
		for j, v := range row {
			m.Set(i, j, float32(v))
		}
	}
	return m
}

// column is a matrix of one column.
func column(v []float64) tensor.Mat {
	m := tensor.New(len(v), 1)
	for i, x := range v {
		m.Data[i] = float32(x)
	}
	return m
}

// Temperatures are those at which scipy finds scikit-learn's log loss least. A minimum
// is found by values only to the root of float64's precision, 1.5e-8; scipy's is the
// one of the two that is found so, and the flattest of these losses costs it ten times
// that.
func TestTemperaturesAreScipys(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Sets []struct {
			Outputs     [][]float64
			Truth       []float64
			Weight      []float32
			Softmax     bool
			Temperature float64
		}
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	for i, s := range golden.Sets {
		c, err := calibrate.Fit(calibrate.Held{Outputs: matrix(s.Outputs), Truth: column(s.Truth), Weight: s.Weight, Softmax: s.Softmax})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Temperature[0]; math.Abs(got/s.Temperature-1) > 2e-7 {
			t.Errorf("set %d: temperature %.12g, scipy finds %.12g", i, got, s.Temperature)
		}
	}
	if len(golden.Sets) < 7 {
		t.Errorf("%d sets", len(golden.Sets))
	}
}

// Answers whose logits are c times the true ones have the temperature c, of few rows
// nearer to 1.
func TestTemperatureUndoesWhatWasDone(t *testing.T) {
	for _, factor := range []float64{0.5, 2, 5} {
		const n = 20_000
		draw := rng.New(1, "temperature")
		out, truth := tensor.New(n, 1), tensor.New(n, 1)
		for i := range n {
			z := 1.5 * draw.At(1).Normal(uint64(i))
			out.Data[i] = float32(1 / (1 + math.Exp(-factor*z)))
			if draw.At(2).Float64(uint64(i)) < 1/(1+math.Exp(-z)) {
				truth.Data[i] = 1
			}
		}
		c, err := calibrate.Fit(calibrate.Held{Outputs: out, Truth: truth})
		// The slope of a logistic regression on 20 000 rows of this spread has a
		// relative standard error of 1.6 %; three of them are 5 %.
		if err != nil || math.Abs(c.Temperature[0]/factor-1) > 0.05 {
			t.Errorf("logits times %g: %v, %v", factor, c.Temperature, err)
		}
		few, err := calibrate.Fit(calibrate.Held{Outputs: out.Slice(0, 1), Truth: truth.Slice(0, 1)})
		if err != nil || !(few.Temperature[0] > 0.1 && few.Temperature[0] < 50) {
			t.Errorf("one row: %v, %v", few.Temperature, err)
		}
	}
}

// Each of several labels has its own temperature, that of the label alone.
func TestEachLabelHasItsOwn(t *testing.T) {
	out := matrix([][]float64{{0.9, 0.6}, {0.8, 0.3}, {0.2, 0.4}, {0.99, 0.7}, {0.1, 0.5}})
	truth := matrix([][]float64{{1, 0}, {0, 1}, {0, 0}, {1, 1}, {1, 0}})
	both, err := calibrate.Fit(calibrate.Held{Outputs: out, Truth: truth})
	if err != nil {
		t.Fatal(err)
	}
	for j := range 2 {
		one, own := tensor.New(5, 1), tensor.New(5, 1)
		for i := range 5 {
			one.Data[i], own.Data[i] = out.At(i, j), truth.At(i, j)
		}
		alone, err := calibrate.Fit(calibrate.Held{Outputs: one, Truth: own})
		if err != nil || alone.Temperature[0] != both.Temperature[j] {
			t.Errorf("label %d: %v alone, %v with others", j, alone.Temperature, both.Temperature)
		}
	}
	if both.Temperature[0] == both.Temperature[1] {
		t.Errorf("%v", both.Temperature)
	}
}

// At a temperature of 2 the logits are halved; the most probable label stays, and
// outputs that know no doubt get finite ones.
func TestApply(t *testing.T) {
	c := calibrate.Calibration{Temperature: []float64{2}, Softmax: true, Rows: 1}
	p := matrix([][]float64{{0.64, 0.32, 0.04}, {1, 0, 0}})
	c.Apply(p)
	a, b, d := 0.8, math.Sqrt(0.32), 0.2
	for j, want := range []float64{a / (a + b + d), b / (a + b + d), d / (a + b + d)} {
		if math.Abs(float64(p.At(0, j))-want) > 1e-7 { // one rounding to float32
			t.Errorf("output %d: %g, want %g", j, p.At(0, j), want)
		}
	}
	if !(p.At(1, 0) > 0.999 && p.At(1, 0) < 1 && p.At(1, 1) > 0) {
		t.Errorf("%v", p.Row(1))
	}
	c = calibrate.Calibration{Temperature: []float64{2, 0.5}, Rows: 1}
	p = matrix([][]float64{{0.9, 0.75}, {math.NaN(), 1}})
	c.Apply(p)
	if math.Abs(float64(p.At(0, 0))-0.75) > 1e-7 || math.Abs(float64(p.At(0, 1))-0.9) > 1e-7 || p.At(1, 0) == p.At(1, 0) || p.At(1, 1) != 1 {
		t.Errorf("%v", p.Data)
	}
	logits := matrix([][]float64{{3, 3}})
	if c.Divide(logits); logits.At(0, 0) != 1.5 || logits.At(0, 1) != 6 {
		t.Errorf("%v", logits.Data)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, h := range map[string]calibrate.Held{
		"no rows":      {Outputs: tensor.New(0, 1), Truth: tensor.New(0, 1)},
		"no weight":    {Outputs: column([]float64{0.5}), Truth: column([]float64{1}), Weight: []float32{0}},
		"not a number": {Outputs: column([]float64{math.NaN()}), Truth: column([]float64{1})},
		"nor softmax":  {Outputs: matrix([][]float64{{math.NaN(), 1}}), Truth: column([]float64{1}), Softmax: true},
	} {
		if c, err := calibrate.Fit(h); err == nil {
			t.Errorf("%s: %v", name, c)
		}
	}
	for _, c := range []calibrate.Calibration{
		{Temperature: []float64{1}, Rows: 1}, {Temperature: []float64{1, 0}, Rows: 1},
		{Temperature: []float64{1, math.NaN()}, Rows: 1}, {Temperature: []float64{1, 1}}, {Temperature: []float64{1, 1}, Softmax: true, Rows: 1},
	} {
		if c.Check(2) == nil {
			t.Errorf("%+v passes", c)
		}
	}
	if err := (&calibrate.Calibration{Temperature: []float64{1, 3}, Rows: 1}).Check(2); err != nil {
		t.Error(err)
	}
}

// The numbers of classes say what one-hot rows of them say.
func TestOneHotIsTheClass(t *testing.T) {
	const n, k = 60, 3
	out, class, oneHot := tensor.New(n, k), tensor.New(n, 1), tensor.New(n, k)
	s := rng.New(3, "one-hot")
	for i := range n {
		total := float32(0)
		for j := range k {
			out.Set(i, j, s.Float32(uint64(i*k+j))+0.05)
			total += out.At(i, j)
		}
		for j := range k {
			out.Set(i, j, out.At(i, j)/total)
		}
		truth := i % k
		for j := range k { // in three of four rows the likeliest, so that the temperature is no bound
			if i%4 > 0 && out.At(i, j) > out.At(i, truth) {
				truth = j
			}
		}
		class.Set(i, 0, float32(truth))
		oneHot.Set(i, truth, 1)
	}
	a, err := calibrate.Fit(calibrate.Held{Outputs: out, Truth: class, Softmax: true})
	if err != nil {
		t.Fatal(err)
	}
	b, err := calibrate.Fit(calibrate.Held{Outputs: out, Truth: oneHot, Softmax: true})
	if err != nil || a.Temperature[0] != b.Temperature[0] || a.Temperature[0] > 5 || a.Temperature[0] < 0.2 {
		t.Errorf("%v of classes, %v one-hot, %v", a.Temperature, b.Temperature, err)
	}
}

// The coldest temperature there may be leaves 1000 equal probabilities what they are: none
// of their exponentials is a number of float64, but where the largest is taken off.
func TestColdAndEqual(t *testing.T) {
	pred := tensor.New(1, 1000)
	for j := range pred.Cols {
		pred.Data[j] = 0.001
	}
	c := &calibrate.Calibration{Temperature: []float64{0.005}, Softmax: true}
	c.Apply(pred)
	for j, p := range pred.Data {
		if p != 0.001 {
			t.Fatalf("output %d is %v", j, p)
		}
	}
}
