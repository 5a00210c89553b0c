"""How far a figure can be trusted: the bootstrap, by poem (Efron 1979).

Poems are drawn from the sample, as many as it has and with replacement, 1,000 times; between the 2.5th and the 97.5th
percentile of the figures that come out lies the 95% interval. Lines of one poem are alike, so it is poems that are
drawn and not lines.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from poemgen.evaluation.figures import NOTHING, Figure

RESAMPLES = 1000
INTERVAL = (0.025, 0.975)
AT_ONCE = 4_000_000  # counts in memory

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


def resampled(rng: np.random.Generator, poems: int, drawn: int, times: int = RESAMPLES) -> Iterator[Times]:
    """How often each poem comes among so many drawn ones: (some of `times`, poems) at a time."""
    some = max(1, AT_ONCE // max(1, poems))
    for begin in range(0, times, some):
        yield rng.multinomial(drawn, np.full(poems, 1 / poems), size=min(some, times - begin))


def with_interval(value: float, draws: Iterable[float] | Floats) -> Figure:
    """The figure with the interval of its draws; those that gave nothing are left out."""
    found = np.asarray(draws, np.float64)
    found = found[np.isfinite(found)]
    if not np.isfinite(value) or not len(found):
        return NOTHING._replace(value=value)
    low, high = np.quantile(found, INTERVAL).tolist()
    return Figure(value, low, high)


def bootstrap(statistic: Callable[[Times], Floats], poems: int, rng: np.random.Generator) -> Figure:
    """The figure of a statistic that takes how often each of the poems comes, (R, poems), and gives (R,)."""
    if not poems:
        return NOTHING
    value = float(statistic(np.ones((1, poems), np.int64))[0])
    return with_interval(value, np.concatenate([statistic(times) for times in resampled(rng, poems, poems)]))


def share(parts: Iterable[tuple[float, float]], rng: np.random.Generator, scale: float = 100) -> Figure:
    """Of all poems together so much of so much, in percent; `parts` are those of each poem."""
    listed = np.array(list(parts), np.float64).reshape(-1, 2)
    return bootstrap(lambda times: scale * divided(times @ listed[:, 0], times @ listed[:, 1]), len(listed), rng)


def divided(some: Floats, of: Floats) -> Floats:
    """some / of, NaN where that is 0 / 0."""
    result: Floats = np.divide(some, of, out=np.full(len(of), np.nan), where=of != 0)
    return result
