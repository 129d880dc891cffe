package preprocess

import (
	"fmt"

	"mlp/internal/problem"
	"mlp/internal/spec"
	"mlp/internal/stats"
)

var _ = Encoders.Add("hash", "an input for each of a fixed number of buckets, which share the categories by FNV-1a, 64 bit, mixed as in SplitMix64: for names and other columns with too many categories to list", func(f *spec.Fields) Encoder {
	return hashed{f.Int("buckets", 32, "how many inputs there are; each bucket holds many categories", spec.In(2, 4096))}
})

// hashed learns nothing, so no category is unknown or rare; the bucket `other` is
// for missing ones.
type hashed struct{ Buckets int }

// hashes reports whether an encoder tells no words apart, so that there is nothing
// to count of them.
func hashes(e Encoder) bool {
	_, ok := e.(hashed)
	return ok
}

func (hashed) Words([]string) ([]string, *problem.Problem) { return nil, nil }

func (h hashed) Inputs(_ []string, other bool) []string {
	var names []string
	for i := range h.Buckets {
		names = append(names, fmt.Sprintf("#%d", i))
	}
	if other {
		names = append(names, otherSuffix)
	}
	return names
}

func (h hashed) Encode(dst []float32, word string, _, _ int) {
	switch {
	case word != "":
		dst[h.Bucket(word)] = 1
	case len(dst) > h.Buckets:
		dst[h.Buckets] = 1
	}
}

// Bucket returns the place of a word. FNV-1a alone would not do: its low bits
// depend on nothing but the low bits of each character.
func (h hashed) Bucket(word string) int {
	x := stats.FNV1a(word)
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return int((x ^ (x >> 31)) % uint64(h.Buckets))
}
