#!/usr/bin/python3
"""Writes the models that ort_rnn.js runs: one LSTM, GRU (reset after or before the product) or RNN each, for nine shapes.

usage: /usr/bin/python3 make_onnx.py OUTDIR
"""
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SHAPES = {  # batch, time, inputs, units
    "S1": (128, 20, 8, 1), "S2": (128, 20, 8, 32), "S3": (128, 200, 64, 64), "S4": (32, 100, 128, 256), "S5": (64, 35, 650, 650),
    "S6": (20, 35, 1500, 1500), "S7": (1, 1, 128, 256), "S8": (1, 100, 128, 512), "S9": (256, 50, 32, 128),
}
CELLS = {
    "lstm": ("LSTM", 4, {}), "gru": ("GRU", 3, {"linear_before_reset": 1}), "gru-before": ("GRU", 3, {"linear_before_reset": 0}),
    "rnn": ("RNN", 1, {}),
}

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.RandomState(0)


def weight(name, *shape):
    return numpy_helper.from_array(random.uniform(-.08, .08, shape).astype(np.float32), name)


def value(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


for shape, (N, T, I, H) in SHAPES.items():
    for cell, (operator, gates, attributes) in CELLS.items():
        weights = [weight("W", 1, gates * H, I), weight("R", 1, gates * H, H), weight("B", 1, 2 * gates * H)]
        states, finals = (["h0", "c0"], ["Yh", "Yc"]) if cell == "lstm" else (["h0"], ["Yh"])
        node = helper.make_node(operator, ["X", "W", "R", "B", "", *states], ["Y", *finals], hidden_size=H, **attributes)
        graph = helper.make_graph(
            [node], cell, [value("X", T, N, I), *(value(name, 1, N, H) for name in states)],
            [value("Y", T, 1, N, H), *(value(name, 1, N, H) for name in finals)], weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
        model.ir_version = 7
        onnx.save(model, os.path.join(folder, f"{shape}_{cell}.onnx"))
