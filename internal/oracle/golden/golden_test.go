package golden_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/oracle/golden"
)

const folder = "../../train/testdata/keras"

// The least number of cases that each family must have, so that an emptied or
// half-written file does not pass.
var families = map[string]int{
	"activations": 100, "losses": 150, "metrics": 200, "schedules": 15, "optimizers": 80,
	"regularizers": 15, "constraints": 20, "layers": 40, "graphs": 4, "initializers": 50, "callbacks": 60, "runs": 60, "kinks": 30, "heads": 50, "spreads": 12,
}

func TestEveryCommittedFileLoads(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		if name == "pima_range" {
			continue
		}
		seen++
		f, err := golden.Load(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if want, known := families[name]; !known || len(f.Cases) < want {
			t.Errorf("%s: %d cases, want at least %d of a known family", path, len(f.Cases), want)
		}
		for _, c := range f.Cases {
			checkCase(t, name, c)
		}
	}
	if seen != len(families) {
		t.Errorf("%d golden files, want %d", seen, len(families))
	}
}

func checkCase(t *testing.T, family string, c golden.Case) {
	t.Helper()
	if c.Name == "" || c.Type == "" || !json.Valid(c.Config) {
		t.Errorf("%s: case %q of type %q has config %s", family, c.Name, c.Type, c.Config)
	}
	if family == "runs" && len(c.Spec) == 0 {
		t.Errorf("%s: %s: no spec", family, c.Name)
	}
	for key, m := range c.Given {
		for _, v := range m.Data {
			if float64(float32(v)) != v && !math.IsNaN(v) {
				t.Errorf("%s: %s: given %s holds %v, which is not exact in float32", family, c.Name, key, v)
			}
		}
	}
	for key, m := range c.Float32 {
		want, ok := c.Float64[key]
		if !ok || m.Rows != want.Rows || m.Cols != want.Cols {
			t.Errorf("%s: %s: %s is %d × %d in float32, %d × %d in float64", family, c.Name, key, m.Rows, m.Cols, want.Rows, want.Cols)
		}
	}
}

func TestHexFloats(t *testing.T) {
	f := load(t, `{"name":"n","type":"t","config":{},"given":{"x":["0x1.8p+1 -0x1p-3","0x0p+0 0x1p+0"],"w":"0x1.99999ap-4"},
		"float64":{"y":"0x1.999999999999ap-4 nan inf -inf"}}`)
	x := f.Cases[0].Given["x"]
	if want := []float64{3, -0.125, 0, 1}; x.Rows != 2 || x.Cols != 2 || !slices.Equal(x.Data, want) {
		t.Errorf("x = %+v, want 2 × 2 of %v", x, want)
	}
	if w := f.Cases[0].Given["w"]; w.Rows != 1 || w.Cols != 1 || w.Float32()[0] != 0.1 {
		t.Errorf("w = %+v, want the float32 0.1", w)
	}
	y := f.Cases[0].Float64["y"].Data
	if y[0] != 0.1 || !math.IsNaN(y[1]) || !math.IsInf(y[2], 1) || !math.IsInf(y[3], -1) {
		t.Errorf("y = %v, want 0.1 NaN +Inf -Inf", y)
	}
}

func TestRefusals(t *testing.T) {
	const question = `"name":"n","type":"t","config":{}`
	for name, cases := range map[string]string{
		"no cases":      ``,
		"nothing given": `{` + question + `,"given":{},"float64":{"y":"0x1p+0"}}`,
		"no answer":     `{` + question + `,"given":{"x":"0x1p+0"}}`,
		"unknown field": `{` + question + `,"given":{"x":"0x1p+0"},"float64":{"y":"0x1p+0"},"float16":{}}`,
		"ragged":        `{` + question + `,"given":{"x":["0x1p+0","0x1p+0 0x1p+0"]},"float64":{"y":"0x1p+0"}}`,
		"no number":     `{` + question + `,"given":{"x":"0x1p+0 one"},"float64":{"y":"0x1p+0"}}`,
		"empty row":     `{` + question + `,"given":{"x":""},"float64":{"y":"0x1p+0"}}`,
	} {
		if _, err := golden.Load(write(t, "3.15.1", cases)); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
	if _, err := golden.Load(write(t, "", `{`+question+`,"given":{"x":"0x1p+0"},"float64":{"y":"0x1p+0"}}`)); err == nil {
		t.Error("loaded without a Keras version")
	}
}

func TestPimaRange(t *testing.T) {
	p, err := golden.LoadPimaRange(filepath.Join(folder, "pima_range.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Runs) != 20 || p.Rows != 768 || p.Epochs != 150 || p.BatchSize != 10 {
		t.Errorf("%d runs, %d rows, %d epochs, batches of %d; want 20, 768, 150, 10", len(p.Runs), p.Rows, p.Epochs, p.BatchSize)
	}
	var seen []float64
	for _, r := range p.Runs {
		seen = append(seen, r.Accuracy)
	}
	slices.Sort(seen)
	// The file's numbers are rounded to seven places, the median of two of them once more.
	if p.Accuracy.Min != seen[0] || p.Accuracy.Max != seen[19] || math.Abs(p.Accuracy.Median-(seen[9]+seen[10])/2) > 1e-7 {
		t.Errorf("accuracy %+v does not summarise %v", p.Accuracy, seen)
	}
}

func load(t *testing.T, cases string) golden.File {
	t.Helper()
	f, err := golden.Load(write(t, "3.15.1", cases))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, keras, cases string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.json")
	text := `{"keras":"` + keras + `","backend":"jax","dtype":"float64","command":"c","note":"n","cases":[` + cases + `]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
