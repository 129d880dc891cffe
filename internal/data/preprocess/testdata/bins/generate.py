"""Writes bins.json: in which bin scikit-learn's KBinsDiscretizer (quantiles) and Keras's
layer Discretization (given boundaries) put numbers.

Run with scikit-learn 1.9.1, Keras 3.15.1 on torch:
    python generate.py sklearn > sklearn.json; python generate.py keras > keras.json
Numbers are written as C99 hexadecimal, so that none is rounded on the way.
"""

import json
import sys

import numpy as np

rng = np.random.default_rng(11)


def f32(x):
    return np.asarray(x, np.float32).astype(np.float64)


COLUMNS = {
    "normal": f32(rng.normal(size=400)),
    "long tail": f32(np.exp(2 * rng.normal(size=500))),
    "ties": f32(rng.integers(0, 6, size=300)),
    "many zeros": f32(np.where(rng.random(300) < 0.4, 0, rng.exponential(size=300))),
    "four rows": f32([3, 1, 2, 10]),
    "large": f32(1e6 + rng.normal(size=64)),
    "tenths": f32(rng.integers(-20, 20, size=200) / 10),
}


def hexes(x):
    return [float(v).hex() for v in np.ravel(x)]


cases = []
for name, x in COLUMNS.items():
    spread = x.max() - x.min()
    probe = f32(np.concatenate([x[:60], [x.min() - spread, x.max() + spread, x.mean()]]))
    if sys.argv[1] == "sklearn":
        from sklearn.preprocessing import KBinsDiscretizer

        for bins in (2, 3, 5, 10, 32):
            k = KBinsDiscretizer(bins, encode="ordinal", strategy="quantile", quantile_method="linear", subsample=None)
            k.fit(x[:, None])
            # a number that is a boundary to the last bit but one is put by rounding: such are left out
            edges = k.bin_edges_[0]
            if len(edges) < bins + 1:
                continue  # of equal ends it drops the later one, and with it a boundary at the largest number
            near = np.abs(probe[:, None] - edges[None, :])
            clear = probe[((near == 0) | (near > 1e-6 * np.abs(edges).max())).all(1)]
            cases.append({"column": name, "encoder": {"type": "discretization", "num_bins": bins}, "train": hexes(x),
                          "x": hexes(clear), "bins": [int(v) for v in k.transform(clear[:, None])[:, 0]]})
    else:
        from keras import layers, ops

        for cuts in ([0.0], [-1.5, 0.0, 0.3, 0.7], [1.0, 2.0, 3.0, 1e6]):
            got = ops.convert_to_numpy(layers.Discretization(bin_boundaries=cuts)(probe.astype(np.float32)))
            cases.append({"column": name, "encoder": {"type": "discretization", "bin_boundaries": cuts}, "train": hexes(x),
                          "x": hexes(probe), "bins": [int(v) for v in got]})
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
