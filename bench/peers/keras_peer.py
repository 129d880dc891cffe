"""Keras on the tasks of bench/run.py: keras_peer.py tutorial|fashion."""
import os
import sys
import time

import tables

for backend, module in ("jax", "jax"), ("torch", "torch"), ("tensorflow", "tensorflow"):
    try:
        __import__(module)
    except ImportError:
        continue
    os.environ.setdefault("KERAS_BACKEND", backend)
    break
import keras  # noqa: E402: the backend is chosen by the environment

keras.utils.set_random_seed(7)


def dense(inputs, *units, last):
    layers = [keras.layers.Dense(n, activation="relu") for n in units[:-1]]
    return keras.Sequential([keras.Input((inputs,)), *layers, keras.layers.Dense(units[-1], activation=last)])


def tutorial(path):
    x, y = tables.pima(path)
    net = dense(8, 12, 8, 1, last="sigmoid")
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    net.fit(x, y, epochs=150, batch_size=10, verbose=0)
    print("accuracy", net.evaluate(x, y, verbose=0)[1])


def fashion(folder, epochs):
    x, y, tx, ty = tables.fashion(folder)
    net = dense(784, 512, 512, 10, last="softmax")
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    for _ in range(int(epochs)):
        begin = time.perf_counter()
        net.fit(x, y, batch_size=128, verbose=0)
        print("epoch", time.perf_counter() - begin, flush=True)
    print("accuracy", net.evaluate(tx, ty, verbose=0)[1])


globals()[sys.argv[1]](*sys.argv[2:])
