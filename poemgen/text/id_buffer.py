"""Ids that come in batches, in one piece of memory."""

from typing import Any

import numpy as np

from poemgen.text.tokenizer import Ids


class IdBuffer:
    """Grows in place as ids are appended, and gets wider ids when a batch has them.

    Batches kept in a list would take three times the memory: the allocator does not give back what lies between them.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._dtype: np.dtype[np.unsignedinteger[Any]] = np.dtype(np.uint8)

    def append(self, ids: Ids) -> None:
        """Put ids, a flat array, at the end."""
        if ids.itemsize > self._dtype.itemsize:
            self._bytes = bytearray(self.ids().astype(ids.dtype).data)
            self._dtype = ids.dtype
        self._bytes += ids.astype(self._dtype, copy=False).data

    def ids(self) -> Ids:
        """All ids so far, to read and to write: (ids,). Nothing can be appended while the array lives."""
        return np.frombuffer(self._bytes, self._dtype)
