"""Draws the specs of the training runs: every optimizer, loss, layer and penalty in turn,
the rest by lot. Numbers are chosen so that a run is well-conditioned: what follows from the
spec, not from the rounding, decides where it ends."""

import math

import numpy as np

from .losses import one_hot, probabilities

OPTIMIZERS = [
    {"type": "sgd", "learning_rate": 0.05},
    {"type": "adam", "learning_rate": 0.01},
    {"type": "rmsprop", "learning_rate": 0.005},
    {"type": "sgd", "learning_rate": 0.02, "momentum": 0.9, "nesterov": True},
    {"type": "adamw", "learning_rate": 0.01},
    {"type": "adagrad", "learning_rate": 0.05},
    {"type": "nadam", "learning_rate": 0.01},
    {"type": "sgd", "learning_rate": 0.02, "momentum": 0.9},
    {"type": "adamax", "learning_rate": 0.01},
    {"type": "adadelta", "learning_rate": 1.0},
    {"type": "adam", "learning_rate": 0.02, "amsgrad": True, "beta_2": 0.9},
    {"type": "lion", "learning_rate": 0.002},
    {"type": "ftrl", "learning_rate": 0.05, "initial_accumulator_value": 0.5},
    {"type": "lamb", "learning_rate": 0.01},
    {"type": "rmsprop", "learning_rate": 0.003, "momentum": 0.5, "centered": True, "epsilon": 0.0001},
    {"type": "adafactor", "learning_rate": 0.02},
    {"type": "schedule_free_adamw", "learning_rate": 0.01, "warmup_steps": 10},
    {"type": "muon", "learning_rate": 0.01},
]

EXTRAS = [
    {}, {"clipnorm": 0.5}, {}, {"weight_decay": 0.01}, {"global_clipnorm": 0.5}, {"schedule": 0},
    {"clipvalue": 0.05}, {}, {"gradient_accumulation_steps": 3}, {"use_ema": True, "ema_momentum": 0.9}, {"schedule": 1},
]

SCHEDULES = [
    {"type": "exponential_decay", "decay_steps": 20, "decay_rate": 0.5},
    {"type": "cosine_decay", "decay_steps": 50, "alpha": 0.1},
    {"type": "piecewise_constant_decay", "boundaries": [25, 45], "parts": [1, 0.5, 0.1]},
    {"type": "polynomial_decay", "decay_steps": 40, "power": 2.0, "end_learning_rate": 0.0001},
    {"type": "inverse_time_decay", "decay_steps": 20, "decay_rate": 0.5},
]

# Task, loss, output activation. Targets follow from the task.
OUTPUTS = [
    ("binary", "binary_crossentropy", "sigmoid"),
    ("regression", "mean_squared_error", "linear"),
    ("classes", "sparse_categorical_crossentropy", "softmax"),
    ("one_hot", "categorical_crossentropy", "softmax"),
    ("regression", {"type": "huber", "delta": 0.5}, "linear"),
    ("labels", "binary_crossentropy", "sigmoid"),
    ("binary", {"type": "binary_crossentropy", "label_smoothing": 0.1}, "sigmoid"),
    ("regression", "log_cosh", "linear"),
    ("one_hot", {"type": "categorical_crossentropy", "label_smoothing": 0.1}, "softmax"),
    ("binary", {"type": "binary_focal_crossentropy", "apply_class_balancing": True}, "sigmoid"),
    ("counts", "poisson", "exponential"),
    ("signs", "squared_hinge", "tanh"),
    ("one_hot", {"type": "categorical_focal_crossentropy"}, "softmax"),
    ("regression", "mean_absolute_error", "linear"),
    ("counts", "mean_squared_logarithmic_error", "softplus"),
    ("soft", "kl_divergence", "softmax"),
    ("directions", "cosine_similarity", "linear"),
    ("signs", "hinge", "linear"),
    ("one_hot", "categorical_hinge", "linear"),
    ("counts", "mean_absolute_percentage_error", "softplus"),
]

ACTIVATIONS = ("relu tanh selu gelu silu elu sigmoid softplus leaky_relu mish softsign hard_silu squareplus celu "
               "hard_sigmoid relu6 log_sigmoid tanh_shrink sparse_plus hard_tanh").split()

BLOCKS = ["plain", "batch_normalization", "plain", "layer_normalization", "prelu", "plain", "rms_normalization",
          "residual", "group_normalization", "leaky_relu", "activity"]

PENALTIES = [
    {}, {"kernel_regularizer": {"type": "l2", "l2": 0.01}}, {}, {"kernel_regularizer": {"type": "l1", "l1": 0.001}},
    {"kernel_constraint": {"type": "max_norm", "max_value": 1.5}}, {},
    {"kernel_regularizer": {"type": "l1l2", "l1": 0.001, "l2": 0.005}, "bias_regularizer": {"type": "l2", "l2": 0.01}},
    {"activity_regularizer": {"type": "l2", "l2": 0.01}}, {"kernel_constraint": {"type": "unit_norm"}}, {},
    {"kernel_regularizer": {"type": "orthogonal_regularizer", "factor": 0.01}},
    {"kernel_constraint": {"type": "min_max_norm", "min_value": 0.5, "max_value": 1.25, "rate": 0.5}},
]

METRICS = {"binary": "accuracy", "classes": "accuracy", "one_hot": "accuracy", "soft": "accuracy",
           "labels": "binary_accuracy", "regression": "mean_absolute_error", "counts": "root_mean_squared_error",
           "directions": "mean_squared_error", "signs": "mean_absolute_error"}

STEPS = 60


def block(numbers, i):
    """One hidden block: a dense layer, what stands around it, and its penalties."""
    kind, activation = BLOCKS[i % len(BLOCKS)], ACTIVATIONS[i % len(ACTIVATIONS)]
    dense = {"type": "dense", "units": 3 + numbers.below(5), "activation": activation} | PENALTIES[i % len(PENALTIES)]
    if kind == "residual":
        inner = [{"type": "dense", "units": 4, "activation": activation}, {"type": "dense", "units": 6}]
        return [dense | {"units": 6}, {"type": "residual", "layers": inner}]
    if kind == "activity":
        return [dense, {"type": "activity_regularization", "l1": 0.001, "l2": 0.01}]
    if kind in ("prelu", "leaky_relu"):
        return [dense | {"activation": "linear"}, {"type": kind}]
    if kind.endswith("normalization"):
        normal = {"type": kind}
        if kind == "group_normalization":
            dense["units"], normal["groups"] = 6, 2
        if kind == "batch_normalization":
            # A bias before it has a gradient of pure rounding error, which Adam would scale up.
            dense["use_bias"] = False
            normal["momentum"] = 0.9
        return [dense | {"activation": "linear"}, normal, {"type": "activation", "activation": activation}]
    return [dense]


def optimizer(i):
    """The i-th optimizer with the i-th extra; a schedule takes the place of its learning rate."""
    chosen, extra = dict(OPTIMIZERS[i % len(OPTIMIZERS)]), dict(EXTRAS[i % len(EXTRAS)])
    if "schedule" in extra:
        schedule = dict(SCHEDULES[(i // len(EXTRAS) + extra.pop("schedule")) % len(SCHEDULES)])
        rate = chosen["learning_rate"]
        if "parts" in schedule:
            schedule["values"] = [rate * part for part in schedule.pop("parts")]
        else:
            schedule["initial_learning_rate"] = rate
        if chosen["type"] != "adafactor":
            chosen["learning_rate"] = schedule
    return chosen | extra


def targets(numbers, task, x):
    """What a random teacher with one tanh layer says about the rows."""
    width = {"binary": 1, "regression": 1 + numbers.below(2), "counts": 1, "signs": 1}.get(task, 3)
    hidden = np.tanh(x @ numbers.between(-1, 1, (x.shape[1], 5)))
    score = np.round(hidden @ numbers.between(-1, 1, (5, width)) * 64) / 64
    if task in ("binary", "labels"):
        return (score > 0).astype("float64")
    if task == "signs":
        return np.where(score > 0, 1.0, -1.0)
    if task == "classes":
        return score.argmax(-1)[:, None].astype("int32")
    if task == "one_hot":
        return one_hot(score.argmax(-1), width)
    if task == "soft":
        return probabilities(score)
    if task == "counts":
        return np.floor(np.abs(score) * 3) + 1
    return score


def draw(numbers, i):
    """The i-th run: its spec, the data, and what weighs the rows."""
    task, loss, activation = OUTPUTS[i % len(OUTPUTS)]
    rows, batch = 31 + numbers.below(15), numbers.pick([8, 10, 12, 16])
    rows += rows % batch == 0
    x = numbers.between(-2, 2, (rows, 3 + numbers.below(3)), bits=6)
    y = targets(numbers, task, x)
    layers = block(numbers, i)
    if i % 3:
        layers += block(numbers, i + 7)
    units = 3 if task in ("classes",) else y.shape[1]
    layers.append({"type": "dense", "units": units, "activation": activation})
    if activation == "exponential":
        layers[-1]["bias_regularizer"] = {"type": "l2", "l2": 0.01}
    spec = {"layers": layers, "compile": {"optimizer": optimizer(i), "loss": loss, "metrics": [METRICS[task]]}, "fit": {}}
    given = {"x": x, "y": y}
    kept = rows
    if i % 5 == 4:
        spec = {"data": {"split": {"validation": 0.25, "by": "last"}}} | spec
        kept = math.floor(rows * 0.75)
    if i % 4 == 1:
        given["sample_weight"] = numbers.integers(9, (rows,)) / 4.0
        spec["compile"]["weighted_metrics"] = [METRICS[task]]
    elif i % 4 == 3 and task in ("binary", "classes", "one_hot"):
        spec["fit"]["class_weight"] = [{"label": k, "weight": 0.5 + k} for k in range(2 if task == "binary" else 3)]
        spec["compile"]["weighted_metrics"] = [METRICS[task]]
    spec["fit"] |= {"epochs": math.ceil(STEPS / math.ceil(kept / batch)), "batch_size": batch, "shuffle": False}
    return spec, given


def plain(numbers):
    """Two plain runs with a validation tail, on a table that a formula makes."""
    x = np.array([[(7 * i + 13 * j) % 23 / 23 for j in range(4)] for i in range(100)]).astype("float32")
    first = {
        "data": {"split": {"validation": 0.2, "by": "last"}},
        "layers": [{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense", "units": 1, "activation": "sigmoid"}],
        "compile": {"optimizer": {"type": "adam", "learning_rate": 0.01}, "loss": "binary_crossentropy", "metrics": ["accuracy"]},
        "fit": {"epochs": 12, "batch_size": 16, "shuffle": False},
    }
    y = np.array([[5 * i % 11 > 4] for i in range(100)], "float64")
    yield "plain: adam, validation tail", first, {"x": x, "y": y}
    second = {
        "data": {"split": {"validation": 0.25, "by": "last"}},
        "layers": [
            {"type": "dense", "units": 8, "kernel_regularizer": {"type": "l2", "l2": 0.01}},
            {"type": "batch_normalization"}, {"type": "activation", "activation": "relu"},
            {"type": "dense", "units": 3, "activation": "softmax"},
        ],
        "compile": {"optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
                    "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]},
        "fit": {"epochs": 18, "batch_size": 32, "shuffle": False,
                "class_weight": [{"label": k, "weight": w} for k, w in enumerate((1.0, 2.0, 1.0))]},
    }
    y = np.array([[i * i % 3] for i in range(100)], "int32")
    yield "plain: nesterov, batch normalization, class weights", second, {"x": x, "y": y}
