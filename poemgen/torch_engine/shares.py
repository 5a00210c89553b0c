"""A process's share of a batch: some of its streams.

NumPy's engine works on a batch in two halves, keeps the states of each, and draws dropout for each by itself. Here the
halves are put together and cut anew.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from poemgen.network.arrays import Floats
from poemgen.network.stack import State


class Cut(NamedTuple):
    """Some of the streams of one half, which has so many."""

    half: int
    width: int
    streams: slice


def streams_of(batch: int, rank: int, count: int) -> slice:
    """The streams of one of `count` processes, as even as can be."""
    return slice(batch * rank // count, batch * (rank + 1) // count)


def cuts(widths: Sequence[int], streams: slice) -> list[Cut]:
    """Where these streams of the batch lie in the halves, which are so wide."""
    found, offset = [], 0
    for half, width in enumerate(widths):
        cut = slice(max(0, streams.start - offset), min(width, streams.stop - offset))
        if cut.start < cut.stop:
            found.append(Cut(half, width, cut))
        offset += width
    return found


def whole_states(states: Sequence[Sequence[State]]) -> list[list[Floats]]:
    """For each layer the parts of its state, each (B, H), from the states of the halves."""
    return [[np.concatenate(parts) for parts in zip(*layer, strict=True)] for layer in zip(*states, strict=True)]


def halved_states(states: Sequence[Sequence[Floats]], like: Sequence[Sequence[State]]) -> list[list[State]]:
    """The states of the halves, as they are in `like`, from whole ones."""
    result: list[list[State]] = []
    begin = 0
    for half in like:
        end = begin + (len(half[0][0]) if half else 0)
        result.append(
            [type(old)(*(part[begin:end].copy() for part in new)) for old, new in zip(half, states, strict=True)]
        )
        begin = end
    return result
