"""Regularizers. Given w: the penalty and its gradient dw."""

import jax
import keras

from .notation import Numbers, case, tensor, title

TABLE = [
    ("l1", {}), ("l1", {"l1": 0.1}),
    ("l2", {}), ("l2", {"l2": 0.1}),
    ("l1l2", {}), ("l1l2", {"l1": 0.1, "l2": 0.2}),
    ("orthogonal_regularizer", {}),
    ("orthogonal_regularizer", {"factor": 0.1, "mode": "rows"}),
    ("orthogonal_regularizer", {"factor": 0.1, "mode": "columns"}),
]


def cases():
    w = Numbers("regularizers").between(-2, 2, (5, 3))
    for kind, config in TABLE:
        penalty = keras.regularizers.get({"class_name": kind, "config": config})
        value, dw = jax.value_and_grad(penalty)(tensor(w))
        yield case(title(kind, config), kind, config, {"w": w}, {"penalty": value, "dw": dw})
    # The value only: at a row of zeros the gradient is 0/0.
    w = [[1.0, -2.0], [3.0, 0.5], [0.0, 0.0]]
    for kind, config in TABLE:
        penalty = keras.regularizers.get({"class_name": kind, "config": config})
        yield case(title(kind, config, "with a zero row"), kind, config, {"w": w}, {"penalty": penalty(tensor(w))})
