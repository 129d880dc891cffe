"""Whole training runs: spec in mlp's words, no shuffling, no dropout. Given x, y, perhaps
sample_weight, and initial/<variable path>; results are history/<key> (one value per epoch;
loss is the data loss plus penalties, as Keras reports it), final/<variable path>, predictions
of all rows and evaluate/loss over them. Cross-entropies were computed from logits, as mlp
always does: where the spec ends in sigmoid or softmax under such a loss, the Keras network
ended linearly with from_logits=True, and the activation was put on its predictions. Weight
decay leaves the variables named in decay_excludes alone; without that key it takes all.
A few runs that amplify rounding have no float32 results."""

import jax
import keras
import numpy as np

from .layers import layer
from .losses import loss
from .metrics import metric
from .notation import Numbers, case, tensor
from .optimizers import optimizer
from .specs import draw, plain

RANDOM_RUNS = 70

# Runs that amplify rounding: with Keras itself, a prediction of the float32 run ends more than
# 1e-5 from the float64 run. They stand in float64 alone; float32 has nothing to agree on.
SENSITIVE = {1, 4, 19, 23, 37, 58}

CROSS_ENTROPIES = {
    "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy",
    "categorical_focal_crossentropy", "sparse_categorical_crossentropy",
}

# What mlp's weight decay leaves alone by default: biases and the parameters of normalizations.
NO_DECAY = ["bias", "gamma", "beta", "scale"]


class Names:
    """Keras's automatic layer names, counted per model: dense, dense_1, p_re_lu, ..."""

    def __init__(self):
        self._seen = {}

    def next(self, kind):
        base = {"prelu": "p_re_lu", "relu": "re_lu"}.get(kind, kind)
        n = self._seen[base] = self._seen.get(base, -1) + 1
        return f"{base}_{n}" if n else base


def grow(x, specs, names):
    for spec in specs:
        if spec["type"] == "residual":
            x = keras.layers.add([x, grow(x, spec["layers"], names)])
        else:
            x = layer(spec, name=names.next(spec["type"]))(x)
    return x


def loss_name(spec):
    return spec if isinstance(spec, str) else spec["type"]


def network(spec, width):
    """The Keras model, and the activation that its predictions still need."""
    layers = [dict(part) for part in spec["layers"]]
    activation = "linear"
    if loss_name(spec["compile"]["loss"]) in CROSS_ENTROPIES:
        activation, layers[-1]["activation"] = layers[-1]["activation"], "linear"
    inputs = keras.Input((width,))
    return keras.Model(inputs, grow(inputs, layers, Names())), keras.activations.get(activation)


def metrics(words, spec, y, prefix=""):
    """Keras's resolution of "accuracy", but on logits where the network puts out logits."""
    classes = spec["layers"][-1]["units"]
    threshold = 0.0 if loss_name(spec["compile"]["loss"]) in CROSS_ENTROPIES else 0.5
    for word in words:
        if word == "binary_accuracy" or (word == "accuracy" and classes == 1):
            yield keras.metrics.BinaryAccuracy(threshold=threshold, name=prefix + word)
        elif word == "accuracy":
            yield metric("categorical_accuracy" if y.shape[1] > 1 else "sparse_categorical_accuracy", name=prefix + word)
        else:
            yield metric(word, name=prefix + word)


def path(variable):
    """dense_1/kernel: the layer and the variable, without the model's name."""
    return "/".join(variable.path.split("/")[-2:])


def initial_weights(numbers, model):
    """Kernels of Glorot's size; the rest near where Keras starts it."""
    given = {}
    for v in model.variables:
        if v.name == "kernel":
            limit = (6 / sum(v.shape)) ** 0.5
            given[path(v)] = numbers.between(-limit, limit, v.shape, bits=10)
        elif v.name in ("gamma", "scale", "moving_variance"):
            given[path(v)] = numbers.between(0.75, 1.25, v.shape)
        else:
            given[path(v)] = numbers.between(-0.25, 0.25, v.shape)
        v.assign(tensor(given[path(v)]))
    return given


def compiled(model, spec, y, excluded):
    words = spec["compile"]
    from_logits = {"from_logits": True} if loss_name(words["loss"]) in CROSS_ENTROPIES else {}
    weighted = words.get("weighted_metrics", [])
    model.compile(
        optimizer=optimizer(words["optimizer"], excluded),
        loss=loss(words["loss"], **from_logits),
        metrics=list(metrics(words["metrics"], spec, y)),
        weighted_metrics=list(metrics(weighted, spec, y, prefix="weighted_")),
    )


def run(name, spec, given, weights, excluded=(), sensitive=False):
    keras.backend.clear_session()
    jax.clear_caches()  # or the compiled steps of all runs pile up to gigabytes
    model, activation = network(spec, given["x"].shape[1])
    given = given | {"initial/" + k: w for k, w in initial_weights(weights, model).items()}
    compiled(model, spec, given["y"], excluded)
    more = {"spec": spec} | ({"decay_excludes": excluded} if excluded else {})
    if sensitive and keras.config.floatx() == "float32":
        return case(name, "run", {}, given, {}, **more)
    return case(name, "run", {}, given, trained(model, activation, spec, given), **more)


def trained(model, activation, spec, given):
    fit = spec["fit"]
    x, y = (np.asarray(tensor(given[k])) for k in ("x", "y"))
    history = model.fit(
        x, y, epochs=fit["epochs"], batch_size=fit["batch_size"], shuffle=False, verbose=0,
        validation_split=spec.get("data", {}).get("split", {}).get("validation", 0.0),
        class_weight={c["label"]: c["weight"] for c in fit["class_weight"]} if "class_weight" in fit else None,
        sample_weight=given.get("sample_weight"),
    ).history
    result = {"history/" + k: values for k, values in sorted(history.items())}
    result |= {"final/" + path(v): np.array(v.value) for v in model.variables}
    result["predictions"] = activation(tensor(model.predict(x, verbose=0)))
    result["evaluate/loss"] = model.evaluate(x, y, verbose=0, return_dict=True)["loss"]
    return result


def decays(spec):
    rule = spec["compile"]["optimizer"]
    return "weight_decay" in rule or rule["type"] in ("adamw", "muon")


def cases():
    numbers = Numbers("runs")
    for name, spec, given in plain(numbers):
        yield run(name, spec, given, numbers)
    for i in range(RANDOM_RUNS):
        spec, given = draw(Numbers(f"run {i}"), i)
        # One run in three with weight decay has Keras's default, all variables, instead of mlp's.
        excluded = NO_DECAY if decays(spec) and i % 3 else []
        title = f"run {i}: {loss_name(spec['compile']['loss'])}, {spec['compile']['optimizer']['type']}"
        yield run(title, spec, given, Numbers(f"weights {i}"), excluded, sensitive=i in SENSITIVE)
