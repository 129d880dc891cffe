package recipe_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"mlp/internal/model"
	"mlp/internal/modelfile"
	"mlp/internal/outfile"
	"mlp/internal/problem"
	"mlp/internal/recipe/recipetest"
	"mlp/internal/spec"
)

// A model file whose spec has lost a section, under a checksum that is right, is
// refused as a model file, whatever the section.
func TestModelNeedsEverySection(t *testing.T) {
	m, s, p := recipetest.SetUp(t, recipetest.Kinds["binary"], recipetest.Flowers(), 1)
	recipetest.MustFit(t, m, s, p)
	whole := recipetest.Written(t, m)
	for _, section := range []string{"seed", "data", "layers", "compile", "fit", "evaluate"} {
		a, err := modelfile.Layout.Read(bytes.NewReader(whole), int64(len(whole)))
		if err != nil {
			t.Fatal(err)
		}
		tree, err := spec.ParseJSON([]byte(a.Metadata["spec"]), "spec", "")
		if err != nil {
			t.Fatal(err)
		}
		less := spec.NewMap()
		for _, k := range tree.Keys {
			if k.Name != section {
				less.Put(k.Name, k.Value)
			}
		}
		a.Metadata["spec"] = string(spec.CanonicalJSON(less))
		path := t.TempDir() + "/m.bin"
		if err := outfile.Write(path, func(w io.Writer) error { _, err := modelfile.Layout.Write(w, a); return err }); err != nil {
			t.Fatal(err)
		}
		back, err := model.Read(path, 1)
		var found *problem.Problem
		switch {
		case err == nil:
			back.Close()
			t.Errorf("without %s: accepted", section)
		case !errors.As(err, &found) || found.Domain != problem.InModel:
			t.Errorf("without %s: %v is not a complaint about the model file", section, err)
		}
	}
	path := t.TempDir() + "/whole.bin"
	if err := os.WriteFile(path, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	back, err := model.Read(path, 1)
	if err != nil {
		t.Fatalf("with every section: %v", err)
	}
	back.Close()
}
