"""Learning-rate schedules. Given step (batches done, from 0): the learning rate."""

import keras

from .notation import case, title

CLASSES = {
    "exponential_decay": "ExponentialDecay",
    "piecewise_constant_decay": "PiecewiseConstantDecay",
    "polynomial_decay": "PolynomialDecay",
    "inverse_time_decay": "InverseTimeDecay",
    "cosine_decay": "CosineDecay",
    "cosine_decay_restarts": "CosineDecayRestarts",
}

START = {"initial_learning_rate": 0.1}
TABLE = [
    ("exponential_decay", START | {"decay_steps": 10, "decay_rate": 0.5}),
    ("exponential_decay", START | {"decay_steps": 7, "decay_rate": 0.9, "staircase": True}),
    ("piecewise_constant_decay", {"boundaries": [5, 10], "values": [0.1, 0.01, 0.001]}),
    ("piecewise_constant_decay", {"boundaries": [20], "values": [0.05, 0.2]}),
    ("polynomial_decay", START | {"decay_steps": 10}),
    ("polynomial_decay", START | {"decay_steps": 10, "end_learning_rate": 0.01, "power": 2.0}),
    ("polynomial_decay", START | {"decay_steps": 10, "end_learning_rate": 0.01, "cycle": True}),
    ("polynomial_decay", START | {"decay_steps": 30, "end_learning_rate": 0.001, "power": 0.5}),
    ("inverse_time_decay", START | {"decay_steps": 10, "decay_rate": 0.5}),
    ("inverse_time_decay", START | {"decay_steps": 4, "decay_rate": 0.5, "staircase": True}),
    ("cosine_decay", START | {"decay_steps": 10}),
    ("cosine_decay", START | {"decay_steps": 10, "alpha": 0.1}),
    ("cosine_decay", {"initial_learning_rate": 0.0, "decay_steps": 10, "warmup_target": 0.1, "warmup_steps": 5}),
    ("cosine_decay", {"initial_learning_rate": 0.01, "decay_steps": 25, "alpha": 0.2, "warmup_target": 0.1, "warmup_steps": 8}),
    ("cosine_decay_restarts", START | {"first_decay_steps": 10}),
    ("cosine_decay_restarts", START | {"first_decay_steps": 10, "m_mul": 0.5, "alpha": 0.1}),
    ("cosine_decay_restarts", START | {"first_decay_steps": 7, "t_mul": 1.0, "m_mul": 0.8}),
    ("cosine_decay_restarts", START | {"first_decay_steps": 6, "t_mul": 1.5, "alpha": 0.05}),
]

STEPS = [*range(13), 15, 19, 20, 21, 25, 29, 30, 31, 35, 40, 69, 71, 100, 1000]


def schedule(spec):
    """The Keras schedule of {"type": ..., parameters}."""
    config = {k: v for k, v in spec.items() if k != "type"}
    return getattr(keras.optimizers.schedules, CLASSES[spec["type"]])(**config)


def cases():
    for kind, config in TABLE:
        rate = schedule({"type": kind} | config)
        values = [float(rate(step)) for step in STEPS]
        yield case(title(kind, config), kind, config, {"step": STEPS}, {"learning_rate": values})
