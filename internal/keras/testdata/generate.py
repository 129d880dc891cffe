"""Writes models.json beside this script: networks as people find them on pages about Keras, each
as Keras's JSON and as the spec that one types line by line from the same page, with the loss of
the installed Keras after ten steps.

    KERAS_BACKEND=torch python internal/keras/testdata/generate.py

With a number of models and a file, it writes so many random ones there instead, and with another
number those from there on. A network that diverges in Keras itself is left out, and named.

Weights are drawn here and given to both; batches are in the order of the rows. Dropout and noise
draw other numbers in every program: they stand in the JSON as on the page, and are off in the run.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers, losses, metrics, optimizers, regularizers  # noqa: E402

STEPS, BATCH = 10, 16
ROWS = STEPS * BATCH
MODELS = []


def model(kind, width, spec, **fit):
    """Registers a builder; kind says what the target is."""
    def add(build):
        MODELS.append((build.__name__, build, kind, width, spec, fit))
    return add


def dense(*more):
    return keras.Sequential(more)


@model("binary", 8, """
layers:
  - Dense: {units: 12, input_dim: 8, activation: relu}
  - Dense: {units: 8, activation: relu}
  - Dense: {units: 1, activation: sigmoid}
compile: {loss: binary_crossentropy, optimizer: adam, metrics: [accuracy]}
""")
def pima():
    m = dense(keras.Input((8,)), layers.Dense(12, activation="relu"), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid"))
    m.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return m


@model("binary", 8, """
layers:
  - {type: Dense, units: 12, input_dim: 8, kernel_initializer: uniform, activation: relu}
  - {type: Dense, units: 8, kernel_initializer: uniform, activation: relu}
  - {type: Dense, units: 1, kernel_initializer: uniform, activation: sigmoid}
compile: {loss: binary_crossentropy, optimizer: rmsprop, metrics: [acc]}
""")
def pima_uniform():
    m = dense(keras.Input((8,)), layers.Dense(12, kernel_initializer="random_uniform", activation="relu"),
              layers.Dense(8, kernel_initializer="random_uniform", activation="relu"), layers.Dense(1, activation="sigmoid"))
    m.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["acc"])
    return m


@model("binary", 20, """
layers:
  - Dense: {units: 60, input_shape: "(20,)", activation: relu}
  - Dense: {units: 30, activation: relu}
  - Dense: {units: 1, activation: sigmoid}
compile:
  loss: binary_crossentropy
  optimizer: {type: SGD, learning_rate: 0.01, momentum: 0.8}
  metrics: [accuracy]
""")
def sonar():
    m = dense(keras.Input((20,)), layers.Dense(60, activation="relu"), layers.Dense(30, activation="relu"), layers.Dense(1, activation="sigmoid"))
    m.compile(loss="binary_crossentropy", optimizer=optimizers.SGD(learning_rate=0.01, momentum=0.8), metrics=["accuracy"])
    return m


@model("number", 13, """
layers:
  - Dense: {units: 13, input_shape: [13], kernel_initializer: normal, activation: relu}
  - Dense: {units: 1, kernel_initializer: normal}
compile: {loss: mean_squared_error, optimizer: adam}
""")
def boston():
    m = dense(keras.Input((13,)), layers.Dense(13, kernel_initializer="random_normal", activation="relu"), layers.Dense(1, kernel_initializer="random_normal"))
    m.compile(loss="mean_squared_error", optimizer="adam")
    return m


@model("number", 13, """
layers:
  - {type: Dense, units: 64, activation: relu, input_shape: [13]}
  - {type: Dense, units: 64, activation: relu}
  - {type: Dense, units: 1}
compile: {optimizer: rmsprop, loss: mse, metrics: [mae]}
""")
def boston_wide():
    m = dense(keras.Input((13,)), layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu"), layers.Dense(1))
    m.compile(optimizer="rmsprop", loss="mse", metrics=["mae"])
    return m


@model("class", 4, """
layers:
  - Dense: {units: 8, input_dim: 4, activation: relu}
  - Dense: {units: 3, activation: softmax}
compile: {loss: categorical_crossentropy, optimizer: adam, metrics: [accuracy]}
""")
def iris():
    m = dense(keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(3, activation="softmax"))
    m.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return m


@model("class", 4, """
layers:
  - Input: {shape: [4]}
  - Dense: {units: 16, activation: tanh}
  - Dense: {units: 3}
compile:
  optimizer: {type: Adam, learning_rate: 0.01}
  loss: {type: SparseCategoricalCrossentropy, from_logits: true}
  metrics: [SparseCategoricalAccuracy]
""")
def iris_logits():
    m = dense(keras.Input((4,)), layers.Dense(16, activation="tanh"), layers.Dense(3))
    m.compile(optimizer=optimizers.Adam(learning_rate=0.01), loss=losses.SparseCategoricalCrossentropy(from_logits=True), metrics=[metrics.SparseCategoricalAccuracy()])
    return m


@model("number", 9, """
layers:
  - Normalization: {axis: -1}
  - Dense: {units: 1}
compile:
  optimizer: {type: Adam, learning_rate: 0.1}
  loss: mean_absolute_error
""")
def mpg_linear():
    m = dense(keras.Input((9,)), layers.Normalization(axis=-1), layers.Dense(1))
    m.compile(optimizer=optimizers.Adam(learning_rate=0.1), loss="mean_absolute_error")
    return m


@model("number", 9, """
layers:
  - {type: Normalization, axis: -1}
  - {type: Dense, units: 64, activation: relu}
  - {type: Dense, units: 64, activation: relu}
  - {type: Dense, units: 1}
compile: {loss: mean_absolute_error, optimizer: {type: Adam, learning_rate: 0.001}}
""")
def mpg():
    m = dense(keras.Input((9,)), layers.Normalization(axis=-1), layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu"), layers.Dense(1))
    m.compile(loss="mean_absolute_error", optimizer=optimizers.Adam(0.001))
    return m


@model("binary", 30, """
layers:
  - Input: {shape: "(30,)"}
  - Dense: {units: 32, activation: relu}
  - Dense: {units: 32, activation: relu}
  - Dropout: 0.3
  - Dense: {units: 32, activation: relu}
  - Dropout: 0.3
  - Dense: {units: 1, activation: sigmoid}
compile:
  optimizer: {type: Adam, learning_rate: 1e-2}
  loss: binary_crossentropy
  metrics:
    - {type: FalseNegatives, name: fn}
    - {type: FalsePositives, name: fp}
    - {type: TrueNegatives, name: tn}
    - {type: TruePositives, name: tp}
    - {type: Precision, name: precision}
    - {type: Recall, name: recall}
fit: {verbose: 2, class_weight: {0: 0.6, 1: 3}}
""", class_weight={0: 0.6, 1: 3.0})
def fraud():
    m = dense(keras.Input((30,)), layers.Dense(32, activation="relu"), layers.Dense(32, activation="relu"), layers.Dropout(0.3),
              layers.Dense(32, activation="relu"), layers.Dropout(0.3), layers.Dense(1, activation="sigmoid"))
    m.compile(optimizer=optimizers.Adam(1e-2), loss="binary_crossentropy",
              metrics=[metrics.FalseNegatives(name="fn"), metrics.FalsePositives(name="fp"), metrics.TrueNegatives(name="tn"),
                       metrics.TruePositives(name="tp"), metrics.Precision(name="precision"), metrics.Recall(name="recall")])
    return m


@model("binary", 29, """
layers:
  - {type: Dense, units: 16, activation: relu, input_shape: [29]}
  - {type: Dropout, rate: 0.5, noise_shape: null, seed: null}
  - {type: Dense, units: 1, activation: sigmoid, bias_initializer: {class_name: Constant, config: {value: -6.36}}}
compile:
  optimizer: {type: Adam, learning_rate: 0.001}
  loss: {type: BinaryCrossentropy}
  metrics:
    - {type: MeanSquaredError, name: Brier}
    - {type: BinaryAccuracy, name: accuracy}
    - {type: AUC, name: auc}
    - {type: AUC, name: prc, curve: PR}
fit:
  callbacks: [{type: EarlyStopping, monitor: prc, verbose: 1, patience: 10, mode: max, restore_best_weights: False}]
""")
def imbalanced():
    m = dense(keras.Input((29,)), layers.Dense(16, activation="relu"), layers.Dropout(0.5),
              layers.Dense(1, activation="sigmoid", bias_initializer=keras.initializers.Constant(-6.36)))
    m.compile(optimizer=optimizers.Adam(learning_rate=1e-3), loss=losses.BinaryCrossentropy(),
              metrics=[metrics.MeanSquaredError(name="Brier"), metrics.BinaryAccuracy(name="accuracy"), metrics.AUC(name="auc"), metrics.AUC(name="prc", curve="PR")])
    return m


@model("binary", 6, None)
def structured():
    """A column an input, each with its own normalization, as on the page on structured data."""
    inputs = [keras.Input((1,), name=f"x{i}") for i in range(6)]
    x = layers.concatenate([layers.Normalization(name=f"n{i}")(one) for i, one in enumerate(inputs)])
    x = layers.Dropout(0.5)(layers.Dense(32, activation="relu")(x))
    m = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    m.compile("rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return m


@model("class", 12, """
layers:
  - type: parallel
    merge: concatenate
    branches:
      - - BatchNormalization
      - - {type: Dense, units: 32}
        - BatchNormalization
        - ReLU
        - {type: Dropout, rate: 0.1}
        - {type: Dense, units: 32}
        - BatchNormalization
        - ReLU
        - {type: Dropout, rate: 0.1}
  - {type: Dense, units: 3, activation: softmax}
compile:
  optimizer: {type: Adam, learning_rate: 0.001}
  loss: SparseCategoricalCrossentropy
  metrics: [SparseCategoricalAccuracy]
""")
def wide_and_deep():
    i = keras.Input((12,))
    wide = layers.BatchNormalization()(i)
    deep = i
    for _ in range(2):
        deep = layers.Dense(32)(deep)
        deep = layers.BatchNormalization()(deep)
        deep = layers.ReLU()(deep)
        deep = layers.Dropout(0.1)(deep)
    m = keras.Model(i, layers.Dense(3, activation="softmax")(layers.concatenate([wide, deep])))
    m.compile(optimizer=optimizers.Adam(learning_rate=0.001), loss=losses.SparseCategoricalCrossentropy(), metrics=[metrics.SparseCategoricalAccuracy()])
    return m


@model("number", 5, None)
def deep_and_cross():
    x0 = keras.Input((5,))
    x = x0
    for _ in range(2):
        x = layers.Add()([layers.Multiply()([x0, layers.Dense(5)(x)]), x]) if x is x0 else x
    deep = layers.Dense(8, activation="relu")(x0)
    m = keras.Model(x0, layers.Dense(1)(layers.concatenate([x, deep])))
    m.compile(optimizers.Adam(0.01), "mse")
    return m


@model("number", 10, None)
def residual():
    i = keras.Input((10,))
    x = layers.Dense(16, activation="relu")(i)
    for _ in range(2):
        y = layers.Dense(16, activation="relu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dense(16)(y)])
    m = keras.Model(i, layers.Dense(1)(x))
    m.compile(optimizers.AdamW(learning_rate=0.003, weight_decay=0.01), losses.Huber(), metrics=["mae"])
    return m


@model("binary", 11, None)
def nested():
    body = keras.Sequential([keras.Input((11,)), layers.Dense(9, activation="swish", name="inner"), layers.UnitNormalization()], name="body")
    i = keras.Input((11,))
    m = keras.Model(i, layers.Dense(1, activation="sigmoid")(body(i)))
    m.compile(optimizers.Nadam(0.01), losses.BinaryCrossentropy(label_smoothing=0.1))
    return m


@model("binary", 7, """
layers:
  - Dense: {units: 24, input_dim: 7, kernel_initializer: lecun_normal, activation: selu}
  - AlphaDropout: {rate: 0.1}
  - Dense: {units: 24, kernel_initializer: lecun_normal, activation: selu}
  - Dense: {units: 1, activation: sigmoid}
compile: {optimizer: {type: SGD, learning_rate: 0.05, nesterov: True, momentum: 0.9, decay: 0.0}, loss: bce}
""")
def selu():
    m = dense(keras.Input((7,)), layers.Dense(24, kernel_initializer="lecun_normal", activation="selu"), layers.AlphaDropout(0.1),
              layers.Dense(24, kernel_initializer="lecun_normal", activation="selu"), layers.Dense(1, activation="sigmoid"))
    m.compile(optimizers.SGD(0.05, momentum=0.9, nesterov=True), "bce")
    return m


@model("binary", 7, """
layers:
  - {type: Dense, units: 20, input_shape: [7]}
  - LeakyReLU: {alpha: 0.1}
  - {type: Dense, units: 10}
  - LeakyReLU
  - {type: Dense, units: 1, activation: sigmoid}
compile: {optimizer: Adamax, loss: BinaryCrossentropy}
""")
def leaky():
    m = dense(keras.Input((7,)), layers.Dense(20), layers.LeakyReLU(negative_slope=0.1), layers.Dense(10), layers.LeakyReLU(), layers.Dense(1, activation="sigmoid"))
    m.compile("adamax", losses.BinaryCrossentropy())
    return m


@model("number", 7, """
layers:
  - {type: Dense, units: 20, input_shape: [7]}
  - {type: PReLU, shared_axes: None, alpha_initializer: {type: Constant, value: 0.25}}
  - {type: Dense, units: 10}
  - ELU: {alpha: 0.5}
  - {type: Dense, units: 1, activation: linear}
compile: {optimizer: Adagrad, loss: MeanSquaredError}
""")
def prelu():
    m = dense(keras.Input((7,)), layers.Dense(20), layers.PReLU(alpha_initializer=keras.initializers.Constant(0.25)), layers.Dense(10),
              layers.ELU(alpha=0.5), layers.Dense(1, activation="linear"))
    m.compile("adagrad", losses.MeanSquaredError())
    return m


@model("binary", 14, """
layers:
  - {type: Dense, units: 32, activation: elu, kernel_regularizer: {type: L2, l2: 0.001}, input_shape: "(14,)"}
  - {type: Dropout, rate: 0.5}
  - {type: Dense, units: 32, activation: elu, kernel_regularizer: {class_name: L1L2, config: {l1: 1e-5, l2: 1e-4}}, activity_regularizer: {type: L2, l2: 1e-5}}
  - {type: Dense, units: 1}
compile:
  optimizer:
    type: Adam
    learning_rate: {type: InverseTimeDecay, initial_learning_rate: 0.001, decay_steps: 1000, decay_rate: 1, staircase: False}
  loss: {type: BinaryCrossentropy, from_logits: True}
  metrics: [{type: BinaryCrossentropy, from_logits: True, name: binary_crossentropy}, accuracy]
""")
def overfit():
    m = dense(keras.Input((14,)), layers.Dense(32, activation="elu", kernel_regularizer=regularizers.L2(0.001)), layers.Dropout(0.5),
              layers.Dense(32, activation="elu", kernel_regularizer=regularizers.L1L2(1e-5, 1e-4), activity_regularizer=regularizers.L2(1e-5)), layers.Dense(1))
    m.compile(optimizers.Adam(optimizers.schedules.InverseTimeDecay(0.001, decay_steps=1000, decay_rate=1, staircase=False)),
              losses.BinaryCrossentropy(from_logits=True), metrics=[metrics.BinaryCrossentropy(from_logits=True, name="binary_crossentropy"), "accuracy"])
    return m


@model("class", 6, """
layers:
  - {type: Dense, units: 18, activation: relu, kernel_constraint: {type: MaxNorm, max_value: 3}, input_dim: 6}
  - {type: Dropout, rate: 0.2}
  - {type: Dense, units: 3, activation: softmax, kernel_constraint: {class_name: UnitNorm, config: {axis: 0}}}
compile:
  optimizer: {type: SGD, learning_rate: 0.1, momentum: 0.9}
  loss: {type: CategoricalCrossentropy, label_smoothing: 0.1}
  metrics: [CategoricalAccuracy, {type: TopKCategoricalAccuracy, k: 2}]
""")
def constrained():
    m = dense(keras.Input((6,)), layers.Dense(18, activation="relu", kernel_constraint=keras.constraints.MaxNorm(3)), layers.Dropout(0.2),
              layers.Dense(3, activation="softmax", kernel_constraint=keras.constraints.UnitNorm(axis=0)))
    m.compile(optimizers.SGD(0.1, momentum=0.9), losses.CategoricalCrossentropy(label_smoothing=0.1),
              metrics=[metrics.CategoricalAccuracy(), metrics.TopKCategoricalAccuracy(k=2)])
    return m


@model("binary", 9, """
layers:
  - {type: Dense, units: 16, use_bias: False, input_shape: [9]}
  - {type: BatchNormalization, axis: -1, momentum: 0.9, synchronized: False}
  - Activation: relu
  - {type: Dense, units: 16, use_bias: False}
  - {type: BatchNormalization, axis: [1], renorm: False, momentum: 0.9}
  - {type: Activation, activation: relu}
  - {type: Dense, units: 1, activation: sigmoid}
compile: {optimizer: {type: RMSprop, learning_rate: 0.005, rho: 0.9, centered: True}, loss: binary_focal_crossentropy, metrics: [AUC]}
""")
def normalized():
    m = dense(keras.Input((9,)), layers.Dense(16, use_bias=False), layers.BatchNormalization(momentum=0.9), layers.Activation("relu"),
              layers.Dense(16, use_bias=False), layers.BatchNormalization(momentum=0.9), layers.Activation("relu"), layers.Dense(1, activation="sigmoid"))
    m.compile(optimizers.RMSprop(0.005, rho=0.9, centered=True), "binary_focal_crossentropy", metrics=[metrics.AUC()])
    return m


@model("number", 8, """
layers:
  - {type: Dense, units: 30, activation: relu, input_shape: [8], name: hidden1}
  - {type: Dense, units: 30, activation: relu, name: hidden2}
  - {type: Dense, units: 1, name: output}
compile:
  loss: mean_squared_error
  optimizer: {type: SGD, learning_rate: {class_name: ExponentialDecay, config: {initial_learning_rate: 0.01, decay_steps: 5, decay_rate: 0.9}}, clipvalue: 1.0}
""")
def california():
    m = dense(keras.Input((8,)), layers.Dense(30, activation="relu", name="hidden1"), layers.Dense(30, activation="relu", name="hidden2"), layers.Dense(1, name="output"))
    m.compile(loss="mean_squared_error", optimizer=optimizers.SGD(optimizers.schedules.ExponentialDecay(0.01, 5, 0.9), clipvalue=1.0))
    return m


@model("count", 5, """
layers:
  - Dense: {units: 12, input_dim: 5, activation: softplus}
  - Dense: {units: 1, activation: exponential}
compile: {loss: poisson, optimizer: {type: Adam, learning_rate: 0.01, amsgrad: True, clipnorm: 1.0}}
""")
def counts():
    m = dense(keras.Input((5,)), layers.Dense(12, activation="softplus"), layers.Dense(1, activation="exponential"))
    m.compile(loss="poisson", optimizer=optimizers.Adam(0.01, amsgrad=True, clipnorm=1.0))
    return m


@model("number", 5, """
layers:
  - Rescaling: {scale: 0.5, offset: -0.1}
  - Flatten
  - Dense: {units: 10, activation: gelu}
  - LayerNormalization: {axis: -1, epsilon: 1e-6}
  - Dense: {units: 10, activation: mish}
  - Identity
  - Dense: {units: 1}
compile: {loss: LogCosh, optimizer: {type: AdamW, learning_rate: 0.002, weight_decay: 0.004, decay_all: true}}
""")
def activations():
    m = dense(keras.Input((5,)), layers.Rescaling(0.5, offset=-0.1), layers.Flatten(), layers.Dense(10, activation="gelu"), layers.LayerNormalization(epsilon=1e-6),
              layers.Dense(10, activation="mish"), layers.Identity(), layers.Dense(1))
    m.compile(loss=losses.LogCosh(), optimizer=optimizers.AdamW(0.002, weight_decay=0.004))
    return m


@model("number", 6, """
layers:
  - {class_name: InputLayer, config: {batch_shape: [null, 6], dtype: float32, sparse: False}}
  - {class_name: GaussianNoise, config: {stddev: 0.1, seed: null}}
  - {class_name: Dense, config: {units: 12, activation: tanh, kernel_initializer: {class_name: VarianceScaling, config: {scale: 2.0, mode: fan_in, distribution: truncated_normal}}}}
  - {class_name: Dense, config: {units: 1}}
compile: {optimizer: {class_name: Lion, config: {learning_rate: 0.001}}, loss: {class_name: MeanAbsoluteError, config: {reduction: sum_over_batch_size}}}
""")
def configs():
    m = dense(keras.Input((6,)), layers.GaussianNoise(0.1),
              layers.Dense(12, activation="tanh", kernel_initializer=keras.initializers.VarianceScaling(2.0, "fan_in", "truncated_normal")), layers.Dense(1))
    m.compile(optimizers.Lion(0.001), losses.MeanAbsoluteError())
    return m


@model("class", 8, """
layers:
  - {type: Dense, units: 16, activation: hard_sigmoid, input_dim: 8, bias_initializer: ones}
  - {type: RMSNormalization, axis: -1}
  - {type: Dense, units: 16, activation: softsign, bias_regularizer: l2}
  - {type: GroupNormalization, groups: 4, axis: -1}
  - {type: Dense, units: 3}
  - {type: Softmax, axis: -1}
compile: {optimizer: {type: Adadelta, learning_rate: 1.0}, loss: sparse_categorical_crossentropy, metrics: [sparse_categorical_accuracy]}
""")
def norms():
    m = dense(keras.Input((8,)), layers.Dense(16, activation="hard_sigmoid", bias_initializer="ones"), layers.RMSNormalization(),
              layers.Dense(16, activation="softsign", bias_regularizer="l2"), layers.GroupNormalization(groups=4), layers.Dense(3), layers.Softmax())
    m.compile(optimizers.Adadelta(1.0), "sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"])
    return m


@model("binary", 6, """
layers:
  - {type: Dense, units: 16, activation: relu6, input_dim: 6, kernel_initializer: he_uniform}
  - {type: ActivityRegularization, l1: 0.001, l2: 0.001}
  - {type: Dense, units: 1, activation: tanh}
compile: {optimizer: Ftrl, loss: squared_hinge}
""")
def hinge():
    m = dense(keras.Input((6,)), layers.Dense(16, activation="relu6", kernel_initializer="he_uniform"), layers.ActivityRegularization(0.001, 0.001), layers.Dense(1, activation="tanh"))
    m.compile("ftrl", "squared_hinge")
    return m


@model("class", 10, """
layers:
  - {type: Dense, units: 32, activation: relu, input_shape: [10]}
  - {type: Dense, units: 16, activation: ReLU, trainable: False}
  - {type: Dense, units: 3, activation: softmax}
compile:
  optimizer: {type: Adam, learning_rate: {type: CosineDecay, initial_learning_rate: 0.01, decay_steps: 100}}
  loss: kl_divergence
""")
def frozen():
    m = dense(keras.Input((10,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu", trainable=False), layers.Dense(3, activation="softmax"))
    m.compile(optimizers.Adam(optimizers.schedules.CosineDecay(0.01, 100)), "kl_divergence")
    return m


@model("number", 6, None)
def two_towers():
    left, right = keras.Input((1,), name="x0"), keras.Input((1,), name="x4")
    a = layers.Dense(6, activation="relu", name="left")(left)
    b = layers.Dense(6, activation="tanh", name="right")(right)
    m = keras.Model([left, right], layers.Dense(1)(layers.Multiply()([a, b])))
    m.compile("adam", "mse")
    return m


SMOOTH = ["relu", "tanh", "elu", "selu", "gelu", "silu", "softplus", "softsign", "mish", "sigmoid", "hard_sigmoid", "celu", "squareplus"]
LOSSES = {
    "binary": [losses.BinaryCrossentropy, losses.BinaryFocalCrossentropy, losses.MeanSquaredError, losses.Dice],
    "class": [losses.SparseCategoricalCrossentropy],
    "number": [losses.MeanSquaredError, losses.MeanAbsoluteError, losses.Huber, losses.LogCosh],
}
LAST = {"binary": "sigmoid", "class": "softmax", "number": "linear"}
RULES = [optimizers.SGD, optimizers.Adam, optimizers.AdamW, optimizers.RMSprop, optimizers.Nadam, optimizers.Adamax, optimizers.Adagrad,
         optimizers.Adadelta, optimizers.Lamb, optimizers.Ftrl]


def pick(rng, options):
    return options[rng.integers(len(options))]


def block(rng, x):
    """One to three layers after x, or branches that meet again."""
    units = int(rng.integers(2, 13))
    choice = rng.integers(10)
    if choice == 0:
        return pick(rng, [layers.Concatenate, layers.Add, layers.Multiply])()([hidden(rng, x, units), hidden(rng, x, units)])
    if choice == 1:
        return layers.Add()([x, hidden(rng, hidden(rng, x, units), x.shape[-1])])
    x = hidden(rng, x, units)
    extra = rng.integers(12)
    if extra < 8:
        x = [lambda: layers.BatchNormalization(momentum=0.9), lambda: layers.LayerNormalization(), lambda: layers.UnitNormalization(), lambda: layers.PReLU(),
             lambda: layers.Dropout(0.4), lambda: layers.LeakyReLU(), lambda: layers.RMSNormalization(), lambda: layers.Flatten()][extra]()(x)
    return x


def hidden(rng, x, units):
    return layers.Dense(units, activation=pick(rng, SMOOTH), use_bias=bool(rng.integers(5)), kernel_initializer=pick(rng, ["glorot_uniform", "he_normal", "lecun_uniform"]),
                        kernel_regularizer=pick(rng, [None, None, None, "l2", "l1", regularizers.L1L2(1e-3, 1e-3)]),
                        kernel_constraint=pick(rng, [None, None, None, None, "max_norm", "unit_norm"]),
                        activity_regularizer=pick(rng, [None] * 8 + ["l2"]), trainable=bool(rng.integers(10)))(x)


def random_model(number):
    """A network that the number alone decides, and what stands with it in MODELS."""
    start = np.random.default_rng([number, 1])
    kind, width = pick(start, list(LOSSES)), int(start.integers(2, 12))

    def build():
        rng = np.random.default_rng([number, 2])
        i = x = keras.Input((width,))
        for _ in range(rng.integers(1, 5)):
            x = block(rng, x)
        logits = kind != "number" and rng.integers(4) == 0
        loss = pick(rng, LOSSES[kind])
        logits = logits and loss in (losses.BinaryCrossentropy, losses.BinaryFocalCrossentropy, losses.SparseCategoricalCrossentropy)
        x = layers.Dense(3 if kind == "class" else 1, activation="linear" if logits else LAST[kind])(x)
        rule = pick(rng, RULES)
        rate = float(pick(rng, [1e-3, 3e-3, 1e-2]))
        if rng.integers(4) == 0:
            rate = pick(rng, [optimizers.schedules.ExponentialDecay(rate, 3, 0.9), optimizers.schedules.CosineDecay(rate, 20), optimizers.schedules.PolynomialDecay(rate, 8)])
        more = pick(rng, [{}, {}, {}, {"clipnorm": 1.0}, {"clipvalue": 0.1}, {"global_clipnorm": 1.0}, {"weight_decay": 0.01}])
        m = keras.Model(i, x)
        m.compile(rule(rate, **more), loss(from_logits=True) if logits else loss())
        return m

    fit = {"class_weight": {0: 0.5, 1: 2.0}} if kind == "binary" and start.integers(5) == 0 else {}
    return f"random {number}", build, kind, width, None, fit


NOISE = {"Dropout": "rate", "AlphaDropout": "rate", "GaussianNoise": "stddev"}


def quiet(config):
    """The configuration with dropout and noise off."""
    if isinstance(config, dict):
        config = {k: quiet(v) for k, v in config.items()}
        if config.get("class_name") in NOISE:
            config["config"] = dict(config["config"], **{NOISE[config["class_name"]]: 0.0})
    elif isinstance(config, list):
        config = [quiet(v) for v in config]
    return config


def targets(kind, x, rng):
    score = x @ rng.normal(size=(x.shape[1], 3)) / np.sqrt(x.shape[1])
    if kind == "class":
        return score.argmax(1)[:, None].astype("float64")
    if kind == "binary":
        return (score[:, :1] > 0.3).astype("float64")
    if kind == "count":
        return rng.poisson(np.exp(score[:, :1] / 2)).astype("float64")
    return np.round(score[:, :1] + 0.3 * rng.normal(size=(len(x), 1)), 3)


def variables(m):
    return {v.path.split("/")[-2] + "/" + v.name: v for v in m.weights if v.name not in ("seed_generator_state", "count")}


def run(build, x, y, kind, weights, fit, floatx):
    keras.config.set_floatx(floatx)
    keras.backend.clear_session()
    source = build()
    text = json.loads(source.to_json())
    keras.backend.clear_session()
    text_quiet = quiet(text)
    if floatx == "float64":
        text_quiet = json.loads(json.dumps(text_quiet).replace("float32", "float64"))
    m = keras.models.model_from_json(json.dumps(text_quiet))
    given = [x[:, [int(i.name[1:])]] for i in m.inputs] if len(m.inputs) > 1 else x
    index = {l.name: l for l in m.layers}
    for l in m.layers:
        if isinstance(l, layers.Normalization):
            column = int(l.name[1:]) if l.name[1:].isdigit() else None
            l.adapt(x.astype(floatx) if column is None else x[:, [column]].astype(floatx))
    one_hot = kind == "class" and any(w in json.dumps(text["compile_config"]["loss"]) for w in ("Categorical", "categorical", "kl")) and "parse" not in json.dumps(text["compile_config"]["loss"])
    t = np.eye(3)[y[:, 0].astype(int)] if one_hot else y
    named = variables(m)
    drawn = {}
    for name, v in named.items():
        if name in weights:
            v.assign(np.array(weights[name]))
            drawn[name] = weights[name]
        elif name.split("/")[-1] not in ("mean", "variance"):
            rng = np.random.default_rng(len(drawn) + 100)
            value = np.array(keras.ops.convert_to_numpy(v), "float64")
            if name.split("/")[-1] == "kernel":
                value = rng.normal(size=v.shape) / np.sqrt(v.shape[0])
            value = np.round(value, 4)
            v.assign(value)
            drawn[name] = value.tolist()
    m.fit(given, t, batch_size=BATCH, epochs=1, shuffle=False, verbose=0, **fit)
    whole = not isinstance(m.loss, losses.Dice)  # which of a batch is not the mean of those of its rows
    after = m.evaluate(given, t, batch_size=ROWS if whole else BATCH, verbose=0, return_dict=True)["loss"]
    return text, drawn, float(after)


def main():
    cases, models, path = [], MODELS, pathlib.Path(__file__).parent / "models.json"
    first = int(sys.argv[3]) if len(sys.argv) == 4 else 0
    if len(sys.argv) >= 3:
        models, path = [random_model(first + n) for n in range(int(sys.argv[1]))], pathlib.Path(sys.argv[2])
    for number, (name, build, kind, width, spec, fit) in enumerate(models):
        rng = np.random.default_rng(first + number)
        x = np.round(rng.normal(size=(ROWS, width)), 3)
        y = targets(kind, x, rng)
        try:
            text, weights, single = run(build, x, y, kind, {}, fit, "float32")
            _, _, double = run(build, x, y, kind, weights, fit, "float64")
            turned = double
            if len(sys.argv) >= 3:  # the same sums in another order: where a gradient is 0, Lamb makes its rounding a step
                order = np.arange(ROWS).reshape(STEPS, BATCH)[:, ::-1].ravel()
                _, _, turned = run(build, x[order], y[order], kind, weights, fit, "float32")
        except RuntimeError as e:  # of torch, whose losses refuse a network that has diverged
            print(f"{name:16} left out: {str(e).splitlines()[0]}", flush=True)
            continue
        compiled = json.dumps(text["compile_config"])
        if "Lamb" in compiled and "MeanAbsoluteError" in compiled:  # as many rows above as below: a gradient that is 0, of which Lamb makes a step where it is rounded
            print(f"{name:16} left out: Lamb makes steps of what Keras rounds", flush=True)
            continue
        if not np.isfinite([single, double]).all():
            print(f"{name:16} left out: its loss is {double}", flush=True)
            continue
        cases.append({"name": name, "kind": kind, "class_weight": {str(k): w for k, w in fit.get("class_weight", {}).items()}, "spec": spec, "model": text, "x": x.tolist(), "y": y[:, 0].tolist(),
                      "weights": weights, "float32": single, "float64": double, "turned": turned})
        print(f"{name:16} {double:.8f} {single - double:+.1e}", flush=True)
    head = {"keras": keras.__version__, "backend": keras.backend.backend(), "command": "KERAS_BACKEND=torch python internal/keras/testdata/generate.py"}
    lines = [f" {json.dumps(k)}: {json.dumps(v)}," for k, v in head.items()]
    rows = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    path.write_text("{\n" + "\n".join(lines) + '\n "cases": [\n' + rows + "\n ]\n}\n")


if __name__ == "__main__":
    main()
