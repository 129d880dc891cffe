package keras

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mlp/internal/problem"
	"mlp/internal/spec"
)

// object is a piece of JSON; its keys are written in the order of the alphabet.
type object = map[string]any

// known are the layers that Keras has: their classes, and which of their settings it knows.
var known = map[string]struct{ class, settings string }{
	"activation":              {"Activation", "activation"},
	"activity_regularization": {"ActivityRegularization", "l1 l2"},
	"alpha_dropout":           {"AlphaDropout", "rate"},
	"batch_normalization":     {"BatchNormalization", "momentum epsilon center scale moving_mean_initializer moving_variance_initializer " + affine},
	"dense":                   {"Dense", "units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer kernel_constraint bias_constraint activity_regularizer"},
	"dropout":                 {"Dropout", "rate"},
	"elu":                     {"ELU", "alpha"},
	"embedding":               {"Embedding", "input_dim output_dim embeddings_initializer embeddings_regularizer embeddings_constraint activity_regularizer"},
	"flatten":                 {"Flatten", ""},
	"gaussian_dropout":        {"GaussianDropout", "rate"},
	"gaussian_noise":          {"GaussianNoise", "stddev"},
	"group_normalization":     {"GroupNormalization", "groups epsilon center scale " + affine},
	"identity":                {"Identity", ""},
	"layer_normalization":     {"LayerNormalization", "epsilon center scale " + affine},
	"leaky_re_lu":             {"LeakyReLU", "negative_slope"},
	"normalization":           {"Normalization", "mean variance invert"},
	"p_re_lu":                 {"PReLU", "alpha_initializer alpha_regularizer alpha_constraint"},
	"re_lu":                   {"ReLU", "max_value negative_slope threshold"},
	"rescaling":               {"Rescaling", "scale offset"},
	"rms_normalization":       {"RMSNormalization", "epsilon"},
	"softmax":                 {"Softmax", ""},
	"unit_normalization":      {"UnitNormalization", ""},
}

const affine = "beta_initializer gamma_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint"

// dropped are settings without a counterpart that say how a layer starts, which its weights
// have left behind.
var dropped = []string{"type", "name", "trainable", "seed", "kernel", "bias", "columns"}

// activations are the functions that Keras names, with the settings that it takes for granted.
var activations = map[string]object{
	"celu": {"alpha": 1.0}, "elu": {"alpha": 1.0}, "exponential": {}, "gelu": {"approximate": false}, "hard_shrink": {"threshold": 0.5}, "hard_sigmoid": {},
	"hard_silu": {}, "hard_tanh": {}, "leaky_relu": {"negative_slope": 0.2}, "linear": {}, "log_sigmoid": {}, "log_softmax": {}, "mish": {},
	"relu": {"max_value": nil, "negative_slope": 0.0, "threshold": 0.0}, "relu6": {}, "selu": {}, "sigmoid": {}, "silu": {}, "soft_shrink": {"threshold": 0.5},
	"softmax": {}, "softplus": {}, "softsign": {}, "sparse_plus": {}, "sparse_sigmoid": {}, "squareplus": {"b": 4.0}, "tanh": {}, "tanh_shrink": {},
}

// asLayers are those whose settings a layer of Keras can hold, which stands in the function's place.
var asLayers = map[string]string{"relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU"}

// componentClasses are the parts of layers, by the end of the setting's name.
var componentClasses = map[string]map[string]string{
	"_initializer": {"constant": "Constant", "glorot_normal": "GlorotNormal", "glorot_uniform": "GlorotUniform", "he_normal": "HeNormal", "he_uniform": "HeUniform",
		"identity": "Identity", "lecun_normal": "LecunNormal", "lecun_uniform": "LecunUniform", "ones": "Ones", "orthogonal": "Orthogonal",
		"random_normal": "RandomNormal", "random_uniform": "RandomUniform", "truncated_normal": "TruncatedNormal", "variance_scaling": "VarianceScaling", "zeros": "Zeros"},
	"_regularizer": {"l1": "L1", "l1l2": "L1L2", "l2": "L2", "orthogonal_regularizer": "OrthogonalRegularizer"},
	"_constraint":  {"max_norm": "MaxNorm", "min_max_norm": "MinMaxNorm", "non_neg": "NonNeg", "unit_norm": "UnitNorm"},
}

// plain is what a tree holds.
func plain(n *spec.Node) any {
	switch {
	case n == nil || n.Kind == spec.Null:
		return nil
	case n.Kind == spec.Bool:
		return n.Bool
	case n.Kind == spec.Int:
		return n.Int
	case n.Kind == spec.Float:
		return n.Float
	case n.Kind == spec.String:
		return n.Text
	case n.Kind == spec.List:
		all := make([]any, 0, len(n.Items))
		for _, i := range n.Items {
			all = append(all, plain(i))
		}
		return all
	}
	return settings(n)
}

// settings are those of a component, without its type.
func settings(n *spec.Node) object {
	o := object{}
	if n.Kind == spec.Map {
		for _, k := range n.Keys {
			if k.Name != "type" {
				o[k.Name] = plain(k.Value)
			}
		}
	}
	return o
}

// typeOf is what a component is called, which stands alone where it has no settings.
func typeOf(n *spec.Node) string {
	if n.Kind == spec.Map {
		return n.Get("type").Word()
	}
	return n.Word()
}

func serialized(module, class string, config object) object {
	return object{"module": module, "class_name": class, "config": config, "registered_name": nil}
}

// complaint collects what cannot be written.
func (w *writing) refuse(layer, format string, args ...any) {
	w.problems = append(w.problems, &problem.Problem{Path: layer, Msg: "cannot be exported: " + fmt.Sprintf(format, args...),
		Hint: "leave it out of the model, or choose another format"})
}

func (w *writing) note(format string, args ...any) {
	w.Notes = append(w.Notes, fmt.Sprintf(format, args...))
}

// config returns the class of a layer and its configuration.
func (w *writing) config(l Layer) (class string, config object) {
	kind := typeOf(l.Spec)
	k, ok := known[kind]
	if !ok {
		w.refuse(l.Name, "Keras has no layer %s", kind)
		return "", nil
	}
	config = object{"name": l.Name, "dtype": "float32", "trainable": true}
	if l.Spec.Kind != spec.Map {
		return k.class, config
	}
	if t := l.Spec.Get("trainable"); t != nil && !t.Bool {
		config["trainable"] = false
	}
	wanted := strings.Fields(k.settings)
	for _, key := range l.Spec.Keys {
		switch {
		case slices.Contains(wanted, key.Name):
			w.setting(l.Name, config, key.Name, key.Value)
		case slices.Contains(dropped, key.Name) || w.empty(key.Value):
		case key.Name == "parameterization":
			w.refuse(l.Name, "Keras has no `parameterization: %s`", key.Value.Word())
		case key.Name == "activity_regularizer":
			w.refuse(l.Name, "Keras has no activity_regularizer in such a layer")
		default:
			w.note("layer %s: Keras has no %s; training goes on without it", l.Name, key.Name)
		}
	}
	if kind == "normalization" && len(l.Spec.Get("mean").Items) == 0 {
		config["mean"], config["variance"] = nil, nil
	}
	return k.class, config
}

// empty reports whether a setting says nothing.
func (w *writing) empty(n *spec.Node) bool {
	return n == nil || n.Kind == spec.Null || n.Kind == spec.List && len(n.Items) == 0
}

// setting writes one setting of a layer.
func (w *writing) setting(layer string, config object, name string, n *spec.Node) {
	if name == "activation" {
		config[name] = w.activation(layer, n)
		return
	}
	for end, classes := range componentClasses {
		if !strings.HasSuffix(name, end) {
			continue
		}
		if w.empty(n) {
			config[name] = nil
		} else if class, ok := classes[typeOf(n)]; ok {
			config[name] = serialized("keras."+end[1:]+"s", class, settings(n))
		} else if end != "_initializer" { // how it started is not needed any more
			w.refuse(layer, "Keras has no %s %s", end[1:], typeOf(n))
		}
		return
	}
	if n.Kind == spec.Map {
		w.refuse(layer, "its %s follows a schedule, which Keras has for learning rates only", name)
		return
	}
	config[name] = plain(n)
}

// activation writes a function by its name, or a layer that stands in its place.
func (w *writing) activation(layer string, n *spec.Node) any {
	name, given := typeOf(n), settings(n)
	usual, ok := activations[name]
	if name == "sparsemax" {
		w.refuse(layer, "sparsemax of Keras %s does not sum to 1", Version)
		return nil
	}
	if !ok {
		w.refuse(layer, "Keras cannot save the activation %s", name)
		return nil
	}
	same := maps.EqualFunc(usual, given, func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) })
	switch class := asLayers[name]; {
	case len(given) == 0 || same:
		return name
	case class != "" && given["parametric"] == nil:
		return serialized("keras.layers", class, given)
	}
	w.refuse(layer, "Keras saves the activation %s by its name alone, and here it has settings of its own", name)
	return nil
}
