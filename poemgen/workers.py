"""One or two workers: threads for what is a few long calls of NumPy, which lets go of the interpreter meanwhile.

Training is many short calls, the steps in time of a recurrent network, and gets a second process instead: see
`training.desks`.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Job = TypeVar("Job")
Result = TypeVar("Result")
Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]  # the built-in one, or `Workers.map`


def available() -> int:
    """How many workers this machine has a core for, 1 or 2."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(2, cores)


class Workers:
    """Runs a function over a few jobs, side by side if there are two workers (`count`)."""

    def __init__(self, pool: "ThreadPoolExecutor | None") -> None:
        self._pool = pool
        self.count = 2 if pool else 1

    def map(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> list[Result]:
        """The results in the order of the jobs; the first exception, if any, is raised here."""
        return list(self._pool.map(function, jobs) if self._pool else map(function, jobs))


@contextmanager
def workers(count: int) -> Iterator[Workers]:
    """One or two workers, while the matrix library keeps to one thread each (its own threads wait for each other by
    spinning, which costs more than it gives at these sizes). The caller's thread setting comes back at the end."""
    from concurrent.futures import ThreadPoolExecutor  # here, since a single poem needs neither

    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        if count < 2:
            yield Workers(None)
            return
        with ThreadPoolExecutor(count) as pool:
            yield Workers(pool)
