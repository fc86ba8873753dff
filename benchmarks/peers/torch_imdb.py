#!/usr/bin/python3
"""One epoch of the imdb-lstm32 (or imdb-lstm1) recipe in PyTorch: the peer of `Unroll.Benchmarks imdb`.

Embedding(10000, 8) + LSTM(units) + Linear(1), 20,000 samples of 20 ids, batches of 128, RMSprop, binary crossentropy;
shuffled anew each epoch, loss read after each step. Prints one JSON line whose figures are seconds an epoch.

usage: torch_imdb.py UNITS THREADS EPOCHS
"""
import json
import sys
import time

import torch
from torch import nn

units, threads, epochs = (int(argument) for argument in sys.argv[1:4])
torch.set_num_threads(threads)
torch.manual_seed(0)

samples, length, batch = 20000, 20, 128
ids = torch.randint(0, 10000, (samples, length))
labels = torch.randint(0, 2, (samples, 1)).float()
embedding, lstm, linear = nn.Embedding(10000, 8), nn.LSTM(8, units, batch_first=True), nn.Linear(units, 1)
weights = [*embedding.parameters(), *lstm.parameters(), *linear.parameters()]
optimizer = torch.optim.RMSprop(weights, lr=1e-3)
crossentropy = nn.BCELoss()

seconds = []
for epoch in range(epochs + 1):  # the first one warms up
    start = time.perf_counter()
    order = torch.randperm(samples)
    for first in range(0, samples, batch):
        rows = order[first:first + batch]
        optimizer.zero_grad()
        output = torch.sigmoid(linear(lstm(embedding(ids[rows]))[0][:, -1]))
        loss = crossentropy(output, labels[rows])
        loss.backward()
        optimizer.step()
        loss.item()
    seconds.append(time.perf_counter() - start)

print(json.dumps({"peer": f"torch-{torch.__version__}", "threads": threads, "figures": seconds[1:]}))
