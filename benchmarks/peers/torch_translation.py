#!/usr/bin/python3
"""Training and translation of an encoder-decoder in PyTorch: the peer of `Unroll.Benchmarks translation`.

The model of the recipe multi30k-de-en: Embedding(8000, 256), an LSTM of 256 in both directions; Embedding(6000, 384), an
LSTM of 384, multiplicative attention, tanh, scores by the same vectors; dropout 0.4, label smoothing 0.1, Adam, clipping
at 1. Batches of 64 sentences of one length, 8 to 20 tokens on both sides. train: target tokens a second of each step.
translate BEAMS: sentences a second of each batch, 14 tokens in and 14 tokens out. Prints one JSON line.

usage: torch_translation.py train THREADS STEPS | translate THREADS BATCHES BEAMS ROWS
"""
import json
import sys
import time

import torch
from torch import nn

what, threads, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)
source_ids, ids, units, width, rate, warm_up = 8000, 6000, 384, 256, .4, 2


class Translator(nn.Module):
    def __init__(self):
        super().__init__()
        self.source = nn.Embedding(source_ids, width)
        self.encoder = nn.LSTM(width, width, bidirectional=True, batch_first=True)
        self.start = nn.Linear(2 * width, 2 * units)
        self.target = nn.Embedding(ids, units)
        self.decoder = nn.LSTM(units, units, batch_first=True)
        self.keys = nn.Linear(2 * width, units, bias=False)
        self.output = nn.Linear(units + 2 * width, units)
        self.bias = nn.Parameter(torch.zeros(ids))
        self.dropout = nn.Dropout(rate)

    def read(self, x):
        memory, _ = self.encoder(self.dropout(self.source(x)))
        h, c = torch.tanh(self.start(memory.mean(1))).chunk(2, 1)
        return memory, self.keys(memory).transpose(1, 2), (h[None].contiguous(), c[None].contiguous())

    def write(self, before, memory, keys, state):
        hidden, state = self.decoder(self.dropout(self.target(before)), state)
        context = torch.softmax(hidden @ keys, 2) @ memory
        made = torch.tanh(self.output(torch.cat([hidden, context], 2)))
        return nn.functional.linear(self.dropout(made), self.target.weight, self.bias), state


def translate(model, x, beams, length):
    """Targets of a given length by beam search, whose beams end at that length alone."""
    rows = x.shape[0]
    memory, keys, (h, c) = model.read(x)
    if beams > 1:
        memory, keys = memory.repeat_interleave(beams, 0), keys.repeat_interleave(beams, 0)
        h, c = h.repeat_interleave(beams, 1), c.repeat_interleave(beams, 1)
    before = torch.full((rows * beams, 1), 2)
    scores = torch.full((rows, beams), float("-inf"))
    scores[:, 0] = 0.
    written = torch.zeros(rows * beams, 0, dtype=torch.long)
    first = (torch.arange(rows) * beams)[:, None]
    for _ in range(length):
        logits, (h, c) = model.write(before, memory, keys, (h, c))
        likelihood = torch.log_softmax(logits[:, 0], 1).view(rows, beams, ids)
        scores, places = (scores[:, :, None] + likelihood).view(rows, beams * ids).topk(beams, 1)
        parents, before = (first + places // ids).view(-1), (places % ids).view(-1, 1)
        if beams > 1:
            h, c, written = h[:, parents], c[:, parents], written[parents]
        written = torch.cat([written, before], 1)
    return written


model = Translator()
figures = []
if what == "train":
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    crossentropy = nn.CrossEntropyLoss(label_smoothing=.1)
    for step in range(count + warm_up):
        length = 8 + step % 13
        x, y = torch.randint(4, source_ids, (64, length)), torch.randint(4, ids, (64, length))
        begin = time.perf_counter()
        before = torch.cat([torch.full((64, 1), 2), y[:, :-1]], 1)
        optimizer.zero_grad()
        logits, _ = model.write(before, *model.read(x))
        loss = crossentropy(logits.reshape(-1, ids), y.reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.)
        optimizer.step()
        loss.item()
        figures.append(64 * length / (time.perf_counter() - begin))
else:
    beams, rows = int(sys.argv[4]), int(sys.argv[5])
    model.eval()
    with torch.no_grad():
        for _ in range(count + warm_up):
            x = torch.randint(4, source_ids, (rows, 14))
            begin = time.perf_counter()
            translate(model, x, beams, 14)
            figures.append(rows / (time.perf_counter() - begin))

print(json.dumps({"peer": f"torch-{torch.__version__}", "threads": threads, "figures": figures[warm_up:]}))
