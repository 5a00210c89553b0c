"""Two directions under one output: the bidirectional network of the notes.

    →a<t> from →a<t-1> and x<t>        ←a<t> from ←a<t+1> and x<t>        output [→a<t>, ←a<t>]

Two stacks of one depth: the first reads its sequence as it is, the second reads its own from the end. Both sequences
may be the same. Their layers, masks and gradients come in one list, the first stack's before the second's.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from poemgen.network import stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Layer, LayerTrace, Masks

Part = TypeVar("Part")

FORWARD, BACKWARD = WAYS = range(2)


def forward(
    kind: str, layers: Sequence[Layer], ids: Ids, keep: Floats, masks: Masks, scratch: Scratch
) -> tuple[Floats, list[list[LayerTrace]]]:
    """Two sequences of ids (2, T, B) through the two stacks, each from a zero state.

    Where keep (T, B, 1) is 0 nothing goes from step t-1 to t, nor back. Returns the top outputs side by side
    (T, B, 2H), which hold until the next call with the same scratch memory, and the traces of each stack.
    """
    _, T, B = ids.shape
    H = layers[0].U.shape[-1]
    output = scratch.empty("output", (T, B, 2 * H), layers[0].U.dtype)
    traces: list[list[LayerTrace]] = []
    for way in WAYS:
        own = of(layers, way)
        turned_masks = [mask if mask is None else turned(mask, way) for mask in of(masks, way)]
        start, keeps = stack.zero_state(kind, own, B), kept(keep, way)
        y, _, trace = stack.forward(kind, own, turned(ids[way], way), start, keeps, turned_masks, scratch.part(way))
        _side(output, way)[:] = turned(y, way)
        traces.append(trace)
    return output, traces


def backward(
    kind: str,
    layers: Sequence[Layer],
    dy: Floats,
    traces: Sequence[Sequence[LayerTrace]],
    gradients: Sequence[Layer],
    scratch: Scratch,
) -> None:
    """Backpropagation through both stacks, from ∂L/∂output dy (T, B, 2H): writes the gradients of all weights into
    `gradients`. `scratch` is the memory that `forward` used."""
    for way in WAYS:
        own = of(layers, way)
        dends = stack.zero_state(kind, own, dy.shape[1])
        dy_own = turned(_side(dy, way), way)
        stack.backward(kind, own, dy_own, dends, traces[way], of(gradients, way), scratch.part(way))


def of(both: Sequence[Part], way: int) -> Sequence[Part]:
    """The half of a list that belongs to one direction."""
    depth = len(both) // 2
    return both[way * depth : (way + 1) * depth]


def turned(sequence: Floats | Ids, way: int) -> Floats | Ids:
    """A sequence (T, ...) in the order in which a direction reads it, or, from that order, as it is in time."""
    return sequence[::-1] if way == BACKWARD else sequence


def kept(keep: Floats, way: int) -> Floats:
    """Where a direction's state is kept, (T, B, 1) in its own order: what does not go from t-1 to t does not go back
    from t to t-1."""
    if way == FORWARD:
        return keep
    return np.concatenate([np.ones_like(keep[:1]), keep[:0:-1]])


def _side(output: Floats, way: int) -> Floats:
    """One direction's part (T, B, H) of the output (T, B, 2H)."""
    H = output.shape[-1] // 2
    return output[..., way * H : (way + 1) * H]
