"""Lists the tensors of model files as other readers see them, one a line:
file, name, dtype, shape, SHA-256 of the bytes. The reader is numpy and the five
lines that `mlp help model-file` gives, or, with --safetensors, the package of
that name."""
import hashlib
import json
import struct
import sys

import numpy as np

DTYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "u1"}


def by_hand(path):
    b = open(path, "rb").read()
    n = struct.unpack("<Q", b[:8])[0]
    header = json.loads(b[8:8 + n])
    for name, t in header.items():
        if name != "__metadata__":
            begin, end = t["data_offsets"]
            yield name, np.frombuffer(b[8 + n + begin:8 + n + end], DTYPES[t["dtype"]]).reshape(t["shape"])


def by_package(path):
    from safetensors import safe_open
    with safe_open(path, framework="numpy") as f:
        for name in f.keys():
            yield name, f.get_tensor(name)


paths = [a for a in sys.argv[1:] if not a.startswith("-")]
read = by_package if "--safetensors" in sys.argv else by_hand
for path in paths:
    for name, x in sorted(read(path)):
        shape = ",".join(map(str, x.shape))
        kind = {v: k for k, v in DTYPES.items()}[x.dtype.newbyteorder("<").str.replace("|", "")]
        print(path, name, kind, f"[{shape}]", hashlib.sha256(x.tobytes()).hexdigest(), sep="\t")
