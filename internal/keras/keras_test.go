package keras_test

import (
	"fmt"
	"strings"
	"testing"

	"mlp/internal/keras"
	"mlp/internal/spec"
)

const (
	in  = `{"class_name":"InputLayer","config":{"batch_shape":[null,8],"name":"in"},"name":"in","inbound_nodes":[]}`
	end = `"input_layers":["in",0,0],"output_layers":["out",0,0]}}`
)

// called is a layer of a functional model as Keras 3 writes it.
func called(class, name string, from ...string) string {
	tensors := make([]string, len(from))
	for i, f := range from {
		tensors[i] = fmt.Sprintf(`{"class_name":"__keras_tensor__","config":{"shape":[null,4],"keras_history":[%q,0,0]}}`, f)
	}
	args := strings.Join(tensors, ",")
	if len(from) > 1 {
		args = "[" + args + "]"
	}
	return fmt.Sprintf(`{"module":"keras.layers","class_name":%q,"config":{"name":%q,"units":4},"registered_name":null,"name":%q,"inbound_nodes":[{"args":[%s],"kwargs":{}}]}`, class, name, name, args)
}

func functional(layers ...string) string {
	return `{"class_name":"Functional","config":{"name":"m","layers":[` + strings.Join(layers, ",") + `],` + end
}

// shape writes layers as their names, and branches in brackets.
func shape(n *spec.Node) string {
	var words []string
	for _, l := range n.Items {
		word := l.Get("name").Word()
		if branches := l.Get("branches"); branches != nil {
			var sides []string
			for _, b := range branches.Items {
				side := shape(b.Get("layers"))
				if c := b.Get("columns"); c != nil {
					side = c.Text + ": " + side
				}
				sides = append(sides, side)
			}
			word = fmt.Sprintf("%s %s(%s)", l.Get("name").Text, l.Get("merge").Text, strings.Join(sides, " | "))
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// Layers that part and meet again become branches; whatever has another shape is refused
// by the name of a layer.
func TestGraphs(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{functional(in, called("Dense", "a", "in"), called("Dense", "out", "a")), "in a out"},
		{functional(called("Dense", "out", "a"), called("Dense", "a", "in"), in), "in a out"}, // in any order
		{functional(in, called("Dense", "a", "in"), called("Concatenate", "c", "in", "a"), called("Dense", "out", "c")), "in c concatenate( | a) out"},
		{functional(in, called("Dense", "a", "in"), called("Dense", "b", "a"), called("Dense", "d", "b"), called("Add", "s", "d", "b"), called("Multiply", "p", "a", "s"), called("Dense", "out", "p")),
			"in a p multiply( | b s add(d | )) out"},
		{functional(in, called("Add", "out", "in", "in")), "in out add( | )"},
		{functional(strings.ReplaceAll(in, `"in"`, `"age"`), in, called("Dense", "a", "age"), called("Concatenate", "c", "a", "in"), called("Dense", "out", "c")), "c concatenate(age: age a | in: in) out"},
		{`{"class_name":"Model","config":{"layers":[` + in + `,{"class_name":"Dense","config":{"name":"out","units":1},"name":"out","inbound_nodes":[[["in",0,0,{}]]]}],"input_layers":[["in",0,0]],"output_layers":[["out",0,0]]}}`, "in out"},
		{`{"class_name":"Sequential","config":{"layers":[` + in + `,{"class_name":"Sequential","config":{"layers":[` + in + `,` + called("Dense", "x", "in") + `]}},` + called("Dense", "out", "x") + `]}}`, "in x out"},
		{`{"name":"s","layers":[` + in + `,` + called("Dense", "out", "in") + `]}`, "in out"},

		{functional(in, called("Dense", "a", "in"), called("Average", "out", "in", "a")), `config.layers[2]: the layer "out" (Average) has 2 inputs`},
		{functional(in, called("Dense", "a", "in"), called("Dense", "b", "a"), called("Add", "c", "in", "b"), called("Add", "d", "in", "c"), called("Concatenate", "out", "d", "a")), `the output of "a" goes to layers that do not meet`},
		{functional(in, called("Dense", "out", "in"), called("Dense", "b", "in")), `config.layers[2]: the layer "b" does not lead to the output`},
		{functional(in, called("Dense", "a", "b"), called("Dense", "b", "a"), called("Dense", "out", "b")), `the layer "a" feeds itself`},
		{functional(in, called("Dense", "a", "nowhere"), called("Dense", "out", "a")), `the layer "a" is fed by "nowhere", which is none of the layers`},
		{functional(in, called("Dense", "in", "in"), called("Dense", "out", "in")), `config.layers[1]: the name "in" is empty or that of another layer`},
		{functional(in, strings.Replace(called("Dropout", "out", "in"), `"kwargs":{}`, `"kwargs":{"training":true}`, 1)), `the layer "out" is called with "true" beside its inputs`},
		{functional(in, strings.Replace(called("Dense", "out", "in"), `"inbound_nodes":[`, `"inbound_nodes":[[["in",0,0]],`, 1)), `the layer "out" stands in 2 places`},
		{strings.Replace(functional(in, called("Dense", "out", "in")), `"output_layers":["out",0,0]`, `"output_layers":[["out",0,0],["in",0,0]]`, 1), `the model has 2 outputs; a network has one`},
		{`{"class_name":"Subclass","config":{"layers":[` + in + `]}}`, `"Subclass" is neither Sequential nor Functional`},
		{`{"class_name":"Sequential","config":{"layers":[]}}`, `a model without layers`},
		{`{"class_name":"Sequential","config":{"layers":[3]}}`, `config.layers[0]: a layer without a class_name`},
	} {
		n, err := spec.ParseJSON([]byte(c.text), "m.json", "")
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		if !keras.IsModel(n) {
			t.Errorf("%s is taken for no model", c.text)
			continue
		}
		tree, err := keras.Spec(n)
		got := fmt.Sprint(err)
		if err == nil {
			got = shape(tree.Get("layers"))
		}
		if got != c.want && (err == nil || !strings.HasSuffix(got, c.want) && !strings.Contains(got, c.want)) {
			t.Errorf("%s:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// What was compiled comes along; weight decay acts on all weights, as it does there.
func TestCompiled(t *testing.T) {
	n, err := spec.ParseJSON([]byte(`{"class_name":"Sequential","config":{"name":"pima","layers":[`+in+`]},"compile_config":{"optimizer":{"class_name":"AdamW","config":{"weight_decay":0.004}},"loss":"mse","metrics":["mae"],"weighted_metrics":null}}`), "m.json", "")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := keras.Spec(n)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"loss":"mse","metrics":["mae"],"optimizer":{"decay_all":true,"type":"AdamW","weight_decay":0.004}}`
	if got := string(spec.CanonicalJSON(tree.Get("compile"))); got != want || tree.Get("name").Text != "pima" {
		t.Errorf("compile %s, name %q; want %s", got, tree.Get("name").Text, want)
	}
}

// A spec is no model of Keras, whatever it looks like.
func TestSpecsAreNoModels(t *testing.T) {
	for _, text := range []string{`{}`, `null`, `[1]`, `{"layers":[{"units":1}]}`, `{"layers":["flatten"]}`, `{"data":{},"layers":[` + in + `]}`,
		`{"layers":[` + in + `],"compile":{"loss":"mse"}}`, `{"layers":[]}`, `{"layers":3,"name":"x"}`} {
		n, err := spec.ParseJSON([]byte(text), "s", "")
		if err != nil {
			t.Fatal(err)
		}
		if keras.IsModel(n) {
			t.Errorf("%s is taken for a model", text)
		}
	}
}

// Any JSON gives a spec or a complaint.
func FuzzSpec(f *testing.F) {
	f.Add(functional(in, called("Dense", "a", "in"), called("Concatenate", "c", "in", "a"), called("Dense", "out", "c")))
	f.Add(functional(called("Dense", "a", "a"), called("Add", "out", "a", "a")))
	f.Add(`{"class_name":"Sequential","config":{"layers":[` + in + `,{"class_name":"Functional","config":{"layers":[{}],"output_layers":[[]]}}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := spec.ParseJSON([]byte(text), "m.json", "")
		if err != nil || !keras.IsModel(n) {
			return
		}
		if tree, err := keras.Spec(n); err == nil && len(tree.Get("layers").Items) == 0 {
			t.Error("a spec without layers")
		}
	})
}
