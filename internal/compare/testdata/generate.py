"""Writes compared.json: pairs of answers and what scipy and statsmodels say of them.

Run with SciPy 1.17.1, statsmodels 0.15.0 and scikit-learn 1.9.1:  python generate.py > compared.json
DeLong's covariance is written out after the definition: for each positive the share of
negatives below it, for each negative the share of positives above it.
"""

import json

import numpy as np
from scipy import stats
from sklearn.metrics import roc_auc_score
from statsmodels.stats.contingency_tables import mcnemar

rng = np.random.default_rng(11)


def placements(score, y):
    pos, neg = score[y == 1], score[y == 0]
    wins = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return wins.mean(1), wins.mean(0)


cases = []
for n, folds in ((60, 5), (300, 10)):
    y = (rng.random(n) < 0.4).astype(int)
    a = np.round(np.clip(0.5 * y + rng.normal(0.25, 0.3, n), 0.01, 0.99), 2)
    b = np.round(np.clip(0.6 * y + rng.normal(0.2, 0.3, n), 0.01, 0.99), 2)
    fold = np.arange(n) % folds + 1
    right_a, right_b = (a > 0.5) == y, (b > 0.5) == y
    only_a, only_b = int((right_a & ~right_b).sum()), int((~right_a & right_b).sum())
    exact = mcnemar([[0, only_a], [only_b, 0]], exact=True).pvalue
    mid = exact - stats.binom.pmf(min(only_a, only_b), only_a + only_b, 0.5)
    va10, va01 = placements(a, y)
    vb10, vb01 = placements(b, y)
    s10, s01 = np.cov(va10, vb10), np.cov(va01, vb01)
    s = s10 / len(va10) + s01 / len(va01)
    se = np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])
    diff = roc_auc_score(y, b) - roc_auc_score(y, a)
    d = np.array([right_b[fold == f].mean() - right_a[fold == f].mean() for f in range(1, folds + 1)])
    test = n / folds
    corrected = np.sqrt((1 / folds + test / (n - test)) * d.var(ddof=1))
    cases.append({
        "truth": y.tolist(), "a": a.tolist(), "b": b.tolist(), "folds": fold.tolist(),
        "accuracy": [right_a.mean(), right_b.mean()], "only": [only_a, only_b], "mcnemar": mid,
        "auc": [roc_auc_score(y, a), roc_auc_score(y, b)], "delong_se": se, "delong_p": 2 * stats.norm.sf(abs(diff / se)),
        "mean": d.mean(), "corrected_se": corrected, "corrected_p": 2 * stats.t.sf(abs(d.mean() / corrected), folds - 1),
        "half": stats.t.ppf(0.975, folds - 1) * corrected,
    })
print(json.dumps(cases))
