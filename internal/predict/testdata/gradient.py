"""Writes gradient.json: one step on the first row of the tutorial's table, by Keras's own
layers, loss and Adam in float64, differentiated by the automatic differentiation of its
back end (torch; in TensorFlow that is GradientTape).

    KERAS_BACKEND=torch python internal/predict/testdata/gradient.py
"""

import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np
import torch

keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
HERE = pathlib.Path(__file__).resolve().parent
row = [6, 148, 72, 35, 0, 33.6, 0.627, 50]  # diabetes: pos
# A cell is read as float32 by the program, so it is one here.
x = np.float32([row]).astype("float64")
y = np.float64([[1]])

draw = np.random.default_rng(1)
widths = [8, 12, 8, 1]
# Weights of a size that leaves no unit saturated by raw inputs, in numbers that float32 holds.
kernels = [np.float32(draw.uniform(-0.1, 0.1, (a, b))) for a, b in zip(widths, widths[1:])]
biases = [np.float32(draw.uniform(-0.1, 0.1, b)) for b in widths[1:]]

model = keras.Sequential([keras.Input((8,), dtype="float64"), keras.layers.Dense(12, activation="relu"), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.set_weights([w.astype("float64") for pair in zip(kernels, biases) for w in pair])
optimizer = keras.optimizers.Adam()
optimizer.build(model.trainable_variables)
loss = keras.losses.BinaryCrossentropy(dtype="float64")(y, model(x))
model.zero_grad()
loss.backward()
gradients = [v.value.grad for v in model.trainable_variables]
with torch.no_grad():
    optimizer.apply(gradients, model.trainable_variables)
plain = lambda t: t.detach().cpu().numpy().tolist()
names = ["dense", "dense_1", "dense_2"]
json.dump({
    "keras": keras.__version__, "backend": "torch " + torch.__version__,
    "row": row, "kernels": [k.tolist() for k in kernels], "biases": [b.tolist() for b in biases],
    "loss": loss.item(),
    "parameters": [{"name": f"{names[i // 2]}/{'kernel' if i % 2 == 0 else 'bias'}", "gradient": np.ravel(plain(g)).tolist(), "new": np.ravel(plain(v.value)).tolist()}
                   for i, (g, v) in enumerate(zip(gradients, model.trainable_variables))],
}, open(HERE / "gradient.json", "w"), indent=1)
