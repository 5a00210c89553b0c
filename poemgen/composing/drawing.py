"""Many lines side by side, a character of each at a time, all from the same place.

A lane decides what becomes of each character that was drawn for it: it writes it, or another one in its place, or ends.
One that cannot become what it should goes on as a copy of another one that still can (a particle filter's resampling),
so that no room is wasted.
"""

from collections.abc import Sequence
from typing import Protocol, Self, TypeVar

import numpy as np

from poemgen.composing.voice import Context
from poemgen.model import Network, next_logits, reader
from poemgen.network.stack import State
from poemgen.sampling.choice import Choice, choose, gumbel

ROWS = 16  # lanes of a block
LONGEST = 160  # characters that are drawn at most


class Lane(Protocol):
    """A line that grows. `forced` are the ids that it begins with."""

    forced: Sequence[int]
    lost: bool

    def take(self, id: int) -> int | None:
        """The id to write for the one that was drawn; None if the lane has ended, or is `lost`."""

    def copy(self) -> Self:
        """A lane that goes on from here on its own."""


L = TypeVar("L", bound=Lane)


def draw(network: Network, context: Context, lanes: Sequence[L], choice: Choice, rng: np.random.Generator) -> list[L]:
    """The lanes that have ended and are not lost, in the order of their end."""
    config, parameters = network
    writing: list[L | None] = [*lanes, *[None] * (-len(lanes) % ROWS)]
    reading = reader(config, parameters, ROWS, len(writing) // ROWS)
    states: list[State] = [
        type(state)(*(np.repeat(part, len(writing), axis=0) for part in state)) for state in context.states
    ]
    ids = np.full(len(writing), context.last)
    logits = np.empty((len(writing), config.vocabulary), parameters.flat.dtype)
    ended: list[L] = []
    for step in range(LONGEST):
        states = next_logits(config, reading, ids, states, logits)
        drawn = choose(logits, choice, gumbel(rng, logits.shape)).tolist()
        lost: list[int] = []
        for row, lane in enumerate(writing):
            if lane is None:
                continue
            written = lane.take(lane.forced[step] if step < len(lane.forced) else drawn[row])
            if written is not None:
                ids[row] = written
                continue
            writing[row] = None
            if lane.lost:
                lost.append(row)
            else:
                ended.append(lane)
        live = [row for row, lane in enumerate(writing) if lane is not None]
        if not live:
            break
        for row in lost:
            source = live[rng.integers(len(live))]
            original = writing[source]
            writing[row] = original.copy() if original is not None else None
            ids[row] = ids[source]
            for state in states:
                for part in state:
                    part[row] = part[source]
        if len(writing) - len(live) - len(lost) >= ROWS:
            kept = [row for row, lane in enumerate(writing) if lane is not None]
            kept += [row for row, lane in enumerate(writing) if lane is None][: -len(kept) % ROWS]
            writing, ids = [writing[row] for row in kept], ids[kept]
            states = [type(state)(*(part[kept] for part in state)) for state in states]
            reading = reader(config, parameters, ROWS, len(kept) // ROWS)
            logits = np.empty((len(kept), config.vocabulary), logits.dtype)
    return ended
