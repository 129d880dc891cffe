#!/usr/bin/env python3
"""Measures mlp against its peers in one run and prints a table of ratios.

    bench/run.py [--rounds 5] [--only tutorial,fashion,wide,predict,startup]
              [--python INTERPRETER]... [--fashion DIRECTORY] [--work DIRECTORY]

A round runs every contender once, one after the other, so that what disturbs
the machine disturbs all; figures are medians over the rounds. A peer that is not
installed is named in one line and left out. Interpreters are tried in order for
each Python package. Fashion-MNIST is Debian's package dataset-fashion-mnist, or
a directory with its four .gz files. Nothing is installed or fetched.
"""
import argparse
import gzip
import json
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("OPENBLAS_", "MLP_"))} | {"OMP_WAIT_POLICY": "passive"}
ONE_THREAD = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
IDX = [f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]


def run(command, **more):
    """Runs a command and returns its output and how many seconds it took."""
    begin = time.perf_counter()
    p = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV | more.pop("env", {}), **more)
    out, err = p.communicate()
    seconds = time.perf_counter() - begin
    if p.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {err.strip().splitlines()[-1] if err.strip() else p.returncode}")
    return out, seconds


def cpu():
    """CPU seconds of all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_memory(command):
    """The largest resident set of a command, in MB."""
    p = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, env=ENV)
    return os.wait4(p.pid, 0)[2].ru_maxrss / 1024


def values(out, word):
    """The numbers after a word that begins a line."""
    return [float(line.split()[1]) for line in out.splitlines() if line.startswith(word + " ")]


class Bench:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.missing = []
        self.table = []  # task, contender, seconds or text, ratio to mlp or "", CPU seconds or ""
        run(["go", "build", "-trimpath", "-ldflags", "-s -w", "-o", work / "mlp", "."], cwd=ROOT, env={"CGO_ENABLED": "0"})
        run(["go", "test", "-c", "-o", work / "train.test", "./internal/train"], cwd=ROOT)
        run(["go", "build", "-o", work / "idx2csv", "./bench/idx2csv"], cwd=ROOT)

    def note(self, line):
        if line not in self.missing:
            self.missing.append(line)
            print(line, file=sys.stderr)

    def c(self, name, *flags):
        """Compiles a C program and returns its path, or None."""
        compiler, to = shutil.which(os.environ.get("CC", "cc")), self.work / name
        if compiler is None:
            self.note("no C compiler: the C programs are left out")
            return None
        if not to.exists():
            try:
                run([compiler, "-O3", "-march=native", "-ffast-math", "-pthread", "-fopenmp", "-o", to, HERE / "c" / f"{name}.c", *flags, "-lm"])
            except RuntimeError as problem:
                self.note(f"{name}.c is left out: {problem}")
                return None
        return to

    def python(self, *packages):
        """Finds an interpreter that has the packages, or None."""
        for candidate in self.options.python:
            try:
                run([candidate, "-c", f"import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, {packages})))"])
                return candidate
            except (RuntimeError, FileNotFoundError):
                continue
        self.note(f"no Python with {' and '.join(packages)}: left out")
        return None

    def compare(self, task, contenders, whole=False):
        """Runs contenders, name → function that returns seconds, in rounds. Where
        they are whole processes, their CPU time is shown too."""
        contenders = {name: f for name, f in contenders.items() if f}
        took, used = {name: [] for name in contenders}, {name: [] for name in contenders}
        for i in range(self.options.rounds):
            for name, f in list(contenders.items()):
                before = cpu()
                try:
                    took[name].append(f())
                except RuntimeError as problem:
                    self.note(f"{task}: {name} is left out: {problem}")
                    del contenders[name], took[name]
                    continue
                used[name].append(cpu() - before)
                print(f"{task}, round {i + 1}: {name} {took[name][-1] * 1e3:.2f} ms", file=sys.stderr)
        medians = {name: statistics.median(t) for name, t in took.items()}
        for name, seconds in medians.items():
            self.table.append((task, name, seconds, seconds / medians["mlp"], statistics.median(used[name]) if whole else ""))

    def peer(self, interpreter, script, word, *args, env={}):
        """A contender that reports its own seconds after a word."""
        if interpreter is None or script is None:
            return None
        return lambda: min(values(run([interpreter, script, *args], env=env)[0], word))

    def tutorial(self):
        table = ROOT / "data" / "pima.csv"
        tutorial, py = self.c("tutorial"), HERE / "peers"
        whole = lambda *command: lambda: run(command)[1]
        fit = (self.work / "mlp", "fit", "--config", "pima.yaml", "-q", "-o", self.work / "pima.bin")
        sk, torch, keras = self.python("sklearn"), self.python("torch"), self.python("keras")
        self.compare("tutorial, whole process", {
            "mlp": whole(*fit),
            "C, fixed sizes": tutorial and whole(tutorial, table),
            "scikit-learn": sk and whole(sk, py / "sklearn_peer.py", "tutorial", table),
            "PyTorch, eager": torch and whole(torch, py / "torch_peer.py", "tutorial", table),
            "Keras": keras and whole(keras, py / "keras_peer.py", "tutorial", table),
        }, whole=True)
        self.table.append(("tutorial, peak memory", "mlp", f"{peak_memory(fit):.1f} MB", "", ""))

    def unpack(self):
        """Unpacks Fashion-MNIST and packs it for mlp; returns the directory."""
        folder, source = self.work / "fashion-mnist", pathlib.Path(self.options.fashion)
        if not all((source / f"{name}.gz").exists() for name in IDX):
            self.note(f"no Fashion-MNIST in {source}: apt-get install dataset-fashion-mnist")
            return None
        if not (folder / "test.mlpd").exists():
            folder.mkdir(exist_ok=True)
            for name in IDX:
                (folder / name).write_bytes(gzip.decompress((source / f"{name}.gz").read_bytes()))
            for part, name in ("train", "train"), ("t10k", "test"):
                with open(folder / f"{name}.csv", "w") as out:
                    subprocess.run([self.work / "idx2csv", folder / f"{part}-images-idx3-ubyte", folder / f"{part}-labels-idx1-ubyte"], stdout=out, check=True)
                run([self.work / "mlp", "load", folder / f"{name}.csv", "--target", "label", "-q", "-o", folder / f"{name}.mlpd"])
            shutil.copy(HERE / "peers" / "fashion.yaml", folder)
        return folder

    def epochs(self, spec, folder, *flags):
        """Trains by a spec and returns the seconds of each epoch after the first,
        and the last event."""
        out, _ = run([self.work / "mlp", "fit", "-c", spec, "-o", self.work / "model.bin", "--json", *flags], cwd=folder)
        events = [json.loads(line) for line in out.splitlines()]
        at = [e["seconds"] for e in events if e["event"] == "epoch"]
        return [b - a for a, b in zip(at, at[1:])], events[-1]

    def fashion(self):
        folder = self.unpack()
        if folder is None:
            return
        blas, sk, torch, keras = self.c("fashion", "-lopenblas"), self.python("sklearn"), self.python("torch"), self.python("keras")
        py = HERE / "peers"
        self.compare("Fashion-MNIST, an epoch", {
            "mlp": lambda: min(self.epochs("fashion.yaml", folder, "--epochs", "3")[0]),
            "mlp, one thread": lambda: min(self.epochs("fashion.yaml", folder, "--epochs", "3", "--threads", "1")[0]),
            "C over OpenBLAS, one thread": self.peer(blas, folder, "epoch", 1, 2),
            "C over OpenBLAS, two threads": self.peer(blas, folder, "epoch", 2, 2),
            "PyTorch, one thread": self.peer(torch, py / "torch_peer.py", "epoch", "fashion", folder, 1, 2),
            "PyTorch, two threads": self.peer(torch, py / "torch_peer.py", "epoch", "fashion", folder, 2, 2),
            "scikit-learn, one thread": self.peer(sk, py / "sklearn_peer.py", "epoch", "fashion", folder, 1, env=ONE_THREAD),
            "Keras": self.peer(keras, py / "keras_peer.py", "epoch", "fashion", folder, 2),
        })
        accuracy = statistics.median(self.epochs("fashion.yaml", folder, "--seed", seed)[1]["accuracy"] for seed in (1, 2, 3))
        self.table.append(("Fashion-MNIST, test accuracy after 10 epochs, median of 3 seeds", "mlp", f"{accuracy:.4f}", "", ""))
        peak = self.c("peak")
        if peak:
            for threads in 1, 2:
                for line in run([peak, threads])[0].splitlines():
                    self.table.append(("FMA peak", line.split(":")[0], line.split(":")[1].strip(), "", ""))

    def wide(self):
        rows, inputs, draw = 4096, 1024, random.Random(1)
        table = self.work / "wide.csv"
        if not table.exists():
            with open(table, "w") as out:
                out.write(",".join(f"x{j}" for j in range(inputs)) + ",y\n")
                for _ in range(rows):
                    out.write(",".join(str(draw.randrange(1000)) for _ in range(inputs)) + f",{draw.random():.6f}\n")
            (self.work / "wide.yaml").write_text(
                "data: {path: wide.csv, target: y, task: regression}\n"
                "layers:\n  - {units: 4096, activation: relu}\n  - {units: 4096, activation: relu}\n  - {units: 1}\n"
                "compile: {optimizer: {type: sgd, learning_rate: 0.0001}, loss: mse}\nfit: {batch_size: 256, epochs: 3}\n")
        torch = self.python("torch")
        steps = rows / 256
        self.compare("1024-4096-4096-1, a step of 256 rows", {
            "mlp": lambda: min(self.epochs("wide.yaml", self.work)[0]) / steps,
            "PyTorch, one thread": self.peer(torch, HERE / "peers" / "torch_peer.py", "step", "wide", 1, 8),
            "PyTorch, two threads": self.peer(torch, HERE / "peers" / "torch_peer.py", "step", "wide", 2, 8),
        })

    def predict(self):
        py = HERE / "peers"

        def mlp(threads):
            out, _ = run([self.work / "train.test", "-test.run", "^$", "-test.bench", f"Predict/threads={threads}$", "-test.benchtime", "20x"], cwd=ROOT / "internal" / "train")
            return float(out.split("ns/op")[0].split()[-1]) * 1e-9
        predict, sk, torch, onnx = self.c("predict"), self.python("sklearn"), self.python("torch"), self.python("onnxruntime", "onnx")
        in_c = predict and (lambda: min(values(run([predict])[0], "run")))
        self.compare("a million rows through 8-12-8-1, one thread", {
            "mlp": lambda: mlp(1), "C, fixed sizes": in_c,
            "onnxruntime": self.peer(onnx, py / "onnx_peer.py", "run", "predict", 1),
            "PyTorch": self.peer(torch, py / "torch_peer.py", "run", "predict", 1),
        })
        self.compare("a million rows through 8-12-8-1, two threads", {
            "mlp": lambda: mlp(2),
            "onnxruntime": self.peer(onnx, py / "onnx_peer.py", "run", "predict", 2),
            "PyTorch": self.peer(torch, py / "torch_peer.py", "run", "predict", 2),
            "scikit-learn": self.peer(sk, py / "sklearn_peer.py", "run", "predict"),
        })

    def startup(self):
        self.compare("start: --help", {"mlp": lambda: run([self.work / "mlp", "--help"])[1]}, whole=True)
        self.table.append(("binary, stripped", "mlp", f"{(self.work / 'mlp').stat().st_size / 1e6:.1f} MB", "", ""))

    def print(self):
        print("| task | program | median | × mlp | CPU |\n|---|---|---:|---:|---:|")
        for task, name, took, ratio, used in self.table:
            print(f"| {task} | {name} | {duration(took)} | {ratio if ratio == '' else format(ratio, '.2f')} | {duration(used)} |")


def duration(seconds):
    if isinstance(seconds, str):
        return seconds
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"


def main():
    tasks = ["tutorial", "fashion", "wide", "predict", "startup"]
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--only", default=",".join(tasks))
    p.add_argument("--python", action="append", default=[])
    p.add_argument("--fashion", default="/usr/share/datasets/fashion-mnist")
    p.add_argument("--work", help="keeps what is built there")
    options = p.parse_args()
    options.python += ["python3", "/usr/bin/python3"]
    work = pathlib.Path(options.work or tempfile.mkdtemp(prefix="mlp-bench-")).resolve()
    work.mkdir(parents=True, exist_ok=True)
    try:
        bench = Bench(options, work)
        for task in options.only.split(","):
            if task not in tasks:
                p.error(f"{task} is none of {', '.join(tasks)}")
            getattr(bench, task)()
        load = os.getloadavg()
        print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {load[0]:.1f} at the end, medians of {options.rounds} rounds\n")
        bench.print()
        for line in bench.missing:
            print("\n" + line)
    finally:
        if not options.work:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
