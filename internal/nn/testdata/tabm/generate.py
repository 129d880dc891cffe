"""Writes cases.json: TabM and its packed kin as the package tabm computes them, with gradients.

Every number is tabm 0.0.3's own: the models of TabM.make, which hold LinearBatchEnsemble
and LinearEnsemble. The loss is the mean over rows and members of each member's own, whose
gradient at the outputs is dy. Run with torch 2.15.0 (CPU) and NumPy 2.4.6:
python generate.py > cases.json. Numbers are written as C99 hexadecimal.
"""

import json

import tabm
import torch

torch.manual_seed(9)
ROWS, COLUMNS, K, WIDTH, OUT = 11, 4, 3, 6, 2


def hexes(t):
    return [[float(v).hex() for v in row] for row in t.detach().reshape(-1, t.shape[-1])]


def transposed(t):
    """(out, in) → (in, out); of members, one below the other, from (k, in, out)"""
    return t.T if t.ndim == 2 else t.reshape(-1, t.shape[-1])


cases = []
for arch in ("tabm", "tabm-packed"):
    model = tabm.TabM.make(n_num_features=COLUMNS, cat_cardinalities=[], d_out=OUT, k=K, n_blocks=2, d_block=WIDTH, dropout=0.0, arch_type=arch)
    names = {"backbone.blocks.0.0.": "batch_ensemble", "backbone.blocks.1.0.": "batch_ensemble_1", "output.": "batch_ensemble_2"}
    kinds = {"weight": ("kernel", transposed), "r": ("input_scale", lambda t: t), "s": ("output_scale", lambda t: t), "bias": ("bias", lambda t: t)}
    params = {}
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.randn_like(p))  # nothing starts so: every factor does something
            prefix = next(n for n in names if name.startswith(n))
            kind, lay = kinds[name.removeprefix(prefix)]
            params[names[prefix] + "/" + kind] = (p, lay)
    x = torch.randn(ROWS, COLUMNS).requires_grad_()
    y = torch.randint(0, OUT, (ROWS,))
    z = model(x)  # (rows, members, outputs)
    z.retain_grad()
    loss = torch.nn.functional.cross_entropy(z.flatten(0, 1), y.repeat_interleave(K))
    loss.backward()
    shared = arch == "tabm"
    layers = [{"type": "batch_ensemble", "units": u, "members": K, "split": i > 0, "shared": shared and i < 2, "activation": a}
              for i, (u, a) in enumerate(((WIDTH, "relu"), (WIDTH, "relu"), (OUT, "linear")))]
    cases.append({"name": arch, "layers": layers, "x": hexes(x), "y": hexes(z.flatten(1)), "dy": hexes(z.grad.flatten(1)), "dx": hexes(x.grad),
                  "params": {k: hexes(f(p)) for k, (p, f) in params.items()}, "grads": {k: hexes(f(p.grad)) for k, (p, f) in params.items()}})
print(json.dumps({"tabm": tabm.__version__, "torch": torch.__version__, "cases": cases}, indent=0))
