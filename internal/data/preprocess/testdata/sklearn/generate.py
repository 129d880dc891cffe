"""Writes scalers.json: what scikit-learn's scalers make of a few columns.

Run with scikit-learn 1.9.1 and NumPy 2.4.6:  python generate.py > scalers.json
Numbers are written as C99 hexadecimal, so that none is rounded on the way.
"""

import json

import numpy as np
import sklearn
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, RobustScaler, StandardScaler

rng = np.random.default_rng(7)


def f32(x):
    return np.asarray(x, np.float32).astype(np.float64)


COLUMNS = {
    "normal": f32(rng.normal(size=400)),
    "long tail": f32(np.exp(2 * rng.normal(size=500))),
    "ties": f32(rng.integers(0, 6, size=300)),
    "ties and a tail": f32(np.where(rng.random(300) < 0.4, 0, rng.exponential(size=300))),
    "four rows": f32([3, 1, 2, 10]),
    "two values": f32([0, 0, 0, 1, 1]),
    "large": f32(1e6 + rng.normal(size=64)),
    "small": f32(1e-3 * rng.normal(size=64)),
}

SCALERS = {
    '"standard"': StandardScaler(),
    '"minmax"': MinMaxScaler(),
    '"robust"': RobustScaler(),
    '{"type": "quantile", "n_quantiles": 1000}': QuantileTransformer(n_quantiles=1000, output_distribution="normal"),
    '{"type": "quantile", "n_quantiles": 100}': QuantileTransformer(n_quantiles=100, output_distribution="normal"),
    '{"type": "quantile", "n_quantiles": 7}': QuantileTransformer(n_quantiles=7, output_distribution="normal"),
    '{"type": "quantile", "n_quantiles": 1000, "output_distribution": "uniform"}': QuantileTransformer(n_quantiles=1000),
    '{"type": "quantile", "n_quantiles": 16, "output_distribution": "uniform"}': QuantileTransformer(n_quantiles=16),
}


def hexes(x):
    return [float(v).hex() for v in np.ravel(x)]


columns, cases = {}, []
for column, x in COLUMNS.items():
    # what was trained on, what lies between, and what lies beyond
    spread = x.max() - x.min()
    probe = f32(np.concatenate([x[:40], (x[:20] + x[20:40]) / 2 if len(x) >= 40 else x, [x.min() - spread, x.max() + spread, x.mean()]]))
    columns[column] = {"train": hexes(x), "x": hexes(probe)}
    for spec, scaler in SCALERS.items():
        scaler.fit(x[:, None])
        if getattr(scaler, "n_quantiles", 0) >= len(x):
            # A quantile for each row is that row's value. By way of percentages
            # some come out a rounding beside it, which moves a tie by half a row.
            exact = np.sort(x)[:, None]
            assert np.abs(scaler.quantiles_ - exact).max() <= 1e-9 * np.abs(exact).max()
            scaler.quantiles_ = exact
        cases.append({"column": column, "scaler": spec, "want": hexes(scaler.transform(probe[:, None]))})

print(json.dumps({"scikit-learn": sklearn.__version__, "numpy": np.__version__, "columns": columns, "cases": cases}, indent=0))
