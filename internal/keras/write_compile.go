package keras

import (
	"slices"
	"strconv"
	"strings"

	"mlp/internal/spec"
)

// optimizers are those of Keras, and which of their slots it keeps in turn for each weight;
// a slot that is not among them is kept for all weights one after the other.
var optimizers = map[string]struct{ class, inTurn string }{
	"adadelta": {"Adadelta", "accumulated_grad accumulated_delta_var"},
	"adagrad":  {"Adagrad", ""},
	"adam":     {"Adam", "momentum velocity"},
	"adamax":   {"Adamax", "momentum norm"},
	"adamw":    {"AdamW", "momentum velocity"},
	"ftrl":     {"Ftrl", "accumulator linear"},
	"lamb":     {"Lamb", "momentum velocity"},
	"lion":     {"Lion", ""},
	"rmsprop":  {"RMSprop", ""},
	"sgd":      {"SGD", ""},
	// What these remember is laid out in another way: they begin anew.
	"adafactor": {"Adafactor", begins}, "muon": {"Muon", begins}, "nadam": {"Nadam", begins}, "schedule_free_adamw": {"ScheduleFreeAdamW", begins},
}

const begins = "-"

// optimizerSettings are those of all optimizers together, by Keras's names.
var optimizerSettings = strings.Fields(`learning_rate weight_decay clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency
	gradient_accumulation_steps beta_1 beta_2 epsilon amsgrad rho momentum centered nesterov initial_accumulator_value learning_rate_power
	l1_regularization_strength l2_regularization_strength l2_shrinkage_regularization_strength beta beta_2_decay epsilon_1 epsilon_2 clip_threshold
	relative_step adam_beta_1 adam_beta_2 exclude_layers muon_a muon_b muon_c adam_lr_ratio ns_steps exclude_embeddings adam_weight_decay rms_rate warmup_steps`)

// counts are those that are whole numbers.
var counts = []string{"ema_overwrite_frequency", "gradient_accumulation_steps", "ns_steps", "warmup_steps"}

// real is a number that is written with a point, for Keras refuses a momentum of 0.
type real float64

// MarshalJSON implements json.Marshaler.
func (r real) MarshalJSON() ([]byte, error) {
	text := strconv.FormatFloat(float64(r), 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return []byte(text), nil
}

var schedules = map[string]string{
	"cosine_decay": "CosineDecay", "cosine_decay_restarts": "CosineDecayRestarts", "exponential_decay": "ExponentialDecay",
	"inverse_time_decay": "InverseTimeDecay", "piecewise_constant_decay": "PiecewiseConstantDecay", "polynomial_decay": "PolynomialDecay",
}

var losses = map[string]string{
	"binary_crossentropy": "BinaryCrossentropy", "binary_focal_crossentropy": "BinaryFocalCrossentropy", "categorical_crossentropy": "CategoricalCrossentropy",
	"categorical_focal_crossentropy": "CategoricalFocalCrossentropy", "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy",
	"categorical_hinge": "CategoricalHinge", "cosine_similarity": "CosineSimilarity", "dice": "Dice", "hinge": "Hinge", "huber": "Huber", "kl_divergence": "KLDivergence",
	"log_cosh": "LogCosh", "mean_absolute_error": "MeanAbsoluteError", "mean_absolute_percentage_error": "MeanAbsolutePercentageError", "mean_squared_error": "MeanSquaredError",
	"mean_squared_logarithmic_error": "MeanSquaredLogarithmicError", "poisson": "Poisson", "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
	"squared_hinge": "SquaredHinge", "tversky": "Tversky",
}

// metrics are those that Keras knows by the same name, whatever the task.
var metrics = strings.Fields(`accuracy auc binary_accuracy categorical_accuracy cosine_similarity mean_absolute_error mean_absolute_percentage_error
	mean_squared_error mean_squared_logarithmic_error precision recall root_mean_squared_error sparse_categorical_accuracy`)

// compiled returns what the network was compiled with, nil where Keras has no such loss or
// optimizer, which is noted.
func (w *writing) compiled() object {
	section := w.Compile
	if section == nil {
		return nil
	}
	optimizer, loss := section.Get("optimizer"), section.Get("loss")
	o, ok := optimizers[typeOf(optimizer)]
	class, has := losses[typeOf(loss)]
	switch {
	case !ok:
		w.note("Keras has no optimizer %s: the network is written without loss and optimizer", typeOf(optimizer))
		return nil
	case !has:
		w.note("Keras cannot save the loss %s: the network is written without loss and optimizer", typeOf(loss))
		return nil
	}
	config := object{"name": typeOf(optimizer)}
	for _, k := range optimizer.Keys {
		if slices.Contains(optimizerSettings, k.Name) {
			config[k.Name] = w.optimizerSetting(k.Name, k.Value)
		}
	}
	if decay := optimizer.Get("weight_decay"); decay != nil && decay.Float != 0 && !optimizer.Get("decay_all").Bool {
		w.note("Keras's weight decay acts on biases too, that of the model does not")
	}
	var names []any
	for _, m := range section.Get("metrics").Items {
		if name := typeOf(m); slices.Contains(metrics, name) {
			names = append(names, name)
		}
	}
	return object{"optimizer": serialized("keras.optimizers", o.class, config), "loss": serialized("keras.losses", class, settings(loss)),
		"metrics": names, "loss_weights": nil, "weighted_metrics": nil, "run_eagerly": false, "steps_per_execution": 1, "jit_compile": false}
}

// optimizerSetting writes a setting: of a schedule that Keras has not, the rate of now.
func (w *writing) optimizerSetting(name string, n *spec.Node) any {
	if n.Kind != spec.Map || name == "weight_decay" {
		if n.Kind == spec.Map {
			w.note("Keras's weight decay follows no schedule: training goes on without it")
			return nil
		}
		if n.Kind == spec.Int && !slices.Contains(counts, name) {
			return real(n.Float)
		}
		return plain(n)
	}
	class, ok := schedules[typeOf(n)]
	given := settings(n)
	for key, v := range given {
		if ok = ok && (v != nil || key == "name"); key == "warmup_steps" && v == nil {
			ok = true
		}
	}
	if !ok {
		w.note("the learning rate follows a schedule that Keras has not: training goes on with the rate of now, %g", w.Rate)
		w.constant = true
		return w.Rate
	}
	w.scheduled = true
	return serialized("keras.optimizers.schedules", class, given)
}
