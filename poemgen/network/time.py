"""Steps in time: where the state starts anew, the state before every step, and slabs of steps."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from poemgen.network.arrays import Floats

SLAB = 1 << 14  # numbers: a few arrays of this size lie in a processor's cache together


def restarts(keep: Floats) -> list[bool]:
    """For every step whether any state starts anew before it: keep (T, B, 1) is 0 there, and 1 elsewhere."""
    starts: list[bool] = (keep == 0).any(axis=(1, 2)).tolist()
    return starts


def restarted(state: Any, keep: Floats) -> Any:
    """The state, zeroed where keep (B, 1) is 0."""
    return type(state)(*(part * keep for part in state))


def copied(state: Any) -> Any:
    """The state in memory of its own."""
    return type(state)(*(part.copy() for part in state))


def repeated(state: Any, rows: int) -> Any:
    """A state of one row, so many times."""
    return type(state)(*(np.repeat(part, rows, axis=0) for part in state))


def shifted(start: Floats, sequence: Floats, keep: Floats, out: Floats) -> Floats:
    """The state before every step, written to `out`: `start`, then all of `sequence` (T, B, H) but its end,
    zeroed where keep (T, B, 1) is 0."""
    out[0] = start
    out[1:] = sequence[:-1]
    out[keep[..., 0] == 0] = 0
    return out


def slabs(steps: int, numbers: int) -> Iterator[slice]:
    """The steps in slabs, the last first: work on a whole slab at once stays in the cache, and is one call.

    `numbers` is the size of one step of an array.
    """
    thickness = max(1, SLAB // numbers)
    for begin in reversed(range(0, steps, thickness)):
        yield slice(begin, min(begin + thickness, steps))
