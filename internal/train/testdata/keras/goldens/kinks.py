"""Slopes where a function has a kink. Of activations and of PReLU (given alpha): x, its
value y, and dx = dy/dx; of losses: targets y and predictions p, the reduced value and dp.
Keras's back ends do not agree on all of them; these are JAX's. Left out is what JAX alone
has: a slope of 1 for |x| at 0, in absolute errors and L1 penalties, and of 1/4 for
sparse_sigmoid at -1 and 1."""

import jax
import keras
import numpy as np

from .losses import loss
from .notation import case, tensor, title

ACTIVATIONS = [
    ("relu", {}, [0]), ("relu", {"negative_slope": 0.25}, [0]), ("relu", {"threshold": 1.0}, [0, 1]),
    ("relu", {"negative_slope": 0.25, "threshold": 1.0}, [0, 1]), ("relu", {"max_value": 2.0}, [0, 2]),
    ("relu", {"max_value": 6.0}, [0, 6]), ("relu", {"negative_slope": 0.25, "max_value": 6.0}, [0, 6]),
    ("relu", {"negative_slope": 0.25, "max_value": 2.0}, [0, 2]), ("relu", {"threshold": 1.0, "max_value": 6.0}, [1, 6]),
    ("relu", {"negative_slope": 0.25, "threshold": 1.0, "max_value": 2.0}, [0, 1, 2]),
    ("relu6", {}, [0, 6]), ("leaky_relu", {}, [0]), ("elu", {}, [0]), ("selu", {}, [0]), ("celu", {}, [0]),
    ("hard_sigmoid", {}, [-3, 3]), ("hard_tanh", {}, [-1, 1]), ("sparse_plus", {}, [-1, 1]), ("hard_silu", {}, [-3, 3]),
    ("hard_shrink", {}, [-0.5, 0.5]), ("soft_shrink", {}, [-0.5, 0.5]),
]
LOSSES = [
    ("hinge", [[1.0], [0.0]], [[1.0], [-1.0]]),
    ("squared_hinge", [[1.0], [0.0]], [[1.0], [-1.0]]),
    ("categorical_hinge", np.eye(4)[[0]], [[0.25, 0.5, 0.5, 0.125]]),
    ("categorical_hinge", np.eye(4)[[0]], [[0.25, 0.5, 0.5, 0.5]]),
    ("categorical_hinge", np.eye(4)[[1]], [[0.0, 0.25, 0.0, -1.0]]),
    ("categorical_hinge", np.eye(4)[[3]], [[-1.0, -1.0, -0.5, -0.25]]),
    ("categorical_hinge", np.eye(4)[[0]], [[1.5, 0.5, 0.25, 0.0]]),
    ("categorical_hinge", np.eye(4)[[0]], [[1.5, 0.5, 0.5, 0.0]]),
]


def both(f, x):
    y, pull = jax.vjp(f, tensor(x))
    return y, pull(jax.numpy.ones_like(y))[0]


def cases():
    for kind, config, points in ACTIVATIONS:
        x = np.array([points], "float64")
        y, dx = both(lambda v: getattr(keras.activations, kind)(v, **config), x)
        yield case(title(kind, config), kind, config, {"x": x}, {"y": y, "dx": dx})
    x, alpha = np.array([[0.0, 0.0]]), np.array([[0.25, -0.5]])
    layer = keras.layers.PReLU()
    layer.build(x.shape)
    layer.alpha.assign(tensor(alpha[0]))
    y, dx = both(layer, x)
    yield case("p_re_lu", "p_re_lu", {}, {"x": x, "alpha": alpha}, {"y": y, "dx": dx})
    for i, (kind, y, p) in enumerate(LOSSES):
        y, p = np.array(y), np.array(p)
        v, dp = jax.value_and_grad(lambda p: loss(kind)(tensor(y), p))(tensor(p))
        yield case(f"{kind} {i}", kind, {}, {"y": y, "p": p}, {"value": v, "dp": dp})
