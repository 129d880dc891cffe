"""Layers on rank-2 inputs. Given x, the upstream gradient dy and the weights by name: y, dx
and gradient/<weight> in training mode, updated/<weight> for the statistics it moved, penalty
where it adds one to the loss; then the same for inference (inference/y, ...) where that differs."""

import jax
import keras
import numpy as np

from .notation import Numbers, case, tensor, title

CLASSES = {
    "dense": "Dense", "activation": "Activation", "batch_normalization": "BatchNormalization",
    "layer_normalization": "LayerNormalization", "rms_normalization": "RMSNormalization",
    "group_normalization": "GroupNormalization", "unit_normalization": "UnitNormalization",
    "normalization": "Normalization", "rescaling": "Rescaling",
    "activity_regularization": "ActivityRegularization", "embedding": "Embedding",
    "relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU", "prelu": "PReLU", "softmax": "Softmax",
    "dropout": "Dropout", "alpha_dropout": "AlphaDropout",
    "gaussian_dropout": "GaussianDropout", "gaussian_noise": "GaussianNoise",
}

# Parameters that are objects of their own: {"type": ..., ...} in a spec.
REGULARIZERS = [p + "_regularizer" for p in ("kernel", "bias", "activity", "gamma", "beta", "alpha")]
CONSTRAINTS = [p + "_constraint" for p in ("kernel", "bias", "gamma", "beta", "alpha")]

N, F = 5, 6

L2 = {"type": "l2", "l2": 0.1}
TABLE = [
    ("dense", {"units": 4}), ("dense", {"units": 1}), ("dense", {"units": 4, "use_bias": False}),
    ("dense", {"units": 4, "activation": "relu"}), ("dense", {"units": 4, "activation": "tanh"}),
    ("dense", {"units": 4, "activation": "softmax"}),
    ("dense", {"units": 3, "activation": "sigmoid", "kernel_regularizer": L2, "bias_regularizer": {"type": "l1", "l1": 0.05}}),
    ("dense", {"units": 3, "activation": "relu", "activity_regularizer": L2}),
    ("activation", {"activation": "selu"}),
    ("batch_normalization", {}), ("batch_normalization", {"momentum": 0.9, "epsilon": 0.00001}),
    ("batch_normalization", {"center": False}), ("batch_normalization", {"scale": False}),
    ("batch_normalization", {"center": False, "scale": False}),
    ("batch_normalization", {"gamma_regularizer": L2, "beta_regularizer": L2}),
    ("batch_normalization", {"trainable": False}),
    ("layer_normalization", {}), ("layer_normalization", {"epsilon": 0.1}),
    ("layer_normalization", {"center": False}), ("layer_normalization", {"scale": False}),
    ("rms_normalization", {}), ("rms_normalization", {"epsilon": 0.1}),
    ("group_normalization", {"groups": 2}), ("group_normalization", {"groups": 3, "epsilon": 0.01}),
    ("group_normalization", {"groups": 2, "center": False, "scale": False}),
    ("unit_normalization", {}),
    ("rescaling", {"scale": 0.25}), ("rescaling", {"scale": 0.25, "offset": -1.0}),
    ("activity_regularization", {"l1": 0.1, "l2": 0.01}),
    ("relu", {}), ("relu", {"max_value": 1.5, "negative_slope": 0.1, "threshold": 0.25}),
    ("leaky_relu", {}), ("leaky_relu", {"negative_slope": 0.1}), ("elu", {}), ("elu", {"alpha": 0.5}),
    ("prelu", {}), ("softmax", {}),
]


def component(module, spec):
    """A regularizer or constraint from {"type": ..., parameters}, a name or nothing."""
    if isinstance(spec, dict):
        spec = {"class_name": spec["type"], "config": {k: v for k, v in spec.items() if k != "type"}}
    return module.get(spec)


def layer(spec, **more):
    """The Keras layer of {"type": ..., parameters}."""
    config = {k: v for k, v in spec.items() if k != "type"} | more
    for key in config:
        if key in REGULARIZERS:
            config[key] = component(keras.regularizers, config[key])
        elif key in CONSTRAINTS:
            config[key] = component(keras.constraints, config[key])
    return getattr(keras.layers, CLASSES[spec["type"]])(**config)


def some_weights(numbers, made):
    """Weights that are nobody's initial values; variances are positive."""
    given = {}
    for v in made.variables:
        if v.name not in given and "seed" not in v.path:
            lo = 0.25 if v.name == "moving_variance" else -1.0
            given[v.name] = numbers.between(lo, 2.0, v.shape)
            v.assign(tensor(given[v.name]))
    return given


def pass_through(made, x, dy, training):
    """Outputs, gradients and moved statistics of one pass. The penalty is no part of the gradients."""
    trainable = [v.value for v in made.trainable_variables]
    fixed = [v.value for v in made.non_trainable_variables]

    def forward(trainable, x):
        y, moved, losses = made.stateless_call(trainable, fixed, x, training=training, return_losses=True)
        return y, (moved, losses)

    y, back, (moved, losses) = jax.vjp(forward, trainable, tensor(x), has_aux=True)
    gradients, dx = back(tensor(dy))
    result = {"y": y, "dx": dx}
    result |= {"gradient/" + v.name: g for v, g in zip(made.trainable_variables, gradients)}
    result |= {"updated/" + v.name: m for v, m in zip(made.non_trainable_variables, moved)}
    if losses:
        result["penalty"] = sum(losses)
    return result


def one(numbers, kind, config, x, tag=""):
    made = keras.Sequential([keras.Input(x.shape[1:]), layer({"type": kind} | config)])
    weights = some_weights(numbers, made)
    dy = numbers.between(-1, 1, made.compute_output_shape(x.shape))
    result = pass_through(made, x, dy, training=True)
    inference = pass_through(made, x, dy, training=False)
    inference = {"inference/" + k: v for k, v in inference.items() if not k.startswith("updated/")}
    if all(np.array_equal(v, result[k.removeprefix("inference/")]) for k, v in inference.items()):
        inference = {}
    return case(title(kind, config, tag), kind, config, {"x": x, "dy": dy} | weights, result | inference)


def three_batches(numbers):
    """Moving statistics after three training batches, the last of one row, then an inference."""
    made = layer({"type": "batch_normalization", "momentum": 0.8})
    made.build((None, F))
    x = numbers.between(-3, 3, (10, F))
    outputs = [made(tensor(part), training=True) for part in (x[:5], x[5:9], x[9:])]
    result = {"y": np.concatenate(outputs), "inference/y": made(tensor(x), training=False),
              "updated/moving_mean": made.moving_mean.value, "updated/moving_variance": made.moving_variance.value}
    return case("batch_normalization three batches", "batch_normalization", {"momentum": 0.8},
                {"x": x, "batches": [5, 4, 1]}, result)


def normalizations(numbers, x):
    """Normalization: with statistics given, inverted, and learned from x (a constant column last)."""
    given = {"mean": [0.5, -0.25, 1.0, 0.0, 2.0, -1.0], "variance": [1.5, 0.25, 4.0, 1.0, 0.0, 9.0]}
    for config in (given, given | {"invert": True}):
        made = layer({"type": "normalization"} | config)
        tag = "inverted" if "invert" in config else "given"
        yield case("normalization " + tag, "normalization", config, {"x": x}, {"y": made(tensor(x))})
    x = x.copy()
    x[:, -1] = 0.75
    made = layer({"type": "normalization"})
    made.adapt(np.asarray(x, keras.config.floatx()))
    yield case("normalization learned", "normalization", {}, {"x": x},
               {"y": made(tensor(x)), "mean": np.ravel(made.mean), "variance": np.ravel(made.variance)})


def embedding(numbers):
    made = layer({"type": "embedding", "input_dim": 7, "output_dim": 3})
    made.build((None, 1))
    weights = some_weights(numbers, made)
    ids = np.array([[0], [6], [3], [3], [1]], "int32")
    dy = numbers.between(-1, 1, (5, 3))

    def forward(table):
        return made.stateless_call([table], [], tensor(ids))[0].reshape(5, 3)

    y, back = jax.vjp(forward, made.embeddings.value)
    return case("embedding", "embedding", {"input_dim": 7, "output_dim": 3}, {"x": ids, "dy": dy} | weights,
                {"y": y, "gradient/embeddings": back(tensor(dy))[0]})


def dropouts():
    """Of a constant input, dropout makes two values: of a kept entry and of a dropped one."""
    for kind in ("dropout", "alpha_dropout"):
        for rate in (0.25, 0.5):
            config = {"rate": rate}
            out = np.asarray(layer({"type": kind} | config, seed=1)(tensor(np.full((50, 40), 1.25)), training=True))
            values, counts = np.unique(out, return_counts=True)
            assert len(values) == 2 and abs(counts.min() / counts.sum() - min(rate, 1 - rate)) < 0.05
            dropped, kept = values  # of a positive input the kept value is the larger one
            yield case(title(kind, config), kind, config, {"x": 1.25}, {"kept": kept, "dropped": dropped})


def cases():
    numbers = Numbers("layers")
    x = numbers.between(-2, 2, (N, F))
    for kind, config in TABLE:
        yield one(numbers, kind, config, x)
    for kind in ("layer_normalization", "rms_normalization", "unit_normalization"):
        small = x / 1024
        yield one(numbers, kind, {}, small, "of small inputs")
    yield three_batches(numbers)
    yield from normalizations(numbers, x)
    yield embedding(numbers)
    yield from dropouts()
