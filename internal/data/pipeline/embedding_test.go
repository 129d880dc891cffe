package pipeline

import (
	"reflect"
	"slices"
	"testing"

	"mlp/internal/data/preprocess"
	"mlp/internal/data/schema"
	"mlp/internal/data/source"
	"mlp/internal/task"
)

func TestEmbeddingGivesCodes(t *testing.T) {
	c := configure(t, `{"target": "y", "categorical": {"encode": "embedding"}, "columns": [{"name": "size", "encode": {"embedding": 4}}]}`)
	table, err := schema.Read(source.Bytes("t.csv", []byte("colour,x,size,y\nred,1,S,1\nblue,2,L,2\nred,3,M,3\n,4,S,4\n")), c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Infer(table, c, task.Regression)
	if err != nil {
		t.Fatal(err)
	}
	p, err := FitPipeline(table, s, c, []int{0, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	// Two colours and three sizes, each with a bucket; 1.6·3^0.56 = 2.96.
	want := []EmbeddedInput{{0, preprocess.Embedding{Vectors: preprocess.Vectors{Codes: 3, Dim: 3}}}, {2, preprocess.Embedding{Vectors: preprocess.Vectors{Codes: 4, Dim: 4}}}}
	if got := p.EmbeddedInputs(); !reflect.DeepEqual(got, want) {
		t.Errorf("coded inputs %v, want %v", got, want)
	}
	d, err := p.Apply(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	var colours []float32
	for i := range d.X.Rows {
		colours = append(colours, d.X.At(i, 0))
	}
	if want := []float32{1, 0, 1, 2}; !slices.Equal(colours, want) {
		t.Errorf("codes %v, want %v: sorted words, and the bucket for what is missing", colours, want)
	}
	tree, numbers := p.Save()
	back, err := LoadPipeline(tree, numbers)
	if err != nil {
		t.Fatal(err)
	}
	if got := back.EmbeddedInputs(); !reflect.DeepEqual(got, want) {
		t.Errorf("after saving: %v, want %v", got, want)
	}
}
