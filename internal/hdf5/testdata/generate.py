"""Writes the files that read_test.go reads, with Keras 3.15.1, torch and h5py 3.16.0, and what
h5py finds in each, as JSON. With a file as an argument, prints what h5py finds in it.

    KERAS_BACKEND=torch python generate.py
"""
import json
import os
import sys

import h5py
import numpy as np


def texts(v):
    if isinstance(v, (bytes, str)):
        return v.decode() if isinstance(v, bytes) else v
    if isinstance(v, np.ndarray) and v.dtype.kind in "OSU":
        return [texts(x) for x in v.tolist()]
    return None


def found(o):
    r = {"attributes": {k: texts(v) for k, v in o.attrs.items() if texts(v) is not None}}
    if isinstance(o, h5py.Group):
        r["members"] = {k: found(v) for k, v in o.items()}
    else:
        r["shape"] = list(o.shape)
        r["numbers"] = [float(x) for x in np.ravel(o[()])] if o.dtype.kind in "fiu" else None
    return r


def show(path):
    with h5py.File(path) as f:
        return json.dumps(found(f), sort_keys=True)


def main():
    import keras
    from keras import layers as L

    keras.utils.set_random_seed(3)
    x = np.random.rand(20, 6).astype("f4")
    i = keras.Input((6,), name="cells")
    h = L.BatchNormalization()(L.Dense(4, activation="relu")(i))
    o = L.Dense(1, activation="sigmoid")(L.PReLU()(L.Add()([h, L.Dense(4)(h)])))
    m = keras.Model(i, o)
    m.compile("adam", "binary_crossentropy")
    m.fit(x, (x[:, 0] > 0.5).astype("f4"), epochs=1, verbose=0)
    m.save_weights("functional.weights.h5")
    m = keras.Sequential([keras.Input((6,)), L.Normalization(), L.Dense(5), L.LayerNormalization(), L.Dense(3, activation="softmax")])
    m.layers[0].adapt(x)
    m.compile("adamw", "sparse_categorical_crossentropy")
    m.fit(x, (x[:, 1] * 3).astype(int), epochs=1, verbose=0)
    m.save("legacy.h5")
    with h5py.File("packed.h5", "w") as f:
        a = np.arange(35, dtype="f4").reshape(5, 7)
        f.create_dataset("gzip", data=a, chunks=(2, 3), compression="gzip", shuffle=True)
        f.create_dataset("plain", data=a.astype("f8"), chunks=(5, 2))
        f.create_dataset("cube", data=np.arange(24, dtype="i2").reshape(2, 3, 4) - 9, chunks=(1, 2, 3), compression="gzip")
        f.create_dataset("sparse", shape=(4, 4), dtype="f4", chunks=(2, 2))[0, 0] = 5
        f.create_dataset("unsigned", data=np.array([255, 0], dtype="u1"))
        f.create_dataset("half", data=np.array([1.5], dtype="f2"))
        f.create_dataset("words", data=np.array([b"one", b"three"]))
        f.create_dataset("none", shape=(0, 3), dtype="f4")
        f.attrs["fixed"] = np.array([b"a", b"bcd"])
        f.attrs["number"] = 7
        f.attrs["empty"] = h5py.Empty("f4")
        for k in range(40):  # more than a node of the tree holds
            f.create_group(f"groups/g{k:02d}").attrs["name"] = f"group {k} «é»"
    with h5py.File("links.h5", "w", libver=("v110", "v110")) as f:
        f["a/b/c"] = np.float32(2.5)
        f["a/numbers"] = np.arange(3, dtype="i8")
        f["a"].attrs["name"] = "alpha"
    with h5py.File("tiny.h5", "w") as f:  # compact
        s = h5py.h5s.create_simple((3,))
        p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        p.set_layout(h5py.h5d.COMPACT)
        d = h5py.h5d.create(f.id, b"inside", h5py.h5t.IEEE_F32LE, s, p)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 3], dtype="f4"))
    for name in sorted(os.listdir(".")):
        if name.endswith(".h5"):
            with open(name + ".json", "w") as f:
                f.write(show(name) + "\n")


if __name__ == "__main__":
    print(show(sys.argv[1])) if len(sys.argv) > 1 else main()
