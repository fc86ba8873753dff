"""Vectors of runs of ids: a table looked up by a hash, and the same by products with one-hot rows.

Called by generate.py.
"""

import numpy as np
import torch
import torch.nn.functional as F


def bucket(ids, buckets):
    """The bucket of a run, in whole numbers of any size."""
    run = 0
    for i in ids:
        run = (run * 16777619 + int(i)) % 2**32
    return (run * 2654435769 % 2**32) * buckets // 2**32


def runs(ids, length, buckets, mask):
    """For each place the bucket of the run that ends there; -1 where it is not whole."""
    found = np.full(ids.shape, -1)
    for row, line in enumerate(ids):
        for end in range(length - 1, len(line)):
            part = range(end - length + 1, end + 1)
            if all(line[i] != 0 and (mask is None or mask[row][i] != 0) for i in part):
                found[row, end] = bucket([line[i] for i in part], buckets)
    return torch.tensor(found)


def ngram_embedding(tools):
    """Cases of ngram_embedding.json."""
    ids = np.array([[5, 2, 5, 2, 9, 0], [7, 5, 2, 0, 5, 2], [0, 0, 1, 70000, 1, 70000]])
    mask = np.array([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 0]], dtype=float)
    cases = []
    for name, length, buckets, units, masked in [
            ("pairs", 2, 64, 5, False), ("triples", 3, 11, 4, False), ("single", 1, 16, 3, False), ("masked", 2, 7, 17, True)]:
        draw = tools.Draw("ngram_embedding", name)
        found = runs(ids, length, buckets, mask if masked else None)
        inputs = {"ids": ids, "embeddings": draw.uneven(buckets, units)}
        if masked:
            inputs["mask"] = mask
        options = {"layer": "nGramEmbedding", "buckets": buckets, "units": units, "length": length}
        cases.append(tools.case(
            draw, name, "nGramEmbedding", options, inputs,
            lambda t: {"output": F.embedding(found.clamp(min=0), t["embeddings"]) * (found >= 0)[..., None]},
            constants={"mask"},
            witness=lambda t: {"output": F.one_hot(found + 1, buckets + 1)[..., 1:].double() @ t["embeddings"]}))
    return cases
