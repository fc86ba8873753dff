"""Encoder and decoder with attention, taught by known targets: written out step by step.

Called by generate.py.
"""

import torch

from forecasting import lstm

BEGIN = 2


def attend(t, kind, query, memory, mask):
    """Query [batch, units], memory [batch, time, features]: context and weights."""
    if kind == "additiveAttention":
        held = query @ t["attention/query_kernel"] + t["attention/bias"]
        scores = (torch.tanh(held[:, None] + memory @ t["attention/memory_kernel"]) @ t["attention/score"])[..., 0]
    else:
        scores = torch.einsum("bu,uf,btf->bt", query, t["attention/kernel"], memory)
    weights = torch.softmax(scores.masked_fill(mask == 0, float("-inf")), -1)
    return torch.einsum("bt,btf->bf", weights, memory), weights


def taught(t, options, ids, targets):
    """Logits [batch, steps, ids], or the targets' log-likelihoods with copying."""
    mask = (ids != 0).double()
    memory = t["encoder/0/embeddings" if options.get("attention") is None else "encoder/embeddings"][ids] * mask[..., None]
    attention, feeding = (options.get("attention") or {}).get("layer"), options.get("feeding")
    summary = memory.sum(1) / mask.sum(1, keepdim=True)
    parts = torch.tanh(summary @ t["state_kernel"] + t["state_bias"])
    layers = len(options["decoder"])
    units = options["decoder"][0]["units"]
    states = [(parts[:, 2 * k * units:(2 * k + 1) * units], parts[:, (2 * k + 1) * units:(2 * k + 2) * units]) for k in range(layers)]
    table = t["encoder/embeddings"] if "sharedEmbedding" in options else t["embedding/embeddings"]
    before = torch.cat([torch.full((len(ids), 1), BEGIN), targets[:, :-1]], 1)
    fed = torch.zeros(len(ids), units).double()
    outputs = []
    for step in range(targets.shape[1]):
        x = table[before[:, step]]
        if attention is None:
            x = torch.cat([x, summary], -1)
        elif feeding == "context":
            context, weights = attend(t, attention, states[-1][0], memory, mask)
            x = torch.cat([x, context], -1)
        elif feeding == "output":
            x = torch.cat([x, fed], -1)
        for k in range(layers):
            states[k] = lstm(t, f"decoder_{k}/", x, states[k])
            x = states[k][0]
        if attention is not None:
            if feeding != "context":
                context, weights = attend(t, attention, x, memory, mask)
            x = fed = torch.tanh(torch.cat([x, context], -1) @ t["output_kernel"] + t["output_bias"])
        logits = (x @ table.T if options.get("tieWeights") else x @ t["kernel"]) + t["bias"]
        if options.get("copy"):
            gate = torch.sigmoid(x @ t["copy_kernel"] + t["copy_bias"])[:, 0]
            generated = torch.softmax(logits, -1).gather(1, targets[:, step, None])[:, 0]
            copied = (weights * (ids == targets[:, step, None]).double()).sum(-1)
            logits = torch.log(gate * generated + (1 - gate) * copied + 1e-12)[:, None]
        outputs.append(logits)
    return torch.stack(outputs, 1)


def seq2seq(tools):
    """Cases of seq2seq.json."""
    general, additive = {"layer": "multiplicativeAttention"}, {"layer": "additiveAttention", "units": 3}
    variants = {
        "without_attention": {},
        "general": {"attention": general},
        "two_layers": {"attention": general, "decoder": 2},
        "input_feeding": {"attention": general, "feeding": "output"},
        "context": {"attention": additive, "feeding": "context", "decoder": 2},
        "tied": {"attention": general, "tieWeights": True, "embeddingUnits": 4},
        "shared_and_copied": {"attention": additive, "sharedEmbedding": "words", "copy": True},
    }
    cases = []
    for name, variant in variants.items():
        draw = tools.Draw("seq2seq", name)
        batch, time, steps, words, features, units = 2, 4, 3, 8, 3, 4
        layers = variant.get("decoder", 1)
        encoder = {"layer": "embedding", "name": "words", "inputs": words, "units": features, "maskZero": True}
        if "attention" not in variant:
            encoder = {"layer": "stacked", "layers": [encoder, "globalAveragePooling1d"]}
        options = {
            "layer": "seq2Seq", "encoder": encoder, "ids": words, **variant,
            "decoder": [{"layer": "lstm", "units": units, "returnSequences": True}] * layers,
        }
        target_units = features if "sharedEmbedding" in variant else units
        inputs = {"x": [[4, 5, 1, 6], [7, 3, 0, 0]], "targets": [[5, 1, 3], [6, 3, 0]]}
        inputs = {key: tools.np.array(value) for key, value in inputs.items()}
        inputs["encoder/0/embeddings" if "attention" not in variant else "encoder/embeddings"] = draw.uneven(words, features)
        if "sharedEmbedding" not in variant:
            inputs["embedding/embeddings"] = draw.uneven(words, target_units)
        width = target_units + {"context": features, "output": units}.get(variant.get("feeding"), 0 if "attention" in variant else features)
        for k in range(layers):
            inputs[f"decoder_{k}/kernel"] = draw.uneven(width, 4 * units)
            inputs[f"decoder_{k}/recurrent_kernel"] = draw.uneven(units, 4 * units)
            inputs[f"decoder_{k}/bias"] = draw.uneven(4 * units)
            width = units
        inputs["state_kernel"] = draw.uneven(features, 2 * layers * units)
        inputs["state_bias"] = draw.uneven(2 * layers * units)
        if variant.get("attention") == general:
            inputs["attention/kernel"] = draw.uneven(units, features)
        elif variant.get("attention") == additive:
            inputs["attention/query_kernel"] = draw.uneven(units, 3)
            inputs["attention/memory_kernel"] = draw.uneven(features, 3)
            inputs["attention/bias"] = draw.uneven(3)
            inputs["attention/score"] = draw.uneven(3, 1)
        if "attention" in variant:
            inputs["output_kernel"] = draw.uneven(units + features, units)
            inputs["output_bias"] = draw.uneven(units)
        if not variant.get("tieWeights"):
            inputs["kernel"] = draw.uneven(units, words)
        inputs["bias"] = draw.uneven(words)
        if variant.get("copy"):
            inputs["copy_kernel"] = draw.uneven(units, 1)
            inputs["copy_bias"] = draw.uneven(1)
        cases.append(tools.case(
            draw, name, "seq2Seq", options, inputs, lambda t, o=options: {"output": taught(t, o, t["x"], t["targets"])},
            constants={"x", "targets"}))
    return cases
