"""Writes pieces.json: the piecewise-linear encoding and its bins as rtdl_num_embeddings makes them.

compute_bins and PiecewiseLinearEncoding are those of rtdl_num_embeddings 0.0.12; columns
with ties have fewer bins, and rows below and above the training rows go on rising. Run with
torch 2.15.0 (CPU) and scikit-learn 1.9.1:  python generate.py > pieces.json
"""

import json
from importlib.metadata import version

import torch
from rtdl_num_embeddings import PiecewiseLinearEncoding, compute_bins

torch.manual_seed(2)
cases = []
for bins in (2, 5, 16):
    train = 2 * torch.randn(60, 3)
    train[:, 1] = train[:, 1].round()
    train[:, 2] = train[:, 2].clamp(-1, 1)
    x = torch.cat([train, torch.tensor([[-9.0] * 3, [9.0] * 3, [0.25] * 3])])
    edges = compute_bins(train, n_bins=bins)
    for j in range(3):  # a column by itself: side by side, short ones would be filled up
        want = PiecewiseLinearEncoding([edges[j]])(x[:, j:j + 1])
        cases.append({"bins": bins, "train": 60, "x": [float(v) for v in x[:, j]], "want": [[float(v) for v in row] for row in want]})
print(json.dumps({"rtdl_num_embeddings": version("rtdl_num_embeddings"), "torch": torch.__version__, "cases": cases}, separators=(",", ":")).replace('{"bins"', '\n{"bins"'))
