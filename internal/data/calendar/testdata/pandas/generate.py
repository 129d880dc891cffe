"""Goldens of pandas for days, times of the day and durations.

python generate.py > golden.json    with pandas 2.x

Each list holds what is written and what pandas reads of it: the nanoseconds since 1970 of a
day with strptime's format, the seconds since midnight of a time, the seconds of a duration.
"""

import json
import random
import sys

import pandas as pd

random.seed(20)


def days():
    for form in ["%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%b-%y", "%b %d, %y", "%d %B %y", "%d/%m/%Y", "%d-%b-%Y", "%B %d, %Y"]:
        words = []
        for _ in range(40):
            d = pd.Timestamp(1969, 1, 1) + pd.Timedelta(days=random.randrange(36500))
            words.append(d.strftime(form))
        words.append(pd.Timestamp(2024, 12, 31).strftime(form))
        read = pd.to_datetime(pd.Series(words), format=form)
        yield {"form": form, "words": words, "days": [int(d.value // 86_400_000_000_000) for d in read]}


def times():
    for form in ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S%p", "%H:%M:%S.%f"]:
        words = []
        for _ in range(40):
            t = pd.Timestamp(2024, 1, 1) + pd.Timedelta(microseconds=random.randrange(86_400_000_000))
            words.append(t.strftime(form))
        read = pd.to_datetime(pd.Series(words), format=form)
        yield {"form": form, "words": words, "seconds": [(d - d.normalize()).value / 1e9 for d in read]}


def durations():
    words = []
    for _ in range(60):
        h, m, s, d = (random.randrange(n) for n in (24, 60, 60, 30))
        words += [
            f"{h}h{m}m", f"{h} h {m} min {s} s", f"{d} days {h:02}:{m:02}:{s:02}", f"{h + 24}:{m:02}:{s:02}", f"PT{h}H{m}M{s}S", f"P{d}DT{h}H{m}M{s}S",
            f"{d} days", f"{h} hours {m} minutes", f"{m}.5 min", f"{s} sec", f"{s} ms", f"{d} weeks", f"-{h} hours",
        ]
    yield {"words": words, "seconds": [pd.to_timedelta(w.replace("weeks", "W")).value / 1e9 for w in words]}


json.dump({"pandas": pd.__version__, "days": list(days()), "times": list(times()), "durations": list(durations())}, sys.stdout, indent=None, separators=(",", ":"))
print()
