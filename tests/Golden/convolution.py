"""The convolutional layers: convolutions and pooling of PyTorch, and convolutional recurrent layers written over them.

Called by generate.py. Everything here is channels first inside, as PyTorch wants it, and channels last outside.
"""

import itertools

import numpy as np
import torch
import torch.nn.functional as F

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


def text(option):
    """An option as a part of a name."""
    return "_".join(map(str, option)) if isinstance(option, list) else "own" if option is None else str(option)


def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1)


def edges(length, size, stride, dilation, padding):
    """Zeros before and behind, as TensorFlow has them."""
    reach = (size - 1) * dilation + 1
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return reach - 1, 0
    total = max(0, (-(-length // stride) - 1) * stride + reach - length)
    return total // 2, total - total // 2


def each(value, axes):
    return list(value) if isinstance(value, (list, tuple)) else [value] * axes


def all_edges(x, size, strides, dilation, padding):
    """For F.pad, which begins at the last axis; x is channels first."""
    pairs = [edges(x.shape[2 + a], size[a], strides[a], dilation[a], padding) for a in range(x.dim() - 2)]
    return [number for pair in reversed(pairs) for number in pair]


def convolve(x, kernel, bias, strides=1, dilation=1, padding="valid"):
    """x [batch, space, channels], kernel [window, channels, filters]."""
    axes = x.dim() - 2
    strides, dilation = each(strides, axes), each(dilation, axes)
    x = channels_first(x)
    x = F.pad(x, all_edges(x, kernel.shape[:axes], strides, dilation, padding))
    return channels_last(CONV[axes](x, kernel.movedim(-1, 0).movedim(-1, 1), bias, strides, 0, dilation))


def convolve_by_definition(x, kernel, bias, strides=1, dilation=1, padding="valid"):
    """The same, window by window and tap by tap."""
    axes = x.dim() - 2
    strides, dilation, size = each(strides, axes), each(dilation, axes), kernel.shape[:axes]
    pairs = [edges(x.shape[1 + a], size[a], strides[a], dilation[a], padding) for a in range(axes)]
    counts = [(x.shape[1 + a] + sum(pairs[a]) - (size[a] - 1) * dilation[a] - 1) // strides[a] + 1 for a in range(axes)]
    outputs = []
    for window in itertools.product(*map(range, counts)):
        total = torch.zeros(x.shape[0], kernel.shape[-1], dtype=torch.float64)
        for tap in itertools.product(*map(range, size)):
            place = [window[a] * strides[a] + tap[a] * dilation[a] - pairs[a][0] for a in range(axes)]
            if all(0 <= place[a] < x.shape[1 + a] for a in range(axes)):
                total = total + x[(slice(None), *place)] @ kernel[tap]
        outputs.append(total if bias is None else total + bias)
    return torch.stack(outputs, 1).reshape(x.shape[0], *counts, kernel.shape[-1])


def pool(x, options, largest):
    """Padding takes no part: the least number, or no share of the mean."""
    axes = x.dim() - 2
    size = each(options["poolSize"], axes)
    strides = each(options["strides"] or options["poolSize"], axes)
    x = channels_first(x)
    pad = all_edges(x, size, strides, [1] * axes, options["padding"])
    if largest:
        take = F.max_pool1d if axes == 1 else F.max_pool2d
        return channels_last(take(F.pad(x, pad, value=float("-inf")), size, strides))
    take = F.avg_pool1d if axes == 1 else F.avg_pool2d
    shares = take(F.pad(torch.ones_like(x), pad), size, strides)
    return channels_last(take(F.pad(x, pad), size, strides) / shares)


def run_layer(t, options, convolution=convolve):
    kind, x = options["layer"], t["x"]
    mask = t["mask"].to(torch.float64) if "mask" in t else None
    if kind.startswith("conv"):
        if mask is not None:
            x = x * mask[..., None]
        y = convolution(x, t["kernel"], t.get("bias"), options["strides"], options["dilation"], options["padding"])
        return {"output": torch.tanh(y)}
    if kind.startswith("global"):
        flat = x.reshape(x.shape[0], -1, x.shape[-1])
        if mask is None:
            mask = torch.ones(flat.shape[:2], dtype=torch.float64)
        empty = mask.sum(1, keepdim=True) == 0
        if "Average" in kind:
            y = (flat * mask[..., None]).sum(1) / torch.where(empty, torch.ones_like(mask[:, :1]), mask.sum(1, keepdim=True))
        else:
            y = flat.masked_fill(mask[..., None] == 0, float("-inf")).amax(1)
            y = torch.where(empty, torch.zeros_like(y), y)
        return {"output": y}
    return {"output": pool(x, options, kind.startswith("max"))}


def convolution(tools):
    """Cases of convolution.json."""
    kinds = [
        ("conv1d", 1, {"kernelSize": 3}),
        ("conv1d", 1, {"kernelSize": 4, "strides": 2, "padding": "same"}),
        ("conv1d", 1, {"kernelSize": 2, "dilation": 3, "padding": "causal"}),
        ("conv1d", 1, {"kernelSize": 3, "strides": 3, "padding": "causal"}),
        ("conv1d", 1, {"kernelSize": 1}),
        ("conv2d", 2, {"kernelSize": [2, 3]}),
        ("conv2d", 2, {"kernelSize": 3, "padding": "same"}),
        ("conv2d", 2, {"kernelSize": [3, 2], "strides": [2, 1], "padding": "same"}),
        ("conv2d", 2, {"kernelSize": 2, "dilation": [2, 1]}),
        ("conv2d", 2, {"kernelSize": [1, 4], "strides": [3, 2], "padding": "same", "useBias": False}),
        *[(f"{pool}Pooling{axes}d", axes, {"poolSize": size, "strides": strides, "padding": padding})
          for pool in ("max", "average") for axes, size, strides, padding in (
              (1, 2, None, "valid"), (1, 3, 2, "same"), (2, 2, None, "valid"), (2, [2, 3], [1, 2], "same"))],
        *[(f"global{pool}Pooling{axes}d", axes, {}) for pool in ("Max", "Average") for axes in (1, 2)],
    ]
    cases = []
    for kind, axes, extra in kinds:
        masks = (None, "mixed") if axes == 1 and (kind.startswith("global") or extra.get("padding") in ("same", "causal") and kind == "conv1d") else (None,)
        for mask in masks:
            name = "_".join([kind, *(text(v) for v in extra.values()), *(["masked"] if mask else [])])
            draw = tools.Draw("convolution", name)
            options = {"layer": kind, **extra}
            inputs = {"x": draw.uneven(3, *((5,) if axes == 1 else (4, 5)), 2)}
            if kind.startswith("conv"):
                options = {"layer": kind, "filters": 3, "activation": "tanh", "strides": 1, "dilation": 1, "padding": "valid", "useBias": True, **extra}
                inputs["kernel"] = draw.uneven(*each(options["kernelSize"], axes), 2, 3)
                if options["useBias"]:
                    inputs["bias"] = draw.uneven(3)
            if mask:
                inputs["mask"] = np.array(tools.MASKS[mask])
            witness = (lambda t: run_layer(t, options, convolve_by_definition)) if kind.startswith("conv") else None
            cases.append(tools.case(draw, name, kind, options, inputs, lambda t: run_layer(t, options), constants=("mask",), witness=witness))
    return cases


def gates(values, count):
    return values.chunk(count, -1)


def conv_lstm(t, options, x, state):
    """Shi et al. 2015, equation 3, without peepholes."""
    hidden, cell = state
    i, f, g, o = gates(x + convolve(hidden, t["recurrent_kernel"], None, padding="same"), 4)
    cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(cell), cell


def conv_gru(t, options, x, state):
    """Ballas et al. 2016, equations 5 to 8, with z the share that stays."""
    hidden, = state
    xz, xr, xn = gates(x, 3)
    hz, hr = gates(convolve(hidden, t["recurrent_kernel_gates"], None, padding="same"), 2)
    z, r = torch.sigmoid(xz + hz), torch.sigmoid(xr + hr)
    n = torch.tanh(xn + convolve(r * hidden, t["recurrent_kernel_candidate"], None, padding="same"))
    return z * hidden + (1 - z) * n,


def run_recurrent(step, t, options):
    batch, time = t["x"].shape[:2]
    state = tuple(t[k].expand(batch, *t[k].shape) for k in sorted(t) if k.startswith("initial_state_"))
    sequence = []
    for number in reversed(range(time)) if options["goBackwards"] else range(time):
        x = convolve(t["x"][:, number], t["kernel"], t["bias"], options["strides"], options["dilation"], options["padding"])
        stepped = step(t, options, x, state)
        if "mask" in t:
            keep = t["mask"][:, number] > 0
            stepped = tuple(torch.where(keep.reshape(-1, *[1] * (new.dim() - 1)), new, old) for new, old in zip(stepped, state))
        state = stepped
        sequence.append(state[0])
    return {"sequence": torch.stack(sequence, 1)}


def conv_recurrent(tools):
    """Cases of conv_recurrent.json."""
    same, valid = {"padding": "same"}, {"padding": "valid"}
    kinds = [
        ("convLstm1d", conv_lstm, {"kernelSize": 3, **same}, (4,), (4,)),
        ("convLstm1d", conv_lstm, {"kernelSize": 2, "strides": 2, **valid}, (5,), (2,)),
        ("convLstm2d", conv_lstm, {"kernelSize": [3, 2], **same}, (3, 4), (3, 4)),
        ("convLstm2d", conv_lstm, {"kernelSize": 2, "dilation": [1, 2], **valid}, (3, 4), (2, 2)),
        ("convLstm2d", conv_lstm, {"kernelSize": 3, "strides": [2, 1], **same}, (3, 2), (2, 2)),
        ("convLstm3d", conv_lstm, {"kernelSize": [2, 1, 2], **same}, (2, 2, 3), (2, 2, 3)),
        ("convGru2d", conv_gru, {"kernelSize": [3, 2], **same}, (3, 3), (3, 3)),
        ("convGru2d", conv_gru, {"kernelSize": 2, **valid}, (3, 4), (2, 3)),
    ]
    variants = [("plain", {}, None), ("mask_mixed", {}, "mixed"), ("reverse_mask_middle", {"goBackwards": True}, "middle")]
    cases = []
    for number, (kind, step, extra, space, state) in enumerate(kinds):
        is_first = all(other[0] != kind for other in kinds[:number])
        for variant, more, mask in variants if is_first else variants[:1]:
            name = "_".join([kind, *(text(v) for v in extra.values()), variant])
            draw = tools.Draw("conv_recurrent", name)
            options = {"layer": kind, "filters": 2, "returnSequences": True, "initialState": "learned", "goBackwards": False,
                       "strides": 1, "dilation": 1, **extra, **more}
            window = each(options["kernelSize"], len(space))
            count = 4 if step is conv_lstm else 3
            shapes = {"kernel": (*window, 2, 2 * count), "bias": (2 * count,)}
            if step is conv_lstm:
                shapes["recurrent_kernel"] = (*window, 2, 8)
            else:
                shapes["recurrent_kernel_gates"], shapes["recurrent_kernel_candidate"] = (*window, 2, 4), (*window, 2, 2)
            for part in range(2 if step is conv_lstm else 1):
                shapes[f"initial_state_{part}"] = (*state, 2)
            inputs = {"x": draw.uneven(3, 5, *space, 2), **{k: draw.uneven(*v) for k, v in shapes.items()}}
            if mask is not None:
                inputs["mask"] = np.array(tools.MASKS[mask])
            cases.append(tools.case(draw, name, kind, options, inputs, lambda t: run_recurrent(step, t, options), constants=("mask",)))
    return cases
