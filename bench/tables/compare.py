#!/usr/bin/env python3
"""What a drafted spec is worth beside scikit-learn's default MLP.

    compare.py [options] FOLDER

FOLDER holds tables and a file targets.tsv, which names a table and its target
a line. For each table the script runs

    mlp init TABLE --target T > spec.yaml
    mlp fit -c spec.yaml
    mlp cv -c spec.yaml --folds 5 --repeats R -o answers.csv

with no edit between, then scikit-learn on the very folds that mlp's answers name:
StandardScaler for numbers, OneHotEncoder for words, and MLPClassifier or
MLPRegressor, all with their defaults; missing numbers become the median and
missing words the most frequent one (SimpleImputer). A column is numeric when
every cell that is not missing reads as a number. scikit-learn is given every
column but the target, those that mlp's spec leaves out too.

The metric is accuracy for labels and R2 for numbers. A row of the report holds
the mean and the sample sd over all folds of each side. The standard error is
scikit-learn's over the five folds of one repeat: sd / sqrt(5), the root mean
square over the repeats. A table falls short where mlp's mean lies more than one
standard error under scikit-learn's; then the exit code is 1.
"""
import argparse
import csv
import json
import math
import pathlib
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FOLDS = 5
MISSING = {"", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?"}  # as mlp has it


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def is_number(cell):
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def read(path, target):
    """Columns of the table but the target, and the target, as arrays."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",;\t|", key=first.count)
        rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
    if target in rows[0]:
        at, rows = rows[0].index(target), rows[1:]
    else:  # a table without a header: the target is a number
        at = int(target) - (int(target) > 0)
    columns = [np.array(cells, dtype=object) for cells in zip(*rows)]
    return columns[:at] + columns[at + 1:] if at != -1 else columns[:-1], columns[at]


def inputs(columns):
    """The matrix of all columns and a transformer for it."""
    numeric, words = [], []
    for j, cells in enumerate(columns):
        filled = [c for c in cells if c not in MISSING]
        if not filled:
            continue
        if all(map(is_number, filled)):
            numeric.append(j)
            columns[j] = np.array([math.nan if c in MISSING else float(c) for c in cells], dtype=object)
        else:
            words.append(j)
            columns[j] = np.array([math.nan if c in MISSING else c for c in cells], dtype=object)
    return np.stack(columns, axis=1), ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric),
        ("words", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")), words),
    ])


def sklearn_scores(path, target, labels, folds):
    """The score of every fold and the seconds of a training."""
    columns, y = read(path, target)
    x, transformer = inputs(columns)
    if not labels:
        y = y.astype(float)
    scores, seconds = [], []
    for i, (repeat, fold_of) in enumerate(folds):
        for fold in range(1, FOLDS + 1):
            held = fold_of == fold
            net = (MLPClassifier if labels else MLPRegressor)(random_state=1000 * repeat + fold)
            pipe = make_pipeline(transformer, net)
            begin = time.perf_counter()
            pipe.fit(x[~held], y[~held])
            seconds.append(time.perf_counter() - begin)
            scores.append((accuracy_score if labels else r2_score)(y[held], pipe.predict(x[held])))
    return scores, statistics.mean(seconds)


def mlp_scores(mlp, path, target, work, repeats):
    """The score of every fold, the seconds of `mlp fit`, whether the target is a
    label, and the fold of every row in each repeat."""
    spec, answers = work / f"{path.stem}.yaml", work / f"{path.stem}.answers.csv"
    spec.write_text(run(mlp, "init", path.resolve(), "--target", target))
    begin = time.perf_counter()
    run(mlp, "fit", "-c", spec, "-o", work / f"{path.stem}.bin", "-q")
    seconds = time.perf_counter() - begin
    run(mlp, "cv", "-c", spec, "--folds", str(FOLDS), "--repeats", str(repeats), "-o", answers)
    with open(answers, newline="") as file:
        rows = list(csv.reader(file))
    header, rows = rows[0], rows[1:]
    labels = any(name.startswith("p(") for name in header)
    if "repeat" not in header:
        header, rows = [header[0], "repeat"] + header[1:], [[r[0], "1"] + r[1:] for r in rows]
    assert header[:4] == ["line", "repeat", "fold", "true"], header
    scores, folds = [], []
    for repeat in range(1, repeats + 1):
        own = sorted((r for r in rows if r[1] == str(repeat)), key=lambda r: int(r[0]))
        fold_of = np.array([int(r[2]) for r in own])
        folds.append((repeat, fold_of))
        for fold in range(1, FOLDS + 1):
            truth, said = zip(*[(r[3], r[4]) for r in own if r[2] == str(fold)])
            if labels:
                scores.append(accuracy_score(truth, said))
            else:
                scores.append(r2_score([float(v) for v in truth], [float(v) for v in said]))
    return scores, seconds, labels, folds


def compare(args, path, target):
    rows = sum(1 for _ in open(path, "rb")) - 1
    repeats = args.repeats if rows <= args.once_from else 1
    ours, our_seconds, labels, folds = mlp_scores(args.mlp, path, target, args.work, repeats)
    kept = args.work / f"{path.stem}.sklearn.json"
    key = [sklearn.__version__, [fold_of.tolist() for _, fold_of in folds]]
    theirs = None
    if kept.exists():
        old = json.loads(kept.read_text())
        if old["key"] == key:
            theirs, their_seconds = old["scores"], old["seconds"]
    if theirs is None:
        theirs, their_seconds = sklearn_scores(path, target, labels, folds)
        kept.write_text(json.dumps({"key": key, "scores": theirs, "seconds": their_seconds}))
    squares = [statistics.variance(theirs[i:i + FOLDS]) / FOLDS for i in range(0, len(theirs), FOLDS)]
    error = math.sqrt(statistics.mean(squares))
    gap = statistics.mean(ours) - statistics.mean(theirs)
    return {"table": path.stem, "rows": rows, "metric": "accuracy" if labels else "R2", "repeats": repeats,
            "ours": ours, "theirs": theirs, "errors": gap / error if error else (0.0 if gap == 0 else math.copysign(math.inf, gap)),
            "short": gap < -error, "our_seconds": our_seconds, "their_seconds": their_seconds}


def line(r):
    def side(scores):
        return f"{statistics.mean(scores):.4f} ± {statistics.stdev(scores):.4f}"
    return (f"| {r['table']} | {r['rows']} | {r['metric']} | {side(r['ours'])} | {side(r['theirs'])} "
            f"| {r['errors']:+.2f}{' **short**' if r['short'] else ''} | {r['our_seconds']:.2f} | {r['their_seconds']:.2f} |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--mlp", default="./mlp", help="the program (default ./mlp)")
    p.add_argument("--repeats", type=int, default=5, help="how often the rows are dealt out anew (default 5)")
    p.add_argument("--once-from", type=int, default=5000, metavar="ROWS", help="larger tables are dealt out once (default 5000)")
    p.add_argument("--work", type=pathlib.Path, default=pathlib.Path("tables-work"), help="folder for specs, models, answers and scikit-learn's scores, which are taken again while the folds are the same")
    p.add_argument("--only", nargs="*", help="names of tables")
    args = p.parse_args()
    warnings.filterwarnings("ignore")  # scikit-learn's on convergence, one a training
    args.work.mkdir(parents=True, exist_ok=True)
    print(f"scikit-learn {sklearn.__version__}\n")
    print("| table | rows | metric | mlp | scikit-learn | difference, s.e. | fit, s | scikit-learn's fit, s |")
    print("|---|---:|---|---:|---:|---:|---:|---:|", flush=True)
    short, done = [], []
    for entry in (args.folder / "targets.tsv").read_text().splitlines():
        name, target = entry.split("\t")
        if args.only and pathlib.Path(name).stem not in args.only:
            continue
        try:
            r = compare(args, args.folder / name, target)
        except RuntimeError as problem:
            print(f"| {pathlib.Path(name).stem} | | | **failed** | | | | |", flush=True)
            print(problem, file=sys.stderr)
            short.append(name)
            continue
        print(line(r), flush=True)
        done.append(r)
        if r["short"]:
            short.append(name)
    errors = [r["errors"] for r in done if math.isfinite(r["errors"])]
    if errors:
        print(f"\n{len(done)} tables; {sum(e >= 0 for e in errors)} at least even, {len(short)} short; mean difference {statistics.mean(errors):+.2f} s.e.")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
