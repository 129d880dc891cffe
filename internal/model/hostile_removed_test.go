package model_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/recipe"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/safetensors"
)

// Whatever is missing of a file whose checksum is right, each metadata key, each key
// and item within one, and each tensor in turn: it is refused, or it is a model that
// predicts, can be written again, and whose spec is one.
func TestWhateverIsMissing(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(released, "v1", "*.bin"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	refused, taken := 0, 0
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".bin")
		t.Run(name, func(t *testing.T) {
			try := func(what string, change func(a *safetensors.File)) {
				defer func() {
					if bug := recover(); bug != nil {
						t.Errorf("without %s: %v", what, bug)
					}
				}()
				a := archive(t, name)
				change(a)
				if m := survivor(t, encode(t, a)); m != nil {
					_, _ = recipe.Decode(m.Spec) // a complaint will do
					m.Close()
					taken++
				} else {
					refused++
				}
			}
			a := archive(t, name)
			for key, text := range a.Metadata {
				try(key, func(a *safetensors.File) { delete(a.Metadata, key) })
				if !slices.Contains([]string{"checkpoint", "embedding", "iris", "servo"}, name) {
					continue // the others would find the same, in a minute
				}
				for what, place := range recipetest.Places(text) {
					try(key+what, func(a *safetensors.File) { a.Metadata[key] = place.Without() })
				}
			}
			for i, tensor := range a.Tensors {
				try("tensor "+tensor.Name, func(a *safetensors.File) { a.Tensors = slices.Delete(a.Tensors, i, i+1) })
			}
		})
	}
	t.Logf("%d refused, %d taken", refused, taken)
	if refused < 100 || taken < 100 {
		t.Error("nothing is tested")
	}
}
