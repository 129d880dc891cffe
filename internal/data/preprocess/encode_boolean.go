package preprocess

import (
	"mlp/internal/problem"
	"mlp/internal/spec"
)

var _ = Encoders.Add("boolean", "one input: 1 for yes, 0 for no (true, false; t, f; y, n; on, off; 1, 0), 0.5 for what training never saw", func(*spec.Fields) Encoder { return boolean{} })

// yesOrNo is the choice for a column whose cells say yes and no.
var yesOrNo = Choice[Encoder]{Use: boolean{}, Spec: spec.NewString("boolean")}

type boolean struct{}

func (boolean) Words(sorted []string) ([]string, *problem.Problem) {
	for _, w := range sorted {
		if line, _ := truth(w); line < 0 {
			return nil, problem.Data(problem.Pos{}, "", "encode the column as one_hot", "%q says neither yes nor no", w)
		}
	}
	return sorted, nil
}

// find knows yes and no in every spelling: other programs write the same column otherwise.
func (boolean) find(word string, words []string) int { return sameTruth(word, words) }

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
