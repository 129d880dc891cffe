"""scikit-learn on the tasks of bench/run.py: sklearn_peer.py tutorial|fashion|predict."""
import sys
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import tables

warnings.filterwarnings("ignore", category=ConvergenceWarning)


def tutorial(path):
    x, y = tables.pima(path)
    net = MLPClassifier((12, 8), batch_size=10, max_iter=150, tol=0, n_iter_no_change=150, alpha=0, random_state=7)
    print("accuracy", net.fit(x, y).score(x, y))


def fashion(folder, epochs):
    x, y, tx, ty = tables.fashion(folder)
    net = MLPClassifier((512, 512), batch_size=128, alpha=0, random_state=7)
    for _ in range(int(epochs)):
        begin = time.perf_counter()
        net.partial_fit(x, y, classes=range(10))
        print("epoch", time.perf_counter() - begin, flush=True)
    print("accuracy", net.score(tx, ty))


def predict():
    rng = np.random.default_rng(1)
    net = MLPClassifier((12, 8), max_iter=1).fit(rng.random((100, 8), dtype=np.float32), np.arange(100) % 2)
    x = rng.random((1_000_000, 8), dtype=np.float32)
    net.predict_proba(x)
    for _ in range(5):
        begin = time.perf_counter()
        net.predict_proba(x)
        print("run", time.perf_counter() - begin)


globals()[sys.argv[1]](*sys.argv[2:])
