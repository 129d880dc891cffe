#!/usr/bin/env python3
"""Sums up what compare.py has measured, as Markdown.

    summary.py RESULTS.jsonl --half chosen|reported [--against old] [--each]

Means over the folds of a table first; then, over the tables that every method has answered, the mean rank
and the shifted geometric mean exp(mean(log(x + 0.01))) - 0.01. Then what must never be: a log loss more than
2 % above that of the simplest guess, and a table on which mlp is worse than --against by more than two
standard errors of the paired differences of its rows.
"""
import argparse
import collections
import json
import math
import pathlib
import statistics

import numpy as np

SHIFT = 0.01  # so that a table with hardly an error does not outweigh the others


def shifted_mean(values):
    return math.exp(statistics.mean(math.log(v + SHIFT) for v in values)) - SHIFT


def ranks(values):
    return [1 + sum(w < v for w in values) + sum(w == v for w in values) / 2 - .5 for v in values]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("results", type=pathlib.Path)
    p.add_argument("--half", choices=["chosen", "reported", "both"], required=True)
    p.add_argument("--methods", help="names, with commas (default: all there are)")
    p.add_argument("--against", default="old", help="the method that mlp is not to be worse than")
    p.add_argument("--each", action="store_true", help="every table too")
    args = p.parse_args()
    found = [r for r in map(json.loads, args.results.read_text().splitlines()) if args.half in ("both", r["half"])]
    methods = args.methods.split(",") if args.methods else list(dict.fromkeys(r["method"] for r in found))
    cells, rows, seconds = collections.defaultdict(list), {}, collections.defaultdict(list)
    for r in found:
        rows[r["table"]] = r["rows"]
        if "failed" in r:
            print(f"failed: {r['table']}, fold {r['fold']}, {r['method']}: {r['failed']}\n")
            continue
        seconds[r["method"]].append(r["seconds"])
        for figure in ("error", "log_loss", "nrmse", "base"):
            if figure in r:
                cells[figure, r["table"], r["method"]].append(r[figure])

    mean = {key: statistics.mean(values) for key, values in cells.items()}
    for figure in ("error", "log_loss", "nrmse"):
        whole = [t for t in sorted(rows, key=rows.get) if all((figure, t, m) in mean for m in methods)]
        if not whole:
            continue
        print(f"| {figure}, {len(whole)} tables | {' | '.join(methods)} |\n|---|{'---:|' * len(methods)}")
        lines = [[mean[figure, t, m] for m in methods] for t in whole]
        if args.each:
            for t, values in zip(whole, lines):
                print(f"| {t}, {rows[t]} rows | {' | '.join(f'{v:.4f}' for v in values)} |")
        print(f"| mean rank | {' | '.join(f'{statistics.mean(r):.2f}' for r in zip(*map(ranks, lines)))} |")
        print(f"| shifted geometric mean | {' | '.join(f'{shifted_mean(v):.4f}' for v in zip(*lines))} |\n")
    print("seconds a fold, mean: " + ", ".join(f"{m} {statistics.mean(seconds[m]):.1f}" for m in methods if seconds[m]) + "\n")

    above = [(t, mean["log_loss", t, "mlp"] / mean["base", t, "mlp"]) for t in rows if ("log_loss", t, "mlp") in mean]
    print(f"log loss over the simplest guess's: at most {max((x for _, x in above), default=0):.3f}; above 1.02: {', '.join(f'{t} {x:.3f}' for t, x in above if x > 1.02) or 'none'}\n")

    worse, compared = [], 0
    folder = args.results.with_suffix(".rows")
    for t in rows:
        pairs = [(folder / f"{t}.{k}.mlp.npy", folder / f"{t}.{k}.{args.against}.npy") for k in range(3)]
        pairs = [(np.load(a), np.load(b)) for a, b in pairs if a.exists() and b.exists()]
        if not pairs:
            continue
        compared += 1
        d = np.concatenate([a.astype(float) - b for a, b in pairs])
        error = d.std(ddof=1) / math.sqrt(len(d))
        if d.mean() > 2 * error:
            worse.append(f"{t} by {d.mean():.4f} ± {error:.4f}")
    if compared:
        print(f"mlp worse than {args.against} by more than two standard errors on {len(worse)} of {compared} tables: {'; '.join(worse) or 'none'}")


if __name__ == "__main__":
    main()
