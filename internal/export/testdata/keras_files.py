"""Exports models to Keras and lets it answer and go on training.

KERAS_BACKEND=torch python3 keras_files.py MLP runs, for each layer, activation and optimizer that
Keras has, a small model. The .keras file is loaded; its answers are those of mlp within
2e-6 of the largest (float32, added up in another order by BLAS, with exponentials of its
own; 1e-5 behind group_normalization, which divides by how far two numbers are apart); one more epoch there and one more in mlp, without shuffling, end in the same answers
within 2e-4 of the largest: what the optimizer remembers went along. The weights alone are
loaded into the model again, whose weights then are the same bits.
"""
import csv, json, os, random, subprocess, sys, tempfile

import numpy as np
import keras

MLP = os.path.abspath(sys.argv[1])
draw = random.Random(5)

LAYERS = [[], [{"type": "activation", "activation": "tanh"}], ["re_lu"], [{"type": "re_lu", "max_value": 1, "negative_slope": 0.1, "threshold": 0.2}], ["leaky_re_lu"], ["elu"], ["softmax"],
          [{"type": "activity_regularization", "l2": 0.01}], [{"type": "alpha_dropout", "rate": 0}], ["batch_normalization"], [{"type": "batch_normalization", "center": False}],
          [{"type": "batch_normalization", "trainable": False}], [{"type": "dropout", "rate": 0}], ["flatten"], [{"type": "gaussian_dropout", "rate": 0}], [{"type": "gaussian_noise", "stddev": 0}],
          [{"type": "group_normalization", "groups": 2}], ["identity"], ["layer_normalization"], [{"type": "layer_normalization", "scale": False}], ["p_re_lu"], [{"type": "rescaling", "scale": 0.5, "offset": 0.1}],
          ["rms_normalization"], ["unit_normalization"], ["normalization"], [{"type": "normalization", "mean": [0.1], "variance": [2]}],
          [{"units": 4, "kernel_regularizer": {"type": "l2", "l2": 0.01}, "kernel_constraint": {"type": "max_norm", "max_value": 1}, "use_bias": False}],
          [{"units": 4, "kernel_regularizer": "l1l2", "bias_regularizer": "l1", "kernel_constraint": "unit_norm"}], [{"units": 4, "kernel_regularizer": "orthogonal_regularizer", "trainable": False}],
          [{"units": 4, "kernel_initializer": "identity", "kernel_constraint": "non_neg"}], [{"units": 4, "kernel_constraint": "min_max_norm"}]]
ACTIVATIONS = ["celu", "elu", {"type": "elu", "alpha": 0.5}, "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu", {"type": "leaky_relu", "negative_slope": 0.3}, "linear",
               "log_sigmoid", "log_softmax", "mish", "relu", {"type": "relu", "max_value": 1}, "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid",
               "squareplus", "tanh", "tanh_shrink"]
OPTIMIZERS = ["adam", {"type": "adam", "amsgrad": True, "clipnorm": 1}, {"type": "adam", "gradient_accumulation_steps": 2}, {"type": "adamw", "weight_decay": 0.01, "decay_all": True}, "sgd", {"type": "sgd", "momentum": 0.9, "nesterov": True},
              "rmsprop", {"type": "rmsprop", "momentum": 0.5, "centered": True}, "adagrad", "adadelta", "adamax", "ftrl", "lion", "lamb", {"type": "adam", "learning_rate": {"type": "exponential_decay", "initial_learning_rate": 0.01, "decay_steps": 4, "decay_rate": 0.5}},
              {"type": "sgd", "learning_rate": {"type": "cosine_decay", "initial_learning_rate": 0.05, "decay_steps": 40}}]
TASKS = [("y", {"units": 1}, "mean_squared_error"), ("y", {"units": 1}, "huber"), ("two", {"units": 1, "activation": "sigmoid"}, "binary_crossentropy"), ("three", {"units": 3, "activation": "softmax"}, "sparse_categorical_crossentropy"),
         ("two", {"units": 1, "activation": "tanh"}, "squared_hinge")]


def cases():
    plain = TASKS[0]
    for l in LAYERS:
        yield l, "tanh", "adam", draw.choice(TASKS)
    for a in ACTIVATIONS:
        yield [], a, "adam", draw.choice(TASKS)
    for o in OPTIMIZERS:
        yield ["batch_normalization"], "tanh", o, plain
    for t in TASKS:
        yield [], "relu", "adam", t


def run(*command):
    done = subprocess.run([MLP, *command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("%s: exit code %d\n%s" % (" ".join(command), done.returncode, done.stderr[-1500:]))
    return done.stderr


def answers(model, target):
    run("predict", model, "t.csv", "-q", "-o", "p.csv")
    rows = list(csv.reader(open("p.csv")))[1:]
    head = next(csv.reader(open("p.csv")))
    at = [j for j, h in enumerate(head) if h.startswith(("p(", "margin"))] or [0]
    if target == "two":
        at = at[-1:]
    return np.array([[float(r[j]) for j in at] for r in rows])


def main():
    failed = count = 0
    worst, furthest = 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("t.csv", "w") as f:
            f.write("a,b,c,d,y,two,three\n")
            for _ in range(64):
                x = [draw.gauss(k, 1 + k) for k in range(4)]
                f.write(",".join("%.4f" % v for v in x) + ",%.4f,%s,%s\n" % (20 + 5 * x[0] + x[1] * x[2], "no yes".split()[x[0] > 0], "uvw"[(x[1] > 1) + (x[2] > 2)]))
        rows = list(csv.DictReader(open("t.csv")))
        x = np.array([[float(r[c]) for c in "abcd"] for r in rows], dtype="f4")
        for extra, activation, optimizer, (target, out, loss) in cases():
            count += 1
            scale = draw.choice(["standard", "minmax", "robust", "none"])
            s = {"seed": draw.randrange(99), "data": {"path": "t.csv", "target": target, "ignore": [c for c in ("y", "two", "three") if c != target], "numeric": {"scale": scale}, "scale_target": "none" if count % 2 else "standard"},
                 "layers": [{"units": 4, "activation": activation}] + extra + [out], "compile": {"loss": loss, "optimizer": optimizer}, "fit": {"epochs": 3, "batch_size": 16, "shuffle": False}}
            json.dump(s, open("s.json", "w"))
            try:
                run("fit", "-c", "s.json", "-o", "m.bin", "-q", "--force")
                want = answers("m.bin", target)
                notes = run("export", "m.bin", "-o", "m.keras")
                run("export", "m.bin", "-o", "m.weights.h5", "-q")
                m = keras.saving.load_model("m.keras")
                got = m.predict(x, verbose=0)
                off = np.max(np.abs(got - want)) / max(1, np.max(np.abs(want)))
                worst = max(worst, off)
                if not off <= (1e-5 if "group_normalization" in json.dumps(extra) else 2e-6):
                    raise RuntimeError("answers are %g of the largest apart" % off)
                before = [w.copy() for w in m.get_weights()]
                m.load_weights("m.weights.h5")
                if any(a.tobytes() != b.tobytes() for a, b in zip(before, m.get_weights())):
                    raise RuntimeError("the file of weights has others")
                if target == "y" and count % 2 == 0:
                    continue  # the loss there is in the target's units
                labels = {"y": lambda r: float(r["y"]), "two": lambda r: float(r["two"] == "yes"), "three": lambda r: float("uvw".index(r["three"]))}[target]
                y = np.array([labels(r) for r in rows], dtype="f4")
                if loss == "squared_hinge":
                    y = 2 * y - 1
                m.fit(x, y, batch_size=16, epochs=1, shuffle=False, verbose=0)
                run("fit", "m.bin", "--epochs", "1", "-q")
                want, got = answers("m.bin", target), m.predict(x, verbose=0)
                off = np.max(np.abs(got - want)) / max(1, np.max(np.abs(want)))
                furthest = max(furthest, off)
                if not off <= 2e-4:
                    raise RuntimeError("after one more epoch answers are %g of the largest apart" % off)
            except Exception as e:
                failed += 1
                print("failed:", json.dumps(s), e)
    print("%d models, %d failed; answers at most %.2g of the largest apart, after one more epoch %.2g" % (count, failed, worst, furthest))
    sys.exit(failed > 0)


main()
