"""Losses. Given targets y, predictions p (or logits p when from_logits) and perhaps
sample weights w: the reduced value and its gradient dp. Cases "saturated" show where
the probability form clips at epsilon and loses its gradient; the logit form does not."""

import jax
import keras
import numpy as np

from .notation import Numbers, case, tensor, title

CLASSES = {
    "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "cosine_similarity": "CosineSimilarity",
    "huber": "Huber",
    "log_cosh": "LogCosh",
    "hinge": "Hinge",
    "squared_hinge": "SquaredHinge",
    "categorical_hinge": "CategoricalHinge",
    "kl_divergence": "KLDivergence",
    "poisson": "Poisson",
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "dice": "Dice",
    "tversky": "Tversky",
    "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy",
}

N, K = 6, 4


def loss(spec, **overrides):
    """The Keras loss of a name or of {"type": ..., parameters}."""
    if isinstance(spec, str):
        spec = {"type": spec}
    config = {k: v for k, v in spec.items() if k != "type"} | overrides
    return getattr(keras.losses, CLASSES[spec["type"]])(**config)


def one_hot(ids, k):
    return np.eye(k)[ids.reshape(-1)]


def one(name, kind, config, y, p, w=None):
    fn = loss({"type": kind} | config)

    def value(p):
        return fn(tensor(y), p, None if w is None else tensor(w))

    v, dp = jax.value_and_grad(value)(tensor(p))
    given = {"y": y, "p": p} | ({} if w is None else {"w": w})
    return case(name, kind, config, given, {"value": v, "dp": dp})


def family(kind, config, y, p, w, tag=""):
    """The plain value, the weighted one, and the other two reductions of both."""
    yield one(title(kind, config, tag), kind, config, y, p)
    yield one(title(kind, config, tag, "weighted"), kind, config, y, p, w)


def reductions(kind, y, p, w):
    for reduction in ("sum", "mean_with_sample_weight"):
        config = {"reduction": reduction}
        yield from family(kind, config, y, p, w)


def regression(numbers, w):
    y, p = numbers.between(-3, 3, (N, K)), numbers.between(-3, 3, (N, K))
    for kind, config in [
        ("mean_squared_error", {}), ("mean_absolute_error", {}), ("mean_absolute_percentage_error", {}),
        ("cosine_similarity", {}), ("huber", {}), ("huber", {"delta": 0.3}), ("log_cosh", {}),
    ]:
        yield from family(kind, config, y, p, w)
        yield from family(kind, config, y[:, :1], p[:, :1], w, "one column")
    yield from reductions("mean_squared_error", y, p, w)
    yield one("mean_absolute_percentage_error zero target", "mean_absolute_percentage_error", {}, y * 0, p)
    far = numbers.between(-60, 60, (N, K))
    yield from family("log_cosh", {}, y, far, w, "far out")
    y, p = np.abs(y), np.abs(p)
    for kind in ("mean_squared_logarithmic_error", "poisson"):
        yield from family(kind, {}, y, p, w)


def margins(numbers, w):
    p = numbers.between(-2, 2, (N, K))
    bits = numbers.integers(2, (N, K)).astype("float64")
    for kind in ("hinge", "squared_hinge"):
        yield from family(kind, {}, bits, p, w, "targets 0 and 1")
        yield from family(kind, {}, 2 * bits - 1, p, w, "targets -1 and 1")
        yield from family(kind, {}, bits[:, :1], p[:, :1], w, "one column")
    yield from family("categorical_hinge", {}, one_hot(numbers.integers(K, (N, 1)), K), p, w)


def binary(numbers, w):
    y = numbers.integers(2, (N, 3)).astype("float64")
    p, z = numbers.between(0, 1, (N, 3)), numbers.between(-4, 4, (N, 3))
    far = np.array([[20.0, -20.0, 100.0], [-100.0, 17.5, -17.5]])
    focal = [{}, {"gamma": 1.0}, {"apply_class_balancing": True}, {"apply_class_balancing": True, "alpha": 0.6, "gamma": 3.0}]
    table = [("binary_crossentropy", {}), ("binary_crossentropy", {"label_smoothing": 0.1})]
    table += [("binary_focal_crossentropy", c) for c in [*focal, {"label_smoothing": 0.2}]]
    for kind, config in table:
        logits = config | {"from_logits": True}
        for columns, tag in ((1, "one column"), (3, "")):
            yield from family(kind, config, y[:, :columns], p[:, :columns], w, tag)
            yield from family(kind, logits, y[:, :columns], z[:, :columns], w, tag)
        right = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
        for target, tag in ((right, "saturated, right"), (1 - right, "saturated, wrong")):
            yield one(title(kind, config, tag), kind, config, target, (far > 0).astype("float64"))
            if kind == "binary_crossentropy":
                yield one(title(kind, logits, tag), kind, logits, target, far)
    yield from reductions("binary_crossentropy", y, p, w)


def probabilities(z):
    """Rows near softmax(z), rounded to a grid: their sums are not exactly 1, as Keras allows."""
    e = np.exp(z - z.max(-1, keepdims=True))
    return np.round(e / e.sum(-1, keepdims=True) * 256 + 1) / 256


def categorical(numbers, w):
    ids = numbers.integers(K, (N, 1))
    y, z = one_hot(ids, K), numbers.between(-3, 3, (N, K))
    p = probabilities(z)
    soft = probabilities(numbers.between(-2, 2, (N, K)))
    far = np.array([[100.0, -100.0, 20.0, 0.0], [0.0, 30.0, 90.0, -30.0]])
    for kind, configs in [
        ("categorical_crossentropy", [{}, {"label_smoothing": 0.1}]),
        ("categorical_focal_crossentropy", [{}, {"alpha": 0.6, "gamma": 3.0}, {"label_smoothing": 0.1}]),
    ]:
        for config in configs:
            logits = config | {"from_logits": True}
            yield from family(kind, config, y, p, w)
            yield from family(kind, logits, y, z, w)
            yield from family(kind, config, soft, p, w, "soft targets")
            yield from family(kind, logits, soft, z, w, "soft targets")
    for ignored in ({}, {"ignore_class": int(ids[0, 0])}):
        yield from family("sparse_categorical_crossentropy", ignored, ids, p, w)
        yield from family("sparse_categorical_crossentropy", ignored | {"from_logits": True}, ids, z, w)
    logits = {"from_logits": True}
    yield one("categorical_crossentropy from_logits=True saturated", "categorical_crossentropy", logits,
              one_hot(np.array([1, 2]), K), far)
    yield one("sparse_categorical_crossentropy from_logits=True saturated", "sparse_categorical_crossentropy", logits,
              np.array([[1], [2]], "int32"), far)
    yield from reductions("categorical_crossentropy", y, p, w)
    yield from family("kl_divergence", {}, y, p, w)
    yield from family("kl_divergence", {}, soft, p, w, "soft targets")
    for config in ({}, {"q": 0.8}):
        yield from family("categorical_generalized_cross_entropy", config, ids, p, w)


def overlaps(numbers):
    """Dice and Tversky reduce over the whole batch, so a sample weight has no row to weigh."""
    y, p = numbers.integers(2, (N, 3)).astype("float64"), numbers.between(0, 1, (N, 3))
    for kind, config in [("dice", {}), ("tversky", {}), ("tversky", {"alpha": 0.3, "beta": 0.7})]:
        yield one(title(kind, config), kind, config, y, p)
        yield one(title(kind, config, "one column"), kind, config, y[:, :1], p[:, :1])


def cases():
    numbers = Numbers("losses")
    w = np.array([1.0, 2.0, 0.0, 0.5, 3.0, 1.25])
    yield from regression(numbers, w)
    yield from margins(numbers, w)
    yield from binary(numbers, w)
    yield from categorical(numbers, w)
    yield from overlaps(numbers)
