"""Exports models of random specs in every format and lets other programs answer rows.

python3 conformance.py MLP [SPECS [SEED]] runs as many random specs, on one table with
gaps, unknown words and words that need quotes. Source code of C (gcc), JavaScript (node)
and Python must give the bits of mlp; ONNX, checked and run where onnx and onnxruntime
are installed, numbers within 8 ulp of the largest (at least 1) and the same labels but
where the two best are that near: onnxruntime adds up products in another order and has
exponentials of its own, and networks of random specs have hidden units much larger than
their outputs, whose rounding shows (networks that are trained to their end: 1 ulp). A
tool that is missing is named at the end.
"""
import csv, json, math, os, random, shutil, struct, subprocess, sys, tempfile

try:
    import numpy as np
    import onnxruntime
    onnxruntime.set_default_logger_severity(3)
except ImportError:
    onnxruntime = None
try:
    import onnx
except ImportError:
    onnx = None

MISSING = {"", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?"}
MLP = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 60
draw = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)


def table(path, rows, unseen):
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow("amount far whole colour size member code y kind both m1 m2".split())
        for i in range(rows):
            w.writerow([draw.choice(["", "-1", "NA"]) if draw.random() < .1 else "%.3f" % draw.gauss(3, 9), "%.6g" % (10 ** draw.uniform(-3, 6) * draw.choice([1, -1])),
                        draw.randrange(5), draw.choice(["red", "blue", "", 'été "1"', "a,b"] + unseen), draw.choice(["small", "large", "?"] + unseen),
                        draw.choice(["yes", "no", "TRUE", ""] + unseen[:1]), draw.choice(["3", "4", "5.0", "7"] + (["9"] if unseen else [])),
                        "%.3f" % draw.gauss(50, 20), draw.choice("xyz"), draw.choice(["lo", "hi"]), draw.randrange(2), draw.randrange(2)])


ACTS = ["relu", "tanh", "selu", "gelu", "silu", "mish", "softplus", "elu", "leaky_relu", "hard_sigmoid", "softsign", "celu", "squareplus", "log_sigmoid", "hard_silu", "sigmoid",
        {"type": "relu", "parametric": True}, {"type": "mish", "parametric": True}, {"type": "gelu", "approximate": True}, "tanh_shrink", "soft_shrink", "sparse_plus", "exponential"]
BETWEEN = ["batch_normalization", "layer_normalization", "rms_normalization", "unit_normalization", {"type": "dropout", "rate": .2}, "p_re_lu", "scale", {"type": "rescaling", "scale": .5, "offset": .1},
           {"type": "group_normalization", "groups": 2}]


def spec():
    units = draw.choice([4, 6, 10, 33])
    layers = []
    if draw.random() < .2:
        layers.append({"type": "periodic", "frequencies": 4, "dim": 3, "columns": [1, 2]})
    if draw.random() < .15:
        layers.append({"type": "piecewise_linear", "bins": 5, "dim": 3, "columns": [1]})
    layers.append({"units": units, "activation": draw.choice(ACTS)})
    for _ in range(draw.randrange(3)):
        layers.append(draw.choice(BETWEEN))
    if draw.random() < .3:
        layers.append({"type": "residual", "layers": [{"units": units, "activation": draw.choice(ACTS)}]} if draw.random() < .5 else
                      {"type": "parallel", "branches": [[{"units": 3, "activation": draw.choice(ACTS)}], []]})
    if draw.random() < .2:
        layers += [{"type": "batch_ensemble", "units": 4, "members": 3}, {"type": "batch_ensemble", "units": 3, "members": 3, "split": True, "average": True, "activation": "silu"}]
    target, task, out, loss = draw.choice([("y", None, {"units": 1}, "mse"), ("both", None, {"units": 1, "activation": "sigmoid"}, "binary_crossentropy"), ("both", None, {"units": 1}, "hinge"),
                                           ("kind", None, {"units": 3, "activation": "softmax"}, "sparse_categorical_crossentropy"),
                                           (["m1", "m2"], "multilabel", {"units": 2, "activation": "sigmoid"}, "binary_crossentropy")])
    targets = target if isinstance(target, list) else [target]
    data = {"path": "train.csv", "target": target, "ignore": [c for c in ["y", "kind", "both", "m1", "m2"] if c not in targets], "columns": [{"name": "amount", "na_values": ["-1"]}],
            "numeric": {"scale": draw.choice(["standard", "minmax", "robust", "log1p", "quantile", "none"]), "missing": draw.choice(["median", "mean", "mode", 0]), "indicator": draw.choice([True, False])},
            "categorical": {"encode": draw.choice(["one_hot", "embedding", "ordinal", {"type": "one_hot", "binary": "signed"}])}, "split": {"validation": .2}}
    if data["numeric"]["scale"] == "none":
        data["ignore"].append("far")
    if draw.random() < .3:
        data["numeric"]["clip"] = draw.choice([2, {"type": "smooth", "max": 3}])
    if draw.random() < .2:
        data["numeric"]["encode"] = draw.choice(["periodic", "piecewise_linear", {"type": "piecewise_linear", "dim": None, "bins": 6}])
    if task:
        data["task"] = task
    s = {"seed": draw.randrange(1000), "data": data, "layers": layers + [out], "compile": {"loss": loss, "optimizer": {"type": "adam", "learning_rate": .003, "clipnorm": 1}}, "fit": {"epochs": 3}}
    if draw.random() < .25:
        s["ensemble"] = {"members": 3, "average": draw.choice(["probability", "logit"])}
        del data["split"]
    elif loss.endswith("crossentropy") and target != ["m1", "m2"] and draw.random() < .4:
        s["fit"]["calibrate"] = "temperature"
    return s


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("%s: exit code %d\n%s" % (" ".join(command), done.returncode, done.stderr[-1500:]))
    return done.stdout


def rows_of(path, columns):
    """The rows as a program takes them: a text, or a number."""
    all = []
    for row in csv.DictReader(open(path, newline="")):
        all.append({c: row[c] if text else math.nan if row[c] in MISSING else float(row[c]) for c, text in columns.items()})
    return all


def known(model, path, threshold):
    """What mlp answers: of each row its labels and its numbers."""
    table = list(csv.reader(run(MLP, "predict", model, path, "-q", *threshold).splitlines()))
    scores = [j for j, name in enumerate(table[0]) if name.split("(")[0] in ("p", "margin", "value")] or list(range(len(table[0])))
    return [([c for j, c in enumerate(row) if j not in scores], [float(row[j]) for j in scores]) for row in table[1:]]


def flat(answer):
    """An answer of a program as labels and numbers."""
    labels, numbers = [], []
    for name, v in answer.items():
        for x in v if isinstance(v, list) else [v]:
            (labels if name in ("label", "labels") else numbers).append(x)
    return [str(x) for x in labels], [math.nan if x is None else float(x) for x in numbers]


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def compare(what, got, want, ulps):
    worst = 0
    scale = max([1] + [abs(x) for _, n in want for x in n if x == x])
    ulp = 2.0 ** (math.frexp(scale)[1] - 24)
    for i, ((la, na), (lb, nb)) in enumerate(zip(got, want)):
        na, nb = [f32(x) for x in na], [f32(x) for x in nb]
        far = max([abs(a - b) for a, b in zip(na, nb)] + [0])
        worst = max(worst, far)
        best = sorted(nb)
        near = ulps and (len(best) > 1 and best[-1] - best[-2] <= 2 * ulps * ulp or any(abs(x - cut) <= ulps * ulp for x in nb for cut in (0, .4, .5)))
        if la != lb and not near or not far <= ulps * ulp or len(na) != len(nb):
            raise RuntimeError("%s: row %d: %s %s, want %s %s" % (what, i + 1, la, na, lb, nb))
    if len(got) != len(want):
        raise RuntimeError("%s: %d rows, want %d" % (what, len(got), len(want)))
    return worst / ulp


def by_python(file, rows, _):
    here = {"__name__": "model"}
    exec(compile(open(file).read(), file, "exec"), here)
    return [flat(here["predict"](r)) for r in rows]


def by_node(file, rows, _):
    given = json.dumps([{k: None if isinstance(v, float) and v != v else v for k, v in r.items()} for r in rows])
    script = "const p = require(%s); console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0)).map(p)))" % json.dumps(os.path.abspath(file))
    done = subprocess.run(["node", "-e", script], input=given, capture_output=True, text=True, check=True)
    return [flat(a) for a in json.loads(done.stdout)]


def by_onnx(file, rows, _):
    if onnx:
        onnx.checker.check_model(onnx.load(file), full_check=True)
    s = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    feed = {}
    for i in s.get_inputs():
        kind = {"tensor(string)": object, "tensor(float)": np.float32, "tensor(double)": np.float64}[i.type]
        feed[i.name] = np.array([[r[i.name]] for r in rows], dtype=kind)
    out = dict(zip([o.name for o in s.get_outputs()], s.run(None, feed)))
    return [flat({k: v[i].tolist() if getattr(v[i], "shape", ()) else v[i] for k, v in out.items()}) for i in range(len(rows))]


def by_gcc(file, _, __):
    exe = os.path.abspath(file) + ".out"
    run("gcc", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O2", "-DPREDICT_TEST", file, "-o", exe)
    run(exe)
    return None  # the row in the file; TestCodeHasTheBits has many


def main():
    formats = [("python", "predict.py", by_python, 0), ("js", "predict.js", by_node, 0), ("c", "predict.c", by_gcc, 0), ("onnx", "model.onnx", by_onnx, 8)]
    missing = [n for n, t in (("node", shutil.which("node")), ("gcc", shutil.which("gcc")), ("onnxruntime", onnxruntime), ("onnx", onnx)) if not t]
    formats = [f for f in formats if {"js": "node", "c": "gcc", "onnx": "onnxruntime"}.get(f[0]) not in missing]
    failed, worst = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        table("train.csv", 120, [])
        table("new.csv", 60, ["tiny", "vert"])
        for n in range(COUNT):
            s = spec()
            json.dump(s, open("spec.json", "w"))
            try:
                if subprocess.run([MLP, "fit", "-c", "spec.json", "-o", "m.bin", "-q", "--force"], capture_output=True).returncode == 5:
                    continue  # it has diverged
                threshold = ["--threshold", "0.4"] if s["data"]["target"] == "both" and s["compile"]["loss"] != "hinge" else []
                want = known("m.bin", "new.csv", threshold)
                if any(x != x for _, numbers in want for x in numbers):
                    continue  # the network is of no use
                run(MLP, "export", "m.bin", "-o", "m.c", "--check", "new.csv", *threshold)
                columns = {c: c in ("colour", "size", "member", "code") for c in ("amount", "far", "whole", "colour", "size", "member", "code") if c not in s["data"]["ignore"]}
                columns["code"] = False
                rows = rows_of("new.csv", columns)
                for name, file, by, ulps in formats:
                    run(MLP, "export", "m.bin", "-o", file, *threshold)
                    got = by(file, rows, columns)
                    if got is not None:
                        off = compare(name, got, want, ulps)
                        worst = max(worst, off)
            except Exception as e:
                failed += 1
                print("spec %d: %s\n%s" % (n + 1, e, json.dumps(s)), flush=True)
    print("%d specs in %s: %d failed; the largest difference is %.2f ulp of the scale%s" % (COUNT, ", ".join(f[0] for f in formats), failed, worst, "; not here: " + ", ".join(missing) if missing else ""))
    sys.exit(1 if failed else 0)


main()
