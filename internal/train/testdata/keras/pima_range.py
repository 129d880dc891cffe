"""Where does Keras itself end on the Pima tutorial? Seeds 1 to 20, written to pima_range.json.

The network is the tutorial's: eight raw columns, Dense 12 relu, Dense 8 relu,
Dense 1 sigmoid, every kernel from U(-0.05, 0.05), Adam with its defaults,
binary cross-entropy, 150 epochs, batches of 10, shuffled, no split.
Accuracy is measured by evaluate on all 768 rows after the last epoch.
"""

import csv
import json
import os
import pathlib
import statistics

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import keras
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE.parents[3] / "data" / "pima.csv"
SEEDS = range(1, 21)
EPOCHS, BATCH = 150, 10


def read_table():
    """The eight numeric columns as they stand, and 1 where diabetes is pos."""
    with open(TABLE, newline="") as f:
        rows = list(csv.DictReader(f))
    names = [name for name in rows[0] if name != "diabetes"]
    x = np.array([[float(row[name]) for name in names] for row in rows], "float32")
    y = np.array([row["diabetes"] == "pos" for row in rows], "float32")
    return x, y


def run(seed, x, y):
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    net = keras.Sequential([
        keras.Input((8,)),
        keras.layers.Dense(12, kernel_initializer="uniform", activation="relu"),
        keras.layers.Dense(8, kernel_initializer="uniform", activation="relu"),
        keras.layers.Dense(1, kernel_initializer="uniform", activation="sigmoid"),
    ])
    net.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    logs = net.fit(x, y, epochs=EPOCHS, batch_size=BATCH, verbose=0).history
    final = net.evaluate(x, y, verbose=0, return_dict=True)
    return {
        "seed": seed,
        "accuracy": round(float(final["accuracy"]), 7),
        "loss": round(float(final["loss"]), 7),
        "last_epoch_accuracy": round(float(logs["accuracy"][-1]), 7),
        "last_epoch_loss": round(float(logs["loss"][-1]), 7),
    }


def spread(runs, key):
    values = [r[key] for r in runs]
    return {"min": min(values), "median": round(statistics.median(values), 7), "max": max(values)}


def main():
    x, y = read_table()
    runs = []
    for seed in SEEDS:
        runs.append(run(seed, x, y))
        print(runs[-1], flush=True)
    head = {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "dtype": "float32",
        "command": "python internal/train/testdata/keras/pima_range.py",
        "rows": len(x),
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "accuracy": spread(runs, "accuracy"),
        "loss": spread(runs, "loss"),
    }
    lines = [f" {json.dumps(k)}: {json.dumps(v)}," for k, v in head.items()]
    rows = ",\n".join("  " + json.dumps(r) for r in runs)
    text = "{\n" + "\n".join(lines) + '\n "runs": [\n' + rows + "\n ]\n}\n"
    (HERE / "pima_range.json").write_text(text)


if __name__ == "__main__":
    main()
