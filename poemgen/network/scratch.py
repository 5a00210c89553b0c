"""Memory for large arrays that is used again, window after window.

Fresh memory costs a page fault for every 4096 bytes when it is first written to, and large arrays are fresh memory each
time they are made: that took a fifth of a training step.
"""

from collections.abc import Hashable

import numpy as np

from poemgen.network.arrays import Floats


class Scratch:
    """Arrays by name. An array lives until the next one of its name is asked for, which lies in the same memory."""

    def __init__(self) -> None:
        self._arrays: dict[Hashable, Floats] = {}
        self._parts: dict[Hashable, Scratch] = {}

    def part(self, name: Hashable) -> "Scratch":
        """Scratch memory with names of its own, as for one layer of several."""
        return self._parts.setdefault(name, Scratch())

    def empty(self, name: Hashable, shape: tuple[int, ...], dtype: np.dtype[np.floating]) -> Floats:
        """An array that holds anything."""
        array = self._arrays.get(name)
        if array is None or array.shape != shape or array.dtype != dtype:
            array = self._arrays[name] = np.empty(shape, dtype)
        return array

    def like(self, name: Hashable, array: Floats) -> Floats:
        """An array of the same shape and type."""
        return self.empty(name, array.shape, array.dtype)
