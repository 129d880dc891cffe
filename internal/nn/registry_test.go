package nn

import (
	"strings"
	"testing"

	"mlp/internal/spec"
)

// Every component says what it computes, and every field what it means.
func TestEverythingIsDescribed(t *testing.T) {
	for _, family := range []spec.Family{Layers, Activations, Initializers, Regularizers, Constraints} {
		for _, name := range family.Names() {
			c, ok := family.Describe(name)
			if !ok || c.Doc == "" {
				t.Errorf("%s %q has no documentation", family.Family(), name)
			}
			for _, f := range c.Fields {
				if f.Doc == "" {
					t.Errorf("%s %q: field %q has no documentation", family.Family(), name, f.Name)
				}
				if f.Default == "" && !f.Required {
					t.Errorf("%s %q: field %q has neither a default nor is it required", family.Family(), name, f.Name)
				}
			}
		}
	}
}

// Words that Keras users write: class names, old names, and names that differ
// from the registered ones.
func TestOtherNames(t *testing.T) {
	for _, c := range []struct {
		family spec.Family
		word   string
		want   string
	}{
		{Layers, "Dense", "dense"}, {Layers, "relu", "re_lu"}, {Layers, "LeakyReLU", "leaky_re_lu"}, {Layers, "leaky_relu", "leaky_re_lu"},
		{Layers, "prelu", "p_re_lu"}, {Layers, "ELU", "elu"}, {Layers, "BatchNormalization", "batch_normalization"},
		{Layers, "RMSNormalization", "rms_normalization"}, {Layers, "GaussianNoise", "gaussian_noise"},
		{Activations, "swish", "silu"}, {Activations, "hard_swish", "hard_silu"},
		{Initializers, "uniform", "random_uniform"}, {Initializers, "normal", "random_normal"}, {Initializers, "zero", "zeros"},
		{Initializers, "HeNormal", "he_normal"}, {Initializers, "OrthogonalInitializer", "orthogonal"}, {Initializers, "IdentityInitializer", "identity"},
		{Regularizers, "L1L2", "l1l2"}, {Regularizers, "l1_l2", "l1l2"}, {Regularizers, "orthogonal", "orthogonal_regularizer"},
		{Constraints, "maxnorm", "max_norm"}, {Constraints, "NonNeg", "non_neg"}, {Constraints, "MinMaxNorm", "min_max_norm"},
	} {
		if d, _ := c.family.Describe(c.word); d.Name != c.want {
			t.Errorf("%s %q is %q, want %q", c.family.Family(), c.word, d.Name, c.want)
		}
	}
}

// What a spec resolves to, every default written out, resolves to itself: so a
// saved model holds the network it was saved from.
func TestResolvedSpecIsStable(t *testing.T) {
	resolve := func(layers string) string {
		tree, err := spec.ParseJSON([]byte(`{"layers": `+layers+`}`), "test", "test")
		if err != nil {
			t.Fatal(err)
		}
		resolved, problems := spec.Decode(tree, func(f *spec.Fields) { spec.Many(f, "layers", Layers, nil, "") })
		if err := problems.Err(); err != nil {
			t.Fatalf("%s: %v", layers, err)
		}
		return string(spec.CanonicalJSON(resolved.Get("layers")))
	}
	for _, c := range layerCases {
		layers := "[" + c.spec + "]"
		if strings.Contains(c.spec, `"parametric": true`) { // which the last activation cannot be
			layers = "[" + c.spec + `, {"type": "rescaling", "scale": 1}]`
		}
		once := resolve(layers)
		if twice := resolve(once); twice != once {
			t.Errorf("%s resolves to\n%s, and that to\n%s", c.spec, once, twice)
		}
		if a, b := build(t, layers, c.in), build(t, once, c.in); a.Out != b.Out || a.Size != b.Size || a.Last.Name != b.Last.Name {
			t.Errorf("%s: the network changes when its spec is saved", c.spec)
		}
	}
}
