"""Writes cases.json: embeddings of numbers as PyTorch computes them, with gradients.

The layers are those of pytabkit 1.7.3: RealMLP's PBLD, and its copy of
rtdl_num_embeddings (PLR, lite PLR, piecewise-linear embeddings of version B and their
bins). Run with torch 2.15.0 (CPU) and NumPy 2.4.6:  python generate.py > cases.json
Numbers are written as C99 hexadecimal, so that none is rounded on the way.
"""

import json
from importlib.metadata import version
from types import SimpleNamespace

import torch
from pytabkit.models.nn_models.nn import PLREmbeddingsLayerCosBias
from pytabkit.models.nn_models.rtdl_num_embeddings import PeriodicEmbeddings, PiecewiseLinearEmbeddings, compute_bins

torch.manual_seed(5)
ROWS, COLUMNS = 33, 4


def hexes(t):
    return [[float(v).hex() for v in row] for row in t.detach().reshape(t.shape[0], -1)]


cases = []


def case(name, spec, x, y, params, **more):
    """params: name in mlp → (torch parameter, how to lay it out as (rows, columns))"""
    dy = torch.randn_like(y)
    y.backward(dy)
    cases.append({"name": name, "spec": spec, "x": hexes(x), "dy": hexes(dy), "y": hexes(y), "dx": hexes(x.grad),
                  "params": {k: hexes(f(p)) for k, (p, f) in params.items()},
                  "grads": {k: hexes(f(p.grad)) for k, (p, f) in params.items() if p.grad is not None}, **more})


def rows(p):
    """(columns, a, b) → (columns·b, a)"""
    return p.transpose(-1, -2).reshape(-1, p.shape[-2])


def inputs():
    x = 1.5 * torch.randn(ROWS, COLUMNS)
    return x.requires_grad_()


for act, densenet in (("linear", True), ("relu", False)):
    x, p, f, d = inputs(), COLUMNS, 16, 3
    w1 = (0.5 * torch.randn(p, 1, f)).requires_grad_()
    b1 = (torch.pi * (2 * torch.rand(p, 1, f) - 1)).requires_grad_()
    w2 = ((2 * torch.rand(p, f, d) - 1) / 4).requires_grad_()
    b2 = ((2 * torch.rand(p, 1, d) - 1) / 4).requires_grad_()
    layer = SimpleNamespace(weight_1=w1, bias_1=b1, weight_2=w2, bias_2=b2, plr_act_name=act, plr_use_densenet=densenet)
    y = PLREmbeddingsLayerCosBias.forward_cont(layer, x)
    if densenet:  # pytabkit has the columns themselves last, mlp has them first
        y = torch.cat([y[:, p * d:], y[:, :p * d]], dim=1)
    spec = {"type": "periodic", "frequencies": f, "dim": d + densenet, "activation": act, "concat": densenet}
    case(f"PBLD {act}", spec, x, y, {
        "frequencies": (w1, lambda t: t[:, 0]), "phases": (b1, lambda t: t[:, 0]), "kernel": (w2, rows), "bias": (b2, lambda t: t[:, 0])})

for lite, act in ((False, True), (False, False), (True, True)):
    x = inputs()
    m = PeriodicEmbeddings(COLUMNS, 6, n_frequencies=5, frequency_init_scale=0.3, activation=act, lite=lite)
    y = m(x).reshape(ROWS, -1)
    spec = {"type": "periodic", "frequencies": 5, "dim": 6, "bias": False, "concat": False, "shared": lite, "activation": "relu" if act else "linear"}
    case(f"PLR lite={lite} relu={act}", spec, x, y, {
        "frequencies": (m.periodic.weight, lambda t: t),
        "kernel": (m.linear.weight, (lambda t: t) if lite else rows),
        "bias": (m.linear.bias, (lambda t: t[None]) if lite else (lambda t: t))})

for bins in (8, 3):
    train = 1.5 * torch.randn(200, COLUMNS)
    train[:, 1] = train[:, 1].round()  # ties: fewer bins than are asked for
    train[:, 2] = (train[:, 2] > 0.7).float()  # two values: a single bin
    edges = compute_bins(train, n_bins=bins)
    x = torch.cat([1.5 * torch.randn(ROWS - 4, COLUMNS), torch.tensor([[-9.0] * COLUMNS, [9.0] * COLUMNS, [0.3] * COLUMNS, [1.2] * COLUMNS])]).requires_grad_()
    m = PiecewiseLinearEmbeddings(edges, 5, activation=False, version="B")
    with torch.no_grad():  # V starts at 0, which would hide what it does
        m.linear.weight.copy_(torch.randn_like(m.linear.weight))
    y = m(x).reshape(ROWS, -1)

    def pieces(t, n=bins):
        """(columns, bins, d) → (columns·d, bins); what a column has not is put in its last bins by rtdl"""
        out = torch.zeros(COLUMNS, n, t.shape[2])
        for j, e in enumerate(edges):
            k = len(e) - 1
            out[j, :k - 1] = t[j, :k - 1]
            out[j, k - 1] = t[j, -1]  # rtdl keeps the last piece in the last place
        return rows(out)

    assert m.linear.weight.shape[1] == max(len(e) - 1 for e in edges)
    spec = {"type": "piecewise_linear", "bins": bins, "dim": 5}
    case(f"PLE B {bins} bins", spec, x, y, {
        "kernel": (m.linear.weight, pieces), "slope": (m.linear0.weight, lambda t: t), "bias": (m.linear0.bias, lambda t: t)},
        train=hexes(train), edges=[[float(v).hex() for v in e] for e in edges])

print(json.dumps({"pytabkit": version("pytabkit"), "torch": torch.__version__, "cases": cases}, indent=0))
