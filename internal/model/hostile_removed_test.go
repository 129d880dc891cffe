package model_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mlp/internal/recipe"
	"mlp/internal/safetensors"
)

// without returns the JSON texts that lack one key or one item each, however deep, with
// what is missing.
func without(text string) map[string]string {
	var root any
	if json.Unmarshal([]byte(text), &root) != nil {
		return nil
	}
	all := map[string]string{}
	var walk func(v any, path string, put func(any))
	keep := func(path string) {
		if text, err := json.Marshal(root); err == nil {
			all[path] = string(text)
		}
	}
	walk = func(v any, path string, put func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				at, old := path+"."+k, v[k]
				delete(v, k)
				keep(at)
				v[k] = old
				walk(old, at, func(n any) { v[k] = n })
			}
		case []any:
			for i, item := range v {
				at := fmt.Sprintf("%s[%d]", path, i)
				put(append(slices.Clone(v[:i]), v[i+1:]...))
				keep(at)
				put(v)
				walk(item, at, func(n any) { v[i] = n })
			}
		}
	}
	walk(root, "", func(n any) { root = n })
	return all
}

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
				for what, left := range without(text) {
					try(key+what, func(a *safetensors.File) { a.Metadata[key] = left })
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
