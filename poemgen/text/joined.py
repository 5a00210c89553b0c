"""Arrays of ids end to end, which stay where they are (in files, say) and can be indexed as if they were one array."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poemgen.errors import PoemgenError
from poemgen.text.tokenizer import Ids

Places = NDArray[np.integer[Any]]


class Joined:
    """As much of an array as corpora are asked for: a length, slices without a step, and arrays of places.

    What is taken out is a copy. Raises PoemgenError as soon as an id that is not below `limit` is taken out.
    """

    def __init__(self, parts: Sequence[Ids], limit: int) -> None:
        self.parts = [part for part in parts if len(part)]
        self.limit = limit
        self._starts = np.cumsum([0, *map(len, self.parts)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, index: "slice | Places") -> Ids:
        if isinstance(index, slice):
            begin, end, _ = index.indices(len(self))
            return self._checked(np.concatenate([self.parts[0][:0], *self.kept([(begin, end)]).parts]))
        places = np.asarray(index)
        places = np.where(places < 0, places + len(self), places)
        owners = np.searchsorted(self._starts, places, side="right") - 1
        result = np.empty(places.shape, self.parts[0].dtype)
        for owner in np.unique(owners):
            chosen = owners == owner
            result[chosen] = self.parts[owner][places[chosen] - self._starts[owner]]
        return self._checked(result)

    def kept(self, ranges: Sequence[tuple[int, int]]) -> "Joined":
        """Only these ranges of places, each from its first place to before its last, in their order."""
        found: list[Ids] = []
        for begin, end in ranges:
            while begin < end:
                owner = int(np.searchsorted(self._starts, begin, side="right")) - 1
                stop = min(end, int(self._starts[owner + 1]))
                found.append(self.parts[owner][begin - self._starts[owner] : stop - self._starts[owner]])
                begin = stop
        return Joined(found, self.limit)

    def _checked(self, ids: Ids) -> Ids:
        if ids.size and ids.max() >= self.limit:
            raise PoemgenError("the shards hold an id that their vocabulary does not; make them anew")
        return ids
