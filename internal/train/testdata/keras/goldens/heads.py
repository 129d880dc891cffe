"""Where loss, last layer, task, from_logits and reduction meet: short runs of one small
network, whose spec is in mlp's words. Given x, y as Keras has it (classes by number or
one-hot, whichever the loss wants), perhaps sample_weight, and initial/<variable path>;
results are history/<key>, final/<variable path>, predictions of all rows, and evaluate/loss
in batches of the run where no rows are held out. Nothing is put in the network's place: a
loss without from_logits has the probabilities of the last activation. Predictions and
accuracy are those that the outputs mean: the sigmoid or softmax of logits, hinge cut at 0."""

import itertools

import jax
import keras
import numpy as np

from .losses import loss, one_hot, probabilities
from .notation import Numbers, case, tensor
from .optimizers import optimizer
from .runs import Names, grow, initial_weights, path

BINARY = [
    {"type": "binary_crossentropy"},
    {"type": "binary_crossentropy", "label_smoothing": 0.1},
    {"type": "binary_focal_crossentropy"},
    {"type": "binary_focal_crossentropy", "apply_class_balancing": True, "alpha": 0.6, "gamma": 1.0},
]
ONE_HOT = [
    {"type": "categorical_crossentropy"},
    {"type": "categorical_crossentropy", "label_smoothing": 0.1},
    {"type": "categorical_focal_crossentropy"},
]
CLASS = [
    {"type": "sparse_categorical_crossentropy"},
    {"type": "sparse_categorical_crossentropy", "ignore_class": 1},
]

# The form of target that a loss wants, and what it may be.
LOSSES = [("binary", c) for c in BINARY]
LOSSES += [("binary", {"type": t}) for t in ("dice", "hinge", "squared_hinge")]
LOSSES += [("binary", {"type": "tversky", "alpha": 0.3, "beta": 0.7})]
LOSSES += [("one_hot", c) for c in ONE_HOT]
LOSSES += [("one_hot", {"type": t}) for t in ("kl_divergence", "categorical_hinge")]
LOSSES += [("class", c) for c in CLASS]
LOSSES += [("class", {"type": "categorical_generalized_cross_entropy"})]
LOSSES += [("real", {"type": t}) for t in (
    "mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "cosine_similarity",
    "mean_absolute_percentage_error", "mean_squared_logarithmic_error", "poisson")]
WITH_LOGITS = BINARY + ONE_HOT + CLASS

# What is predicted: units, mlp's task, and the forms of target that fit.
TASKS = {
    "yes or no": (1, "binary", ("binary", "real")),
    "two units": (2, "binary", ("one_hot", "class")),
    "classes": (3, "multiclass", ("one_hot", "class", "binary", "real")),
    "labels": (3, "multilabel", ("binary",)),
    "shares": (3, "multilabel", ("one_hot",)),
    "number": (1, "regression", ("real",)),
    "numbers": (2, "regression", ("real",)),
    "share": (1, "regression", ("binary",)),
    "sign": (1, "regression", ("signs",)),
}
LASTS = {
    "binary": ("linear", "sigmoid", "softmax", "tanh"),
    "one_hot": ("linear", "sigmoid", "softmax"),
    "class": ("linear", "sigmoid", "softmax"),
    "real": ("linear", "sigmoid", "tanh", "softplus"),
}
POSITIVE = ("mean_absolute_percentage_error", "mean_squared_logarithmic_error", "poisson")
REDUCTIONS = ("sum_over_batch_size", "sum", "mean_with_sample_weight")
STEPS = 50

# Of all combinations one in so many is committed.
SPREAD = 6


def combinations():
    """Every loss under every last activation and task that Keras trains, from logits too;
    reduction, weights, validation rows and whether the activation is a layer of its own go round."""
    i = 0
    for (form, config), (title, (units, task, forms)) in itertools.product(LOSSES, TASKS.items()):
        hinge = "hinge" in config["type"] and form == "binary"
        if form not in forms and not (hinge and "signs" in forms) or hinge and title == "share":
            continue
        for last, logits in itertools.product(LASTS[form], (False, True)):
            if logits and (config not in WITH_LOGITS or last != "linear"):
                continue
            if last == "softmax" and units == 1:
                continue
            if config["type"] in ("kl_divergence", "poisson") and last in ("linear", "tanh"):
                continue  # Keras itself is on a cut, or beyond a logarithm
            i += 1
            if not chaotic(config["type"], title, last, logits) and not one_row(i, config["type"]):
                yield i, form, config, title, last, logits


def chaotic(kind, title, last, logits):
    """Where rounding decides, in Keras too: numbers on the cut of probabilities, and quotients
    of sums that pass 0."""
    cut = kind.endswith("crossentropy") and title == "share" and last in ("linear", "tanh") and not logits
    return cut or kind == "dice" and last == "linear"


def one_row(i, kind):
    """Of a last batch of one row, 3.15.1 forgets to divide a loss of the whole batch by the weight."""
    return kind in ("dice", "tversky") and REDUCTIONS[i % 3] == "mean_with_sample_weight" and i // 3 % 2 == 1 and i // 6 % 2 == 0


def targets(numbers, title, form, config, x):
    units, _, _ = TASKS[title]
    hidden = np.tanh(x @ numbers.between(-1, 1, (x.shape[1], 5)))
    score = np.round(hidden @ numbers.between(-1, 1, (5, units)) * 64) / 64
    if title in ("two units", "classes"):
        ids = score.argmax(-1)
        return ids[:, None].astype("int32") if form == "class" else one_hot(ids, units)
    if title in ("yes or no", "labels"):
        return (score > 0).astype("float64")
    if title == "sign":
        return np.where(score > 0, 1.0, -1.0)
    if title == "shares":
        return probabilities(score)
    if title == "share":
        return np.round(64 / (1 + np.exp(-score))) / 64
    return np.floor(np.abs(score) * 3) + 1 if config["type"] in POSITIVE else score


def draw(i, form, config, title, last, logits):
    numbers = Numbers(f"head {i}")
    units, task, _ = TASKS[title]
    # Another divisor of 3 for each: so all pairs of reduction, weights and validation come up.
    reduction, weighted, held_out, apart = REDUCTIONS[i % 3], i // 3 % 2, i // 6 % 2, i // 12 % 2
    rows, batch = 41, 8
    x = numbers.between(-2, 2, (rows, 3), bits=6)
    given = {"x": x, "y": targets(numbers, title, form, config, x)}
    if weighted:
        given["sample_weight"] = (1 + numbers.integers(9, (rows,))) / 4.0
    rate = 0.05
    if reduction == "sum":
        rate /= batch
    if config["type"] == "mean_absolute_percentage_error":
        rate /= 100
    words = dict(config) | ({"from_logits": True} if logits else {})
    if reduction != REDUCTIONS[0]:
        words["reduction"] = reduction
    layers = [{"type": "dense", "units": 4, "activation": "tanh"}, {"type": "dense", "units": units}]
    if last != "linear" and apart:
        layers.append({"type": "activation", "activation": last})
    elif last != "linear":
        layers[-1]["activation"] = last
    kept = rows - rows // 4 if held_out else rows
    spec = {
        "data": {"task": task} | ({"split": {"validation": 0.25, "by": "last"}} if held_out else {}),
        "layers": layers,
        "compile": {"optimizer": {"type": "sgd", "learning_rate": rate, "momentum": 0.5}, "loss": words,
                    "metrics": ["mean_squared_error" if task == "regression" else "accuracy"]},
        "fit": {"epochs": -(-STEPS // -(-kept // batch)), "batch_size": batch, "shuffle": False},
    }
    return spec, given


def keras_loss(words):
    """Tversky of 3.15.1 weighs misses by alpha and false positives by beta, against its words."""
    if words["type"] == "tversky":
        words = words | {"alpha": words["beta"], "beta": words["alpha"]}
    return loss(words)


def meaning(words, last):
    """The activation that makes answers of the outputs, and where yes begins."""
    if words.get("from_logits"):
        link = "sigmoid" if words["type"].startswith("binary") else "softmax"
        return keras.activations.get(link), 0.0
    hinge = "hinge" in words["type"] and last not in ("sigmoid", "softmax")
    return keras.activations.get("linear"), 0.0 if hinge else 0.5


def metrics(spec, y, cut):
    task, units = spec["data"]["task"], spec["layers"][1]["units"]
    if task == "regression":
        return [keras.metrics.MeanSquaredError(name="mean_squared_error")]
    softmax = task == "multilabel" and spec["layers"][-1].get("activation") == "softmax"
    logits = spec["compile"]["loss"].get("from_logits") and spec["compile"]["loss"]["type"].startswith("categorical")
    if y.shape[1] == 1 and units > 1:
        return [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
    if task == "multiclass" or units == 2 or softmax or task == "multilabel" and logits:
        return [keras.metrics.CategoricalAccuracy(name="accuracy")]
    return [keras.metrics.BinaryAccuracy(threshold=cut, name="accuracy")]


def run(i, form, config, title, last, logits):
    keras.backend.clear_session()
    jax.clear_caches()
    spec, given = draw(i, form, config, title, last, logits)
    inputs = keras.Input((given["x"].shape[1],))
    model = keras.Model(inputs, grow(inputs, spec["layers"], Names()))
    given |= {"initial/" + k: w for k, w in initial_weights(Numbers(f"head weights {i}"), model).items()}
    words, fit = spec["compile"]["loss"], spec["fit"]
    answer, cut = meaning(words, last)
    numbers = spec["data"]["task"] == "regression" and logits
    model.compile(optimizer=optimizer(spec["compile"]["optimizer"], ()), loss=keras_loss(words),
                  metrics=[] if numbers else metrics(spec, given["y"], cut))
    x, y = (np.asarray(tensor(given[k])) for k in ("x", "y"))
    if words["type"] == "categorical_generalized_cross_entropy":
        y = y[:, 0]  # of labels in a column 3.15.1 sets every row's against every row's prediction
    held_out = spec["data"].get("split", {}).get("validation", 0.0)
    history = model.fit(x, y, epochs=fit["epochs"], batch_size=fit["batch_size"], shuffle=False, verbose=0,
                        validation_split=held_out, sample_weight=given.get("sample_weight")).history
    result = {"history/" + k: values for k, values in sorted(history.items())}
    result |= {"final/" + path(v): v.numpy() for v in model.variables}
    result["predictions"] = answer(tensor(model.predict(x, verbose=0)))
    if not held_out:
        result["evaluate/loss"] = model.evaluate(x, y, batch_size=fit["batch_size"], verbose=0, return_dict=True)["loss"]
    name = f"{i}: {title}, {last}, " + ", ".join(f"{k}={v}" if k != "type" else v for k, v in words.items())
    return case(name, "run", {}, given, result, spec=spec)


def cases():
    for i, *combination in combinations():
        if i % SPREAD == 1:
            yield run(i, *combination)


def every():
    for i, *combination in combinations():
        yield run(i, *combination)
