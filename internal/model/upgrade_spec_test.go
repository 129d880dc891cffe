package model

import (
	"bytes"
	"testing"

	"mlp/internal/data/source"
	"mlp/internal/spec"
)

// A model whose spec lacks what has come since is taken as if it had been there,
// and one that lacks nothing is left as it is.
func TestSpecsOfEarlierVersions(t *testing.T) {
	const text = `{"data": {"target": "y", "columns": [{"name": "a", "scale": "minmax"}, {"name": "w", "encode": {"type": "hash"}}], "split": {"test": 0.25}},
		"layers": [{"units": 2, "activation": "relu"}, {"units": 1, "activation": "sigmoid"}], "fit": {}, "evaluate": {}}`
	tree, err := spec.ParseJSON([]byte(text), "spec.yaml", "spec.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	resolved, problems := spec.Decode(tree, func(f *spec.Fields) { c = Decode(f); f.Skip("fit", "evaluate") })
	if problems != nil {
		t.Fatal(problems)
	}
	resolved.Put("fit", spec.NewMap())
	resolved.Put("evaluate", spec.NewMap())
	table := source.Bytes("t.csv", []byte("a,w,y\n1,k,p\n2,l,q\n3,k,p\n4,m,q\n5,k,q\n6,m,p\n7,l,p\n8,l,q\n"))
	m, _, err := Build(c, resolved, Sources{Train: &table}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	whole := spec.CanonicalJSON(m.Spec)

	earlier := m.Spec.Clone()
	drop := func(n *spec.Node, keys ...string) {
		for _, key := range keys {
			for i := range n.Keys {
				if n.Keys[i].Name == key {
					n.Keys = append(n.Keys[:i:i], n.Keys[i+1:]...)
					break
				}
			}
		}
	}
	drop(earlier.Get("data").Get("split"), "group", "column")
	for _, column := range earlier.Get("data").Get("columns").Items {
		drop(column, "parts")
	}
	*earlier.Get("data").Get("columns").Items[1].Get("encode") = *spec.NewString("hash") // as if it had had no settings

	for _, n := range []*spec.Node{m.Spec, earlier} {
		m.Spec = n
		m.UpgradeSpec()
		if got := spec.CanonicalJSON(m.Spec); !bytes.Equal(got, whole) {
			t.Errorf("completed to\n%s\nwant\n%s", got, whole)
		}
		if _, err := m.ChangeSpec(c, resolved); err != nil {
			t.Error(err)
		}
	}
	if bytes.Equal(spec.CanonicalJSON(earlier), whole) {
		t.Error("nothing was dropped: the test cannot fail")
	}
}
