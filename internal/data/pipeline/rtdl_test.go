package pipeline

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

// Pieces as inputs are those of rtdl_num_embeddings, with its bins: testdata/rtdl holds
// them with the script that made them.
func TestPiecesAgreeWithRTDL(t *testing.T) {
	plain, err := os.ReadFile("testdata/rtdl/pieces.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Bins, Train int
			X           []float64
			Want        [][]float64
		}
	}
	if err := json.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for _, c := range file.Cases {
		var rows strings.Builder
		rows.WriteString("a,y\n")
		for i, v := range c.X {
			fmt.Fprintf(&rows, "%v,%d\n", v, i%2)
		}
		table, p := fit(t, rows.String(), fmt.Sprintf(`{"target": "y", "numeric": {"scale": "none", "encode": {"type": "piecewise_linear", "bins": %d, "dim": null}}}`, c.Bins), upTo(c.Train))
		d, err := p.Apply(table, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d.X.Cols != len(c.Want[0]) {
			t.Fatalf("%d bins: %d pieces, rtdl has %d", c.Bins, d.X.Cols, len(c.Want[0]))
		}
		for i, want := range c.Want {
			for k, v := range want {
				// Both work in float32: ends, differences and the quotient round to 6e-8 each,
				// of numbers that the narrowness of a piece multiplies.
				gap := math.Abs(float64(d.X.At(i, k))-v) / max(1, math.Abs(v))
				if worst = max(worst, gap); !(gap <= 2e-6) {
					t.Fatalf("%d bins: piece %d of %v is %v, rtdl has %v", c.Bins, k+1, c.X[i], d.X.At(i, k), v)
				}
			}
		}
	}
	t.Logf("%d cases, worst %.2g", len(file.Cases), worst)
	if len(file.Cases) != 9 {
		t.Errorf("%d cases", len(file.Cases))
	}
}
