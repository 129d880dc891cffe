package preprocess

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/spec"
)

// The hash of a word must never change: models depend on it. Sixteen words in
// eight buckets, from an independent program (FNV-1a and SplitMix64's finalizer
// in Python).
func TestHashBuckets(t *testing.T) {
	words := strings.Fields("a b c A B C 0 1 2 10 Zürich Genève 東京 user-00017 user-00018 x")
	var got []int
	for _, w := range words {
		got = append(got, hashed{8}.Bucket(w))
	}
	if want := "[0 5 2 6 3 6 2 7 2 6 5 4 5 4 5 6]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	// No bucket of 32 may have more than its share by far: of 3200 words, 100 each
	// with a standard deviation of 10, and 32 draws.
	var n [32]int
	for i := range 3200 {
		n[hashed{32}.Bucket(fmt.Sprintf("id%05d", i))]++
	}
	for i, have := range n {
		if have < 60 || have > 140 {
			t.Errorf("bucket %d has %d of 3200 words", i, have)
		}
	}
}

// Every registered encoder must name as many inputs as it writes, and leave what
// it does not write alone.
func TestEncodersWriteTheirInputs(t *testing.T) {
	for _, name := range Encoders.Names() {
		encoder, err := Encoders.Build(spec.NewString(name))
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []bool{true, false} {
			words, problem := encoder.Words([]string{"no", "yes"})
			if problem != nil {
				t.Fatal(problem)
			}
			width := len(encoder.Inputs(words, other))
			for code, word := range []string{"no", "yes", "", "perhaps"} {
				dst := make([]float32, width+2)
				encoder.Encode(dst[1:width+1:width+1], word, min(code, len(words)), len(words))
				if dst[0] != 0 || dst[width+1] != 0 {
					t.Errorf("%s wrote beside its %d inputs: %v", name, width, dst)
				}
			}
		}
	}
}
