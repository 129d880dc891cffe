package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/scan"
	"mlp/internal/data/schema"
	"mlp/internal/spec"
)

// What the training table spells in two ways is two categories, though both may be one
// number.
func TestCategoriesAreWords(t *testing.T) {
	for _, c := range []struct{ name, cells, inputs, unknown, known string }{
		{"versions", "3.1 3.10 3.9 3.11 3.2 3.20", "3.1 3.10 3.11 3.2 3.20 3.9", "3.90 3.110 03.1", "3.9"},
		{"codes with zeros", "01067 1067 00501 501", "501 00501 1067 01067", "0501 000501 501.0x", "501 501.0"},
		{"exponents", "1000 1e3 1E3", "1E3 1e3 1000", "1e03 01000", "1000.0"},
		{"signs", "1 +1 -1", "-1 1 +1", "01 +1.0", "1.0 -1.00"},
		{"points", "1. 1 .5 0.5", ".5 0.5 1 1.", "0.50 01", "1.0"},
		{"sections", "2.0.1 2.0 2.00", "2.0 2.0.1 2.00", "2 2.000", "2.0"},
		{"beyond float64", "9007199254740992 9007199254740993", "9007199254740992 9007199254740993", "9007199254740994", "9007199254740993.0"},
		{"whole numbers both ways", "1 1.0 2 2.00 3.0", "1 2 3.0", "4 1.5", "3 3.00 2.0"},
		{"whole numbers", "1 2 3", "1 2 3", "4 2.5", "2.0 03 1e0"},
	} {
		for _, encode := range []string{"one_hot", "embedding", "ordinal"} {
			csv := "n,y\n"
			for i, cell := range slices.Repeat(strings.Fields(c.cells), 2) {
				csv += fmt.Sprintf("%s,%d\n", cell, i%2)
			}
			_, p := fit(t, csv, `{"target": "y", "columns": [{"name": "n", "type": "categorical", "encode": "`+encode+`"}]}`, nil)
			sch, learned := p.Save()
			again, err := LoadPipeline(sch, learned)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []*Pipeline{p, again} {
				f := p.features[0]
				want := strings.Fields(c.inputs)
				if got := f.Categories(); !slices.Equal(got, want) {
					t.Errorf("%s: categories %q, want %q", c.name, got, want)
				}
				for _, w := range append(strings.Fields(c.cells), strings.Fields(c.known)...) {
					if f.Unknown(w) {
						t.Errorf("%s, %s: %q is unknown", c.name, encode, w)
					}
				}
				for _, w := range strings.Fields(c.unknown) {
					if !f.Unknown(w) {
						t.Errorf("%s, %s: %q is known", c.name, encode, w)
					}
				}
			}
		}
	}
}

// A model of before tells numbers among its categories apart by value.
func TestCategoriesOfEarlierModels(t *testing.T) {
	_, p := fit(t, "n,y\n3.1,a\n3.9,b\n3.1,a\n", `{"target": "y", "columns": [{"name": "n", "type": "categorical"}]}`, nil)
	sch, learned := p.Save()
	columns := sch.Get("columns").Items
	if columns[0].Get("spelling") == nil || !p.features[0].Unknown("3.10") {
		t.Error("a new model does not tell 3.10 from 3.1")
	}
	old := spec.NewMap()
	for _, key := range []string{"name", "kind", "role", "na_values", "encode", "min_count", "other", "words"} {
		old.Put(key, columns[0].Get(key))
	}
	columns[0] = old
	p, err := LoadPipeline(sch, learned)
	if err != nil || p.features[0].Unknown("3.10") {
		t.Errorf("an earlier model knows 3.1 and not 3.10: %v", err)
	}
}

// Yes and no are known in every usual spelling, as an input and as a label.
func TestYesAndNoInEverySpelling(t *testing.T) {
	spellings := [][2]string{{"false", "true"}, {"FALSE", "TRUE"}, {"False", "True"}, {"f", "t"}, {"F", "T"}, {"no", "yes"}, {"N", "Y"}, {"off", "on"}, {"0", "1"}, {"0.0", "1.0"}}
	for _, trained := range spellings[:8] {
		_, p := fit(t, fmt.Sprintf("b,y\n%[1]s,%[1]s\n%[2]s,%[2]s\n%[2]s,%[2]s\n", trained[0], trained[1]), `{"target": "y"}`, nil)
		if p.Schema().Columns[0].Kind != preprocess.Boolean {
			t.Fatalf("%q: taken for %s", trained, p.Schema().Columns[0].Kind)
		}
		for _, given := range spellings {
			read, err := p.ReadFor(text(fmt.Sprintf("b,y\n%s,%s\n%s,%s\n", given[0], given[0], given[1], given[1])), true)
			if err != nil {
				t.Errorf("%q after %q: %v", given, trained, err)
				continue
			}
			d, err := p.Apply(read, nil)
			if err != nil || !sameBits(d.X.Data, []float32{0, 1}) || !sameBits(d.Y.Data, []float32{0, 1}) {
				t.Errorf("%q after %q: inputs %v, classes %v, %v", given, trained, d.X.Data, d.Y.Data, err)
			}
			drift := p.Drift()
			if drift.Add(read); drift.Deviating() != 0 {
				t.Errorf("%q after %q: %+v", given, trained, drift.Columns)
			}
		}
	}
	// A table that was put together from several.
	_, p := fit(t, "b,y\nyes,1\nno,2\nY,3\nN,4\n1,5\n0,6\nTRUE,7\nfalse,8\n", `{"target": "y", "task": "regression"}`, nil)
	read, err := p.ReadFor(text("b\nyes\nno\nt\nmaybe\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := p.Apply(read, nil); err != nil || !sameBits(d.X.Data, []float32{1, 0, 1, 0.5}) {
		t.Errorf("of many spellings: %v, %v", d, err)
	}
	// Letters may be anything, and a declared category is a word.
	for _, csv := range []string{"b,y\nn,1\nt,2\nf,3\n", "b,y\nn,1\ny,2\nt,3\n", "b,y\nyes,1\ntrue,2\n1,3\n"} {
		read, err := schema.Read(text(csv), configure(t, `{"target": "y"}`))
		if err != nil || preprocess.KindOf(read.Columns[0], scan.Marks{}) == preprocess.Boolean {
			t.Errorf("%q is taken for yes and no, %v", csv, err)
		}
	}
	_, p = fit(t, "b,y\nyes,1.5\nno,2\nyes,3\n", `{"target": "y", "columns": [{"name": "b", "type": "categorical"}]}`, nil)
	if !p.features[0].Unknown("TRUE") {
		t.Error("a declared category is known by another spelling")
	}
}
