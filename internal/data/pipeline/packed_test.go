package pipeline

import (
	"bytes"
	"strings"
	"testing"

	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/data/table"
)

func pack(t testing.TB, csv, config string) []byte {
	t.Helper()
	table, err := schema.Read(text(csv), configure(t, config))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := table.WritePacked(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAPackedTableServesAPipeline(t *testing.T) {
	const csv = "n,w,y\n1,x,pos\n2,z,neg\n,x,neg\n"
	tab, p := fit(t, csv, `{"target": "y"}`, nil)
	want, err := p.Apply(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := source.Bytes("t.packed", pack(t, csv, `{}`))
	for _, need := range []bool{false, true} {
		read, err := p.ReadFor(packed, need)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Apply(read, nil)
		if err != nil || !sameBits(got.X.Data, want.X.Data) || need && !sameBits(got.Y.Data, want.Y.Data) {
			t.Errorf("%v %v", got, err)
		}
	}
	if err := streamed(p, packed, 1, func(*table.Table) error { return nil }); err != nil {
		t.Error(err)
	}
	_, err = p.ReadFor(source.Bytes("u.packed", pack(t, "n,q\n1,2\n", `{}`)), true)
	checkProblem(t, err, `u.packed: 2 columns are missing: "w", "y"`, "")
	_, err = p.ReadFor(source.Bytes("u.packed", pack(t, "n,w,y\nten,x,pos\nsix,x,neg\n", `{}`)), true)
	if err == nil || !strings.Contains(err.Error(), `n: "ten" is not a number`) {
		t.Error(err)
	}
}
