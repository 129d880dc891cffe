#!/usr/bin/env python3
"""Measures reading a CSV table of numbers against peers in one run.

    bench/read_csv.py [--rows 2000000] [--columns 20] [--rounds 5] [--python INTERPRETER]... [--work DIRECTORY]

The table is written once, as NumPy writes floats: "%.6f", normal values. A round
runs every contender once, one after the other; figures are medians over the
rounds. Peers time their call alone, without the interpreter's start and imports:
pandas.read_csv(dtype=float32, engine="c"), Polars, PyArrow, NumPy's loadtxt (on a
twentieth of the rows, times twenty). `schema.Read` is timed by the same Go program
that the tests use; `mlp load` is the whole process, profile included. Then values
are compared, and the peak memory of each is shown. What is not installed is named
and left out.
"""
import argparse
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PEERS = ("pandas", "polars", "pyarrow", "numpy")


def run(command, **more):
    """Runs a command; returns its output, seconds, CPU seconds and peak MB."""
    begin = time.perf_counter()
    p = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True, **more)
    out = p.stdout.read()
    _, status, used = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {p.returncode}")
    return out, time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write_table(path, rows, columns):
    """Writes rows × columns normal numbers, some thousand lines at a time."""
    draw = random.Random(1)
    with open(path, "w") as out:
        out.write(",".join(f"x{j}" for j in range(columns)) + "\n")
        for begin in range(0, rows, 1000):
            for _ in range(min(1000, rows - begin)):
                out.write(",".join("%.6f" % draw.gauss(0, 50) for _ in range(columns)) + "\n")


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--rows", type=int, default=2_000_000)
    parse.add_argument("--columns", type=int, default=20)
    parse.add_argument("--rounds", type=int, default=5)
    parse.add_argument("--python", action="append", help="an interpreter that may have peers; may be repeated")
    parse.add_argument("--work", help="where to keep the table; else it is thrown away")
    options = parse.parse_args()
    with tempfile.TemporaryDirectory() as throwaway:
        work = pathlib.Path(options.work or throwaway)
        work.mkdir(parents=True, exist_ok=True)
        table = work / f"numbers-{options.rows}x{options.columns}.csv"
        if not table.exists():
            write_table(table, options.rows, options.columns)
        run(["go", "build", "-trimpath", "-ldflags", "-s -w", "-o", work / "mlp", "."], cwd=ROOT, env=os.environ | {"CGO_ENABLED": "0"})
        run(["go", "test", "-c", "-o", work / "data.test", "./internal/data/schema"], cwd=ROOT)

        reading = lambda threads: lambda: run([work / "data.test", "-test.run", "^$", "-test.bench", "^BenchmarkReadFile$", "-test.benchtime", "1x"],
                                              env=os.environ | {"MLP_TABLE": str(table), "MLP_READ_THREADS": str(threads)})
        loading = lambda threads: lambda: run([work / "mlp", "load", table, "-q", "--threads", threads])
        contenders = {"schema.Read": reading(0), "schema.Read, 1 thread": reading(1), "mlp load": loading(0), "mlp load, 1 thread": loading(1)}
        for name in PEERS:
            for interpreter in options.python or [sys.executable, "python3"]:
                if subprocess.run([interpreter, "-c", f"import {name}"], capture_output=True).returncode == 0:
                    contenders[name] = lambda name=name, interpreter=interpreter: run([interpreter, HERE / "peers" / "csv_peer.py", name, table])
                    break
            else:
                print(f"no Python with {name}: left out", file=sys.stderr)
        took, cpu, peak = ({name: [] for name in contenders} for _ in range(3))
        for i in range(options.rounds):
            for name, contender in contenders.items():
                out, seconds, used, memory = contender()
                inside = [float(line.split()[1]) for line in out.splitlines() if line.startswith("seconds ")]
                took[name].append(inside[0] if inside else seconds)
                cpu[name].append(used)
                peak[name].append(memory)
                print(f"round {i + 1}: {name} {took[name][-1]:.3f} s", file=sys.stderr)

        size, cells = table.stat().st_size / 1e6, options.rows * options.columns
        print(f"{options.rows} rows, {options.columns} columns, {size:.0f} MB; {cells * 4 / 1e6:.0f} MB as float32; medians of {options.rounds}\n")
        print(f"{'':24}{'seconds':>9}{'MB/s':>7}{'× Read':>13}{'CPU seconds':>13}{'peak MB':>9}")
        ours = statistics.median(took["schema.Read"])
        for name in contenders:
            seconds = statistics.median(took[name])
            print(f"{name:24}{seconds:9.3f}{size / seconds:7.0f}{seconds / ours:13.2f}{statistics.median(cpu[name]):13.2f}{max(peak[name]):9.0f}")
        out, *_ = run([work / "data.test", "-test.run", "^TestFileAgainstStrconv$", "-test.v"], env=os.environ | {"MLP_TABLE": str(table)})
        print("\n" + next(line.strip() for line in out.splitlines() if "values" in line))
        if "pandas" in contenders:
            print("pandas' values differ from the nearest float32 in", [l for l in contenders["pandas"]()[0].splitlines() if l.startswith("differing")][0].split()[1], "of the first 100000 rows' cells")


if __name__ == "__main__":
    main()
