"""Initializers. Given the shape: constant ones as y; random ones by their law: mean, std,
and limit (no draw is beyond it; absent for untruncated normals). The law is computed from
the object Keras made, and checked here against 200 000 of Keras's own draws. Orthogonal
ones: gain_squared, the diagonal of the smaller Gram matrix, all else in it being zero."""

import math

import keras
import numpy as np
from keras.src.initializers.random_initializers import compute_fans

from .notation import case, title

CONSTANT = [
    ("zeros", {}), ("ones", {}), ("constant", {}), ("constant", {"value": 0.25}),
    ("identity", {}), ("identity", {"gain": 0.5}),
]

RANDOM = [
    ("random_uniform", {}), ("uniform", {}), ("random_uniform", {"minval": -0.5, "maxval": 1.5}),
    ("random_normal", {}), ("normal", {}), ("random_normal", {"mean": 1.0, "stddev": 0.5}),
    ("truncated_normal", {}), ("truncated_normal", {"mean": 1.0, "stddev": 0.5}),
    ("glorot_uniform", {}), ("glorot_normal", {}), ("he_uniform", {}), ("he_normal", {}),
    ("lecun_uniform", {}), ("lecun_normal", {}), ("variance_scaling", {}),
] + [
    ("variance_scaling", {"scale": 2.0, "mode": mode, "distribution": law})
    for mode in ("fan_in", "fan_out", "fan_avg")
    for law in ("uniform", "truncated_normal", "untruncated_normal")
]

# The standard deviation of a standard normal truncated at two: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)).
TRUNCATED = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))


def make(kind, config):
    """The object. Aliases are Keras's own; but its look-up of the bare "constant" raises KeyError."""
    if kind == "constant":
        return keras.initializers.Constant(**config)
    return type(keras.initializers.get(kind))(**config)


def uniform(lo, hi):
    return {"mean": (lo + hi) / 2, "std": (hi - lo) / math.sqrt(12), "limit": [lo, hi]}


def truncated(mean, std):
    return {"mean": mean, "std": std * TRUNCATED, "limit": [mean - 2 * std, mean + 2 * std]}


def law(made, shape):
    """Mean, standard deviation and limits, from the parameters of the Keras object."""
    kind = type(made).__name__
    if kind == "RandomUniform":
        return uniform(made.minval, made.maxval)
    if kind == "RandomNormal":
        return {"mean": made.mean, "std": made.stddev}
    if kind == "TruncatedNormal":
        return truncated(made.mean, made.stddev)
    fan_in, fan_out = compute_fans(shape)
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[made.mode]
    scale = made.scale / max(1.0, fan)
    if made.distribution == "uniform":
        return uniform(-math.sqrt(3 * scale), math.sqrt(3 * scale))
    if made.distribution == "untruncated_normal":
        return {"mean": 0.0, "std": math.sqrt(scale)}
    return truncated(0.0, math.sqrt(scale) / 0.87962566103423978)


def check(name, stated, draws):
    """Four standard errors for the mean; the spread and the limits to one per cent."""
    error = stated["std"] / math.sqrt(draws.size)
    assert abs(draws.mean() - stated["mean"]) < 4 * error, name
    assert abs(draws.std() / stated["std"] - 1) < 0.01, name
    if "limit" in stated:
        lo, hi = stated["limit"]
        slack = 0.01 * (hi - lo)
        assert lo - 1e-6 <= draws.min() < lo + slack and hi - slack < draws.max() <= hi + 1e-6, name


def cases():
    for kind, config in CONSTANT:
        for shape in ((3, 3), (2, 4)):
            name = title(kind, config, f"{shape[0]}x{shape[1]}")
            yield case(name, kind, config, {"shape": shape}, {"y": make(kind, config)(shape)})
    for kind, config in RANDOM:
        for shape in ((400, 500), (1000, 200)):
            made = make(kind, config | {"seed": 1})
            name = title(kind, config, f"{shape[0]}x{shape[1]}")
            stated = law(made, shape)
            check(name, stated, np.asarray(made(shape), "float64"))
            yield case(name, kind, config, {"shape": shape}, stated)
    for config in ({}, {"gain": 1.1}):
        for shape in ((40, 30), (30, 40), (1, 5)):
            q = np.asarray(make("orthogonal", config | {"seed": 1})(shape), "float64")
            gram = q @ q.T if shape[0] <= shape[1] else q.T @ q
            squared = config.get("gain", 1.0) ** 2
            assert np.abs(gram - squared * np.eye(len(gram))).max() < 1e-5
            name = title("orthogonal", config, f"{shape[0]}x{shape[1]}")
            yield case(name, "orthogonal", config, {"shape": shape}, {"gain_squared": squared})
