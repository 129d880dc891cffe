"""Several numbers about one target, which Keras has no words for: its own layers and
optimizers under activations and losses that are written here, quantiles that rise by
softplus, mean and spread of a normal distribution, and the rate of counts. Given and
results are those of runs."""

import jax
import keras
import numpy as np
from keras import ops

from .layers import layer
from .notation import Numbers, case, tensor
from .optimizers import optimizer
from .runs import Names, initial_weights, path

QUANTILES = [0.1, 0.25, 0.5, 0.9]
STEPS = 50


def ordered(x):
    first = x[:, :1]
    return ops.concatenate([first, first + ops.cumsum(ops.softplus(x[:, 1:]), axis=1)], axis=1)


def mean_sd(x):
    return ops.concatenate([x[:, :1], ops.softplus(x[:, 1:]) + 0.001], axis=1)


def pinball(y, p):
    q = tensor([QUANTILES])
    e = y - p
    return ops.mean(ops.maximum(q * e, (q - 1) * e), axis=-1)


def gaussian(y, p):
    mean, sd = p[:, :1], p[:, 1:]
    return ops.mean(0.5 * ops.log(2 * np.pi * sd**2) + (y - mean) ** 2 / (2 * sd**2), axis=-1)


HEADS = {
    "quantiles": (len(QUANTILES), "ordered", ordered, {"type": "quantile", "quantiles": QUANTILES}, pinball),
    "mean and spread": (2, "mean_sd", mean_sd, "gaussian_nll", gaussian),
    "counts": (1, "exponential", ops.exp, "poisson", "poisson"),
}
OPTIMIZERS = [{"type": "sgd", "learning_rate": 0.05, "momentum": 0.5}, {"type": "adam", "learning_rate": 0.01}]


def run(title, update, weighted):
    keras.backend.clear_session()
    jax.clear_caches()
    units, word, activation, words, loss = HEADS[title]
    numbers = Numbers(f"{title} {update['type']}")
    rows, batch = 41, 8
    x = numbers.between(-2, 2, (rows, 3), bits=6)
    y = np.round((np.sin(x[:, :1]) + x[:, 1:2] / 2 + numbers.between(-1, 1, (rows, 1))) * 64) / 64
    given = {"x": x, "y": np.floor(np.abs(y) * 3) if title == "counts" else y}
    if weighted:
        given["sample_weight"] = (1 + numbers.integers(9, (rows,))) / 4.0
    spec = {
        "data": {"task": "regression"},
        "layers": [{"type": "dense", "units": 5, "activation": "tanh"}, {"type": "dense", "units": units, "activation": word}],
        "compile": {"optimizer": update, "loss": words, "metrics": []},
        "fit": {"epochs": -(-STEPS // -(-rows // batch)), "batch_size": batch, "shuffle": False},
    }
    names = Names()
    inputs = keras.Input((3,))
    hidden = layer(spec["layers"][0], name=names.next("dense"))(inputs)
    last = layer({"type": "dense", "units": units}, name=names.next("dense"))(hidden)
    model = keras.Model(inputs, keras.layers.Lambda(activation)(last))
    given |= {"initial/" + k: w for k, w in initial_weights(Numbers(f"{title} weights"), model).items()}
    model.compile(optimizer=optimizer(update, ()), loss=loss)
    x, y = (np.asarray(tensor(given[k])) for k in ("x", "y"))
    history = model.fit(x, y, epochs=spec["fit"]["epochs"], batch_size=batch, shuffle=False, verbose=0, sample_weight=given.get("sample_weight")).history
    result = {"history/" + k: values for k, values in sorted(history.items())}
    result |= {"final/" + path(v): v.numpy() for v in model.variables}
    result["predictions"] = tensor(model.predict(x, verbose=0))
    result["evaluate/loss"] = model.evaluate(x, y, batch_size=batch, verbose=0, return_dict=True)["loss"]
    return case(f"{title}, {update['type']}" + (", weighted" if weighted else ""), "run", {}, given, result, spec=spec)


def cases():
    for title in HEADS:
        for update in OPTIMIZERS:
            for weighted in (False, True):
                yield run(title, update, weighted)
