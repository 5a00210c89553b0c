"""Many lines side by side, a character of each at a time, all from the same place.

A lane decides what becomes of each character that was drawn for it: it writes it, or another one in its place, or ends.
One that cannot become what it should goes on as a copy of another one that still can (a particle filter's resampling),
so that no room is wasted.
"""

from collections.abc import Sequence
from typing import Generic, Protocol, Self, TypeVar

import numpy as np

from poemgen.model import Network, next_logits, reader
from poemgen.network.arrays import Floats
from poemgen.network.stack import State
from poemgen.network.time import repeated
from poemgen.sampling.choice import Choice, choose, gumbel
from poemgen.sampling.voice import Context

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


class Rows(Generic[L]):
    """The lanes that are being written, one a row (None: an empty one), with what the network has read of each."""

    def __init__(self, network: Network, context: Context, lanes: Sequence[L]) -> None:
        empty: list[L | None] = [None] * (-len(lanes) % ROWS)
        self.lanes: list[L | None] = [*lanes, *empty]
        self._network = network
        self._states: list[State] = [repeated(state, len(self.lanes)) for state in context.states]
        self._ids = np.full(len(self.lanes), context.last)
        self._make_ready()

    def _make_ready(self) -> None:
        config, parameters = self._network
        self._reader = reader(config, parameters, ROWS, len(self.lanes) // ROWS)
        self._logits = np.empty((len(self.lanes), config.vocabulary), parameters.flat.dtype)

    def logits(self) -> Floats:
        """Reads on in all rows; the logits of their next characters, (rows, V)."""
        self._states = next_logits(self._network.config, self._reader, self._ids, self._states, self._logits)
        return self._logits

    def write(self, row: int, id: int) -> None:
        """Notes what is to be read in a row."""
        self._ids[row] = id

    def copy(self, source: int, row: int, lane: L) -> None:
        """Puts a lane that is a copy of that in another row into this one."""
        self.lanes[row] = lane
        self._ids[row] = self._ids[source]
        for state in self._states:
            for part in state:
                part[row] = part[source]

    def without_empty_blocks(self) -> None:
        """Moves the lanes together where that makes a block of rows empty, which then costs no more time."""
        full = [row for row, lane in enumerate(self.lanes) if lane is not None]
        if len(self.lanes) - len(full) < ROWS:
            return
        empty = [row for row, lane in enumerate(self.lanes) if lane is None]
        kept = full + empty[: -len(full) % ROWS]
        self.lanes, self._ids = [self.lanes[row] for row in kept], self._ids[kept]
        self._states = [type(state)(*(part[kept] for part in state)) for state in self._states]
        self._make_ready()


def draw(network: Network, context: Context, lanes: Sequence[L], choice: Choice, rng: np.random.Generator) -> list[L]:
    """The lanes that have ended and are not lost, in the order of their end."""
    rows, ended = Rows(network, context, lanes), list[L]()
    for step in range(LONGEST):
        logits = rows.logits()
        drawn = choose(logits, choice, gumbel(rng, logits.shape)).tolist()
        lost: list[int] = []
        for row, lane in enumerate(rows.lanes):
            if lane is None:
                continue
            written = lane.take(lane.forced[step] if step < len(lane.forced) else drawn[row])
            if written is not None:
                rows.write(row, written)
                continue
            rows.lanes[row] = None
            if lane.lost:
                lost.append(row)
            else:
                ended.append(lane)
        live = [(row, lane) for row, lane in enumerate(rows.lanes) if lane is not None]
        if not live:
            break
        for row in lost:
            source, lane = live[rng.integers(len(live))]
            rows.copy(source, row, lane.copy())
        rows.without_empty_blocks()
    return ended
