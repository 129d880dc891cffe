package pipeline

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/task"
)

// The settings that stand for the preprocessing of RealMLP-TD give its inputs:
// testdata/pytabkit holds them with the script that made them.
func TestInputsAreThoseOfRealMLP(t *testing.T) {
	plain, err := os.ReadFile("testdata/pytabkit/inputs.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Train  int
		CSV    string
		Inputs []string
		Want   [][]string
		Codes  map[string][]int
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	c := configure(t, `{"target": "y",
		"numeric": {"scale": {"robust": "half_range"}, "clip": "smooth"},
		"categorical": {"encode": {"type": "one_hot", "binary": "signed", "max_categories": 8, "above": "embedding"},
			"unknown": "ignore", "missing": "unknown", "scale": {"robust": "half_range"}, "clip": {"smooth": 3}}}`)
	tab, err := schema.Read(source.Bytes("t.csv", []byte(file.CSV)), c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Infer(tab, c, task.Auto)
	if err != nil {
		t.Fatal(err)
	}
	p, err := FitPipeline(tab, s, c, upTo(file.Train))
	if err != nil {
		t.Fatal(err)
	}
	tree, learned := p.Save() // and as a model file restores it
	if p, err = LoadPipeline(tree, learned); err != nil {
		t.Fatal(err)
	}
	d, err := p.Apply(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for j, name := range p.Features() {
		at[name] = j
	}
	if len(at) != len(file.Inputs)+len(file.Codes) {
		t.Fatalf("inputs %q; RealMLP has %q and codes", p.Features(), file.Inputs)
	}
	compared, worst := 0, 0.0
	for j, name := range file.Inputs {
		in, ok := at[name]
		if !ok {
			t.Fatalf("there is no input %q among %q", name, p.Features())
		}
		for i, row := range file.Want {
			want, err := strconv.ParseFloat(row[j], 64)
			if err != nil {
				t.Fatal(err)
			}
			got := float64(d.X.At(i, in))
			// pytabkit squares in float32 what is 1e30, and its clip is −0 or 0 there.
			if v := tab.Column(name); v != nil && v.Numbers != nil && math.Abs(float64(v.Numbers[i])) > 1e29 {
				if want != 0 || math.Abs(got) != 3 {
					t.Errorf("%s, row %d: %v, RealMLP has %v", name, i+1, got, want)
				}
				continue
			}
			compared++
			// pytabkit computes in float32: centre, factor and clip round three to five
			// times, 6e-8 each, of numbers that are at most 3 after the clip; the factor's
			// rounding counts in full on the scaled number before it.
			gap := math.Abs(got-want) / max(1, math.Abs(want))
			if worst = max(worst, gap); !(gap <= 5*0x1p-24) {
				t.Errorf("%s, row %d: %v, RealMLP has %v", name, i+1, got, want)
			}
		}
	}
	t.Logf("%d numbers, worst %.2g", compared, worst)
	for name, codes := range file.Codes {
		coded := p.EmbeddedInputs()
		if len(coded) != 1 || coded[0].Input != at[name] || coded[0].Vectors.Codes != 13 || coded[0].Vectors.Dim != 8 || !coded[0].Vectors.Standard {
			t.Fatalf("coded inputs %v", coded)
		}
		for i, want := range codes {
			got := int(d.X.At(i, at[name])) // from 0, and the bucket is the last
			if want = want - 1; want < 0 {
				want = 12
			}
			if got != want {
				t.Errorf("%s, row %d: code %d, want %d", name, i+1, got, want)
			}
		}
	}
}
