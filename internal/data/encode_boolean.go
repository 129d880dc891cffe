package data

import (
	"fmt"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

var _ = Encoders.Add("boolean", "one input: 1 for yes, 0 for no (true, false; t, f; y, n; on, off; 1, 0), 0.5 for what training never saw", func(*spec.Fields) Encoder { return boolean{} })

// booleans is the choice for a column whose cells say yes and no.
var booleans = Choice[Encoder]{Use: boolean{}, Spec: spec.NewString("boolean")}

type boolean struct{}

func (boolean) Words(sorted []string) ([]string, *problem.Problem) {
	for _, w := range sorted {
		if line, _ := truth(w); line < 0 {
			return nil, problem.Data(problem.Pos{}, "", "encode the column as one_hot", "%q says neither yes nor no", w)
		}
	}
	return sorted, nil
}

func (boolean) Inputs([]string, bool) []string { return []string{""} }

func (boolean) Encode(dst []float32, word string, code, n int) {
	_, yes := truth(word)
	switch {
	case code == n:
		dst[0] = 0.5
	case yes:
		dst[0] = 1
	}
}

// badBooleans complains about the cells of a column declared boolean that say
// neither yes nor no.
func badBooleans(t *Table, col *Column, bad *complaints) {
	bad.cells(t, col, func(row int) bool {
		code := col.Codes[row]
		if code < 0 {
			return false
		}
		line, _ := truth(col.Words[code])
		return line < 0
	}, func(_ *Column, text string) (string, string) {
		return fmt.Sprintf("%q says neither yes nor no", problem.Clip(text)), "yes and no are written yes, no; true, false; t, f; y, n; on, off; or 1, 0"
	})
}
