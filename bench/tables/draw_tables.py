#!/usr/bin/env python3
"""Draws tables of 12 000 rows whose labels a logistic regression has given.

    draw_tables.py FOLDER

Twenty numbers a row from the standard normal distribution; the log odds of "yes" are a sum of them, with weights
that are normal of sd 0.3, and a constant that makes 3 %, 16 % or 43 % of the labels "yes". No method can beat
logistic regression on them by more than chance; compare.py measures how close one comes:

    compare.py FOLDER --half both --methods mlp,logistic,CatBoost
"""
import pathlib
import sys

import numpy as np
import pandas as pd

ROWS, COLUMNS = 12_000, 20


def constant(score, share):
    """The constant at which the mean probability is share, by bisection."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (1 + np.exp(-score - middle))).mean() < share else (low, middle)
    return low


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for percent in (3, 16, 43):
        rng = np.random.default_rng(percent)
        x = rng.standard_normal((ROWS, COLUMNS))
        score = x @ (0.3 * rng.standard_normal(COLUMNS))
        yes = rng.random(ROWS) < 1 / (1 + np.exp(-score - constant(score, percent / 100)))
        frame = pd.DataFrame(x.round(5), columns=[f"x{i + 1}" for i in range(COLUMNS)]).assign(y=np.where(yes, "yes", "no"))
        frame.to_csv(folder / f"logistic_{percent}.csv", index=False)
        lines.append(f"logistic_{percent}\ty\tclass\n")
    (folder / "targets.tsv").write_text("".join(lines))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
