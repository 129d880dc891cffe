"""The tables that the peers learn from, as numpy arrays."""
import csv
import os

import numpy as np


def pima(path):
    """The Pima table: 768 × 8 inputs, and 1 for pos."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([row[:8] for row in rows], np.float32), np.array([row[8] == "pos" for row in rows], np.float32)


def fashion(folder):
    """Fashion-MNIST, unpacked: training inputs in [0, 1] and labels, test ones."""
    def read(name, skip):
        return np.fromfile(os.path.join(folder, name), np.uint8, offset=skip)
    x = [read(f"{part}-images-idx3-ubyte", 16).reshape(-1, 784).astype(np.float32) / 255 for part in ("train", "t10k")]
    y = [read(f"{part}-labels-idx1-ubyte", 8) for part in ("train", "t10k")]
    return x[0], y[0], x[1], y[1]
