"""Writes realmlp.json: the network of RealMLP-TD and its training as pytabkit computes them.

Layers, fitters, optimizer and schedules are pytabkit 1.7.3's own classes: a scale, three
hidden layers under the NTK parametrisation with parametric SELU (labels) or Mish (numbers),
and the output layer; label smoothing 0.1; Adam with the factors of the learning rate and
the decoupled decay of RealMLP-TD, coslog4 and flat_cos over the run. Hidden layers are 24
wide, which no formula knows, so that the file stays small. Recorded are

  draws   what the fitters drew: weights, rows and shares for the biases
  start   the weights they made of these and of the training rows
  z       the output for these rows, loss, and its gradients by name, at `probe`
  end     the weights after 20 steps, from `probe` on: 5 epochs of 4 batches in order, with
          epsilon where Keras has it: beside the root of the second moment, before that is
          corrected for its start
  end_torch   the same with torch's own, beside the corrected one

`probe` are weights that no layer starts from, so that everything has a gradient. Two
departures, which RealMLP's figures do not depend on: the shares of parametric activations
do not decay (pytabkit has 0.01 · 0.02 of the learning rate), and in float64, so that the
numbers are those of the formulas.

Run with torch 2.15.0 (CPU) and NumPy 2.4.6:  python generate.py > realmlp.json
"""

import json
from importlib.metadata import version
from types import SimpleNamespace

import torch
from pytabkit.models.data.data import DictDataset, TensorInfo
from pytabkit.models.nn_models.activations import ActivationFactory
from pytabkit.models.nn_models.nn import BiasFitter, ScaleFitter, WeightFitter
from pytabkit.models.optim.optimizers import AdamOptimizer
from pytabkit.models.training.coord import HyperparamManager
from pytabkit.models.training.metrics import cross_entropy

torch.set_default_dtype(torch.float64)
ROWS, COLUMNS, WIDTH, EPOCHS, BATCH = 32, 5, 24, 5, 8


def hexes(t):
    return [[float(v).hex() for v in row] for row in t.detach().reshape(-1, t.shape[-1])]


class Recorder:
    """What torch's generators give, in order."""

    def __init__(self):
        self.normals, self.rows, self.shares = [], [], []
        self.randn, self.randint, self.exponential = torch.randn, torch.randint, torch.distributions.Exponential.sample

    def __enter__(self):
        def keep(into, f):
            def g(*args, **kwargs):
                v = f(*args, **kwargs)
                if into is self.normals:  # mlp holds weights in float32
                    v = v.float().double()
                into.append(v.clone())
                return v
            return g

        torch.randn, torch.randint = keep(self.normals, self.randn), keep(self.rows, self.randint)
        torch.distributions.Exponential.sample = keep(self.shares, self.exponential)
        return self

    def __exit__(self, *_):
        torch.randn, torch.randint, torch.distributions.Exponential.sample = self.randn, self.randint, self.exponential


def case(labels):
    torch.manual_seed(3 + labels)
    x = (1.5 * torch.randn(ROWS, COLUMNS)).float().double()  # as a table holds them
    x[:, 4] = (x[:, 4] > 0).double()
    out = 3 if labels else 1
    y = torch.arange(ROWS) % 3 if labels else (torch.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3]).float().double()
    ds = DictDataset({"x_cont": x}, {"x_cont": TensorInfo(feat_shape=[COLUMNS])})
    fitters = [("scale/scale", ScaleFitter(scale_lr_factor=6.0))]
    for i, units in enumerate((WIDTH, WIDTH, WIDTH, out)):
        name = "dense" + (f"_{i}" if i else "")
        fitters += [(name + "/kernel", WeightFitter(units, weight_init_mode="std", weight_param="ntk")),
                    (name + "/bias", BiasFitter(bias_init_mode="he+5", bias_lr_factor=0.1, bias_wd_factor=0.0))]
        if i < 3:
            act = ActivationFactory(act_name="selu" if labels else "mish", use_parametric_act=True, act_lr_factor=0.1, act_wd_factor=0.0)
            fitters.append((name + "/alpha", act.create(ds.tensor_infos)))
    layers, variables, draws = [], {}, {}
    for name, fitter in fitters:
        with Recorder() as r:
            layer, ds = fitter.fit_transform(ds)
        for what, seen in ("normals", r.normals), ("rows", r.rows), ("shares", r.shares):
            if seen:
                draws[name + "/" + what] = hexes(seen[0])
        layers.append(layer)
        (variables[name],) = layer.parameters()
    start = {k: hexes(v) for k, v in variables.items()}

    with torch.no_grad():
        for k, v in variables.items():
            v.copy_((torch.randn_like(v) if "kernel" in k or "bias" in k else 0.5 + torch.rand_like(v)).float().double())
    probe = {k: hexes(v) for k, v in variables.items()}

    def forward(rows):
        t = {"x_cont": x[rows]}
        for layer in layers:
            t = layer.forward_tensors(t)
        return t["x_cont"]

    def loss_of(rows):
        z = forward(rows)
        if labels:
            soft = torch.nn.functional.one_hot(y[rows], 3).double()
            return z, cross_entropy(z, 0.9 * soft + 0.1 / 3)
        return z, ((z - y[rows]) ** 2).mean()

    z, loss = loss_of(torch.arange(ROWS))
    loss.backward()
    grads = {k: hexes(v.grad) for k, v in variables.items()}

    rate = 0.04 if labels else 0.2

    def train(epsilon):
        hypers = HyperparamManager(lr=rate, lr_sched="coslog4", wd=0.02, wd_sched="flat_cos", mom=0.9, sq_mom=0.95, opt_eps=1e-8)
        optimizer = AdamOptimizer([{"params": [v]} for v in variables.values()], hypers)
        step, steps = 0, EPOCHS * ROWS // BATCH
        for _ in range(EPOCHS):
            for lo in range(0, ROWS, BATCH):
                hypers.hyper_base_values["opt_eps"] = {"": epsilon(step + 1)}
                hypers.update_hypers(SimpleNamespace(progress=SimpleNamespace(get_fit_progress=lambda: step / steps)))
                for v in variables.values():
                    v.grad = None
                loss_of(torch.arange(lo, lo + BATCH))[1].backward()
                optimizer.step()
                step += 1
        return {k: hexes(v) for k, v in variables.items()}

    exact = {k: v.detach().clone() for k, v in variables.items()}
    end = train(lambda t: 1e-8 / (1 - 0.95 ** t) ** 0.5)
    for k, v in variables.items():
        v.data.copy_(exact[k])
    end_torch = train(lambda t: 1e-8)
    return {"task": "multiclass" if labels else "regression", "rate": rate, "x": hexes(x), "y": hexes(y.double().reshape(-1, 1)), "draws": draws, "start": start,
            "probe": probe, "z": hexes(z), "loss": loss.item().hex(), "grads": grads, "end": end, "end_torch": end_torch}


print(json.dumps({"pytabkit": version("pytabkit"), "torch": torch.__version__, "cases": [case(True), case(False)]}, separators=(",", ":")).replace('{"task"', '\n{"task"').replace('"grads"', '\n"grads"'))
