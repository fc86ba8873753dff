"""The softmax of many classes: PyTorch's AdaptiveLogSoftmaxWithLoss, beside the same written out. Conditional random fields: the
forward algorithm, beside the sum over every path there is.

Called by generate.py.
"""

import itertools

import torch
from torch.nn.utils.stateless import functional_call


def softmax(t, options, targets):
    """The logarithm of the probability of all classes, by definition; of the targets alone where they are given."""
    cutoffs = [*options["cutoffs"], options["classes"]]
    head = torch.log_softmax(t["x"] @ t["head"], -1)
    parts = [head[..., :cutoffs[0]]]
    for k in range(len(cutoffs) - 1):
        within = torch.log_softmax(t["x"] @ t[f"projection_{k}"] @ t[f"kernel_{k}"], -1)
        parts.append(head[..., cutoffs[0] + k, None] + within)
    everything = torch.cat(parts, -1)
    return everything if targets is None else everything.gather(-1, targets[..., None])


def published(t, options, targets):
    features = t["x"].shape[-1]
    module = torch.nn.AdaptiveLogSoftmaxWithLoss(features, options["classes"], options["cutoffs"], options["reduction"]).double()
    weights = {"head.weight": t["head"].T}
    for k in range(len(options["cutoffs"])):
        weights[f"tail.{k}.0.weight"] = t[f"projection_{k}"].T
        weights[f"tail.{k}.1.weight"] = t[f"kernel_{k}"].T
    rows = t["x"].reshape(-1, features)
    # Without targets it is asked for every class in turn, which needs no other entry than its call.
    if targets is None:
        columns = [functional_call(module, weights, (rows, torch.full((len(rows),), c))).output for c in range(options["classes"])]
        return torch.stack(columns, -1).reshape(*t["x"].shape[:-1], options["classes"])
    return functional_call(module, weights, (rows, targets.reshape(-1))).output.reshape(*targets.shape, 1)


def adaptive_softmax(tools):
    """Cases of adaptive_softmax.json."""
    cases = []
    sizes = [("two_clusters", 8, 11, [4, 7], 2.0, (3, 4)), ("one_cluster", 5, 6, [1], 4.0, (9,)), ("wide", 6, 40, [10, 20, 30], 1.5, (2, 10))]
    for variant, features, classes, cutoffs, reduction, leading in sizes:
        for known in [True, False]:
            name = f"{variant}_{'targets' if known else 'all'}"
            draw = tools.Draw("adaptive_softmax", name)
            inputs = {"x": draw.uneven(*leading, features), "head": draw.uneven(features, cutoffs[0] + len(cutoffs))}
            for k, (first, end) in enumerate(zip(cutoffs, [*cutoffs[1:], classes])):
                narrow = max(1, int(features // reduction ** (k + 1)))
                inputs[f"projection_{k}"] = draw.uneven(features, narrow)
                inputs[f"kernel_{k}"] = draw.uneven(narrow, end - first)
            targets = None
            if known:
                inputs["targets"] = draw.ids(classes, *leading).astype(float)
                targets = torch.tensor(inputs["targets"]).long()
            options = {"layer": "adaptiveSoftmax", "classes": classes, "cutoffs": cutoffs, "reduction": reduction}
            cases.append(tools.case(
                draw, name, "adaptiveSoftmax", options, inputs, lambda t: {"output": published(t, options, targets)},
                constants={"targets"}, witness=lambda t: {"output": softmax(t, options, targets)}))
    return cases


def chain_score(t, row, steps, tags):
    """What the tags of the real steps of a sequence score."""
    score = t["start"][tags[0]] + t["end"][tags[-1]]
    for place, step in enumerate(steps):
        score = score + t["x"][row, step, tags[place]]
        if place > 0:
            score = score + t["transitions"][tags[place - 1], tags[place]]
    return score


def forward_algorithm(t, row, steps):
    alpha = t["start"] + t["x"][row, steps[0]]
    for step in steps[1:]:
        alpha = torch.logsumexp(alpha[:, None] + t["transitions"], 0) + t["x"][row, step]
    return torch.logsumexp(alpha + t["end"], 0)


def all_paths(t, row, steps):
    paths = itertools.product(range(len(t["start"])), repeat=len(steps))
    return torch.logsumexp(torch.stack([chain_score(t, row, steps, path) for path in paths]), 0)


def chain_likelihood(t, mask, targets, partition):
    """ln p of each sequence's tags in equal shares of its real steps: [batch, time, 1]."""
    y = torch.zeros(*targets.shape, 1, dtype=torch.float64)
    for row in range(len(targets)):
        steps = [step for step in range(targets.shape[1]) if mask is None or mask[row, step] != 0]
        if steps:
            likelihood = chain_score(t, row, steps, [int(targets[row, step]) for step in steps]) - partition(t, row, steps)
            share = torch.zeros(targets.shape[1], dtype=torch.float64)
            share[steps] = 1 / len(steps)
            y = y + torch.nn.functional.one_hot(torch.tensor(row), len(targets))[:, None, None] * (share * likelihood)[None, :, None]
    return y


def conditional_random_field(tools):
    """Cases of conditional_random_field.json."""
    cases = []
    masks = {
        "plain": None,
        "mask_back": [[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]],
        "mask_front": [[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]],
        "mask_mixed": [[1, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0]],
    }
    for variant, rows in masks.items():
        for tags, scale in [(3, 0.9), (5, 6.0)]:
            name = f"{variant}_{tags}"
            draw = tools.Draw("conditional_random_field", name)
            inputs = {
                "x": draw.uneven(3, 4, tags, scale=scale), "transitions": draw.uneven(tags, tags, scale=scale),
                "start": draw.uneven(tags, scale=scale), "end": draw.uneven(tags, scale=scale),
                "targets": draw.ids(tags, 3, 4).astype(float)}
            mask = None
            if rows is not None:
                mask = torch.tensor(rows)
                inputs["mask"] = mask.numpy().astype(float)
            targets = torch.tensor(inputs["targets"]).long()
            cases.append(tools.case(
                draw, name, "conditionalRandomField", {"layer": "conditionalRandomField"}, inputs,
                lambda t: {"output": chain_likelihood(t, mask, targets, forward_algorithm)}, constants={"targets", "mask"},
                witness=lambda t: {"output": chain_likelihood(t, mask, targets, all_paths)}))
    return cases
