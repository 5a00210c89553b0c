"""How far the lengths of lines and poems are from those of people: the Wasserstein distance.

That of two samples is the mean distance, in characters, between the shortest of both, the next, and so on: what it
would cost to make one sample's lengths the other's. It depends on how many poems are compared. So it is always taken
between two samples of equally many poems, drawn with replacement, 1,000 times; the mean is the figure. For people both
samples are theirs: so far apart are two samples of the same thing.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from poemgen.evaluation.bootstrap import Floats, resampled, with_interval
from poemgen.evaluation.figures import NOTHING, Figure

Lengths = Sequence[int]  # of one poem: its own, or those of its lines


def distance(ours: Sequence[Lengths], humans: Sequence[Lengths], poems: int, rng: np.random.Generator) -> Figure:
    """The distance of so many poems of ours to so many of people, given the lengths of each poem."""
    top = max((length for lengths in [*ours, *humans] for length in lengths), default=-1) + 1
    if not ours or not humans or not top or not poems:
        return NOTHING
    pairs = zip(*(_counts(lengths, top, poems, rng) for lengths in (ours, humans)), strict=True)
    draws = np.array([wasserstein(one, other) for one, other in pairs])
    found = draws[np.isfinite(draws)]
    return with_interval(float(found.mean()), found) if len(found) else NOTHING


def wasserstein(one: Floats, other: Floats) -> float:
    """The distance of two samples, given how often each length from 0 on comes; NaN if one is empty."""
    if not one.sum() or not other.sum():
        return float("nan")
    return float(np.abs(np.cumsum(one) / one.sum() - np.cumsum(other) / other.sum()).sum())


def _counts(poems: Sequence[Lengths], top: int, drawn: int, rng: np.random.Generator) -> Iterable[Floats]:
    """How often each length comes in samples of so many poems, one sample at a time."""
    own = np.array([np.bincount(np.array(lengths, np.int64), minlength=top) for lengths in poems], np.float64)
    for times in resampled(rng, len(poems), drawn):
        yield from times @ own


def lines_of(poem: str) -> list[int]:
    """The length in characters of each line that shows something."""
    return [len(line) for line in poem.split("\n") if line.strip()]
