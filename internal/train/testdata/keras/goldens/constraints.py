"""Constraints. Given w: the projected weights y. The norm runs over axis (0: per output unit)."""

import keras

from .notation import Numbers, case, tensor, title

TABLE = [
    ("max_norm", {}), ("max_norm", {"max_value": 1.5}), ("max_norm", {"max_value": 1.5, "axis": 1}),
    ("non_neg", {}),
    ("unit_norm", {}), ("unit_norm", {"axis": 1}),
    ("min_max_norm", {}), ("min_max_norm", {"min_value": 0.5, "max_value": 1.0, "rate": 0.5}),
    ("min_max_norm", {"min_value": 2.5, "max_value": 3.0, "rate": 1.0, "axis": 1}),
]


def cases():
    inputs = {
        "": Numbers("constraints").between(-2, 2, (5, 3)),
        "with zeros": [[1.0, 0.0, -2.0], [3.0, 0.0, 0.5], [0.0, 0.0, 0.0]],
        "inside": [[0.25, -0.5, 0.125], [0.5, 0.25, -0.375]],
    }
    for kind, config in TABLE:
        project = keras.constraints.get({"class_name": kind, "config": config})
        for which, w in inputs.items():
            yield case(title(kind, config, which), kind, config, {"w": w}, {"y": project(tensor(w))})
