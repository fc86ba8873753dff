#!/usr/bin/python3
"""Training steps of forecasters in PyTorch: the peer of `Unroll.Benchmarks forecast`.

gru-168-24: GRU(32) + Linear beside a Linear of the whole window, 168 rows of a value -> 24, batches of 128.
lstm-24-1: LSTM(32) + Linear beside a Linear of the whole window, 24 rows of 11 features -> 1, batches of 64.
gru-seq2seq-168-24: GRU(48) over 168 rows of 11 features, GRU(48) over 24 rows of its state and 10 known features, Linear,
batches of 64.

Windows are views of the series (`unfold`), of which a batch gathers those that a permutation names; their target is taken
relative to its last value (its last season's mean). Adam, all gradients clipped together at 1, the loss read after each
step. Prints one JSON line whose figures are windows a second.

usage: torch_forecast.py MODEL THREADS SERIES ROWS WARM_UP_STEPS FIGURES STEPS_PER_FIGURE
"""
import json
import os
import sys
import time

import torch
from torch import nn

name = sys.argv[1]
threads, count, rows, warm_up, figures, steps_per_figure = (int(argument) for argument in sys.argv[2:])
torch.set_num_threads(threads)
torch.manual_seed(0)
if "ATEN_CPU_CAPABILITY" in os.environ:  # what the benchmarks call tuned
    torch.set_flush_denormal(True)


class BesideLinear(nn.Module):
    def __init__(self, recurrent, features, units, lookback, outputs):
        super().__init__()
        self.recurrent = recurrent(features, units)
        self.head, self.linear = nn.Linear(units, outputs), nn.Linear(lookback * features, outputs)
        for weights in (self.head.weight, self.linear.weight):
            nn.init.zeros_(weights)

    def forward(self, x, _):  # [batch, features, lookback]
        return self.head(self.recurrent(x.permute(2, 0, 1))[0][-1]) + self.linear(x.flatten(1))


class EncoderDecoder(nn.Module):
    def __init__(self, features, known, units):
        super().__init__()
        self.encoder, self.decoder = nn.GRU(features, units), nn.GRU(units + known, units)
        self.head = nn.Linear(units, 1)

    def forward(self, x, known):  # [batch, features, lookback], [batch, known, horizon]
        _, state = self.encoder(x.permute(2, 0, 1))
        known = known.permute(2, 0, 1)
        context = state.expand(known.shape[0], -1, -1)
        return self.head(self.decoder(torch.cat((context, known), 2), state)[0]).squeeze(2).t()


features, known, lookback, horizon, batch, season, rate, measure, model = {
    "gru-168-24": lambda: (1, 0, 168, 24, 128, 1, 2e-3, nn.MSELoss(), BesideLinear(nn.GRU, 1, 32, 168, 24)),
    "lstm-24-1": lambda: (11, 0, 24, 1, 64, 1, 2e-3, nn.L1Loss(), BesideLinear(nn.LSTM, 11, 32, 24, 1)),
    "gru-seq2seq-168-24": lambda: (11, 10, 168, 24, 64, 168, 3e-3, nn.L1Loss(), EncoderDecoder(11, 10, 48)),
}[name]()

hours = torch.arange(rows, dtype=torch.float32)[:, None]
wave = torch.sin(hours * 2 * torch.pi / 24) + torch.sin(hours * 2 * torch.pi / 168)
series = torch.cat([(wave + torch.rand(rows, features)) for _ in range(count)])
series = (series - series.mean(0)) / series.std(0)
windows = series.unfold(0, lookback + horizon, 1)  # [window, features, lookback + horizon], a view
starts = torch.cat([torch.arange(rows - lookback - horizon + 1) + number * rows for number in range(count)])

optimizer = torch.optim.Adam(model.parameters(), lr=rate, foreach=True)
rates, steps, done = [], 0, False
while not done:
    order = starts[torch.randperm(len(starts))]
    for first in range(0, len(order), batch):
        window = windows[order[first:first + batch]]
        x, target = window[:, :, :lookback], window[:, 0, lookback:]
        level = x[:, 0, -season:].mean(1, keepdim=True)
        target = target - level
        x[:, 0] -= level
        optimizer.zero_grad(set_to_none=True)
        loss = measure(model(x, window[:, features - known:, lookback:]), target)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.)
        optimizer.step()
        loss.item()
        steps += 1
        if steps < warm_up or (steps - warm_up) % steps_per_figure:
            continue
        now = time.perf_counter()
        if steps > warm_up:
            rates.append(steps_per_figure * batch / (now - start))
        start = now
        done = len(rates) == figures
        if done:
            break

print(json.dumps({"peer": f"torch-{torch.__version__}", "model": name, "threads": threads, "figures": rates}))
