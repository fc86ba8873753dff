#!/usr/bin/python3
"""Recurrent layers in PyTorch: the peer of `Unroll.Benchmarks rnn`. Prints one JSON line a measurement, in ms.

usage: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 /usr/bin/python3 torch_rnn.py TAG [S1,S2,..|all] [lstm,gru,rnn] [SECONDS]
"""
import json
import os
import sys
import time

import torch

tag, wanted, kinds, seconds = (sys.argv[1:] + ["torch", "all", "lstm,gru,rnn", "1"][len(sys.argv) - 1:])[:4]
budget = float(seconds)
threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
torch.set_num_threads(threads)

SHAPES = {  # batch, time, inputs, units
    "S1": (128, 20, 8, 1), "S2": (128, 20, 8, 32), "S3": (128, 200, 64, 64), "S4": (32, 100, 128, 256), "S5": (64, 35, 650, 650),
    "S6": (20, 35, 1500, 1500), "S7": (1, 1, 128, 256), "S8": (1, 100, 128, 512), "S9": (256, 50, 32, 128),
}
LAYERS = {"lstm": (torch.nn.LSTM, 4), "gru": (torch.nn.GRU, 3), "rnn": (torch.nn.RNN, 1)}


def measure(run):
    run()
    start = time.perf_counter()
    run()
    inner = max(1, int(200e-6 / max(time.perf_counter() - start, 1e-7)))
    samples = []
    begin = time.perf_counter()
    while len(samples) < 7 or (time.perf_counter() - begin < budget and len(samples) < 3000):
        start = time.perf_counter()
        for _ in range(inner):
            run()
        samples.append((time.perf_counter() - start) / inner)
    return sorted(samples)


def report(shape, cell, what, samples, operations):
    median = samples[len(samples) // 2]
    print(json.dumps({
        "peer": tag, "prec": "f32", "shape": shape, "cell": cell, "what": what, "threads": threads, "ms": median * 1e3,
        "min_ms": samples[0] * 1e3, "p90_ms": samples[len(samples) * 9 // 10] * 1e3, "gflops": operations / median / 1e9,
        "n": len(samples)}), flush=True)


for shape, (N, T, I, H) in SHAPES.items():
    if wanted != "all" and shape not in wanted.split(","):
        continue
    for cell in kinds.split(","):
        torch.manual_seed(0)
        make, gates = LAYERS[cell]
        layer = make(I, H)
        operations = 2.0 * N * T * gates * H * (I + H)
        x = torch.randn(T, N, I)
        states = [torch.zeros(1, N, H) for _ in range(2 if cell == "lstm" else 1)]
        given = tuple(states) if cell == "lstm" else states[0]
        with torch.no_grad():
            report(shape, cell, "inf", measure(lambda: layer(x, given)), operations)

        leaves = [x, *states, *layer.parameters()]
        for leaf in leaves:
            leaf.requires_grad_()
        gradients = [torch.randn(T, N, H)] + [torch.randn(1, N, H) for _ in states]

        def step():
            y, final = layer(x, given)
            torch.autograd.grad([y, *(final if cell == "lstm" else [final])], leaves, gradients)

        report(shape, cell, "train_full", measure(step), 3 * operations)
