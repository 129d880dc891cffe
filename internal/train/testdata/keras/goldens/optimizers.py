"""Optimizers, ten steps. Given the first weights (kernel 3x2, bias 2) and a gradient per
step (one flattened row each): the weights after each step, flattened likewise, and with
use_ema their averages. decay_excludes lists the variables that weight decay leaves alone."""

import keras
import numpy as np

from .notation import Numbers, case, tensor, title
from .schedules import schedule

CLASSES = {
    "sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW", "adamax": "Adamax",
    "nadam": "Nadam", "adagrad": "Adagrad", "adadelta": "Adadelta", "ftrl": "Ftrl", "lion": "Lion",
    "lamb": "Lamb", "adafactor": "Adafactor", "muon": "Muon", "schedule_free_adamw": "ScheduleFreeAdamW",
}

LR = {"learning_rate": 0.1}
DECAYING = LR | {"learning_rate": {"type": "exponential_decay", "initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5}}

RULES = [
    ("sgd", {"momentum": 0.9}), ("sgd", LR | {"momentum": 0.9}), ("sgd", LR | {"momentum": 0.9, "nesterov": True}),
    ("rmsprop", LR | {"rho": 0.8}), ("rmsprop", LR | {"momentum": 0.9}), ("rmsprop", LR | {"centered": True}),
    ("rmsprop", LR | {"centered": True, "momentum": 0.5, "epsilon": 0.001}),
    ("adam", LR), ("adam", LR | {"amsgrad": True}), ("adam", LR | {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 0.01}),
    ("adam", LR | {"beta_1": 0.5, "beta_2": 0.6, "amsgrad": True}),
    ("adamw", LR), ("adamw", LR | {"weight_decay": 0.1}),
    ("adamax", LR), ("adamax", LR | {"beta_1": 0.8, "beta_2": 0.9}),
    ("nadam", LR), ("nadam", LR | {"beta_1": 0.8, "beta_2": 0.9}),
    ("adagrad", LR), ("adagrad", LR | {"initial_accumulator_value": 0.5}),
    ("adadelta", {"learning_rate": 1.0}), ("adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 0.001}),
    ("ftrl", LR), ("ftrl", LR | {"l1_regularization_strength": 0.1, "l2_regularization_strength": 0.1}),
    ("ftrl", LR | {"l2_shrinkage_regularization_strength": 0.1, "beta": 1.0}),
    ("ftrl", LR | {"learning_rate_power": -0.75, "initial_accumulator_value": 0.2}),
    ("lion", {"learning_rate": 0.01}), ("lion", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9}),
    ("lamb", LR), ("lamb", LR | {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.001}),
    ("adafactor", LR), ("adafactor", LR | {"beta_2_decay": -0.5, "clip_threshold": 0.5}),
    ("adafactor", {"learning_rate": 0.9, "relative_step": False}),
    ("muon", LR), ("muon", LR | {"nesterov": False, "momentum": 0.8, "ns_steps": 3}),
    ("muon", LR | {"rms_rate": None, "adam_lr_ratio": 0.5, "weight_decay": 0.1, "adam_weight_decay": 0.05}),
    ("schedule_free_adamw", LR), ("schedule_free_adamw", LR | {"warmup_steps": 5, "beta_1": 0.8}),
]

SHARED = [
    {"clipnorm": 1.0}, {"clipvalue": 0.25}, {"global_clipnorm": 1.5},
    {"weight_decay": 0.1}, {"use_ema": True, "ema_momentum": 0.9},
    {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3},
    {"gradient_accumulation_steps": 3},
    {"gradient_accumulation_steps": 2, "clipnorm": 0.5, "weight_decay": 0.1},
    {"gradient_accumulation_steps": 4, "use_ema": True, "ema_momentum": 0.8},
    DECAYING, DECAYING | {"gradient_accumulation_steps": 2}, DECAYING | {"weight_decay": 0.1},
]


def optimizer(spec, excluded=()):
    """The Keras optimizer of a name or of {"type": ..., parameters}, excluding variables from decay."""
    if isinstance(spec, str):
        spec = {"type": spec}
    config = {k: v for k, v in spec.items() if k != "type"}
    if isinstance(config.get("learning_rate"), dict):
        config["learning_rate"] = schedule(config["learning_rate"])
    made = getattr(keras.optimizers, CLASSES[spec["type"]])(**config)
    if excluded:
        made.exclude_from_weight_decay(var_names=list(excluded))
    return made


def ten_steps(kind, config, weights, gradients, excluded=()):
    variables = {k: keras.Variable(tensor(w), name=k) for k, w in weights.items()}
    made = optimizer({"type": kind} | config, excluded)
    made.build(list(variables.values()))
    after = {k: [] for k in variables}
    for step in range(10):
        grads = [tensor(gradients[k][step].reshape(v.shape)) for k, v in variables.items()]
        made.apply(grads, list(variables.values()))
        for k, v in variables.items():
            after[k].append(np.asarray(v).reshape(-1))
        if config.get("use_ema"):
            for k, average in zip(variables, made._model_variables_moving_average):
                after.setdefault("average/" + k, []).append(np.asarray(average).reshape(-1))
    given = weights | {"gradient/" + k: g for k, g in gradients.items()}
    more = {"decay_excludes": list(excluded)} if excluded else {}
    name = title(kind, config, "without decay of " + ", ".join(excluded) if excluded else "")
    return case(name, kind, config, given, {k: np.stack(rows) for k, rows in after.items()}, **more)


def cases():
    numbers = Numbers("optimizers")
    weights = {"kernel": numbers.between(-1, 1, (3, 2)), "bias": numbers.between(-1, 1, (2,))}
    # Small and large steps; one that is all zeros; one entry that never gets a gradient.
    size = np.array([1.0, -0.5, 2.0, 0.25, 0.0, 1.0, -4.0, 0.125, 1.0, 0.5])[:, None]
    gradients = {"kernel": numbers.between(-1, 1, (10, 6)) * size, "bias": numbers.between(-1, 1, (10, 2)) * size}
    gradients["kernel"][:, 3] = 0
    for kind in CLASSES:
        yield ten_steps(kind, {}, weights, gradients)
    for kind, config in RULES:
        yield ten_steps(kind, config, weights, gradients)
    for shared in SHARED:
        yield ten_steps("sgd", LR | shared, weights, gradients)
        yield ten_steps("adam", LR | shared, weights, gradients)
    for kind in CLASSES:
        if kind not in ("sgd", "adam", "adamw", "muon"):
            yield ten_steps(kind, LR | {"weight_decay": 0.1}, weights, gradients)
    for kind, config in [("sgd", LR | {"weight_decay": 0.1}), ("adamw", LR), ("muon", LR)]:
        yield ten_steps(kind, config, weights, gradients, excluded=["bias"])
