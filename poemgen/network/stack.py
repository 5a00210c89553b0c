"""A deep recurrent network: layers over each other in depth, steps after each other in time.

Layer l reads the hidden states of layer l-1 over the whole sequence before layer l+1 begins. Dropout acts on every
layer's output (not on the state that goes on in time): the masks are drawn by the caller, 0 or 1/(1-p) each.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from poemgen.network import gru, lstm, rnn
from poemgen.network.activations import halved
from poemgen.network.arrays import Floats, Ids
from poemgen.network.inputs import (
    bias_gradient,
    dense_gradient,
    dense_product,
    one_hot_gradient,
    one_hot_product,
    one_hot_rows,
)
from poemgen.network.products import Times, times
from poemgen.network.scratch import Scratch

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


class Stepping(NamedTuple):
    """A layer for one step after another: W x<t> + b as a function of x<t>; what the cell makes of U; room for what a
    step writes."""

    x_times_weights: Times
    U: Any
    written: tuple[Floats, ...]


def zero_state(kind: str, layers: Sequence[Layer], batch: int) -> list[State]:
    """The state from which every poem starts: zeros, one State per layer."""
    cell = CELLS[kind].State
    return [cell(*(np.zeros((batch, layer.b.shape[1]), layer.b.dtype) for _ in cell._fields)) for layer in layers]


def stepping(kind: str, layers: Sequence[Layer], rows: int, blocks: int = 1) -> list[Stepping]:
    """The weights as `step` wants them for blocks · rows poems side by side (see `times`)."""
    cell = CELLS[kind]
    steppings: list[Stepping] = []
    for depth, (W, U, b) in enumerate(layers):
        written = tuple(np.empty((blocks * rows, b.shape[1]), b.dtype) for _ in cell.WRITTEN)
        W, b = halved(W, cell.SIGMOIDS), halved(b, cell.SIGMOIDS)
        x_times_W = look_up(one_hot_rows(W, b), blocks * rows) if depth == 0 else product(times(W, rows, blocks), b)
        steppings.append(Stepping(x_times_W, cell.recurrent(U, rows, blocks), written))
    return steppings


def look_up(rows: Floats, poems: int) -> Times:
    """The first layer's W x<t> + b for ids, from `one_hot_rows`."""
    G, _, H = rows.shape
    z = np.empty((G, poems, H), rows.dtype)
    return lambda ids: rows.take(ids, 1, z, "clip")  # the method: np.take costs more than the work for one poem


def product(x_times_W: Times, b: Floats) -> Times:
    """A deeper layer's W x<t> + b for the states below."""

    def with_bias(x: Floats) -> Floats:
        z = x_times_W(x)
        z += b[:, None]
        return z

    return with_bias


def step(kind: str, layers: Sequence[Stepping], ids: Ids, states: Sequence[State]) -> tuple[Floats, list[State]]:
    """One character for each of B poems, through the layers of `stepping`: ids (B,) to the top layer's hidden state
    (B, H) and the new states, which hold until the next call."""
    x: Floats = ids
    ends: list[State] = []
    for layer, prev in zip(layers, states, strict=True):
        ends.append(CELLS[kind].step(layer.x_times_weights(x), prev, layer.U, *layer.written))
        x = ends[-1][0]
    return x, ends


def forward(
    kind: str,
    layers: Sequence[Layer],
    ids: Ids,
    states: Sequence[State],
    keep: Floats,
    masks: Masks,
    scratch: Scratch,
) -> tuple[Floats, list[State], list[LayerTrace]]:
    """A sequence of ids (T, B) through all layers.

    Where keep (T, B, 1) is 0 the states start anew before the step. Returns the top layer's output (T, B, H), the
    states after the last step, and one trace a layer.
    """
    x: Floats = ids
    ends: list[State] = []
    traces: list[LayerTrace] = []
    for depth, (layer, start, mask) in enumerate(zip(layers, states, masks, strict=True)):
        here = scratch.part(depth)
        input_product = one_hot_product if depth == 0 else dense_product
        G, _, H = layer.W.shape
        z = input_product(x, layer.W, layer.b, here.empty("z", (G, *ids.shape, H), layer.W.dtype))
        y, end, trace = CELLS[kind].forward(z, layer.U, start, keep, here)
        traces.append(LayerTrace(x, trace, mask))
        ends.append(end)
        x = y if mask is None else np.multiply(y, mask, out=here.like("masked", y))
    return x, ends, traces


def backward(
    kind: str,
    layers: Sequence[Layer],
    dy: Floats,
    dends: Sequence[State],
    traces: Sequence[LayerTrace],
    gradients: Sequence[Layer],
    scratch: Scratch,
) -> list[State]:
    """Backpropagation through time and depth, from ∂L/∂output dy (T, B, H) and ∂L/∂(last states) dends.

    Writes the gradients of all weights into `gradients` and returns those of the states at the start. `scratch` is the
    memory that `forward` used.
    """
    dstarts: list[State] = []
    for depth in reversed(range(len(layers))):
        layer, gradient, (x, trace, mask) = layers[depth], gradients[depth], traces[depth]
        here = scratch.part(depth)
        if mask is not None:
            dy = np.multiply(dy, mask, out=here.like("dy", dy))
        dz, gradient.U[:], dstart = CELLS[kind].backward(dy, dends[depth], layer.U, trace, here)
        dstarts.append(dstart)
        bias_gradient(dz, gradient.b)
        if depth == 0:
            one_hot_gradient(x, dz, gradient.W, here.like("by_character", dz))
        else:
            dx = here.like("dx", x)
            dense_gradient(x, dz, layer.W, gradient.W, dx)
            dy = dx
    return dstarts[::-1]
