"""Networks that branch, drawn with the functional API: wide and deep, two towers, branches
within branches. config has the layers as a spec would. Given x, the upstream gradient dy
and the weights by path: y, dx and gradient/<path>."""

import jax
import keras

from .layers import pass_through
from .notation import Numbers, case, tensor

N, F = 5, 6


def dense(units, activation, name):
    return keras.layers.Dense(units, activation=activation, name=name)


def columns(x, places):
    """Columns of x, counted from 1."""
    return keras.ops.take(x, [p - 1 for p in places], axis=1)


def spec(units, activation="linear"):
    return {"units": units, "activation": activation}


def wide_and_deep(x):
    deep = dense(3, "tanh", "dense_1")(dense(4, "relu", "dense")(x))
    y = dense(2, "linear", "dense_2")(keras.layers.Concatenate()([x, deep]))
    return y, [{"type": "parallel", "branches": [[], [spec(4, "relu"), spec(3, "tanh")]]}, spec(2)]


def two_towers(x):
    a = dense(3, "linear", "dense_1")(dense(4, "relu", "dense")(columns(x, [1, 2, 3])))
    b = dense(3, "tanh", "dense_2")(columns(x, [6, 2, 5]))
    y = dense(1, "linear", "dense_3")(keras.layers.Multiply()([a, b]))
    return y, [{"type": "parallel", "merge": "multiply", "branches": [
        {"columns": [1, 2, 3], "layers": [spec(4, "relu"), spec(3)]},
        {"columns": [6, 2, 5], "layers": [spec(3, "tanh")]}]}, spec(1)]


def within(x):
    inner = keras.layers.Concatenate()([dense(1, "tanh", "dense_1")(x), dense(2, "sigmoid", "dense_2")(columns(x, [4]))])
    y = keras.layers.Add()([dense(3, "linear", "dense")(x), inner, columns(x, [1, 3, 5])])
    return y, [{"type": "parallel", "merge": "add", "branches": [
        [spec(3)],
        [{"type": "parallel", "branches": [[spec(1, "tanh")], {"columns": [4], "layers": [spec(2, "sigmoid")]}]}],
        {"columns": [1, 3, 5]}]}]


def behind(x):
    """A layer to be trained stands before the branches, which all pass a gradient back to it."""
    h = dense(4, "tanh", "dense")(x)
    y = keras.layers.Multiply()([dense(2, "linear", "dense_1")(h), dense(2, "sigmoid", "dense_2")(h), dense(2, "relu", "dense_3")(columns(h, [2, 4]))])
    return y, [spec(4, "tanh"), {"type": "parallel", "merge": "multiply", "branches": [
        [spec(2)], [spec(2, "sigmoid")], {"columns": [2, 4], "layers": [spec(2, "relu")]}]}]


def cases():
    numbers = Numbers("graphs")
    for draw in (wide_and_deep, two_towers, within, behind):
        keras.utils.clear_session()
        inputs = keras.Input((F,))
        y, layers = draw(inputs)
        model = keras.Model(inputs, y)
        x, dy = numbers.between(-2, 2, (N, F)), numbers.between(-1, 1, (N, y.shape[1]))
        given = {}
        for v in sorted(model.variables, key=lambda v: v.path):
            given[v.path] = numbers.between(-1, 2, v.shape)
            v.assign(tensor(given[v.path]))
        result = pass_through(model, x, dy, training=True)
        result = {k: v for k, v in result.items() if not k.startswith("gradient/")}
        result |= {"gradient/" + v.path: g for v, g in zip(model.trainable_variables, gradients(model, x, dy))}
        yield case(draw.__name__, "graph", {"layers": layers}, {"x": x, "dy": dy} | given, result)


def gradients(model, x, dy):
    _, back = jax.vjp(lambda t: model.stateless_call(t, [], tensor(x), training=True)[0], [v.value for v in model.trainable_variables])
    return back(tensor(dy))[0]
