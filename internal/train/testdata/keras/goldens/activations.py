"""Activations. Given x and the upstream gradient dy: y and dx = dy times the Jacobian.
Cases "at kinks" give y only (the derivative jumps there); glu halves the width."""

import functools

import jax
import keras

from .notation import Numbers, case, tensor, title

PLAIN = (
    "linear relu relu6 leaky_relu elu selu celu sigmoid hard_sigmoid log_sigmoid sparse_sigmoid "
    "tanh hard_tanh tanh_shrink softplus softsign squareplus sparse_plus softmax log_softmax "
    "sparsemax silu hard_silu gelu mish exponential hard_shrink soft_shrink"
).split()

WITH_PARAMETERS = [
    ("relu", {"negative_slope": 0.1, "max_value": 2.0, "threshold": 1.0}),
    ("leaky_relu", {"negative_slope": 0.3}),
    ("elu", {"alpha": 0.5}),
    ("celu", {"alpha": 0.5}),
    ("squareplus", {"b": 1.0}),
    ("gelu", {"approximate": True}),
    ("hard_shrink", {"threshold": 1.25}),
    ("soft_shrink", {"threshold": 1.25}),
    ("threshold", {"threshold": 0.25, "default_value": -1.5}),
]

# Every kink of the piecewise functions is among these.
KINKS = [[-6.0, -3.5, -3.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 3.0, 6.0, 6.5]]

# Far out, but with no float32 subnormal in any exp of a value or of a difference.
FAR = [[-80.0, -50.0, -17.0, -9.0, 9.0, 17.0, 30.0, 60.0]]


def vjp(fn, x, dy=None):
    y, back = jax.vjp(fn, tensor(x))
    return y, back(tensor(dy))[0]


def cases():
    numbers = Numbers("activations")
    x = numbers.between(-4, 4, (5, 6))
    dy = numbers.between(-1, 1, (5, 6))
    far_dy = numbers.between(-1, 1, (1, len(FAR[0])))
    for kind, config in [(name, {}) for name in PLAIN] + WITH_PARAMETERS:
        fn = functools.partial(keras.activations.get(kind), **config)
        y, dx = vjp(fn, x, dy)
        yield case(title(kind, config), kind, config, {"x": x, "dy": dy}, {"y": y, "dx": dx})
        yield case(title(kind, config, "at kinks"), kind, config, {"x": KINKS}, {"y": fn(tensor(KINKS))})
        y, dx = vjp(fn, FAR, far_dy)
        yield case(title(kind, config, "far out"), kind, config, {"x": FAR, "dy": far_dy}, {"y": y, "dx": dx})
    half = dy[:, :3]
    y, dx = vjp(keras.activations.glu, x, half)
    yield case("glu", "glu", {}, {"x": x, "dy": half}, {"y": y, "dx": dx})
