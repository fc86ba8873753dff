"""Losses and layers for forecasts: distributions of PyTorch, and layers written over torch.nn.functional.

Called by generate.py.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import NegativeBinomial, Normal, StudentT

SMALLEST = 1e-6


def positive(x):
    return F.softplus(x, threshold=1000) + SMALLEST


def quantile(prediction, target, options):
    levels = torch.tensor(options["levels"], dtype=torch.float32).to(torch.float64)  # as Unroll holds them
    error = target[..., None] - prediction.reshape(*target.shape, len(levels))
    return torch.maximum(levels * error, (levels - 1) * error).mean(-1)


def gaussian(prediction, target, options):
    outputs = prediction.reshape(*target.shape, 2)
    return -Normal(outputs[..., 0], positive(outputs[..., 1])).log_prob(target)


def student_t(prediction, target, options):
    outputs = prediction.reshape(*target.shape, 3)
    freedom = 2 + F.softplus(outputs[..., 2], threshold=1000)
    return -StudentT(freedom, outputs[..., 0], positive(outputs[..., 1])).log_prob(target)


def negative_binomial(prediction, target, options):
    outputs = prediction.reshape(*target.shape, 2)
    mean, shape = positive(outputs[..., 0]), positive(outputs[..., 1])
    return -NegativeBinomial(1 / shape, logits=torch.log(shape * mean)).log_prob(target)


def losses(tools):
    """Cases of forecast_losses.json."""
    kinds = [
        ("quantile", quantile, {"levels": [0.125, 0.5, 0.875]}, 3),
        ("quantile", quantile, {"levels": [0.25]}, 1),
        ("gaussian", gaussian, {}, 2),
        ("studentT", student_t, {}, 3),
        ("negativeBinomial", negative_binomial, {}, 2),
    ]
    variants = [("plain", (4, 1), 2.0, False), ("sequence", (3, 4, 2), 3.0, False), ("weighted", (3, 4, 2), 2.0, True),
                ("wide", (6, 2), 12.0, False)]
    cases = []
    for kind, function, extra, outputs in kinds:
        for variant, shape, scale, weighted in variants:
            name = "_".join([kind, *([str(outputs)] if kind == "quantile" else []), variant])
            draw = tools.Draw("forecast_losses", name)
            prediction = draw.uneven(*shape[:-1], shape[-1] * outputs, scale=scale)
            target = draw.random.randint(0, 9, shape).astype(float) if kind == "negativeBinomial" else draw.uneven(*shape, scale=scale)
            inputs = {"prediction": prediction, "target": target}
            if weighted:
                inputs["sample_weight"] = draw.between(0.25, 3, *shape[:-1])

            def total(t):
                entries = function(t["prediction"], t["target"], extra).mean(-1)
                return {"loss": (entries * t["sample_weight"] if weighted else entries).sum() / entries.numel()}

            cases.append(tools.case(draw, name, kind, {"kind": kind, **extra}, inputs, total, constants={"target", "sample_weight"}))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Layers
# ---------------------------------------------------------------------------------------------------------------

def lstm(t, role, x, state):
    h, c = state
    i, f, g, o = (x @ t[role + "kernel"] + h @ t[role + "recurrent_kernel"] + t[role + "bias"]).chunk(4, -1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def gru(t, role, x, state):
    h, = state
    xz, xr, xn = (x @ t[role + "kernel"] + t[role + "bias"][0]).chunk(3, -1)
    hz, hr, hn = (h @ t[role + "recurrent_kernel"] + t[role + "bias"][1]).chunk(3, -1)
    z = torch.sigmoid(xz + hz)
    return z * h + (1 - z) * torch.tanh(xn + torch.sigmoid(xr + hr) * hn),


CELLS = {"lstm": (lstm, 4, 2), "gru": (gru, 3, 1)}


def zeros(kind, batch, units):
    return tuple(torch.zeros(batch, units, dtype=torch.float64) for _ in range(CELLS[kind][2]))


def weights(role, kind, features, units):
    gates = CELLS[kind][1]
    return {f"{role}kernel": (features, gates * units), f"{role}recurrent_kernel": (units, gates * units),
            f"{role}bias": (2, gates * units) if kind == "gru" else (gates * units,)}


def kept(mask, new, old):
    return new if mask is None else tuple(torch.where(mask[:, None] > 0, a, b) for a, b in zip(new, old))


def walk(t, role, kind, units, steps, mask=None, state=None):
    """All states of a sequence of steps [batch, features]."""
    state = zeros(kind, steps[0].shape[0], units) if state is None else state
    states = []
    for number, x in enumerate(steps):
        state = kept(None if mask is None else mask[:, number], CELLS[kind][0](t, role, x, state), state)
        states.append(state)
    return states


def encoder_decoder(t, options, taught):
    x, horizon, known = t["x"], options["horizon"], options["knownFeatures"]
    lookback, encoder, decoder = x.shape[1] - horizon, options["encoder"], options["decoder"]
    state = walk(t, "encoder/", encoder["layer"], encoder["units"], [x[:, s] for s in range(lookback)], t.get("mask"))[-1]
    hands_over = (encoder["layer"], encoder["units"]) == (decoder["layer"], decoder["units"])
    steps = []
    for s in range(lookback, x.shape[1]):
        parts = ([state[0]] if options["repeatContext"] else []) + ([x[:, s, -known:]] if known else [])
        steps.append(torch.cat(parts, 1))
    walked = walk(t, "decoder/", decoder["layer"], decoder["units"], steps, None, state if hands_over else None)
    return {"output": torch.stack([s[0] for s in walked], 1)}


def autoregressive(t, options, taught):
    x, horizon, targets = t["x"], options["horizon"], options["targets"]
    lookback, mask, layers = x.shape[1] - horizon, t.get("mask"), options["layers"]
    states = [zeros(layer["layer"], x.shape[0], layer["units"]) for layer in layers]
    before, outputs = torch.zeros(x.shape[0], targets, dtype=torch.float64), []
    for s in range(x.shape[1]):
        value = torch.cat([before, x[:, s, targets:]], 1)
        real = mask[:, s] if mask is not None and s < lookback else None
        for place, layer in enumerate(layers):
            states[place] = kept(real, CELLS[layer["layer"]][0](t, f"{place}/", value, states[place]), states[place])
            value = states[place][0]
        output = value @ t["head/kernel"] + t["head/bias"]
        true = x[:, s, :targets]
        if s < lookback:
            before = true if mask is None else torch.where(mask[:, s, None] > 0, true, torch.zeros_like(true))
        else:
            outputs.append(output)
            own = output.reshape(x.shape[0], targets, -1)[..., 0]
            own = positive(own) if options["distribution"] == "negativeBinomial" else own
            before = torch.where(mask[:, s, None] > 0, true, own) if taught and mask is not None else own
    return {"output": torch.stack(outputs, 1)}


def lst_net(t, options, taught):
    x, window, skip, highway = t["x"], options["window"], options["skip"], options["highway"]
    batch, time, targets, horizon = *x.shape[:2], options["targets"], options["horizon"]
    mask = t["mask"].to(torch.float64) if "mask" in t else torch.ones(batch, time, dtype=torch.float64)
    x = x * mask[..., None]
    # channels first, as PyTorch has it
    seen = F.relu(F.conv1d(x.transpose(1, 2), t["convolution/kernel"].permute(2, 1, 0), t["convolution/bias"])).transpose(1, 2)
    count = seen.shape[1]
    real = torch.stack([mask[:, s:s + window].min(1).values for s in range(count)], 1)
    parts = [walk(t, "recurrent/", "gru", options["units"], [seen[:, s] for s in range(count)], real)[-1][0]]
    for phase in range(skip):
        places = range(count - count // skip * skip + phase, count, skip)
        states = walk(t, "skipping/", "gru", options["skipUnits"], [seen[:, s] for s in places], real[:, list(places)])
        parts.append(states[-1][0])
    y = torch.cat(parts, 1) @ t["dense/kernel"] + t["dense/bias"]
    if highway:
        for target in range(targets):
            alone = x[:, -highway:, target] @ t["highway/kernel"] + t["highway/bias"]
            spread = torch.zeros(batch, horizon, targets, dtype=torch.float64)
            spread[:, :, target] = 1
            y = y + (alone[..., None] * spread).reshape(batch, -1)
    return {"output": y}


def es_rnn(t, options, taught):
    """The inner network is one dense layer on the last hidden state of a GRU."""
    x, season, horizon = t["x"], options["season"], options["horizon"]
    rows = []
    for row in range(x.shape[0]):
        y, phases, number = x[row, :, 0], x[row, :, -1].long().tolist(), int(x[row, -1, -2])
        real = t["mask"][row].tolist() if "mask" in t else [1] * x.shape[1]
        a = torch.sigmoid(t["level_smoothing"][number, 0])
        seasons = [torch.ones((), dtype=torch.float64)]
        if season > 1:
            g, seasons = torch.sigmoid(t["season_smoothing"][number, 0]), list(torch.exp(t["initial_season"][number]).unbind())
        level, used = None, []
        for s, p in enumerate(phases):
            if not real[s]:
                continue
            used.append((s, seasons[p]))
            now = y[s] / seasons[p]
            level = now if level is None else a * now + (1 - a) * level
            if season > 1:
                seasons[p] = g * y[s] / level + (1 - g) * seasons[p]
        state = zeros("gru", 1, 2)
        for s, at in used:
            value = torch.cat([torch.log(y[s] / (level * at))[None], x[row, s, 1:-2]])[None]
            state = gru(t, "inner/0/", value, state)
        o = (state[0] @ t["inner/1/kernel"] + t["inner/1/bias"])[0]
        rows.append(torch.stack([torch.exp(o[h]) * level * seasons[(phases[-1] + 1 + h) % season] for h in range(horizon)]))
    return {"output": torch.stack(rows)}


def es_rnn_cases(tools):
    cases = []
    for name, season, horizon, features, mask in (
            ("plain", 3, 4, 4, None), ("level_alone", 1, 2, 3, None), ("masked", 3, 2, 3, [[1] * 7, [0, 0, 1, 1, 1, 1, 1], [1, 1, 0, 1, 1, 0, 1]])):
        draw = tools.Draw("forecast_layers", "esRnn_" + name)
        x = np.concatenate([draw.between(0.5, 4, 3, 7, 1), draw.uneven(3, 7, features - 3) if features > 3 else np.zeros((3, 7, 0)),
                            np.array([2, 0, 2]).repeat(7).reshape(3, 7, 1), (np.arange(21).reshape(3, 7, 1) % season).astype(float)], 2)
        shapes = {"level_smoothing": (3, 1), **({"season_smoothing": (3, 1), "initial_season": (3, season)} if season > 1 else {}),
                  **weights("inner/0/", "gru", features - 2, 2), "inner/1/kernel": (2, horizon), "inner/1/bias": (horizon,)}
        inputs = {"x": x, **{k: draw.uneven(*v) for k, v in shapes.items()}}
        if mask is not None:
            inputs["mask"] = np.array(mask)
        options = {"layer": "esRnn", "season": season, "horizon": horizon, "seriesCount": 3, "inner": {"layer": "stacked", "layers": [
            {"layer": "gru", "units": 2}, {"layer": "dense", "units": horizon}]}}
        # Differences would change phases and numbers of series.
        cases.append(tools.case(draw, "esRnn_" + name, "esRnn", options, inputs, lambda t: es_rnn(t, options, False), constants=("mask",), numeric=False))
    return cases


def layers(tools):
    """Cases of forecast_layers.json. Six steps of which some are the future; masks of the past, and of what is known in the future."""
    def cell(kind, units, sequences):
        return {"layer": kind, "units": units, "returnSequences": sequences}

    past = [[1, 1, 1, 1], [0, 1, 1, 0], [0, 0, 1, 1]]
    kinds = []
    for name, first, second, known, repeat in (
            ("lstm", ("lstm", 3), ("lstm", 3), 0, True), ("gru_known", ("gru", 3), ("gru", 3), 2, True),
            ("lstm_known_alone", ("lstm", 2), ("lstm", 2), 1, False), ("lstm_gru", ("lstm", 3), ("gru", 2), 1, True)):
        options = {"layer": "encoderDecoder", "encoder": cell(*first, False), "decoder": cell(*second, True), "horizon": 2,
                   "knownFeatures": known, "repeatContext": repeat}
        shapes = {**weights("encoder/", *first[:1], 4, first[1]),
                  **weights("decoder/", *second[:1], (first[1] if repeat else 0) + known, second[1])}
        kinds.append((f"encoderDecoder_{name}", encoder_decoder, options, shapes, (None, past), False))
    for name, cells, targets, distribution, width in (
            ("value", [("gru", 3)], 1, None, 1), ("gaussian", [("lstm", 2), ("gru", 3)], 2, "gaussian", 2),
            ("studentT", [("lstm", 3)], 1, "studentT", 3), ("negativeBinomial", [("gru", 2)], 1, "negativeBinomial", 2)):
        options = {"layer": "autoregressive", "layers": [cell(*c, True) for c in cells], "horizon": 3, "targets": targets,
                   "distribution": distribution}
        shapes, features = {}, 4
        for place, (kind, units) in enumerate(cells):
            shapes.update(weights(f"{place}/", kind, features, units))
            features = units
        shapes.update({"head/kernel": (features, targets * width), "head/bias": (targets * width,)})
        known = [[1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 1, 0], [0, 0, 1, 1, 1, 1]]
        mixed = [[1, 1, 1, 1, 0, 0], [0, 1, 1, 0, 1, 0], [1, 0, 1, 0, 0, 1]]
        kinds.append((f"autoregressive_{name}", autoregressive, options, shapes, (None, mixed), False))
        kinds.append((f"autoregressive_{name}_taught", autoregressive, options, shapes, (known, mixed), True))
    for name, skip, highway, horizon, targets in (("plain", 2, 3, 2, 2), ("one", 3, 0, 1, 1), ("no_skip", 0, 4, 1, 3)):
        options = {"layer": "lstNet", "filters": 3, "window": 2, "units": 2, "skip": skip, "skipUnits": 2, "highway": highway,
                   "horizon": horizon, "targets": targets}
        shapes = {"convolution/kernel": (2, 4, 3), "convolution/bias": (3,), **weights("recurrent/", "gru", 3, 2)}
        if skip:
            shapes.update(weights("skipping/", "gru", 3, 2))
        shapes.update({"dense/kernel": (2 + skip * 2, horizon * targets), "dense/bias": (horizon * targets,)})
        if highway:
            shapes.update({"highway/kernel": (highway, horizon), "highway/bias": (horizon,)})
        kinds.append((f"lstNet_{name}", lst_net, options, shapes, (None, [[1] * 6, [0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 0, 1]]), False))
    cases = []
    for stem, function, options, shapes, masks, taught in kinds:
        for number, mask in enumerate(masks):
            name = stem + ("" if mask is None else f"_mask_{number}")
            draw = tools.Draw("forecast_layers", name)
            inputs = {"x": draw.uneven(3, 6, 4), **{k: draw.uneven(*v) for k, v in shapes.items()}}
            if mask is not None:
                future = 6 - len(mask[0])
                inputs["mask"] = np.array([row + [0] * future for row in mask])
            cases.append(tools.case(draw, name, options["layer"] + (" taught" if taught else ""), options, inputs,
                                    lambda t: function(t, options, taught), constants=("mask",)))
    return cases + es_rnn_cases(tools)
