"""A large set of 64-bit hashes in little memory."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

# A Python set takes about 80 bytes a number; so many of them (5 MB) wait there to be sorted in together.
WAITING = 1 << 16


class HashSet:
    """Takes 8 bytes a hash: nearly all lie in one sorted array, the latest in a Python set until they are merged in."""

    def __init__(self) -> None:
        self._sorted = np.empty(0, np.uint64)
        self._latest: set[int] = set()

    def holds_any(self, hashes: NDArray[np.uint64]) -> bool:
        """Whether at least one of the hashes, a flat array, is in the set."""
        if not self._latest.isdisjoint(hashes.tolist()):
            return True
        places = np.searchsorted(self._sorted, hashes)
        return bool(np.any(self._sorted.take(places, mode="clip") == hashes)) if self._sorted.size else False

    def add(self, hashes: Iterable[int]) -> None:
        """Put hashes in; one that the set already holds may be stored twice."""
        self._latest.update(hashes)
        if len(self._latest) >= WAITING:
            waiting = np.fromiter(self._latest, np.uint64, len(self._latest))
            # A stable sort merges the two sorted runs in one pass.
            self._sorted = np.sort(np.concatenate([self._sorted, np.sort(waiting)]), kind="stable")
            self._latest.clear()
