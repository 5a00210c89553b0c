"""Who computes the steps of a run: the seam behind which that may be another library, a GPU, or many processes.

Many processes do all the same side by side, each on its part of every batch. Whatever they must agree on, and could not
each find out alone (what a clock says, whether there was a signal), they ask their `Processes` for, at the same moment.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from poemgen.errors import UsageError
from poemgen.training.progress import Progress, Run
from poemgen.workers import Workers

PROCESSES = "WORLD_SIZE"  # the environment variable by which torchrun says how many processes it has started


class Processes(Protocol):
    """The processes of a run. Each has a rank, 0..count-1; the first one writes the files."""

    count: int
    rank: int

    def first(self, compute: Callable[[], float]) -> float:
        """What the first process computes, in all of them; the others compute nothing."""

    def any(self, *flags: bool) -> list[bool]:
        """Whether any process has set the first flag, the second, and so on."""


def check_streams(streams: int, processes: int) -> None:
    """Raises UsageError if there are more processes than streams of a batch."""
    if streams < processes:
        raise UsageError(f"{processes} processes cannot share {streams} streams; use fewer, or a larger --batch")


def processes_started() -> int:
    """How many processes torchrun has started, 1 without it. Raises UsageError for what is no number."""
    given = os.environ.get(PROCESSES, "1")
    if not given.isdecimal() or int(given) < 1:
        raise UsageError(f"the environment says {PROCESSES}={given!r}, which is no number of processes; unset it")
    return int(given)


class Alone:
    """One process, which agrees with itself."""

    count, rank = 1, 0

    def first(self, compute: Callable[[], float]) -> float:
        """What it computes."""
        return compute()

    def any(self, *flags: bool) -> list[bool]:
        """The flags."""
        return list(flags)


class Engine(Protocol):
    """Computes the steps of runs, one run at a time. `exact`: whether equal runs come to equal bits."""

    name: str
    exact: bool

    @property
    def processes(self) -> Processes:
        """Those that take the steps together."""

    def at_work(self, run: Run, progress: Progress, workers: Workers) -> AbstractContextManager[Callable[[], float]]:
        """Gives a function that takes a step, all in `progress` but its count, and returns the window's loss in bits a
        character, or NaN if it is no number; then the parameters stay as they were."""

    def held_out_bits(self, run: Run, progress: Progress, workers: Workers) -> float:
        """The figure of a validation, while at work."""

    def fetch(self) -> None:
        """Brings the arrays of the progress up to date, where they live elsewhere while at work. Before anyone reads
        them, and in all processes."""
