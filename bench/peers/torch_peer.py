"""PyTorch on the tasks of bench/run.py: torch_peer.py tutorial|fashion|wide|predict."""
import sys
import time

import numpy as np
import torch
from torch import nn

import tables

torch.manual_seed(7)


def train(net, loss, optimizer, x, y, batch):
    order = torch.randperm(len(x))
    for lo in range(0, len(x), batch):
        rows = order[lo:lo + batch]
        optimizer.zero_grad(set_to_none=True)
        loss(net(x[rows]), y[rows]).backward()
        optimizer.step()


def tutorial(path):
    torch.set_num_threads(1)  # fastest for so small a net
    x, y = map(torch.from_numpy, tables.pima(path))
    net = nn.Sequential(nn.Linear(8, 12), nn.ReLU(), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(net.parameters(), 1e-3, eps=1e-7)
    for _ in range(150):
        train(net, nn.BCEWithLogitsLoss(), optimizer, x, y[:, None], 10)
    with torch.no_grad():
        print("accuracy", ((net(x)[:, 0] > 0) == (y > .5)).float().mean().item())


def fashion(folder, threads, epochs):
    torch.set_num_threads(int(threads))
    x, y, tx, ty = tables.fashion(folder)
    x, y, tx, ty = torch.from_numpy(x), torch.from_numpy(y).long(), torch.from_numpy(tx), torch.from_numpy(ty).long()
    net = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    optimizer = torch.optim.Adam(net.parameters(), 1e-3, eps=1e-7)
    for _ in range(int(epochs)):
        begin = time.perf_counter()
        train(net, nn.CrossEntropyLoss(), optimizer, x, y, 128)
        print("epoch", time.perf_counter() - begin, flush=True)
    with torch.no_grad():
        print("accuracy", (net(tx).argmax(1) == ty).float().mean().item())


def wide(threads, steps):
    torch.set_num_threads(int(threads))
    x, y = torch.rand(256, 1024) - .5, torch.rand(256, 1)
    net = nn.Sequential(nn.Linear(1024, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1))
    optimizer = torch.optim.SGD(net.parameters(), .01)
    for _ in range(int(steps)):
        begin = time.perf_counter()
        train(net, nn.MSELoss(), optimizer, x, y, 256)
        print("step", time.perf_counter() - begin, flush=True)


def predict(threads):
    torch.set_num_threads(int(threads))
    x = torch.from_numpy(np.random.default_rng(1).random((1_000_000, 8), dtype=np.float32))
    net = nn.Sequential(nn.Linear(8, 12), nn.ReLU(), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
    with torch.inference_mode():
        net(x)
        for _ in range(5):
            begin = time.perf_counter()
            net(x)
            print("run", time.perf_counter() - begin)


globals()[sys.argv[1]](*sys.argv[2:])
