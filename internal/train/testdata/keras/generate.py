"""Writes the golden files beside this script, with the Keras that is installed.

    python internal/train/testdata/keras/generate.py [--out DIR] [family ...]

Every family (a module of the goldens package) is computed twice, each time in a
process of its own: in float64, and in float32 with 64-bit types switched off,
so that no double can leak into a float32 result.
"""

import argparse
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
COMMAND = "python internal/train/testdata/keras/generate.py"
DTYPES = ("float64", "float32")
FAMILIES = (
    "activations", "losses", "metrics", "schedules", "optimizers", "regularizers",
    "constraints", "layers", "graphs", "initializers", "callbacks", "runs", "kinks", "heads", "spreads",
)
UNCOMMITTED = ("battery",)  # made only when named, into a place of its own


def keep_float64():
    """Off TensorFlow, Keras rounds the result of many ops (tanh, var, norm, ...) to float32
    even when floatx is float64: its promotion table maps the one to the other. Undo that."""
    from keras.src.backend.common import dtypes

    dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


def backend_version():
    import keras

    return importlib.import_module(keras.backend.backend()).__version__


def compute(families, dtype, path):
    """The worker: all cases of the families in one dtype, as JSON in path."""
    import jax
    import keras

    keras.config.set_floatx(dtype)
    if dtype == "float64":
        keep_float64()
    notes, cases = {}, {}
    for name in families:
        module = importlib.import_module("goldens." + name)
        notes[name] = " ".join(module.__doc__.split())
        cases[name] = list(module.cases())
        jax.clear_caches()  # thousands of small compiled programs: gigabytes
    json.dump({
        "keras": keras.__version__,
        "backend": f"{keras.backend.backend()} {backend_version()}",
        "notes": notes,
        "families": cases,
    }, open(path, "w"))


def compute_apart(families, dtype):
    env = {"KERAS_BACKEND": "jax"} | dict(os.environ, JAX_PLATFORMS="cpu",
                                          JAX_ENABLE_X64="1" if dtype == "float64" else "0")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, dtype + ".json")
        subprocess.run([sys.executable, __file__, "--worker", dtype, "--out", path, *families],
                       check=True, env=env)
        return json.load(open(path))


def merge(name, by_dtype):
    """One case per name, with the results of each dtype under the dtype's name."""
    merged = []
    for pair in zip(*(by_dtype[d]["families"][name] for d in DTYPES), strict=True):
        questions = [{k: v for k, v in case.items() if k != "result"} for case in pair]
        assert questions[0] == questions[1], f"{name}: {pair[0]['name']} depends on the dtype"
        results = {d: case["result"] for d, case in zip(DTYPES, pair) if case["result"]}
        merged.append(questions[0] | results)
    names = [case["name"] for case in merged]
    assert len(set(names)) == len(names), f"{name}: two cases share a name"
    return merged


def write(path, head, cases):
    lines = [f" {json.dumps(k)}: {json.dumps(v)}," for k, v in head.items()]
    rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path.write_text("{\n" + "\n".join(lines) + '\n "cases": [\n' + rows + "\n ]\n}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=HERE)
    parser.add_argument("--worker", choices=DTYPES, help=argparse.SUPPRESS)
    parser.add_argument("family", nargs="*", choices=[*FAMILIES, *UNCOMMITTED, []])
    args = parser.parse_args()
    families = args.family or FAMILIES
    if args.worker:
        compute(families, args.worker, args.out)
        return
    by_dtype = {dtype: compute_apart(families, dtype) for dtype in DTYPES}
    for name in families:
        cases = merge(name, by_dtype)
        head = {
            "keras": by_dtype["float64"]["keras"],
            "backend": by_dtype["float64"]["backend"],
            "dtype": ", ".join(DTYPES),
            "command": COMMAND,
            "note": by_dtype["float64"]["notes"][name],
        }
        write(args.out / (name + ".json"), head, cases)
        print(f"{name}.json: {len(cases)} cases, {(args.out / (name + '.json')).stat().st_size} bytes")


if __name__ == "__main__":
    main()
