"""The softmax of many classes: PyTorch's AdaptiveLogSoftmaxWithLoss, beside the same written out.

Called by generate.py.
"""

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
