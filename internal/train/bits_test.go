package train_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"mlp/internal/model"
	"mlp/internal/recipe/recipetest"
)

// networks are specs with the tables they learn from: all Kinds, a few epochs of
// the tutorial, and two steps of the network usual for Fashion-MNIST, which is
// wide enough for every path through the products.
func networks(t *testing.T) map[string]func(threads int) *model.Model {
	all := map[string]func(int) *model.Model{
		"tutorial": func(threads int) *model.Model {
			m, s, p := recipetest.SetUp(t, strings.Replace(tutorial, `"epochs":150`, `"epochs":3`, 1), pima(t), threads)
			recipetest.MustFit(t, m, s, p)
			return m
		},
		"fashion": func(threads int) *model.Model {
			m, s, p := recipetest.SetUp(t, `{"data":{"target":"y"},"layers":[{"units":512,"activation":"relu"},{"units":512,"activation":"relu"},{"units":10,"activation":"softmax"}],
				"compile":{"optimizer":"adam"},"fit":{"batch_size":128,"epochs":1}}`, sample(784, 10), threads)
			p.Train = random(150, 784, 10)
			recipetest.MustFit(t, m, s, p)
			return m
		},
	}
	for name, text := range recipetest.Kinds {
		all[name] = func(threads int) *model.Model {
			m, s, p := recipetest.SetUp(t, text, recipetest.Flowers(), threads)
			recipetest.MustFit(t, m, s, p)
			return m
		}
	}
	return all
}

// Every level and number of threads writes the same file.
func TestSameBytesAtEveryLevel(t *testing.T) {
	var runs []struct {
		level   string
		threads int
	}
	for _, level := range []string{"portable", "avx2", "avx512", "neon"} {
		t.Setenv("MLP_CPU", level)
		m, _, _, err := recipetest.TrySetUp(recipetest.Kinds["binary"], recipetest.Flowers(), 1)
		if err != nil {
			continue // this machine has not that level
		}
		m.Close()
		for _, threads := range []int{1, 2, 3, 7} {
			runs = append(runs, struct {
				level   string
				threads int
			}{level, threads})
		}
	}
	for name, trained := range networks(t) {
		var first []byte
		for _, r := range runs {
			if name == "fashion" && r.level == "portable" && r.threads > 1 {
				continue // slow, and what it adds to the other levels is seen with one thread
			}
			t.Setenv("MLP_CPU", r.level)
			b := recipetest.Written(t, trained(r.threads))
			if first == nil {
				first = b
			} else if !bytes.Equal(b, first) {
				t.Errorf("%s: %s with %d threads gives another file than %s with %d", name, r.level, r.threads, runs[0].level, runs[0].threads)
			}
		}
	}
}

// learned holds a hash of the weights that small networks end with: the same on
// every architecture, under qemu for instance:
//
//	GOARCH=arm64 go test -exec qemu-aarch64 -run GoldenWeights ./internal/train
//
// A change here is a change of what training computes, and wants a reason.
var learned = map[string]string{
	"binary":     "d0cc64b75ae0c078",
	"categories": "ed44d74e6f6bfbc5",
	"classes":    "35f2e2d94b10ab7e",
	"one-hot":    "e0106de52babcb65",
	"regression": "e132981593806594",
	"tutorial":   "aeed54f1672ebbfd",
}

func TestGoldenWeights(t *testing.T) {
	all := networks(t)
	for _, name := range slices.Sorted(maps.Keys(learned)) {
		var bits []byte
		for _, w := range all[name](1).Work.Params {
			bits = binary.LittleEndian.AppendUint32(bits, math.Float32bits(w))
		}
		sum := sha256.Sum256(bits)
		if got := fmt.Sprintf("%x", sum[:8]); got != learned[name] {
			t.Errorf("%s: the weights' hash is %s, want %s", name, got, learned[name])
		}
	}
}
