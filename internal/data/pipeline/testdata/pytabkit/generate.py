"""Writes inputs.json: what the preprocessing of RealMLP makes of a mixed table.

Run with pytabkit 1.7.3, torch 2.15.0 (CPU) and NumPy 2.4.6:  python generate.py > inputs.json
Inputs are written as C99 hexadecimal, so that none is rounded on the way.
"""

import json

import numpy as np
import torch
from importlib.metadata import version
from pytabkit.models.data.data import DictDataset, TensorInfo
from pytabkit.models.nn_models.models import PreprocessingFactory

rng = np.random.default_rng(11)
TRAIN, ALL = 200, 260


def f32(x):
    return np.asarray(x, np.float32)


numbers = {
    "normal": f32(rng.normal(size=ALL)),
    "tail": f32(np.exp(2 * rng.normal(size=ALL))),
    "mostly zero": f32(np.where(rng.random(ALL) < 0.8, 0, rng.exponential(size=ALL))),
    "constant": f32(np.full(ALL, 7.25)),
    "two values": f32(rng.random(ALL) < 0.3),
    "rare value": f32(rng.random(ALL) < 0.1),
}
numbers["constant"][TRAIN:] += f32(rng.normal(size=ALL - TRAIN))  # what never varied varies later
numbers["tail"][TRAIN] = 1e30
numbers["normal"][TRAIN + 1] = -1e30


def words(n, weights=None, missing=0.1):
    names = [f"w{i:02d}" for i in range(n)]
    x = rng.choice(names, size=ALL, p=weights)
    x[:n] = names  # each stands in the training rows
    x = np.where(rng.random(ALL) < missing, "", x)
    x[:n] = names
    return x, names


categories = {
    "one": words(1, missing=0.4),
    "two even": words(2),
    "two uneven": words(2, [0.9, 0.1]),
    "five": words(5, [0.6, 0.2, 0.1, 0.06, 0.04]),
    "eight": words(8, missing=0),
    "twelve": words(12),
}
# A category that training never saw is pytabkit's 0, as a missing one is.
codes = []
for name, (x, names) in categories.items():
    codes.append([names.index(w) + 1 if w else 0 for w in x])
    x[TRAIN + 5] = "new"
    codes[-1][TRAIN + 5] = 0

tensors = {
    "x_cont": torch.as_tensor(np.stack(list(numbers.values()), 1)),
    "x_cat": torch.as_tensor(np.array(codes).T),
    "y": torch.zeros(ALL, 1, dtype=torch.long),
}
infos = {
    "x_cont": TensorInfo(feat_shape=[len(numbers)]),
    "x_cat": TensorInfo(cat_sizes=[len(names) + 1 for _, names in categories.values()]),
    "y": TensorInfo(cat_sizes=[2]),
}
train = DictDataset({k: v[:TRAIN] for k, v in tensors.items()}, infos)
everything = DictDataset(tensors, infos)
# the constants of RealMLP-TD, sklearn/default_params.py
fitter = PreprocessingFactory(tfms=["one_hot", "median_center", "robust_scale", "smooth_clip"], max_one_hot_cat_size=9).create(infos)
layer = fitter.fit(train)
out = layer.forward_tensors(everything.tensors)
x, left = out["x_cont"].numpy(), out["x_cat"].numpy()
assert left.shape[1] == 1

inputs = list(numbers)
for name, (_, names) in categories.items():
    if len(names) <= 2:
        inputs.append(name)
    elif len(names) <= 8:
        inputs += [f"{name}={w}" for w in names]
assert x.shape == (ALL, len(inputs)), (x.shape, len(inputs))

rows = [",".join([*numbers, *categories, "y"])]
for i in range(ALL):
    cells = [repr(float(v[i])) for v in numbers.values()] + [str(v[i]) for v, _ in categories.values()]
    rows.append(",".join(cells + [str(i % 2)]))

print(json.dumps({
    "pytabkit": version("pytabkit"), "torch": torch.__version__, "numpy": np.__version__,
    "train": TRAIN, "csv": "\n".join(rows) + "\n", "inputs": inputs,
    "want": [[float(v).hex() for v in row] for row in x],
    "codes": {"twelve": [int(c) for c in left[:, 0]]},
}, indent=0))
