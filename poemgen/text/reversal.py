"""Text for a network that writes from right to left: every line reversed, the lines in their order."""

from collections.abc import Sequence

import numpy as np

from poemgen.text.tokenizer import Ids

_CHUNK = 1 << 20  # ids whose places are computed at a time, 8 bytes each


def reverse_lines(ids: Ids, line_ends: Sequence[int]) -> Ids:
    """Writes every line reversed over `ids`, and returns it; the ids that end lines stay where they are.

    Done twice it gives the first text again.
    """
    ends = _ends(ids, line_ends)
    begin = 0
    while begin < len(ids):
        # Whole lines only: as many as fit, at least one.
        first = int(np.searchsorted(ends, begin))
        last = max(first, int(np.searchsorted(ends, begin + _CHUNK)) - 1)
        chunk = ids[begin : int(ends[last]) + 1]
        chunk[:] = chunk[_places(ends[first : last + 1] - begin)[: len(chunk)]]
        begin += len(chunk)
    return ids


def reversed_places(ids: Ids, line_ends: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each id of a text goes when its lines are reversed, which is also where the id at its place comes from."""
    return _places(_ends(ids, line_ends))[: len(ids)]


def _ends(ids: Ids, line_ends: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where lines end, the last one after the text."""
    return np.append(np.isin(ids, line_ends).nonzero()[0], len(ids))


def _places(ends: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each id comes from, when lines that end at these places are reversed."""
    starts = np.append(0, ends[:-1] + 1)
    places = np.repeat(starts + ends - 1, ends - starts + 1) - np.arange(ends[-1] + 1)
    places[ends] = ends
    return places
