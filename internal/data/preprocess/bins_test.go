package preprocess

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"mlp/internal/data/table"
	"mlp/internal/spec"
)

// Numbers lie in the bins in which scikit-learn puts them where there are quantiles, and
// Keras where there are boundaries: testdata/bins holds these, with the program that made
// them. Bins are whole numbers, so there is no tolerance.
func TestBinsAreThoseOfOthers(t *testing.T) {
	for from, least := range map[string]int{"sklearn": 20, "keras": 20} {
		text, err := os.ReadFile("testdata/bins/" + from + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var cases []struct {
			Column   string
			Encoder  json.RawMessage
			Train, X []string
			Bins     []int
		}
		if err := json.Unmarshal(text, &cases); err != nil {
			t.Fatal(err)
		}
		compared := 0
		for _, c := range cases {
			n, err := spec.ParseJSON(c.Encoder, "case", "case")
			if err != nil {
				t.Fatal(err)
			}
			encoder, err := NumberEncoders.Build(n)
			if err != nil {
				t.Fatal(err)
			}
			cuts := encoder.Bins.boundaries(&table.Column{}, floats(t, c.Train))
			if len(c.X) != len(c.Bins) {
				t.Fatalf("%s: %d numbers, %d bins", c.Column, len(c.X), len(c.Bins))
			}
			for i, x := range floats(t, c.X) {
				compared++
				if got := binOf(cuts, x); got != c.Bins[i] {
					t.Errorf("%s, %s: %v lies in bin %d, %s has %d", c.Column, c.Encoder, x, got, from, c.Bins[i])
				}
			}
		}
		if len(cases) < least || compared < 1000 {
			t.Errorf("%s: only %d cases, %d numbers", from, len(cases), compared)
		}
	}
}

// What cannot be is refused.
func TestBinsAreRefused(t *testing.T) {
	for config, want := range map[string]string{
		`{"type": "discretization", "bin_boundaries": [1, 1]}`:             "1 stands behind 1",
		`{"type": "discretization", "bin_boundaries": [2, 1, 3]}`:          "1 stands behind 2",
		`{"type": "discretization", "bin_boundaries": [1], "num_bins": 4}`: "how many bins there are",
		`{"type": "discretization", "dim": 3}`:                             "nothing is learned",
		`{"type": "discretization", "num_bins": 1}`:                        "num_bins",
		`{"type": "discretization", "output_mode": "count"}`:               "output_mode",
	} {
		n, err := spec.ParseJSON([]byte(config), "case", "case")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NumberEncoders.Build(n); err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, want %q", config, err, want)
		}
	}
}
