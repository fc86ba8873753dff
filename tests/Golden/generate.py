#!/usr/bin/python3
"""Writes the golden vectors of tests/Golden with PyTorch in double precision.

    /usr/bin/python3 tests/Golden/generate.py            writes every file
    /usr/bin/python3 tests/Golden/generate.py --check    writes nothing; fails where a committed file differs

Every number drawn is a multiple of 1/64 (1/256 or 1/1024 for larger tensors) and is written exactly, so that
float32 and float64 code start from the very same inputs. Every case seeds its own generator from its file and
name: adding a case changes no other case. README.md describes the format.
"""

import json
import math
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import classification
import convolution as convolutional
import forecasting
import language
import translation
import baselines as forecast_baselines
import canonical
from onnx_published import published

HERE = Path(__file__).resolve().parent
AGREEMENT = 1e-12  # two double-precision implementations of the same formula, values of order 1


# ---------------------------------------------------------------------------------------------------------------
# Drawing numbers
# ---------------------------------------------------------------------------------------------------------------

class Draw:
    """Uneven numbers: no zero and no two equal inside one tensor, every one exact in float32."""

    def __init__(self, file, name):
        # RandomState is the generator numpy keeps frozen: the same seed gives the same numbers in every version.
        self.random = np.random.RandomState(zlib.crc32(f"{file}/{name}".encode()))

    def uneven(self, *shape, scale=0.9):
        count = math.prod(shape)
        grid = 64 if count <= 50 else 256 if count < 400 else 1024
        limit = int(scale * grid)
        choices = np.concatenate([np.arange(-limit, 0), np.arange(1, limit + 1)])
        return (self.random.choice(choices, count, replace=False) / grid).reshape(shape)

    def between(self, low, high, *shape):
        choices = np.arange(int(low * 256), int(high * 256) + 1)
        return (self.random.choice(choices, math.prod(shape), replace=False) / 256).reshape(shape)

    def away_from_zero(self, *shape):
        signs = self.random.choice([-1, 1], shape)
        return signs * self.between(0.5, 2.5, *shape)

    def ids(self, count, *shape):
        return self.random.randint(0, count, shape)

    def distribution(self, *shape):
        """Positive rows, each summing to one exactly: the gaps between distinct cuts of [0, 256]."""
        *rows, classes = shape
        result = np.empty((math.prod(rows), classes))
        for row in result:
            cuts = np.sort(self.random.choice(np.arange(1, 256), classes - 1, replace=False))
            row[:] = np.diff(np.concatenate([[0], cuts, [256]])) / 256
        return result.reshape(shape)


# ---------------------------------------------------------------------------------------------------------------
# Cases
# ---------------------------------------------------------------------------------------------------------------

def entry(values, exact):
    values = np.asarray(values)
    return {"shape": list(values.shape), "values": [number(v, exact) for v in values.ravel().tolist()]}


class Raw(float):
    """A float that the JSON writer prints with the text it was given."""

    def __new__(cls, text):
        raw = super().__new__(cls, text)
        raw.text = text
        return raw

    def __repr__(self):
        return self.text


def number(value, exact):
    value = float(value)
    assert math.isfinite(value)
    if value == 0:
        return Raw("0")
    text = repr(value) if exact else format(value, ".9g")
    return Raw(text[:-2] if text.endswith(".0") else text)


def as_json(value):
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(k) + ":" + as_json(v) for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(as_json(v) for v in value) + "]"
    return json.dumps(value)


def write_case(name, op, options, inputs, cotangents, outputs, gradients):
    return {
        "name": name, "op": op, "options": options,
        "inputs": {k: entry(v, True) for k, v in inputs.items()},
        "cotangents": {k: entry(v, True) for k, v in cotangents.items()},
        "outputs": {k: entry(v, False) for k, v in outputs.items()},
        "gradients": {k: entry(v, False) for k, v in gradients.items()},
    }


def differentiate(function, inputs, constants, cotangents):
    """Outputs of function(tensors) and the gradients of sum(output * cotangent)."""
    tensors = {
        k: torch.tensor(v, dtype=torch.int64 if np.asarray(v).dtype.kind == "i" else torch.float64)
        for k, v in inputs.items()}
    leaves = [k for k, v in tensors.items() if v.is_floating_point() and k not in constants]
    for k in leaves:
        tensors[k].requires_grad_(True)
    outputs = function(tensors)
    loss = sum((outputs[k] * torch.tensor(c)).sum() for k, c in cotangents.items())
    grads = torch.autograd.grad(loss, [tensors[k] for k in leaves], allow_unused=True)
    gradients = {
        k: (torch.zeros_like(tensors[k]) if g is None else g).numpy() for k, g in zip(leaves, grads)}
    return {k: v.detach().numpy() for k, v in outputs.items()}, gradients


def assert_agree(first, second, what):
    for k in first:
        a, b = np.asarray(first[k]), np.asarray(second[k])
        assert a.shape == b.shape, (what, k, a.shape, b.shape)
        worst = np.max(np.abs(a - b) / np.maximum(1, np.abs(a))) if a.size else 0
        assert worst < AGREEMENT, (what, k, worst)


def case(draw, name, op, options, inputs, function, *, constants=(), without_cotangent=(), witness=None,
         numeric=True):
    """One differentiated case. A witness is a second implementation; numeric adds a finite-difference check."""
    constants = set(constants)
    shapes = {k: tuple(v.shape) for k, v in function(
        {k: torch.tensor(v, dtype=torch.int64 if np.asarray(v).dtype.kind == "i" else torch.float64)
         for k, v in inputs.items()}).items()}
    cotangents = {k: draw.uneven(*s) for k, s in shapes.items() if k not in without_cotangent}
    outputs, gradients = differentiate(function, inputs, constants, cotangents)
    if witness is not None:
        other_outputs, other_gradients = differentiate(witness, inputs, constants, cotangents)
        assert_agree(other_outputs, outputs, name)
        assert_agree(other_gradients, gradients, name)
    if numeric:
        check_numerically(function, inputs, cotangents, gradients, name)
    return write_case(name, op, options, inputs, cotangents, outputs, gradients)


def check_numerically(function, inputs, cotangents, gradients, name):
    """Central differences along one random direction per input; enough to refute a wrong backward pass."""
    random = np.random.RandomState(7)
    step = 1e-6

    def loss(values):
        tensors = {
            k: torch.tensor(v, dtype=torch.int64 if np.asarray(v).dtype.kind == "i" else torch.float64)
            for k, v in values.items()}
        outputs = function(tensors)
        return sum(float((outputs[k] * torch.tensor(c)).sum()) for k, c in cotangents.items())

    for k, gradient in gradients.items():
        direction = random.uniform(-1, 1, np.shape(gradient))
        up = loss({**inputs, k: inputs[k] + step * direction})
        down = loss({**inputs, k: inputs[k] - step * direction})
        slope, expected = (up - down) / (2 * step), float((gradient * direction).sum())
        assert abs(slope - expected) < 1e-7 * max(1, abs(expected), abs(up)), (name, k, slope, expected)


# ---------------------------------------------------------------------------------------------------------------
# Activations
# ---------------------------------------------------------------------------------------------------------------

class Tanh(torch.autograd.Function):
    """torch's own derivative 1 - y^2 loses its digits in the tails; 1 / cosh^2 keeps them."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return torch.tanh(x)

    @staticmethod
    def backward(context, upstream):
        x, = context.saved_tensors
        return upstream / torch.cosh(x) ** 2


class Sigmoid(torch.autograd.Function):
    """As for Tanh: sigmoid(x) sigmoid(-x) in place of y (1 - y)."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return torch.sigmoid(x)

    @staticmethod
    def backward(context, upstream):
        x, = context.saved_tensors
        return upstream * torch.sigmoid(x) * torch.sigmoid(-x)


ACTIVATIONS = {
    "linear": lambda x: x * 1.0,
    "tanh": Tanh.apply,
    "sigmoid": Sigmoid.apply,
    "relu": torch.relu,
    "leaky_relu": lambda x: torch.where(x >= 0, x, 0.2 * x),
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "softsign": lambda x: x / (1 + x.abs()),
    "elu": lambda x: torch.where(x > 0, x, torch.expm1(torch.clamp(x, max=0))),
    "selu": lambda x: 1.0507009873554805 * torch.where(
        x > 0, x, 1.6732632423543772 * torch.expm1(torch.clamp(x, max=0))),
    # erfc instead of 1 + erf: the far left tail keeps its digits
    "gelu": lambda x: 0.5 * x * torch.special.erfc(-x / math.sqrt(2)),
    "silu": lambda x: x * Sigmoid.apply(x),
    "exponential": torch.exp,
    "hard_sigmoid": lambda x: torch.clamp(x + 3, 0, 6) / 6,
    "hard_sigmoid_keras2": lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),
}
KINKS = {"relu": [0], "leaky_relu": [0], "elu": [0], "selu": [0],
         "hard_sigmoid": [-3, 3], "hard_sigmoid_keras2": [-2.5, 2.5]}
TORCH_ACTIVATIONS = {
    "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2), "softplus": lambda x: F.softplus(x, threshold=1000),
    "softsign": F.softsign, "elu": F.elu, "selu": F.selu, "gelu": F.gelu, "silu": F.silu,
    "hard_sigmoid": lambda x: F.relu6(x + 3) / 6,
}


class Activate:
    """Applies named activations; keeps count of the side of each kink the values fell on."""

    def __init__(self):
        self.below = self.inside = self.above = 0

    def __call__(self, name, x):
        values = x.detach().numpy()
        for kink in KINKS.get(name, []):
            assert np.abs(values - kink).min() > 1e-5, f"{name}: a value on a kink has no derivative"
        if name.startswith("hard_sigmoid"):
            low, high = KINKS[name]
            self.below += (values < low).sum()
            self.above += (values > high).sum()
            self.inside += ((values > low) & (values < high)).sum()
        return ACTIVATIONS[name](x)


def activations():
    cases = []
    smooth = {"linear", "tanh", "sigmoid", "softplus", "softsign", "gelu", "silu", "exponential"}
    for name, function in ACTIVATIONS.items():
        draw = Draw("activations", name)
        near = np.arange(-6, 7) + np.round(draw.uneven(13, scale=0.45) * 256) / 256
        x = np.sort(np.concatenate([near, [-40, -20, -9.5, -1 / 256, 1 / 256, 9.5, 20, 40]]))
        if name in smooth:
            x = np.sort(np.append(x, 0.0))
        x = np.array([v for v in x if all(abs(v - kink) > 1e-3 for kink in KINKS.get(name, []))])

        def values(tensors, function=function):
            y = function(tensors["x"])
            leaf = tensors["x"].detach().clone().requires_grad_(True)
            derivative, = torch.autograd.grad(function(leaf).sum(), leaf)
            return {"output": y, "derivative": derivative}

        cases.append(case(draw, name, "activation", {"activation": name}, {"x": x}, values,
                          without_cotangent={"derivative"}, numeric=False))
        if name in TORCH_ACTIVATIONS:
            plain = lambda t: {"output": TORCH_ACTIVATIONS[name](t["x"])}
            ones = {"output": np.ones_like(x)}
            ours = differentiate(lambda t: {"output": function(t["x"])}, {"x": x}, (), ones)
            theirs = differentiate(plain, {"x": x}, (), ones)
            for first, second in zip(ours, theirs):
                assert_agree(first, second, name)

    softmaxes = {"softmax": (3, 5), "softmax_sequence": (2, 3, 4), "softmax_single_class": (3, 1),
                 "softmax_large": (3, 5)}
    for name, shape in softmaxes.items():
        draw = Draw("activations", name)
        x = draw.uneven(*shape, scale=3.0)
        if name == "softmax_large":
            x = x + np.array([[900.0], [-900.0], [0.0]])
        cases.append(case(draw, name, "activation", {"activation": "softmax"}, {"x": x},
                          lambda t: {"output": torch.softmax(t["x"], -1)},
                          witness=lambda t: {"output": torch.exp(
                              t["x"] - torch.logsumexp(t["x"], -1, keepdim=True))}))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Recurrent layers: the plain loop
# ---------------------------------------------------------------------------------------------------------------

def lstm_step(t, options, activate, x, state, dropped):
    hidden, cell = state
    units = hidden.shape[1]
    gates = x @ t["kernel"] + (hidden * dropped) @ t["recurrent_kernel"]
    if options["use_bias"]:
        gates = gates + t["bias"]
    i, f, g, o = [gates[:, k * units:(k + 1) * units] for k in range(4)]
    i, f, o = [activate(options["recurrent_activation"], v) for v in (i, f, o)]
    cell = f * cell + i * activate(options["activation"], g)
    return o * activate(options["activation"], cell), cell


def gru_step(t, options, activate, x, state, dropped):
    hidden, = state
    units = hidden.shape[1]
    kernel, recurrent = t["kernel"], t["recurrent_kernel"]
    inputs = x @ kernel
    operand = hidden * dropped
    gate = options["recurrent_activation"]
    if options["reset_after"]:
        products = operand @ recurrent
        if options["use_bias"]:
            inputs, products = inputs + t["bias"][0], products + t["bias"][1]
        z = activate(gate, inputs[:, :units] + products[:, :units])
        r = activate(gate, inputs[:, units:2 * units] + products[:, units:2 * units])
        candidate = inputs[:, 2 * units:] + r * products[:, 2 * units:]
    else:
        if options["use_bias"]:
            inputs = inputs + t["bias"]
        z = activate(gate, inputs[:, :units] + operand @ recurrent[:, :units])
        r = activate(gate, inputs[:, units:2 * units] + operand @ recurrent[:, units:2 * units])
        candidate = inputs[:, 2 * units:] + (r * operand) @ recurrent[:, 2 * units:]
    return (z * hidden + (1 - z) * activate(options["activation"], candidate),)


def rnn_step(t, options, activate, x, state, dropped):
    hidden, = state
    total = x @ t["kernel"] + (hidden * dropped) @ t["recurrent_kernel"]
    if options["use_bias"]:
        total = total + t["bias"]
    return (activate(options["activation"], total),)


STEPS = {"lstm": lstm_step, "gru": gru_step, "rnn": rnn_step}
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
STATES = {"lstm": ["hidden", "cell"], "gru": ["hidden"], "rnn": ["hidden"]}


def initial_state(op, t, batch, units):
    zero = torch.zeros(batch, units, dtype=torch.float64)
    return tuple(t.get("initial_" + name, zero) for name in STATES[op])


def run_loop(op, options, t, activate):
    batch, time, _ = t["x"].shape
    units = t["recurrent_kernel"].shape[0]
    state = initial_state(op, t, batch, units)
    dropped = t.get("recurrent_dropout_mask", torch.ones(batch, units, dtype=torch.float64))
    sequence = [None] * time
    for step in reversed(range(time)) if options["reverse"] else range(time):
        stepped = STEPS[op](t, options, activate, t["x"][:, step], state, dropped)
        if "mask" in t:
            keep = t["mask"][:, step, None] > 0
            stepped = tuple(torch.where(keep, new, old) for new, old in zip(stepped, state))
        state = stepped
        sequence[step] = state[0]
    return {"sequence": torch.stack(sequence, 1), **dict(zip(STATES[op], state))}


# ---------------------------------------------------------------------------------------------------------------
# Recurrent layers: the second implementation, PyTorch's own modules
# ---------------------------------------------------------------------------------------------------------------

def torch_applies(op, options, inputs):
    if op == "rnn":
        return options["activation"] in ("tanh", "relu")
    if options["activation"] != "tanh" or options["recurrent_activation"] != "sigmoid":
        return False
    # With one unit (r * h) R equals r * (h R), so that torch's reset-after GRU without a recurrent bias
    # is a witness of reset-before too.
    return op == "lstm" or options["reset_after"] or inputs["recurrent_kernel"].shape[0] == 1


def to_torch_order(op, columns):
    """[.., z r h] -> [.., r z n] for the GRU; the LSTM's order is torch's own."""
    if op != "gru":
        return columns
    z, r, h = columns.chunk(3, -1)
    return torch.cat([r, z, h], -1)


def run_torch(op, options, t):
    """Row by row: masked steps are cut out of the sequence, the module runs over what is left, and its outputs
    are laid back, the hidden state standing in the gaps. A recurrent dropout mask scales the rows of the
    recurrent kernel. No line is shared with the plain loop."""
    batch, time, features = t["x"].shape
    units = t["recurrent_kernel"].shape[0]
    arguments = dict(batch_first=True, bias=options["use_bias"], dtype=torch.float64)
    if op == "rnn":
        module = torch.nn.RNN(features, units, nonlinearity=options["activation"], **arguments)
    else:
        module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[op](features, units, **arguments)

    start = initial_state(op, t, batch, units)
    sequences, finals = [], []
    for row in range(batch):
        recurrent = t["recurrent_kernel"]
        if "recurrent_dropout_mask" in t:
            recurrent = t["recurrent_dropout_mask"][row, :, None] * recurrent
        weights = [to_torch_order(op, t["kernel"]).T, to_torch_order(op, recurrent).T]
        if options["use_bias"]:
            bias = t["bias"] if t["bias"].dim() == 2 else torch.stack([t["bias"], torch.zeros_like(t["bias"])])
            weights += list(to_torch_order(op, bias))
        module._flat_weights = weights  # what forward reads; plain tensors here, so that gradients reach t

        order = list(range(time))[::-1] if options["reverse"] else list(range(time))
        valid = [s for s in order if "mask" not in t or t["mask"][row, s] > 0]
        first = tuple(s[None, row:row + 1] for s in start)  # [1, 1, U]
        final, produced = first, {}
        if valid:
            given = first if op == "lstm" else first[0]
            output, final = module(t["x"][row:row + 1, valid], given)
            final = final if op == "lstm" else (final,)
            produced = dict(zip(valid, output[0]))
        hidden, laid = first[0][0, 0], [None] * time
        for s in order:
            hidden = produced.get(s, hidden)
            laid[s] = hidden
        sequences.append(torch.stack(laid))
        finals.append([f[0, 0] for f in final])
    return {"sequence": torch.stack(sequences),
            **{name: torch.stack([f[k] for f in finals]) for k, name in enumerate(STATES[op])}}


# ---------------------------------------------------------------------------------------------------------------
# Recurrent layers: the cases
# ---------------------------------------------------------------------------------------------------------------

MASKS = {
    "front": [[0, 0, 1, 1, 1], [0, 1, 1, 1, 1], [1, 1, 1, 1, 1]],
    "behind": [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]],
    "middle": [[1, 0, 1, 1, 1], [1, 1, 0, 0, 1], [1, 0, 1, 0, 1]],
    "empty_row": [[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 1, 1, 0, 0]],
    "mixed": [[0, 1, 0, 1, 1], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0]],
}

VARIANTS = [
    ("plain", {}),
    ("initial_state", dict(state=True)),
    ("no_bias", dict(use_bias=False)),
    *[("mask_" + name, dict(mask=name, state=name != "behind")) for name in MASKS],
    ("reverse", dict(reverse=True)),
    ("reverse_mask_behind", dict(reverse=True, mask="behind")),
    ("reverse_mask_mixed", dict(reverse=True, mask="mixed", state=True)),
    ("recurrent_dropout", dict(dropout=True, state=True)),
    ("recurrent_dropout_reverse_mask", dict(dropout=True, mask="middle", reverse=True)),
    *[("activation_" + name, dict(activation=name, state=True, sizes=(4, 3, 1, 2)))
      for name in ("relu", "sigmoid", "softsign", "linear")],
    *[("recurrent_" + name, dict(recurrent_activation=name, state=True, scale=1.75))
      for name in ("hard_sigmoid", "hard_sigmoid_keras2")],
    ("activation_softsign_recurrent_hard_sigmoid",
     dict(activation="softsign", recurrent_activation="hard_sigmoid", state=True, mask="middle", scale=1.75)),
    ("single_step", dict(sizes=(3, 1, 4, 2), state=True)),
    ("single_row", dict(sizes=(1, 5, 4, 2), state=True)),
    ("single_unit", dict(sizes=(3, 5, 4, 1), state=True)),
    ("single_everything", dict(sizes=(1, 1, 1, 1), state=True)),
    ("units_17", dict(sizes=(2, 3, 2, 17), state=True, scale=0.6)),
]


# One mixed mask stands for the others here: the two GRUs differ in the step alone.
LEFT_TO_RESET_AFTER = {"mask_front", "mask_behind", "mask_middle", "mask_empty_row", "reverse_mask_behind",
                       "activation_sigmoid", "activation_linear"}


def recurrent_case(file, name, op, *, sizes=(3, 5, 4, 2), state=False, mask=None, reverse=False, dropout=False,
                   use_bias=True, activation="tanh", recurrent_activation="sigmoid", scale=0.9, reset_after=None):
    draw = Draw(file, name)
    batch, time, features, units = sizes
    width = GATES[op] * units
    options = {"activation": activation}
    if op != "rnn":
        options["recurrent_activation"] = recurrent_activation
    if op == "gru":
        options["reset_after"] = reset_after
    options |= {"reverse": reverse, "use_bias": use_bias}

    inputs = {"x": draw.uneven(batch, time, features, scale=max(scale, 0.9)),
              "kernel": draw.uneven(features, width, scale=scale),
              "recurrent_kernel": draw.uneven(units, width, scale=scale)}
    if use_bias:
        inputs["bias"] = draw.uneven(*((2, width) if reset_after else (width,)))
    if state:
        for part in STATES[op]:
            inputs["initial_" + part] = draw.uneven(batch, units)
    constants = {"mask", "recurrent_dropout_mask"}
    if mask is not None:
        inputs["mask"] = np.array(MASKS[mask])
    if dropout:
        # kept units are scaled by 1 / (1 - rate) with rate 0.2, as a layer does; the rows differ
        inputs["recurrent_dropout_mask"] = np.array([[0, 1.25], [1.25, 0], [1.25, 1.25]])

    activate = Activate()
    witness = (lambda t: run_torch(op, options, t)) if torch_applies(op, options, inputs) else None
    result = case(draw, name, op, options, inputs, lambda t: run_loop(op, options, t, activate),
                  constants=constants, witness=witness)
    if recurrent_activation.startswith("hard_sigmoid"):
        assert activate.below and activate.inside and activate.above, (name, "must saturate on both sides")
    return result, witness is not None


def recurrent(file, op, prefix="", **extra):
    cases = []
    for name, arguments in VARIANTS:
        if op == "rnn" and "recurrent_activation" in arguments:
            continue
        if extra.get("reset_after") is False and name in LEFT_TO_RESET_AFTER:
            continue
        result, witnessed = recurrent_case(file, prefix + name, op, **arguments, **extra)
        default = not name.startswith(("activation_", "recurrent_hard"))
        assert witnessed or not default or extra.get("reset_after") is False, (name, "lacks its witness")
        cases.append(result)
    return cases


def check_reset_before():
    """Where the candidate's recurrent kernel is diagonal, reset-before equals reset-after without recurrent bias."""
    draw = Draw("gru", "check")
    inputs = {"x": draw.uneven(3, 5, 4), "kernel": draw.uneven(4, 9), "recurrent_kernel": draw.uneven(3, 9),
              "bias": draw.uneven(9), "initial_hidden": draw.uneven(3, 3)}
    inputs["recurrent_kernel"][:, 6:] *= np.eye(3)
    options = {"activation": "tanh", "recurrent_activation": "sigmoid", "reverse": False, "use_bias": True,
               "reset_after": False}
    t = {k: torch.tensor(v) for k, v in inputs.items()}
    ours, theirs = run_loop("gru", options, t, Activate()), run_torch("gru", options, t)
    assert_agree({k: v.numpy() for k, v in ours.items()}, {k: v.numpy() for k, v in theirs.items()}, "reset before")


def lstm():
    return recurrent("lstm", "lstm")


def gru():
    check_reset_before()
    return (recurrent("gru", "gru", "reset_after_", reset_after=True)
            + recurrent("gru", "gru", "reset_before_", reset_after=False))


def rnn():
    extra, _ = recurrent_case("rnn", "activation_relu_mask_mixed_reverse", "rnn", activation="relu", mask="mixed",
                              reverse=True, state=True)
    return recurrent("rnn", "rnn") + [extra]


# ---------------------------------------------------------------------------------------------------------------
# Dense and embedding
# ---------------------------------------------------------------------------------------------------------------

def dense():
    variants = [("plain", (3, 4), 5, "linear", True), ("no_bias", (3, 4), 5, "linear", False),
                ("sequence", (2, 3, 4), 5, "linear", True), ("tanh_sequence", (2, 3, 4), 5, "tanh", True),
                ("relu", (3, 4), 5, "relu", True), ("sigmoid", (3, 4), 5, "sigmoid", True),
                ("softmax", (3, 4), 5, "softmax", True), ("single_unit", (3, 4), 1, "linear", True),
                ("single_feature", (3, 1), 5, "linear", True), ("single_row", (1, 4), 5, "tanh", True),
                ("units_17", (2, 19), 17, "linear", True)]
    cases = []
    for name, shape, units, activation, use_bias in variants:
        draw = Draw("dense", name)
        inputs = {"x": draw.uneven(*shape), "kernel": draw.uneven(shape[-1], units)}
        if use_bias:
            inputs["bias"] = draw.uneven(units)
        function = (lambda x: torch.softmax(x, -1)) if activation == "softmax" else ACTIVATIONS[activation]
        cases.append(case(
            draw, name, "dense", {"activation": activation, "use_bias": use_bias}, inputs,
            lambda t: {"output": function(F.linear(t["x"], t["kernel"].T, t.get("bias")))},
            witness=lambda t: {"output": function(
                (t["x"].unsqueeze(-1) * t["kernel"]).sum(-2) + t.get("bias", torch.tensor(0.0)))}))
    return cases


def embedding():
    variants = [("repeated", [[2, 0, 2, 6, 2], [5, 5, 1, 0, 6], [2, 3, 3, 3, 0]], (7, 4)),
                ("all_the_same", [[3, 3, 3], [3, 3, 3]], (5, 3)),
                ("single", [[1]], (2, 1)),
                ("rank_1", [4, 1, 1, 0], (5, 3)),
                ("output_17", [[0, 2, 2], [1, 0, 2]], (3, 17))]
    cases = []
    for name, ids, shape in variants:
        draw = Draw("embedding", name)
        cases.append(case(
            draw, name, "embedding", {}, {"ids": np.array(ids), "embeddings": draw.uneven(*shape)},
            lambda t: {"output": F.embedding(t["ids"], t["embeddings"])},
            witness=lambda t: {"output": F.one_hot(t["ids"], shape[0]).double() @ t["embeddings"]}))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Losses
# ---------------------------------------------------------------------------------------------------------------

EPSILON = 1e-7


def binary_crossentropy(prediction, target, from_logits):
    if from_logits:
        values = F.binary_cross_entropy_with_logits(prediction, target, reduction="none")
    else:
        p = torch.clamp(prediction, EPSILON, 1 - EPSILON)
        values = -(target * torch.log(p) + (1 - target) * torch.log(1 - p))
    return values.mean(-1)


def log_probabilities(prediction, from_logits):
    if from_logits:
        return torch.log_softmax(prediction, -1)
    normalised = prediction / prediction.sum(-1, keepdim=True)
    return torch.log(torch.clamp(normalised, EPSILON, 1 - EPSILON))


def categorical_crossentropy(prediction, target, from_logits):
    return -(target * log_probabilities(prediction, from_logits)).sum(-1)


def sparse_categorical_crossentropy(prediction, target, from_logits):
    return -log_probabilities(prediction, from_logits).gather(-1, target[..., None])[..., 0]


def huber(prediction, target, delta):
    error = (prediction - target).abs()
    return torch.where(error <= delta, 0.5 * error ** 2, delta * error - 0.5 * delta ** 2).mean(-1)


def log_cosh(prediction, target):
    error = prediction - target
    return (error + F.softplus(-2 * error, threshold=1000) - math.log(2)).mean(-1)


LOSSES = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
    "mean_squared_error": lambda prediction, target: ((prediction - target) ** 2).mean(-1),
    "mean_absolute_error": lambda prediction, target: (prediction - target).abs().mean(-1),
    "huber": huber,
    "log_cosh": log_cosh,
}


def torch_loss(op, options, t):
    """The unweighted total by torch's own loss functions, where torch has the formula."""
    prediction, target = t["prediction"], t["target"]
    classes = prediction.shape[-1]
    if op == "binary_crossentropy":
        return None if options["from_logits"] else F.binary_cross_entropy(prediction, target)
    if "categorical" in op:
        if not options["from_logits"]:
            prediction = torch.log(prediction / prediction.sum(-1, keepdim=True))
        flat = target.reshape(-1) if op.startswith("sparse") else target.reshape(-1, classes)
        return F.cross_entropy(prediction.reshape(-1, classes), flat)
    return {"mean_squared_error": F.mse_loss, "mean_absolute_error": F.l1_loss,
            "huber": F.huber_loss}.get(op, lambda p, q: torch.log(torch.cosh(p - q)).mean())(prediction, target)


def loss_case(name, op, options, prediction, target, weight=None, compare=True):
    draw = Draw("losses", name)
    inputs = {"prediction": prediction, "target": target}
    if weight is not None:
        inputs["sample_weight"] = weight

    def total(t):
        per_sample = LOSSES[op](t["prediction"], t["target"], **options)
        weighted = per_sample * t["sample_weight"] if "sample_weight" in t else per_sample
        return {"loss": weighted.sum() / per_sample.numel(), "per_sample": per_sample}

    def witness(t):
        value = torch_loss(op, options, t)
        return {"loss": total(t)["loss"] if value is None else value}

    return case(draw, name, op, options, inputs, total, constants={"target", "sample_weight"},
                without_cotangent={"per_sample"},
                witness=witness if compare and weight is None else None, numeric=compare)


def losses():
    cases = []
    for shape, suffix in (((4, 3), ""), ((2, 3, 4), "_sequence")):
        for weighted in (False, True):
            tail = suffix + ("_weighted" if weighted else "")

            def add(stem, op, options, predict, target):
                draw = Draw("losses/draw", stem + tail)
                weight = None
                if weighted:
                    weight = draw.between(0.25, 3, *shape[:-1])
                    weight.ravel()[1] = 0  # a sample of weight zero still counts in the divisor
                cases.append(loss_case(stem + tail, op, options, predict(draw), target(draw), weight))

            def bits(draw):
                return draw.random.randint(0, 2, shape).astype(float)

            def soft(draw):
                return draw.between(0.05, 0.95, *shape)

            def probabilities(draw):
                return draw.distribution(*shape)

            def logits(draw):
                return draw.uneven(*shape, scale=3.0)

            def ids(draw):
                return draw.ids(shape[-1], *shape[:-1])

            def one_hot(draw):
                return np.eye(shape[-1])[ids(draw)]

            for from_logits, predict in ((False, soft), (True, logits)):
                kind = "_logits" if from_logits else "_probabilities"
                add("binary_crossentropy" + kind, "binary_crossentropy", {"from_logits": from_logits}, predict, bits)
                predict = logits if from_logits else probabilities
                for op, target in (("categorical_crossentropy", one_hot), ("sparse_categorical_crossentropy", ids)):
                    add(op + kind, op, {"from_logits": from_logits}, predict, target)
            for op in ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh"):
                add(op, op, {"delta": 1.0} if op == "huber" else {}, logits, lambda draw: draw.uneven(*shape))

    draw = Draw("losses/draw", "extra")
    cases.append(loss_case("binary_crossentropy_probabilities_soft_target", "binary_crossentropy",
                           {"from_logits": False}, draw.between(0.05, 0.95, 4, 3), draw.between(0.05, 0.95, 4, 3)))
    cases.append(loss_case("categorical_crossentropy_logits_soft_target", "categorical_crossentropy",
                           {"from_logits": True}, draw.uneven(4, 3, scale=3.0), draw.distribution(4, 3)))
    for op, target in (("categorical_crossentropy", np.eye(3)[[0, 2, 1, 1]]),
                       ("sparse_categorical_crossentropy", np.array([0, 2, 1, 1]))):
        cases.append(loss_case(op + "_probabilities_unnormalised", op, {"from_logits": False},
                               draw.between(0.1, 2, 4, 3), target))
    # Exactly 0 and 1 lie outside the clipping interval: their gradient is zero.
    cases.append(loss_case("binary_crossentropy_probabilities_clipped", "binary_crossentropy",
                           {"from_logits": False}, np.array([[0.0, 1.0], [1.0, 0.0], [0.25, 0.75]]),
                           np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]), compare=False))
    cases.append(loss_case("categorical_crossentropy_probabilities_clipped", "categorical_crossentropy",
                           {"from_logits": False}, np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.25, 0.5, 0.25]]),
                           np.eye(3)[[0, 1, 2]], compare=False))
    # A stable formula neither overflows nor loses the answer here.
    extreme = np.array([[60.0, -60.0, 200.0], [-200.0, 35.5, -35.5]])
    cases.append(loss_case("binary_crossentropy_logits_extreme", "binary_crossentropy", {"from_logits": True},
                           extreme, np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])))
    cases.append(loss_case("sparse_categorical_crossentropy_logits_extreme", "sparse_categorical_crossentropy",
                           {"from_logits": True}, extreme * 8, np.array([1, 1])))
    cases.append(loss_case("log_cosh_extreme", "log_cosh", {}, extreme, np.zeros((2, 3)) + 0.5))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Optimizers: Keras 3's rules, one parameter vector, five steps
# ---------------------------------------------------------------------------------------------------------------

def sgd(w, gradients, learning_rate, momentum, nesterov):
    m = np.zeros_like(w)
    for g in gradients:
        m = momentum * m - learning_rate * g
        w = w + (momentum * m - learning_rate * g if nesterov else m)
        yield w


def rmsprop(w, gradients, learning_rate, rho, momentum, epsilon, centered):
    v, average, m = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for g in gradients:
        v = rho * v + (1 - rho) * g ** 2
        average = rho * average + (1 - rho) * g
        spread = v - average ** 2 if centered else v
        m = momentum * m + learning_rate * g / np.sqrt(spread + epsilon)
        w = w - m
        yield w


def adagrad(w, gradients, learning_rate, initial_accumulator, epsilon):
    accumulator = np.full_like(w, initial_accumulator)
    for g in gradients:
        accumulator = accumulator + g ** 2
        w = w - learning_rate * g / np.sqrt(accumulator + epsilon)
        yield w


def adam(w, gradients, learning_rate, beta_1, beta_2, epsilon, amsgrad=False, weight_decay=0.0):
    m, v, largest = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, 1):
        w = w - learning_rate * weight_decay * w
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g ** 2
        largest = np.maximum(largest, v)
        alpha = learning_rate * math.sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t)
        w = w - alpha * m / (np.sqrt(largest if amsgrad else v) + epsilon)
        yield w


def nadam(w, gradients, learning_rate, beta_1, beta_2, epsilon):
    m, v, product = np.zeros_like(w), np.zeros_like(w), 1.0
    for t, g in enumerate(gradients, 1):
        u, following = [beta_1 * (1 - 0.5 * 0.96 ** s) for s in (t, t + 1)]
        product *= u
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g ** 2
        m_hat = following * m / (1 - product * following) + (1 - u) * g / (1 - product)
        v_hat = v / (1 - beta_2 ** t)
        w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
        yield w


def nadam_in_closed_form(w, gradients, o):
    """Each step from the whole history of gradients, nothing carried but the parameter."""
    b1, b2 = o["beta_1"], o["beta_2"]
    u = b1 * (1 - 0.5 * 0.96 ** np.arange(1, len(gradients) + 2))
    for t in range(1, len(gradients) + 1):
        ages = np.arange(t - 1, -1, -1)[:, None]
        m = ((1 - b1) * b1 ** ages * gradients[:t]).sum(0)
        v = ((1 - b2) * b2 ** ages * gradients[:t] ** 2).sum(0)
        m_hat = u[t] * m / (1 - np.prod(u[:t + 1])) + (1 - u[t - 1]) * gradients[t - 1] / (1 - np.prod(u[:t]))
        w = w - o["learning_rate"] * m_hat / (np.sqrt(v / (1 - b2 ** t)) + o["epsilon"])
        yield w


# torch adds epsilon at another place than Keras (Adam: after the bias correction; RMSprop, Adagrad: outside the
# root), so that those rules are compared with epsilon = 0; SGD is compared as it is. The NAdam of torch 1.13
# multiplies u_t into the next step's product twice, so that Nadam is compared with its closed form instead.
def torch_optimizer(op, w, o):
    if op == "sgd":
        return torch.optim.SGD([w], o["learning_rate"], o["momentum"], nesterov=o["nesterov"])
    if op == "rmsprop":
        return torch.optim.RMSprop([w], o["learning_rate"], o["rho"], o["epsilon"], 0, o["momentum"], o["centered"])
    if op == "adagrad":
        return torch.optim.Adagrad([w], o["learning_rate"], initial_accumulator_value=o["initial_accumulator"],
                                   eps=o["epsilon"])
    betas = (o["beta_1"], o["beta_2"])
    kind = torch.optim.AdamW if op == "adamw" else torch.optim.Adam
    return kind([w], o["learning_rate"], betas, o["epsilon"], o.get("weight_decay", 0.0), amsgrad=o["amsgrad"])


RULES = {"sgd": sgd, "rmsprop": rmsprop, "adagrad": adagrad, "adam": adam, "adamw": adam, "nadam": nadam}


def compare_with_torch(name, op, options, parameter, gradients):
    if op != "sgd":
        options = {**options, "epsilon": 0.0}
    w = torch.tensor(parameter, requires_grad=True)
    optimizer = torch_optimizer(op, w, options)
    for g, expected in zip(gradients, RULES[op](parameter, gradients, **options)):
        w.grad = torch.tensor(g)
        optimizer.step()
        assert np.abs(w.detach().numpy() - expected).max() < AGREEMENT, (name, w, expected)


def optimizer_case(name, op, options):
    draw = Draw("optimizers", name)
    # The first steps are larger than the last: amsgrad's maximum must differ from the running mean.
    shrink = np.array([[1.0], [0.5], [0.25], [0.125], [0.0625]])
    inputs = {"parameter": draw.uneven(7), "gradients": draw.uneven(5, 7, scale=3.0) * shrink}
    inputs["gradients"][:, 6] = 0  # a parameter without a gradient
    inputs["gradients"][2, 5] = 0

    if op == "nadam":
        expected = nadam(inputs["parameter"], inputs["gradients"], **options)
        for e, other in zip(expected, nadam_in_closed_form(inputs["parameter"], inputs["gradients"], options)):
            assert np.abs(e - other).max() < AGREEMENT, (name, e, other)
    else:
        compare_with_torch(name, op, options, inputs["parameter"][:6], inputs["gradients"][:, :6])

    steps = np.stack(list(RULES[op](inputs["parameter"], inputs["gradients"], **options)))
    return write_case(name, op, options, inputs, {}, {"parameters": steps}, {})


def clip_case(name, op, options, gradients):
    norms = [np.sqrt((g ** 2).sum()) for g in gradients]
    together = math.sqrt(sum(n ** 2 for n in norms))
    limit = options["limit"]
    if op == "clip_by_value":
        clipped = [np.clip(g, -limit, limit) for g in gradients]
    elif op == "clip_by_norm":
        clipped = [g * limit / max(n, limit) for g, n in zip(gradients, norms)]
    else:
        clipped = [g * limit / max(together, limit) for g in gradients]
    outputs = {f"clipped_{k}": c for k, c in enumerate(clipped)}
    return write_case(name, op, options, {f"gradient_{k}": g for k, g in enumerate(gradients)}, {}, outputs, {})


def optimizers():
    rate = {"learning_rate": 0.05}
    rms = {**rate, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False}
    moments = {**rate, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    adams = {**moments, "amsgrad": False}
    cases = [optimizer_case(name, op, options) for name, op, options in [
        ("sgd", "sgd", {**rate, "momentum": 0.0, "nesterov": False}),
        ("sgd_momentum", "sgd", {**rate, "momentum": 0.9, "nesterov": False}),
        ("sgd_nesterov", "sgd", {**rate, "momentum": 0.9, "nesterov": True}),
        ("rmsprop", "rmsprop", rms),
        ("rmsprop_momentum", "rmsprop", {**rms, "momentum": 0.8}),
        ("rmsprop_centered", "rmsprop", {**rms, "centered": True}),
        ("rmsprop_centered_momentum", "rmsprop", {**rms, "centered": True, "momentum": 0.8}),
        ("rmsprop_large_epsilon", "rmsprop", {**rms, "epsilon": 0.03}),
        ("adagrad", "adagrad", {**rate, "initial_accumulator": 0.1, "epsilon": 1e-7}),
        ("adagrad_large_epsilon", "adagrad", {**rate, "initial_accumulator": 0.1, "epsilon": 0.03}),
        ("adam", "adam", adams),
        ("adam_amsgrad", "adam", {**adams, "amsgrad": True, "beta_2": 0.7}),
        ("adam_large_epsilon", "adam", {**adams, "epsilon": 0.03}),
        ("adam_other_betas", "adam", {**adams, "beta_1": 0.6, "beta_2": 0.8}),
        ("adamw", "adamw", {**adams, "weight_decay": 0.004}),
        ("adamw_large_decay", "adamw", {**adams, "weight_decay": 0.5}),
        ("nadam", "nadam", moments),
        ("nadam_large_epsilon", "nadam", {**moments, "epsilon": 0.03}),
    ]]
    draw = Draw("optimizers", "clip")
    # The norms: one gradient far above the limit, one below it, one zero.
    gradients = [draw.uneven(2, 3, scale=3.0), draw.uneven(4, scale=0.25), np.zeros(2)]
    norms = [float(np.sqrt((g ** 2).sum())) for g in gradients]
    assert norms[0] > 1.5 > norms[1]
    cases += [clip_case(name, op, {"limit": limit}, gradients) for name, op, limit in [
        ("clip_by_value", "clip_by_value", 0.5), ("clip_by_norm", "clip_by_norm", 1.5),
        ("clip_by_global_norm", "clip_by_global_norm", 1.5),
        ("clip_by_global_norm_unclipped", "clip_by_global_norm", 100.0)]]
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Elementary operations
# ---------------------------------------------------------------------------------------------------------------

def elementary():
    cases = []

    def add(name, op, options, make, function, **more):
        draw = Draw("elementary", name)
        cases.append(case(draw, name, op, options, make(draw), lambda t: {"output": function(t)}, **more))

    for a, b in [((3, 4), (4, 2)), ((1, 4), (4, 1)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)),
                 ((2, 19), (19, 5)), ((2, 3), (3, 17))]:
        add(f"matmul_{label(a)}_{label(b)}", "matmul", {},
            lambda draw: {"a": draw.uneven(*a), "b": draw.uneven(*b)}, lambda t: t["a"] @ t["b"],
            witness=lambda t: {"output": (t["a"].unsqueeze(-1) * t["b"].unsqueeze(-3)).sum(-2)})

    arithmetic = {"add": torch.add, "subtract": torch.subtract, "multiply": torch.multiply, "divide": torch.divide}
    pairs = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 4), (3, 1)), ((3, 4), ()), ((3, 1, 4), (2, 1)),
             ((2, 1), (3, 1, 4)), ((4,), (2, 3, 4)), ((2, 3, 4), (2, 1, 4))]
    for op, function in arithmetic.items():
        for a, b in pairs if op == "add" else pairs[::2]:
            add(f"{op}_{label(a)}_{label(b)}", op, {},
                lambda draw: {"a": draw.uneven(*a), "b": draw.away_from_zero(*b)}, lambda t: function(t["a"], t["b"]))

    positive = lambda draw: {"x": draw.between(0.25, 3, 3, 4)}
    signed = lambda draw: {"x": draw.away_from_zero(3, 4)}
    add("softmax", "softmax", {"axis": -1}, lambda draw: {"x": draw.uneven(3, 4, scale=3.0)},
        lambda t: torch.softmax(t["x"], -1))
    add("log", "log", {}, positive, lambda t: torch.log(t["x"]))
    add("exp", "exp", {}, signed, lambda t: torch.exp(t["x"]))
    add("sqrt", "sqrt", {}, positive, lambda t: torch.sqrt(t["x"]))
    for name, exponent, make in [("power_2", 2.0, signed), ("power_3", 3.0, signed), ("power_minus_1", -1.0, signed),
                                 ("power_half", 0.5, positive), ("power_minus_1.5", -1.5, positive)]:
        add(name, "power", {"exponent": exponent}, make, lambda t: t["x"] ** exponent)

    for axis in range(3):
        def parts(draw):
            shapes = [[2, 3, 4] for _ in range(3)]
            for shape, size in zip(shapes, (2, 1, 3)):
                shape[axis] = size
            return {k: draw.uneven(*s) for k, s in zip("abc", shapes)}
        add(f"concat_axis_{axis}", "concat", {"axis": axis}, parts,
            lambda t: torch.cat([t["a"], t["b"], t["c"]], axis))

    for name, shape, starts, sizes in [("slice_rows", (4, 3), (1, 0), (2, 3)),
                                       ("slice_columns", (4, 3), (0, 1), (4, 2)),
                                       ("slice_block", (3, 4, 5), (1, 0, 2), (2, 3, 2)),
                                       ("slice_step", (3, 4, 5), (0, 2, 0), (3, 1, 5)),
                                       ("slice_whole", (2, 3), (0, 0), (2, 3))]:
        window = tuple(slice(s, s + n) for s, n in zip(starts, sizes))
        add(name, "slice", {"starts": list(starts), "sizes": list(sizes)}, lambda draw: {"x": draw.uneven(*shape)},
            lambda t: t["x"][window])

    for name, ids in [("gather_rows", [3, 0, 3, 1]), ("gather_rows_matrix", [[4, 4, 0], [2, 4, 1]])]:
        add(name, "gather_rows", {}, lambda draw: {"x": draw.uneven(5, 3), "ids": np.array(ids)},
            lambda t: t["x"][t["ids"]])

    reductions = {"reduce_sum": (torch.sum,), "reduce_mean": (torch.mean,), "reduce_max": (torch.amax,)}
    for op, (function,) in reductions.items():
        for axis in (0, 1, 2, None):
            for keep in ((False, True) if axis is not None else (False,)):
                tail = ("all" if axis is None else f"axis_{axis}") + ("_keep" if keep else "")
                over = (0, 1, 2) if axis is None else (axis,)
                add(f"{op}_{tail}", op, {"axis": axis, "keep_dimension": keep},
                    lambda draw: {"x": draw.uneven(2, 3, 4)}, lambda t: function(t["x"], over, keepdim=keep))

    for permutation in [(1, 0), (0, 2, 1), (1, 0, 2), (2, 0, 1), (2, 1, 0), (1, 2, 0)]:
        shape = (2, 3, 4)[:len(permutation)]
        add("transpose_" + label(permutation), "transpose", {"permutation": list(permutation)},
            lambda draw: {"x": draw.uneven(*shape)}, lambda t: t["x"].permute(permutation))
    for old, new in [((2, 3, 4), (6, 4)), ((6, 4), (3, 2, 4)), ((2, 3), (6,)), ((1, 1), ())]:
        add(f"reshape_{label(old)}_{label(new)}", "reshape", {"shape": list(new)},
            lambda draw: {"x": draw.uneven(*old)}, lambda t: t["x"].reshape(new))
    return cases


def label(shape):
    return "x".join(map(str, shape)) if shape else "scalar"


# ---------------------------------------------------------------------------------------------------------------

# ---------------------------------------------------------------------------------------------------------------
# The LSTM's options
# ---------------------------------------------------------------------------------------------------------------

def normal(t, values, gain):
    """Layer normalisation in plain steps, where there is a gain."""
    if gain not in t:
        return values
    distance = values - values.mean(-1, keepdim=True)
    return t[gain] * distance / torch.sqrt((distance ** 2).mean(-1, keepdim=True) + 1e-5)


def agree_with_pytorch(t, sequence, h, c):
    """PyTorch has the projection, and no other option beside it."""
    features, units, hidden = t["kernel"].shape[0], t["projection"].shape[0], t["projection"].shape[1]
    layer = torch.nn.LSTM(features, units, proj_size=hidden, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for parameter, value in [(layer.weight_ih_l0, t["kernel"].T), (layer.weight_hh_l0, t["recurrent_kernel"].T),
                                 (layer.weight_hr_l0, t["projection"].T), (layer.bias_ih_l0, t["bias"])]:
            parameter.copy_(value)
        layer.bias_hh_l0.zero_()
        theirs, (their_h, their_c) = layer(t["x"], (t["initial_hidden"][None], t["initial_cell"][None]))
        for mine, other in [(sequence, theirs), (h, their_h[0]), (c, their_c[0])]:
            assert torch.max(torch.abs(mine - other)) < AGREEMENT


def run_lstm_variant(t, options):
    """Written anew, gate by gate, apart from lstm_step: the options leave no PyTorch module to compare with."""
    batch, time, _ = t["x"].shape
    h, c = t["initial_hidden"], t["initial_cell"]
    units = c.shape[1]

    def part(matrix, gate):
        return matrix[..., gate * units:(gate + 1) * units]

    def clip(value, limit):
        return torch.clamp(value, -limit, limit) if limit else value

    def sees(gate, peephole, state):
        product = part(t["bias"], gate) + part(normal(t, t["x"][:, step] @ t["kernel"], "kernel_gain"), gate) \
            + part(normal(t, h @ t["recurrent_kernel"], "recurrent_gain"), gate)
        return clip(product if peephole is None or "peepholes" not in t else product + t["peepholes"][peephole] * state,
                    options["gate_clip"])

    sequence = [None] * time
    for number, step in enumerate(reversed(range(time)) if options["reverse"] else range(time)):
        forget = torch.sigmoid(sees(1, 1, c))
        allow = 1 - forget if options["coupled_gates"] else torch.sigmoid(sees(0, 0, c))
        candidate = torch.tanh(sees(2, None, None)) * (t["candidate_dropout"][number] if "candidate_dropout" in t else 1)
        new = clip(forget * c + allow * candidate, options["cell_clip"])
        read = normal(t, new, "cell_gain") + (t["cell_bias"] if "cell_bias" in t else 0)
        out = torch.sigmoid(sees(3, 2, new)) * getattr(torch, options["output_activation"])(read)
        if "projection" in t:
            out = out @ t["projection"]
        if "hidden_taken" in t:
            out = t["hidden_taken"][number] * out + (1 - t["hidden_taken"][number]) * h
        if "cell_taken" in t:
            new = t["cell_taken"][number] * new + (1 - t["cell_taken"][number]) * c
        real = t["mask"][:, step, None] > 0 if "mask" in t else torch.ones(batch, 1, dtype=torch.bool)
        h, c = torch.where(real, out, h), torch.where(real, new, c)
        sequence[step] = h
    if options["like_pytorch"]:
        agree_with_pytorch(t, torch.stack(sequence, 1), h, c)
    return {"sequence": torch.stack(sequence, 1), "hidden": h, "cell": c}


def lstm_variants():
    alone = [("peepholes", {}), ("coupled_gates", {}), ("cell_clip", {}), ("gate_clip", {}), ("candidate_dropout", {}),
             ("zoneout", {}), ("inference_zoneout", {}), ("output_activation", {}),
             *[(name + tail, arguments) for name in ("projection", "layer_norm", "layer_norm_projection")
              for tail, arguments in [("", {}), ("_reverse", dict(reverse=True)), ("_mask_mixed", dict(mask="mixed")),
                                      ("_units_17", dict(sizes=(2, 3, 2, 17), scale=0.6))]]]
    together = [(f"all_{name}", arguments) for name, arguments in [
        ("plain", {}), ("reverse", dict(reverse=True)), *[("mask_" + m, dict(mask=m)) for m in MASKS],
        ("reverse_mask_mixed", dict(reverse=True, mask="mixed")), ("units_17", dict(sizes=(2, 3, 2, 17), scale=0.6))]]
    cases = []
    for name, arguments in alone + together:
        draw = Draw("lstm_variants", name)
        batch, time, features, units = arguments.get("sizes", (3, 5, 4, 2))
        scale = arguments.get("scale", 0.9)

        def has(option):
            return name == option or name.startswith("all_")

        hidden_units = (units + 1) // 2 if "projection" in name else units

        options = {"reverse": arguments.get("reverse", False), "coupled_gates": has("coupled_gates"),
                   "cell_clip": 0.4375 if has("cell_clip") else 0, "gate_clip": 0.8125 if has("gate_clip") else 0,
                   "output_activation": "sigmoid" if has("output_activation") else "tanh"}
        inputs = {"x": draw.uneven(batch, time, features), "kernel": draw.uneven(features, 4 * units, scale=scale),
                  "recurrent_kernel": draw.uneven(hidden_units, 4 * units, scale=scale), "bias": draw.uneven(4 * units),
                  "initial_hidden": draw.uneven(batch, hidden_units), "initial_cell": draw.uneven(batch, units)}
        if "projection" in name:
            inputs["projection"] = draw.uneven(units, hidden_units)
        if "layer_norm" in name:
            inputs |= {"kernel_gain": draw.between(0.5, 1.5, 4 * units), "recurrent_gain": draw.between(0.5, 1.5, 4 * units),
                       "cell_gain": draw.between(0.5, 1.5, units), "cell_bias": draw.uneven(units)}
        if has("peepholes"):
            inputs["peepholes"] = draw.uneven(3, units)
        if "mask" in arguments:
            inputs["mask"] = np.array(MASKS[arguments["mask"]])
        steps = (time, batch, units)
        if has("candidate_dropout"):
            inputs["candidate_dropout"] = draw.random.choice([0, 1.25], steps, p=[0.3, 0.7])
        if has("zoneout"):
            inputs["hidden_taken"] = draw.random.choice([0.0, 1.0], steps)
            inputs["cell_taken"] = draw.random.choice([0.0, 1.0], steps)
        if name == "inference_zoneout":
            inputs["hidden_taken"], inputs["cell_taken"] = np.full(steps, 0.75), np.full(steps, 0.375)
        checks = options | {"like_pytorch": name in ("projection", "projection_units_17")}
        cases.append(case(draw, name, "lstm", options, inputs, lambda t: run_lstm_variant(t, checks),
                          constants=("mask", "candidate_dropout", "hidden_taken", "cell_taken")))
    return cases


def run_gru_normalised(t, options):
    """The GRU with layer normalisation: z and r together, the candidate by itself, on either side."""
    batch, time, _ = t["x"].shape
    h = t["initial_hidden"]
    units = h.shape[1]

    def both(values, gain, bias):
        halves = [normal({"g": t[gain][first:last]}, values[:, first:last], "g") for first, last in [(0, 2 * units), (2 * units, 3 * units)]]
        return [piece for piece in split(torch.cat(halves, 1) + bias, 3, units)]

    sequence = [None] * time
    for step in reversed(range(time)) if options["reverse"] else range(time):
        xz, xr, xn = both(t["x"][:, step] @ t["kernel"], "kernel_gain", t["bias"][0])
        hz, hr, hn = both(h @ t["recurrent_kernel"], "recurrent_gain", t["bias"][1])
        z = torch.sigmoid(xz + hz)
        new = z * h + (1 - z) * torch.tanh(xn + torch.sigmoid(xr + hr) * hn)
        real = t["mask"][:, step, None] > 0 if "mask" in t else torch.ones(batch, 1, dtype=torch.bool)
        h = torch.where(real, new, h)
        sequence[step] = h
    return {"sequence": torch.stack(sequence, 1), "hidden": h}


def gru_normalised():
    cases = []
    for name, arguments in [("plain", {}), ("reverse", dict(reverse=True)), *[("mask_" + m, dict(mask=m)) for m in MASKS],
                            ("reverse_mask_mixed", dict(reverse=True, mask="mixed")), ("units_17", dict(sizes=(2, 3, 2, 17), scale=0.6))]:
        draw = Draw("gru_normalised", name)
        batch, time, features, units = arguments.get("sizes", (3, 5, 4, 5))
        scale = arguments.get("scale", 0.9)
        inputs = {"x": draw.uneven(batch, time, features), "kernel": draw.uneven(features, 3 * units, scale=scale),
                  "recurrent_kernel": draw.uneven(units, 3 * units, scale=scale), "bias": draw.uneven(2, 3 * units),
                  "kernel_gain": draw.between(0.5, 1.5, 3 * units), "recurrent_gain": draw.between(0.5, 1.5, 3 * units),
                  "initial_hidden": draw.uneven(batch, units)}
        if "mask" in arguments:
            inputs["mask"] = np.array(MASKS[arguments["mask"]])
        options = {"reverse": arguments.get("reverse", False)}
        cases.append(case(draw, name, "gru", options, inputs, lambda t: run_gru_normalised(t, options), constants=("mask",)))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Newer units: PyTorch has none of them, so each is written here from its paper
# ---------------------------------------------------------------------------------------------------------------

def split(values, count, width):
    return [values[..., k * width:(k + 1) * width] for k in range(count)]


def min_gru(t, options, x, state):
    z, n = split(x @ t["kernel"] + t["bias"], 2, options["units"])
    z = torch.sigmoid(z)
    return ((1 - z) * state[0] + z * n,)


def min_lstm(t, options, x, state):
    i, f, n = split(x @ t["kernel"] + t["bias"], 3, options["units"])
    i, f = torch.sigmoid(i), torch.sigmoid(f)
    return (f / (f + i) * state[0] + i / (f + i) * n,)


def minimal_gru(t, options, x, state):
    f, n = split(x @ t["kernel"] + t["bias"], 2, options["units"])
    f = torch.sigmoid(f + state[0] @ t["recurrent_kernel_gate"])
    n = torch.tanh(n + (f * state[0]) @ t["recurrent_kernel_candidate"])
    return ((1 - f) * state[0] + f * n,)


def ind_rnn(t, options, x, state):
    return (torch.tanh(x @ t["kernel"] + t["recurrent_kernel"] * state[0] + t["bias"]),)


def antisymmetric_rnn(t, options, x, state):
    u = t["recurrent_kernel"]
    turn = u - u.T - options["diffusion"] * torch.eye(options["units"], dtype=torch.float64)
    return (state[0] + options["stepSize"] * torch.tanh(x @ t["kernel"] + state[0] @ turn + t["bias"]),)


def sru(t, options, x, state):
    units = options["units"]
    n, f, r, *highway = split(x @ t["kernel"], t["kernel"].shape[1] // units, units)
    f = torch.sigmoid(f + t["peepholes"][0] * state[1] + t["bias"][0])
    r = torch.sigmoid(r + t["peepholes"][1] * state[1] + t["bias"][1])
    cell = f * state[1] + (1 - f) * n
    return (r * cell + (1 - r) * (highway[0] if highway else x), cell)


def qrnn(t, options, x, state):
    seen = torch.cat([state[2], x], 1)
    n, f, o = split(seen @ t["kernel"] + t["bias"], 3, options["units"])
    f = torch.sigmoid(f)
    cell = f * state[1] + (1 - f) * torch.tanh(n)
    return (torch.sigmoid(o) * cell, cell, seen[:, x.shape[1]:])


def slstm(t, options, x, state):
    """Without the stabiliser: cell and normaliser unscaled, m stays what it was."""
    i, f, z, o = split(x @ t["kernel"] + state[0] @ t["recurrent_kernel"] + t["bias"], 4, options["units"])
    i, f, scale = torch.exp(i), torch.sigmoid(f), torch.exp(state[3])
    cell, normalizer = f * state[1] * scale + i * torch.tanh(z), f * state[2] * scale + i
    return (torch.sigmoid(o) * cell / normalizer, cell, normalizer, torch.zeros_like(state[3]))


def mlstm(t, options, x, state):
    """Without the stabiliser, head by head."""
    units, heads = options["units"], options["heads"]
    width, batch = units // heads, x.shape[0]
    product = x @ t["kernel"] + t["bias"]
    hidden, memories, normalizers = [], [], []
    for head in range(heads):
        q, k, v, o = [part[:, head * width:(head + 1) * width] for part in split(product, 4, units)]
        i, f = torch.exp(product[:, 4 * units + head]), torch.sigmoid(product[:, 4 * units + heads + head])
        k, scale = k / math.sqrt(width), torch.exp(state[3][:, head])
        memory = torch.stack([f[b] * scale[b] * state[1][b, head] + i[b] * torch.outer(v[b], k[b]) for b in range(batch)])
        normalizer = (f * scale)[:, None] * state[2][:, head] + i[:, None] * k
        answer = torch.stack([memory[b] @ q[b] for b in range(batch)])
        divisor = torch.clamp((normalizer * q).sum(1).abs(), min=1)
        hidden.append(torch.sigmoid(o) * answer / divisor[:, None])
        memories.append(memory)
        normalizers.append(normalizer)
    return (torch.cat(hidden, 1), torch.stack(memories, 1), torch.stack(normalizers, 1), torch.zeros_like(state[3]))


def run_unit(step, t, options):
    batch, time, _ = t["x"].shape
    parts = [t[k] for k in sorted(t) if k.startswith("initial_state_")]
    state = tuple(part.expand(batch, *part.shape) for part in parts)
    sequence = [None] * time
    for number in reversed(range(time)) if options["goBackwards"] else range(time):
        stepped = step(t, options, t["x"][:, number], state)
        if "mask" in t:
            keep = t["mask"][:, number] > 0
            stepped = tuple(torch.where(keep.reshape(-1, *[1] * (new.dim() - 1)), new, old)
                            for new, old in zip(stepped, state))
        state = stepped
        sequence[number] = state[0]
    return {"sequence": torch.stack(sequence[::-1] if options["goBackwards"] else sequence, 1)}


def units():
    features, width = 4, 2
    kinds = [
        ("minGru", min_gru, {}, {"kernel": (4, 4), "bias": (4,)}, [(2,)]),
        ("minLstm", min_lstm, {}, {"kernel": (4, 6), "bias": (6,)}, [(2,)]),
        ("minimalGru", minimal_gru, {}, {"kernel": (4, 4), "recurrent_kernel_gate": (2, 2),
                                         "recurrent_kernel_candidate": (2, 2), "bias": (4,)}, [(2,)]),
        ("indRnn", ind_rnn, {"activation": "tanh"}, {"kernel": (4, 2), "recurrent_kernel": (2,), "bias": (2,)}, [(2,)]),
        ("antisymmetricRnn", antisymmetric_rnn, {"stepSize": 0.25, "diffusion": 0.125},
         {"kernel": (4, 2), "recurrent_kernel": (2, 2), "bias": (2,)}, [(2,)]),
        ("sru", sru, {}, {"kernel": (4, 8), "peepholes": (2, 2), "bias": (2, 2)}, [(2,), (2,)]),
        ("sru", sru, {"units": 4}, {"kernel": (4, 12), "peepholes": (2, 4), "bias": (2, 4)}, [(4,), (4,)]),
        ("qrnn", qrnn, {"window": 1}, {"kernel": (4, 6), "bias": (6,)}, [(2,), (2,), (0,)]),
        ("qrnn", qrnn, {"window": 3}, {"kernel": (12, 6), "bias": (6,)}, [(2,), (2,), (8,)]),
        ("slstm", slstm, {}, {"kernel": (4, 8), "recurrent_kernel": (2, 8), "bias": (8,)}, [(2,), (2,), (2,), (2,)]),
        ("mlstm", mlstm, {"units": 4, "heads": 2}, {"kernel": (4, 20), "bias": (20,)}, [(4,), (2, 2, 2), (2, 2), (2,)]),
        ("mlstm", mlstm, {"heads": 1}, {"kernel": (4, 10), "bias": (10,)}, [(2,), (1, 2, 2), (1, 2), (1,)]),
    ]
    variants = [("plain", {}, None), ("mask_mixed", {}, "mixed"), ("reverse_mask_middle", {"goBackwards": True}, "middle")]
    cases = []
    for kind, step, extra, shapes, states in kinds:
        for variant, more, mask in variants:
            name = "_".join([kind, *[f"{k}_{v}" for k, v in extra.items()], variant]).replace(".", "_")
            draw = Draw("units", name)
            options = {"layer": kind, "units": width, "returnSequences": True, "initialState": "learned",
                       "goBackwards": False, **extra, **more}
            inputs = {"x": draw.uneven(3, 5, features), **{k: draw.uneven(*v, scale=1.5) for k, v in shapes.items()}}
            for number, shape in enumerate(states):
                positive = kind == "slstm" and number == 2
                inputs[f"initial_state_{number}"] = np.zeros(shape) if 0 in shape else (
                    draw.between(0.5, 1, *shape) if positive else draw.uneven(*shape))
            if mask is not None:
                inputs["mask"] = np.array(MASKS[mask])
            cases.append(case(draw, name, kind, options, inputs, lambda t: run_unit(step, t, options), constants=("mask",)))
    return cases


# ---------------------------------------------------------------------------------------------------------------
# Attention
# ---------------------------------------------------------------------------------------------------------------

def masked_softmax(scores, mask):
    """Softmax over the real steps alone; zeros where there are none."""
    if mask is None:
        return torch.softmax(scores, -1)
    exponentials = torch.exp(scores - scores.max()) * mask
    total = exponentials.sum(-1, keepdim=True)
    return exponentials / torch.where(total == 0, torch.ones_like(total), total)


def real(t):
    return t["mask"].to(torch.float64) if "mask" in t else None


def additive_attention(t, options):
    x, mask = t["x"], real(t)
    scores = torch.stack([torch.stack([
        torch.tanh(x[:, q] @ t["query_kernel"] + x[:, k] @ t["memory_kernel"] + t["bias"]) @ t["score"][:, 0]
        for k in range(x.shape[1])], -1) for q in range(x.shape[1])], 1)
    return masked_softmax(scores, None if mask is None else mask[:, None]) @ x


def multiplicative_attention(t, options):
    x, mask, kind = t["x"], real(t), options["score"]
    if kind == "concat":
        scores = torch.stack([torch.stack([
            torch.tanh(torch.cat([x[:, q], x[:, k]], 1) @ t["kernel"]) @ t["score"][:, 0]
            for k in range(x.shape[1])], -1) for q in range(x.shape[1])], 1)
    else:
        left = x @ t["kernel"] if kind == "general" else x
        scores = torch.einsum("bqf,bkf->bqk", left, x) / (math.sqrt(x.shape[2]) if kind == "scaledDot" else 1)
    return masked_softmax(scores, None if mask is None else mask[:, None]) @ x


def multi_head_attention(t, options):
    x, mask = t["x"], real(t)
    heads, size, time = options["heads"], options["size"], x.shape[1]
    q, k, v = [x @ t[f"{role}_kernel"] + t[f"{role}_bias"] for role in ("query", "key", "value")]
    allowed = torch.ones(x.shape[0], time, time, dtype=torch.float64)
    if mask is not None:
        allowed = allowed * mask[:, None]
    if options["causal"]:
        allowed = allowed * torch.tril(torch.ones(time, time, dtype=torch.float64))
    joined = torch.cat([
        masked_softmax(q[..., part] @ k[..., part].transpose(1, 2) / math.sqrt(size), allowed) @ v[..., part]
        for part in (slice(h * size, (h + 1) * size) for h in range(heads))], -1)
    return joined @ t["output_kernel"] + t["output_bias"]


def torch_multi_head(t, options):
    """PyTorch's own, which has no answer for a row without real steps."""
    x = t["x"].transpose(0, 1)
    time = x.shape[0]
    y, _ = F.multi_head_attention_forward(
        x, x, x, x.shape[2], options["heads"],
        torch.cat([t["query_kernel"], t["key_kernel"], t["value_kernel"]], 1).T,
        torch.cat([t["query_bias"], t["key_bias"], t["value_bias"]]), None, None, False, 0.0,
        t["output_kernel"].T, t["output_bias"],
        key_padding_mask=t["mask"] == 0 if "mask" in t else None,
        attn_mask=torch.triu(torch.ones(time, time, dtype=torch.bool), 1) if options["causal"] else None)
    return y.transpose(0, 1)


def attention_pooling(t, options):
    u = torch.tanh(t["x"] @ t["kernel"] + t["bias"])
    weights = masked_softmax(u @ t["context"], real(t))
    return torch.einsum("bt,btf->bf", weights, t["x"])


def attention():
    additive = {"query_kernel": (4, 3), "memory_kernel": (4, 3), "bias": (3,), "score": (3, 1)}
    projections = {f"{role}_{part}": (4, 4) if part == "kernel" else (4,)
                   for role in ("query", "key", "value", "output") for part in ("kernel", "bias")}
    kinds = [
        ("additiveAttention", additive_attention, {"units": 3}, additive),
        ("multiplicativeAttention", multiplicative_attention, {"score": "dot"}, {}),
        ("multiplicativeAttention", multiplicative_attention, {"score": "scaledDot"}, {}),
        ("multiplicativeAttention", multiplicative_attention, {"score": "general"}, {"kernel": (4, 4)}),
        ("multiplicativeAttention", multiplicative_attention, {"score": "concat"}, {"kernel": (8, 4), "score": (4, 1)}),
        ("multiHeadAttention", multi_head_attention, {"heads": 2, "size": 2, "causal": False}, projections),
        ("multiHeadAttention", multi_head_attention, {"heads": 1, "size": 4, "causal": True}, projections),
        ("attentionPooling", attention_pooling, {"units": 3}, {"kernel": (4, 3), "bias": (3,), "context": (3,)}),
    ]
    cases = []
    for kind, function, extra, shapes in kinds:
        for mask in (None, "front" if not extra.get("causal") else "behind", "empty_row"):
            name = "_".join([kind, *map(str, extra.values()), "plain" if mask is None else "mask_" + mask])
            draw = Draw("attention", name)
            options = {"layer": kind, **extra}
            inputs = {"x": draw.uneven(3, 5, 4), **{k: draw.uneven(*v) for k, v in shapes.items()}}
            if mask is not None:
                inputs["mask"] = np.array(MASKS[mask])
            witness = None
            if kind == "multiHeadAttention" and mask != "empty_row":
                witness = lambda t: {"output": torch_multi_head(t, options)}
            cases.append(case(draw, name, kind, options, inputs, lambda t: {"output": function(t, options)},
                              constants=("mask",), witness=witness))
    return cases


def onnx():
    return [write_case(name, op, options, inputs, {}, outputs, {}) for name, op, options, inputs, outputs in published()]


def convolution():
    return convolutional.convolution(sys.modules[__name__])


def conv_recurrent():
    return convolutional.conv_recurrent(sys.modules[__name__])


def forecast_losses():
    return forecasting.losses(sys.modules[__name__])


def forecast_layers():
    return forecasting.layers(sys.modules[__name__])


def adaptive_softmax():
    return language.adaptive_softmax(sys.modules[__name__])


def conditional_random_field():
    return language.conditional_random_field(sys.modules[__name__])


def seq2seq():
    return translation.seq2seq(sys.modules[__name__])


def ngram_embedding():
    return classification.ngram_embedding(sys.modules[__name__])


def baselines():
    return forecast_baselines.baselines(sys.modules[__name__])


def compositions():
    return canonical.compositions()


FILES = [lstm, lstm_variants, gru_normalised, units, attention, onnx, convolution, conv_recurrent, baselines, gru, rnn, dense,
         embedding, activations, losses, forecast_losses, forecast_layers, adaptive_softmax, conditional_random_field,
         ngram_embedding, seq2seq, optimizers, elementary, compositions]


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    check = "--check" in sys.argv[1:]
    stale = []
    for make in FILES:
        cases = make()
        names = [c["name"] for c in cases]
        assert len(set(names)) == len(names), make.__name__
        text = "[\n" + ",\n".join(as_json(c) for c in cases) + "\n]\n"
        path = HERE / (make.__name__ + ".json")
        if check:
            if not path.exists() or path.read_bytes() != text.encode():
                stale.append(path.name)
        else:
            path.write_bytes(text.encode())
        print(f"{path.name}: {len(cases)} cases, {len(text)} bytes")
    if stale:
        sys.exit("differs from what is committed: " + ", ".join(stale))


if __name__ == "__main__":
    main()
