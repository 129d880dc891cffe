"""Writes golden.json: temperatures found by scipy for the log loss of scikit-learn.

Each set has probabilities (float32), truth and weights, and the temperature that gives
the least log loss of the rows and of one row more, which each answer is as likely for
as it said itself: as weighted rows of every label, that is a log loss like any other.
"""
import json
import numpy as np
import scipy, sklearn
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss

LEAST = 2.0**-25


def at(p, a, softmax):
    if softmax:
        z = a * np.log(np.maximum(p, LEAST))
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)
    q = np.clip(p[:, 0], LEAST, 1 - LEAST)
    s = 1 / (1 + np.exp(-a * np.log(q / (1 - q))))
    return np.column_stack([1 - s, s])


def temperature(p, y, w, softmax):
    n = len(y)
    own = p if softmax else np.column_stack([1 - p[:, 0], p[:, 0]])
    k = own.shape[1]
    added = w.sum() / n / n
    labels = np.concatenate([y] + [np.full(n, c) for c in range(k)])
    weights = np.concatenate([w] + [added * own[:, c] for c in range(k)])

    def loss(log_a):
        q = at(p, np.exp(log_a), softmax)
        return log_loss(labels, np.concatenate([q] * (k + 1)), sample_weight=weights, labels=list(range(k)))

    best = minimize_scalar(loss, bounds=(-np.log(100), np.log(100)), method="bounded", options={"xatol": 1e-12})
    return float(np.exp(-best.x))


def draw(seed, n, k, sharp, weighted):
    r = np.random.default_rng(seed)
    z = r.normal(size=(n, max(k, 1))) * sharp
    w = r.uniform(0.2, 3, n) if weighted else np.ones(n)
    if k == 0:
        p = (1 / (1 + np.exp(-z))).astype(np.float32).astype(float)
        y = (r.uniform(size=n) < 1 / (1 + np.exp(-z[:, 0] / sharp))).astype(int)
    else:
        e = np.exp(z)
        p = (e / e.sum(axis=1, keepdims=True)).astype(np.float32).astype(float)
        e = np.exp(z / sharp)
        y = np.array([r.choice(k, p=row / row.sum()) for row in e])
    return p, y, w


sets = []
for seed, n, k, sharp, weighted in [(1, 60, 0, 4, False), (2, 40, 3, 3, False), (3, 50, 0, 0.4, True), (4, 30, 5, 6, True), (5, 3, 0, 2, False), (6, 80, 2, 9, False)]:
    p, y, w = draw(seed, n, k, sharp, weighted)
    sets.append({"outputs": p.tolist(), "truth": y.tolist(), "weight": w.astype(np.float32).tolist(), "softmax": k > 0,
                 "temperature": temperature(p, y, w.astype(np.float32).astype(float), k > 0)})
# every row answered without a mistake: the added row alone keeps the temperature above 0
p, y, w = draw(7, 8, 0, 1, False)  # so few that no loss is beyond what scikit-learn clips
y = (p[:, 0] > 0.5).astype(int)
sets.append({"outputs": p.tolist(), "truth": y.tolist(), "weight": w.tolist(), "softmax": False, "temperature": temperature(p, y, w, False)})
json.dump({"scipy": scipy.__version__, "sklearn": sklearn.__version__, "sets": sets}, open("golden.json", "w"))
print([s["temperature"] for s in sets])
