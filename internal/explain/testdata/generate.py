"""Writes explained.json: what scikit-learn and shap make of small networks.

Run with scikit-learn 1.9.1, shap 0.51.0 and NumPy 2.4.6:  python generate.py > explained.json
The networks are computed in float64 here; their weights are exact in float32.
"""

import json

import numpy as np
import shap
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.inspection import partial_dependence, permutation_importance

rng = np.random.default_rng(3)
ROWS, SHUFFLES = 48, 5
COLOURS = ["blue", "green", "red"]


def f32(x):
    return np.asarray(x, np.float32).astype(np.float64)


class Net(ClassifierMixin, BaseEstimator):
    """Two numbers and a colour (0, 1, 2) through a hidden tanh layer."""

    def __init__(self, outputs):
        self.k0, self.b0 = f32(rng.normal(size=(6, 4))), f32(rng.normal(size=4))
        self.k1, self.b1 = f32(rng.normal(size=(4, outputs))), f32(rng.normal(size=outputs))
        self.outputs = outputs
        self.classes_ = np.arange(max(2, outputs))

    def fit(self, X, y):
        return self

    def inputs(self, X):
        X = np.asarray(X, np.float64)
        hot = (X[:, 2:3] == np.arange(3)).astype(np.float64)
        other = np.zeros((len(X), 1))
        return np.hstack([X[:, :2], hot, other])

    def predict_proba(self, X):
        z = np.tanh(self.inputs(X) @ self.k0 + self.b0) @ self.k1 + self.b1
        if self.outputs == 1:
            p = 1 / (1 + np.exp(-z))
            return np.hstack([1 - p, p])
        e = np.exp(z - z.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def answers(self, X):
        p = self.predict_proba(X)
        return p[:, 1:] if self.outputs == 1 else p


def deals(n, columns, repeats, seed):
    """From which row each row has its cell: permutation_importance shuffles what is shuffled already."""
    r = np.random.RandomState(seed)
    column_seed = r.randint(np.iinfo(np.int32).max + 1)
    one = np.random.RandomState(column_seed)
    idx, cells, all_ = np.arange(n), np.arange(n), []
    for _ in range(repeats):
        one.shuffle(idx)
        cells = cells[idx]
        all_.append(cells.tolist())
    return [all_] * columns


def loss(net, X, y):
    p = net.predict_proba(X)
    return -np.log(p[np.arange(len(y)), y]).mean()


cases = []
for outputs in (1, 3):
    net = Net(outputs)
    net.is_fitted_ = True
    X = np.column_stack([f32(rng.normal(size=ROWS)), f32(rng.normal(size=ROWS) * 2), rng.integers(0, 3, ROWS)])
    y = (rng.random(ROWS)[:, None] > net.predict_proba(X).cumsum(1)).sum(1)
    y[:3] = np.arange(3) % max(2, outputs)  # each label is there, and each colour
    X[:3, 2] = [0, 1, 2]
    given = permutation_importance(net, X, y, scoring=lambda m, X, y: -loss(m, X, y), n_repeats=SHUFFLES, random_state=5)
    curves = []
    for column in (0, 2):
        grid = np.unique(X[:20, column])
        # scikit-learn's answer for two classes is that of the second alone
        d = [partial_dependence(net, X, [column], custom_values={column: grid}, response_method="predict_proba", kind="both")]
        curves.append({"column": column, "grid": grid.tolist(), "mean": d[0]["average"].tolist(), "rows": d[0]["individual"].tolist()})
    background = X[:30]
    explained = shap.explainers.Exact(net.answers, shap.maskers.Independent(background, max_samples=30))(X[30:40])
    cases.append({
        "weights": [net.k0.tolist(), net.b0.tolist(), net.k1.tolist(), net.b1.tolist()],
        "rows": [[a, b, COLOURS[int(c)]] for a, b, c in X], "labels": y.tolist(),
        "loss": loss(net, X, y), "deals": deals(ROWS, 3, SHUFFLES, 5), "importance": given.importances_mean.tolist(),
        "curves": curves,
        "shapley": {"background": 30, "first": 30, "values": np.asarray(explained.values).reshape(10, 3, outputs).tolist(),
                    "base": np.asarray(explained.base_values).reshape(10, outputs).tolist()},
    })
print(json.dumps(cases))
