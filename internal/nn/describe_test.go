package nn

import (
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
