"""How numbers come in and go out: inputs that both dtypes hold exactly, results in hex."""

import random
import re

import numpy as np
from keras import backend, ops


def written(value):
    """A scalar or vector as one string of hex floats, a matrix as one string per row."""
    a = np.asarray(ops.convert_to_numpy(value), "float64")
    if a.ndim == 0:
        a = a.reshape(1)
    if a.ndim == 1:
        return " ".join(re.sub(r"\.?0*p", "p", float(v).hex()) for v in a)
    if a.ndim == 2:
        return [written(row) for row in a]
    raise ValueError(f"rank {a.ndim} has no notation")


def case(name, kind, config, given, result, **more):
    """The question (name, type, config, given, more) and Keras's answer (result)."""
    for key, value in result.items():
        if ops.is_tensor(value):
            assert backend.standardize_dtype(value.dtype) == backend.floatx(), f"{name}: {key} came out as {value.dtype}"
    return {"name": name, "type": kind, "config": config, **more,
            "given": {k: written(v) for k, v in given.items()},
            "result": {k: written(v) for k, v in result.items()}}


def title(kind, config, *more):
    """A name for people: the type, its parameters, and what else tells it apart."""
    words = [f"{k}={v}" for k, v in config.items()]
    return " ".join([kind, *words, *(m for m in more if m)])


def tensor(value):
    """The value in the dtype of this process; ids stay integers."""
    a = np.asarray(value)
    return ops.convert_to_tensor(a if a.dtype.kind == "i" else a.astype(backend.floatx()))


class Numbers:
    """Reproducible numbers on a binary grid, so that float32 holds them exactly.

    They are odd multiples of half the grid's step and so never hit 0, 0.5, 1 or
    another round number, where a derivative may jump.
    """

    def __init__(self, seed):
        self._random = random.Random(seed)

    def between(self, lo, hi, shape, bits=8):
        n = int(np.prod(shape))
        steps = [int((lo + (hi - lo) * self._random.random()) * 2**bits // 1) for _ in range(n)]
        return ((np.array(steps, "float64") + 0.5) / 2**bits).reshape(shape)

    def integers(self, n, shape):
        """Whole numbers from 0 to n-1."""
        return np.array([self.below(n) for _ in range(int(np.prod(shape)))], "int32").reshape(shape)

    def below(self, n):
        return int(self._random.random() * n)

    def pick(self, things):
        return things[self.below(len(things))]

    def chance(self, p):
        return self._random.random() < p
