#!/usr/bin/env python3
"""Measures drafted specs beside boosted trees and other networks, on the same folds.

    compare.py FOLDER --half chosen|reported|both --methods mlp,fast,CatBoost [--mlp ./mlp] [--old ./mlp-0.1.0]

FOLDER is one of make_tables.py's or draw_tables.py's. `mlp` is the draft of --mlp, `fast` that of `init --fast`,
`old` that of another program, to compare versions; the others are of methods.py. Each table is dealt into
three folds (with shuffling, of labels stratified); each method trains on two and answers the third.

A line of --results (JSON) holds the figures of one method on one fold: for labels the error, the log loss
in nats (probabilities bounded at 1e-7) and that of the share of the labels in the training rows, which is
the simplest guess; for numbers the root mean squared error over the standard deviation of the fold. What is
there already is not measured again. Beside it, in a folder, are the losses of every row, by which summary.py
pairs two methods.
"""
import argparse
import hashlib
import json
import pathlib
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, StratifiedKFold

from methods import CLASS, PEERS, Mlp

FOLDS = 3


def tables(folder):
    """Name, target and kind of every table."""
    return [line.split("\t") for line in (folder / "targets.tsv").read_text().splitlines()]


def halves(entries):
    """Which half a table belongs to: rules of the draft are chosen on one half of the tables and reported on
    the other. Within each kind the tables are dealt out in turn, in the order of the SHA-256 of their names."""
    half = {}
    for kind in sorted({kind for _, _, kind in entries}):
        names = sorted((name for name, _, k in entries if k == kind), key=lambda name: hashlib.sha256(name.encode()).digest())
        half.update((name, ("chosen", "reported")[i % 2]) for i, name in enumerate(names))
    return half


def read(path, target, kind):
    frame = pd.read_csv(path, na_values=["?", "<null>"], low_memory=False)
    frame = frame[frame[target].notna()].reset_index(drop=True)
    if kind == CLASS:
        frame[target] = frame[target].astype(str)
    return frame


def figures(answers, train, test, target, kind, labels):
    """The figures of a fold, and the loss of each of its rows: nats, or a square over the variance."""
    if kind != CLASS:
        true = test[target].to_numpy(float)
        losses = (answers - true) ** 2 / true.var()
        return {"nrmse": float(np.sqrt(losses.mean()))}, losses
    codes = {label: i for i, label in enumerate(labels)}
    true = test[target].map(codes).to_numpy()
    p = np.clip(answers, 1e-7, 1)
    p /= p.sum(1, keepdims=True)
    losses = -np.log(p[np.arange(len(true)), true])
    shares = np.bincount(train[target].map(codes), minlength=len(labels)) / len(train)
    return {"error": float((p.argmax(1) != true).mean()), "log_loss": float(losses.mean()), "base": float(-np.log(shares[true]).mean())}, losses


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--half", choices=["chosen", "reported", "both"], required=True)
    p.add_argument("--methods", default="mlp,fast,scikit-learn,LightGBM,XGBoost,CatBoost,RealMLP-TD,TabM-D")
    p.add_argument("--mlp", default="./mlp", help="the program (default ./mlp)")
    p.add_argument("--old", help="another version of it, the method `old`")
    p.add_argument("--folds", default="0,1,2", help="which of the three (default all)")
    p.add_argument("--tables", help="names, with commas (default all)")
    p.add_argument("--max-rows", type=int, default=10**9, help="leave out larger tables")
    p.add_argument("--results", type=pathlib.Path, default=pathlib.Path("tables-results.jsonl"))
    args = p.parse_args()
    warnings.filterwarnings("ignore")
    methods = {"mlp": Mlp(args.mlp), "fast": Mlp(args.mlp, "--fast"), **PEERS}
    if args.old:
        methods["old"] = Mlp(args.old)
    chosen = args.methods.split(",")
    if unknown := [m for m in chosen if m not in methods]:
        p.error(f"no method {', '.join(unknown)}; there are {', '.join(methods)}{'' if args.old else '; `old` wants --old'}")
    rows_folder = args.results.with_suffix(".rows")
    rows_folder.mkdir(parents=True, exist_ok=True)
    done = set()
    if args.results.exists():
        done = {(r["table"], r["fold"], r["method"]) for r in map(json.loads, args.results.read_text().splitlines())}
    entries = tables(args.folder)
    half = halves(entries)
    for name, target, kind in entries:
        if args.half not in ("both", half[name]) or args.tables and name not in args.tables.split(","):
            continue
        frame = read(args.folder / f"{name}.csv", target, kind)
        if len(frame) > args.max_rows:
            continue
        labels = sorted(set(frame[target])) if kind == CLASS else None
        dealt = StratifiedKFold if kind == CLASS else KFold
        for fold, (train, test) in enumerate(dealt(FOLDS, shuffle=True, random_state=7).split(frame, frame[target] if kind == CLASS else None)):
            if str(fold) not in args.folds.split(","):
                continue
            train, test = frame.iloc[train].reset_index(drop=True), frame.iloc[test].reset_index(drop=True)
            for method in chosen:
                if (name, fold, method) in done:
                    continue
                result = {"table": name, "half": half[name], "kind": kind, "rows": len(frame), "columns": frame.shape[1] - 1, "fold": fold, "method": method}
                begin = time.perf_counter()
                try:
                    answers = methods[method](train.copy(), test.copy(), target, kind, labels)
                    result["seconds"] = round(time.perf_counter() - begin, 2)
                    found, losses = figures(answers, train, test, target, kind, labels)
                    result |= found
                    np.save(rows_folder / f"{name}.{fold}.{method}.npy", losses.astype(np.float32))
                except Exception as problem:  # a method that fails on a table says so in the summary
                    result["failed"] = f"{type(problem).__name__}: {problem}"[:300]
                with open(args.results, "a") as file:
                    file.write(json.dumps(result) + "\n")
                print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
