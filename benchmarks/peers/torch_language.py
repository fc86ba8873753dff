#!/usr/bin/python3
"""Training steps of language models in PyTorch: the peer of `Unroll.Benchmarks ptb` and `char`.

ptb: Embedding(10000, 650), two LSTMs of 650, dropout 0.5, batches of 20 rows of 35 words, clipping at 5, SGD. char:
Embedding(65, 65), an LSTM of 512, batches of 64 rows of 128 characters, Adam. The state goes on from batch to batch, and
the loss is read after each step. Prints one JSON line whose figures are words (characters) a second.

usage: torch_language.py ptb|char THREADS STEPS
"""
import json
import sys
import time

import torch
from torch import nn

name, threads, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)
warm_up = 2


class LanguageModel(nn.Module):
    def __init__(self, words, width, units, layers, rate):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.lstm = nn.LSTM(width, units, layers, dropout=rate if layers > 1 else 0.)
        self.dropout = nn.Dropout(rate)
        self.dense = nn.Linear(units, words)

    def forward(self, x, state):
        y, state = self.lstm(self.dropout(self.embedding(x)), state)
        return self.dense(self.dropout(y)), state


if name == "ptb":
    words, width, units, layers, rate, batch, length, clip = 10000, 650, 650, 2, .5, 20, 35, 5.
    model = LanguageModel(words, width, units, layers, rate)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.)
else:
    words, width, units, layers, rate, batch, length, clip = 65, 65, 512, 1, 0., 64, 128, None
    model = LanguageModel(words, width, units, layers, rate)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

crossentropy = nn.CrossEntropyLoss()
ids = torch.randint(0, words, (length * (steps + warm_up) + 1, batch))
state = (torch.zeros(layers, batch, units), torch.zeros(layers, batch, units))
rates = []
for step in range(steps + warm_up):
    first = step * length
    start = time.perf_counter()
    x, y = ids[first:first + length], ids[first + 1:first + length + 1]
    state = tuple(part.detach() for part in state)
    optimizer.zero_grad()
    output, state = model(x, state)
    loss = crossentropy(output.view(-1, words), y.reshape(-1))
    loss.backward()
    if clip:
        nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()
    loss.item()
    rates.append(batch * length / (time.perf_counter() - start))

print(json.dumps({"peer": f"torch-{torch.__version__}", "model": name, "threads": threads, "figures": rates[warm_up:]}))
