"""Writes tabm.json: TabM and TabM-mini and their training as the package tabm computes them.

The networks are tabm 0.0.3's own, of TabM.make: two hidden layers with ReLU, three classes
or one number. Recorded are

  probe      weights that nothing starts from, so that everything has a gradient
  z          the output of every member for these rows, loss, and its gradients by name
  apart      the same where each member has rows of its own (rows, members)
  end        the weights after 12 steps, from `probe` on: 3 epochs of 4 batches in order,
             of torch's AdamW, which decays kernels only, with epsilon where Keras has it:
             beside the root of the second moment, before that is corrected for its start

The loss is the mean over rows and members of each member's own. All in float64, so that the
numbers are those of the formulas. Run with torch 2.15.0 (CPU):  python generate.py > tabm.json
"""

import json

import tabm
import torch

torch.set_default_dtype(torch.float64)
ROWS, COLUMNS, K, WIDTH, EPOCHS, BATCH = 24, 5, 4, 12, 3, 6


def hexes(t):
    return [[float(v).hex() for v in row] for row in t.detach().reshape(-1, t.shape[-1])]


def laid(t):
    """(out, in) → (in, out); of members, one below the other"""
    return t.T if t.ndim == 2 else t.reshape(-1, t.shape[-1])


def variables(model, mini):
    names = {"output.weight": "dense_2/kernel", "output.bias": "dense_2/bias"}
    for i, dense in enumerate(("dense", "dense_1")):
        layer = f"backbone.blocks.{i}.0."
        names |= {layer + "weight": dense + "/kernel", layer + "bias": dense + "/bias", layer + "s": dense + "/output_scale",
                  layer + "r": "members/input_scale" if i == 0 else dense + "/input_scale"}
    if mini:
        names["backbone.affine.weight"] = "members/input_scale"
    return {names[k]: p for k, p in model.named_parameters()}


def case(arch, labels):
    mini, out = arch == "tabm-mini", 3 if labels else 1
    model = tabm.TabM.make(n_num_features=COLUMNS, cat_cardinalities=[], d_out=out, k=K, n_blocks=2, d_block=WIDTH, dropout=0.0, arch_type=arch)
    params = variables(model, mini)
    write = lambda pick: {k: hexes(laid(pick(p)) if k.endswith("kernel") else pick(p)) for k, p in params.items()}
    x = torch.randn(ROWS, COLUMNS).float().double()  # as a table holds them
    apart = torch.randn(ROWS, K, COLUMNS).float().double()
    y = torch.arange(ROWS) % 3 if labels else (torch.sin(x[:, :1]) + x[:, 1:2]).float().double()
    exact = {k: torch.randn_like(p).float().double() * (0.4 if "kernel" in k else 1) for k, p in params.items()}
    exact = {k: v.float().double() for k, v in exact.items()}

    def reset():
        with torch.no_grad():
            for k, p in params.items():
                p.copy_(exact[k])

    def loss_of(x, y):
        z = model(x)  # (rows, members, outputs)
        each = y.repeat_interleave(K, 0)
        flat = z.flatten(0, 1)
        return z, torch.nn.functional.cross_entropy(flat, each) if labels else ((flat - each) ** 2).mean()

    def look(x):
        model.zero_grad()
        z, loss = loss_of(x, y)
        loss.backward()
        return {"z": hexes(z), "loss": loss.item().hex(), "grads": write(lambda p: p.grad)}

    reset()
    c = {"arch": arch, "labels": labels, "x": hexes(x), "own": hexes(apart), "y": hexes(y.double().reshape(-1, 1)), "probe": write(lambda p: p),
         "together": look(x), "apart": look(apart)}
    kernels = [p for k, p in params.items() if k.endswith("kernel")]
    others = [p for k, p in params.items() if not k.endswith("kernel")]
    optimizer = torch.optim.AdamW([{"params": kernels, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}], lr=0.02)
    step = 0
    for _ in range(EPOCHS):
        for lo in range(0, ROWS, BATCH):
            step += 1
            for group in optimizer.param_groups:
                group["eps"] = 1e-7 / (1 - 0.999 ** step) ** 0.5
            optimizer.zero_grad()
            loss_of(x[lo:lo + BATCH], y[lo:lo + BATCH])[1].backward()
            optimizer.step()
    c["end"] = write(lambda p: p)
    return c


torch.manual_seed(4)
cases = [case(arch, labels) for arch in ("tabm", "tabm-mini") for labels in (True, False)]
print(json.dumps({"tabm": tabm.__version__, "torch": torch.__version__, "cases": cases}, separators=(",", ":")).replace('{"arch"', '\n{"arch"'))
