"""Ids for a text whose alphabet is not known until its end: each character gets the next number as it is first met."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from poemgen.text.code_points import CODE_POINTS, code_points

# What stands between poems in the text to encode; no cleaned poem holds it.
TERMINATOR = "\0"

Ids = NDArray[np.unsignedinteger[Any]]


class ProvisionalAlphabet:
    """Id 0 is `TERMINATOR`, 1 the character met first; `counts` says how often each id came: (ids,)."""

    def __init__(self) -> None:
        self._id_of = np.zeros(CODE_POINTS, np.uint32)
        self._met = [np.zeros(1, np.uint32)]
        self.counts = np.zeros(1, np.int64)

    @property
    def characters(self) -> str:
        """The characters met so far; the one at place i has the id i, `TERMINATOR` is the first."""
        return "".join(map(chr, np.concatenate(self._met).tolist()))

    def encode(self, text: str) -> Ids:
        """The ids of a text: (len(text),), in the narrowest type that holds all ids given out so far."""
        points = code_points(text)
        ids = self._id_of[points]
        if self._meet(np.unique(points[ids == 0])):
            ids = self._id_of[points]
        self.counts += np.bincount(ids, minlength=len(self.counts))
        return ids.astype(np.min_scalar_type(len(self.counts) - 1))

    def _meet(self, points: NDArray[np.unsignedinteger[Any]]) -> bool:
        """Give out ids to the code points among these that are new, and say whether there were any."""
        new = points[points != ord(TERMINATOR)].astype(np.uint32)
        known = len(self.counts)
        self._id_of[new] = np.arange(known, known + len(new), dtype=np.uint32)
        self._met.append(new)
        self.counts = np.concatenate([self.counts, np.zeros(len(new), np.int64)])
        return bool(new.size)
