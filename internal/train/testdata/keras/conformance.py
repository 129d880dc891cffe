"""Does the installed Keras still give the committed numbers?

    python internal/train/testdata/keras/conformance.py [family ...]

Regenerates the golden files into a temporary directory and compares: the questions must
be the same, the answers within the tolerances below. Exit 0: they agree, or Keras is not
installed and one line says so. Exit 1: they do not; every case that differs is named.
"""

import importlib.util
import json
import math
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# In units of 1 + the largest entry of the row. Another XLA may add in another order, fuse
# other products and use other polynomials: a few units in the last place per operation, and
# sums of a few dozen terms. A run of 60 steps multiplies that.
TOLERANCE = {"float64": 1e-12, "float32": 2e-6}
RUN_TOLERANCE = {"float64": 1e-10, "float32": 2e-5}
# Ten optimizer steps of up to 0.1 each: Adam divides by the root of a small sum.
STEP_TOLERANCE = {"float64": 1e-12, "float32": 1e-5}


def tolerance(family, dtype):
    if family == "runs":
        return RUN_TOLERANCE[dtype]
    if family == "optimizers":
        return STEP_TOLERANCE[dtype]
    return TOLERANCE[dtype]


def rows(value):
    lines = [value] if isinstance(value, str) else value
    return [[float.fromhex(word) for word in line.split()] for line in lines]


def worst(got, want):
    """The largest error over the tolerance's scale; infinite when shapes or special values differ."""
    if [len(r) for r in got] != [len(r) for r in want]:
        return math.inf
    error = 0.0
    for got_row, want_row in zip(got, want):
        scale = 1 + max((abs(v) for v in want_row if math.isfinite(v)), default=0)
        for g, w in zip(got_row, want_row):
            if math.isfinite(g) and math.isfinite(w):
                error = max(error, abs(g - w) / scale)
            elif not (g == w or math.isnan(g) and math.isnan(w)):
                return math.inf
    return error


def differences(family, got, want):
    """A line for every way in which the regenerated file differs from the committed one."""
    got = {case["name"]: case for case in got["cases"]}
    want = {case["name"]: case for case in want["cases"]}
    for name in want.keys() | got.keys():
        if name not in got or name not in want:
            yield f"{family}: {name}: only in the {'committed' if name in want else 'new'} file"
            continue
        questions = [{k: v for k, v in c.items() if k not in TOLERANCE} for c in (got[name], want[name])]
        if questions[0] != questions[1]:
            yield f"{family}: {name}: the question has changed"
            continue
        for dtype in TOLERANCE:
            new, old = got[name].get(dtype, {}), want[name].get(dtype, {})
            for key in new.keys() | old.keys():
                if key not in new or key not in old:
                    yield f"{family}: {name}: {dtype} {key}: on one side only"
                    continue
                error = worst(rows(new[key]), rows(old[key]))
                if not error <= tolerance(family, dtype):
                    yield f"{family}: {name}: {dtype} {key}: off by {error:.1e}"


def main():
    if not all(importlib.util.find_spec(name) for name in ("keras", "jax")):
        print("conformance: skipped, Keras with JAX is not installed (pip install keras jax)")
        return 0
    sys.path.insert(0, str(HERE))
    from generate import FAMILIES

    families = sys.argv[1:] or FAMILIES
    found = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(HERE / "generate.py"), "--out", folder, *families]
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
            print("conformance: the generator failed with the installed Keras")
            return 1
        for family in families:
            new = json.loads((pathlib.Path(folder) / (family + ".json")).read_text())
            old = json.loads((HERE / (family + ".json")).read_text())
            found += sorted(differences(family, new, old))
    print("\n".join(found), end="\n" if found else "")
    head = f"Keras {new['keras']} on {new['backend']} against Keras {old['keras']} on {old['backend']}"
    print(f"conformance: {head}: " + (f"{len(found)} differences" if found else f"{len(families)} families agree"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
