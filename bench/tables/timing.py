#!/usr/bin/env python3
"""Times `mlp init` and `mlp fit` on tables of 1 000, 10 000 and 100 000 rows and 20 columns, beside RealMLP-TD.

    timing.py [--mlp ./mlp] [--rows 1000,10000] [--methods mlp,fast,RealMLP-TD]

Numbers are drawn from the normal distribution; the label is the sign of a function of five of them, with noise.
"""
import argparse
import time
import warnings

import numpy as np
import pandas as pd

from methods import CLASS, PEERS, Mlp


def table(rows):
    rng = np.random.default_rng(rows)
    x = rng.standard_normal((rows, 20))
    score = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + x[:, 3] - 0.5 * x[:, 4] ** 2 + 0.5 * rng.standard_normal(rows)
    return pd.DataFrame(x.round(5), columns=[f"x{i + 1}" for i in range(20)]).assign(y=np.where(score > 0, "yes", "no"))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--mlp", default="./mlp")
    p.add_argument("--rows", default="1000,10000,100000")
    p.add_argument("--methods", default="mlp,fast,RealMLP-TD")
    args = p.parse_args()
    warnings.filterwarnings("ignore")
    methods = {"mlp": Mlp(args.mlp), "fast": Mlp(args.mlp, "--fast"), **PEERS}
    print("| rows | " + " | ".join(args.methods.split(",")) + " |\n|---:|" + "---:|" * len(args.methods.split(",")))
    for rows in map(int, args.rows.split(",")):
        train, test, cells = table(rows), table(rows + 1).head(1000), []
        for method in args.methods.split(","):
            begin = time.perf_counter()
            p_yes = methods[method](train, test, "y", CLASS, ["no", "yes"])[:, 1]
            cells.append(f"{time.perf_counter() - begin:.1f} s, accuracy {((p_yes > .5) == (test['y'] == 'yes')).mean():.3f}")
        print(f"| {rows} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
