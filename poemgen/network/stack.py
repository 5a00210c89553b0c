"""A deep recurrent network: layers over each other in depth, steps after each other in time.

Layer l reads the hidden states of layer l-1 over the whole sequence before layer l+1 begins. Dropout acts on every
layer's output (not on the state that goes on in time): the masks are drawn by the caller, 0 or 1/(1-p) each.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from poemgen.network import gru, lstm, rnn
from poemgen.network.arrays import Floats, Ids
from poemgen.network.inputs import dense_gradient, dense_product, one_hot_gradient, one_hot_product, one_hot_rows

CELLS: dict[str, Any] = {"lstm": lstm, "gru": gru, "rnn": rnn}

State = tuple[Floats, ...]  # the State of a cell
Masks = Sequence[Floats | None]  # a layer's dropout mask (T, B, H), or None


class Layer(NamedTuple):
    """The weights of one layer, or their gradients: W (G, inputs, H), U (G, H, H), b (G, H)."""

    W: Floats
    U: Floats
    b: Floats


class LayerTrace(NamedTuple):
    """What the backward pass needs of one layer: its input, the trace of its cell, its mask."""

    x: Ids | Floats
    cell: Any
    mask: Floats | None


def zero_state(kind: str, layers: Sequence[Layer], batch: int) -> list[State]:
    """The state from which every poem starts: zeros, one State per layer."""
    cell = CELLS[kind].State
    return [cell(*(np.zeros((batch, layer.b.shape[1]), layer.b.dtype) for _ in cell._fields)) for layer in layers]


def stepping(layers: Sequence[Layer]) -> list[Layer]:
    """The weights as `step` wants them: the first layer's W holds `one_hot_rows`, made once and not at every step."""
    first, *deeper = layers
    return [first._replace(W=one_hot_rows(first.W, first.b)), *deeper]


def step(kind: str, layers: Sequence[Layer], ids: Ids, states: Sequence[State]) -> tuple[Floats, list[State]]:
    """One character for each of B poems, through the layers of `stepping`: ids (B,) to the top layer's hidden state
    (B, H) and the new states."""
    z = layers[0].W[:, ids]
    ends = [CELLS[kind].step(z, states[0], layers[0].U)]
    for layer, prev in zip(layers[1:], states[1:], strict=True):
        z = ends[-1][0] @ layer.W + layer.b[:, None]
        ends.append(CELLS[kind].step(z, prev, layer.U))
    return ends[-1][0], ends


def forward(
    kind: str, layers: Sequence[Layer], ids: Ids, states: Sequence[State], keep: Floats, masks: Masks
) -> tuple[Floats, list[State], list[LayerTrace]]:
    """A sequence of ids (T, B) through all layers.

    Where keep (T, B, 1) is 0 the states start anew before the step. Returns the top layer's output (T, B, H), the
    states after the last step, and one trace a layer.
    """
    x: Floats = ids
    ends: list[State] = []
    traces: list[LayerTrace] = []
    for depth, (layer, start, mask) in enumerate(zip(layers, states, masks, strict=True)):
        product = one_hot_product if depth == 0 else dense_product
        y, end, trace = CELLS[kind].forward(product(x, layer.W, layer.b), layer.U, start, keep)
        traces.append(LayerTrace(x, trace, mask))
        ends.append(end)
        x = y if mask is None else y * mask
    return x, ends, traces


def backward(
    kind: str,
    layers: Sequence[Layer],
    dy: Floats,
    dends: Sequence[State],
    traces: Sequence[LayerTrace],
    gradients: Sequence[Layer],
) -> list[State]:
    """Backpropagation through time and depth, from ∂L/∂output dy (T, B, H) and ∂L/∂(last states) dends.

    Writes the gradients of all weights into `gradients` and returns those of the states at the start.
    """
    dstarts: list[State] = []
    for depth in reversed(range(len(layers))):
        layer, gradient, (x, trace, mask) = layers[depth], gradients[depth], traces[depth]
        dy = dy if mask is None else dy * mask
        dz, gradient.U[:], dstart = CELLS[kind].backward(dy, dends[depth], layer.U, trace)
        dz.sum(axis=(1, 2), out=gradient.b)
        dstarts.append(dstart)
        if depth == 0:
            one_hot_gradient(x, dz, gradient.W)
        else:
            dy = dense_gradient(x, dz, layer.W, gradient.W)
    return dstarts[::-1]
