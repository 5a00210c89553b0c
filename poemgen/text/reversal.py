"""Text for a network that writes from right to left: every line reversed, the lines in their order."""

from collections.abc import Sequence

import numpy as np

from poemgen.text.tokenizer import EOS, UNK, Ids

_CHUNK = 1 << 20  # ids whose places are computed at a time, 8 bytes each


def reverse_lines(ids: Ids, line_ends: Sequence[int]) -> Ids:
    """Writes every line reversed over `ids`, and returns it; the ids that end lines stay where they are.

    Done twice it gives the first text again.
    """
    (ends,) = np.isin(ids, line_ends).nonzero()
    ends = np.append(ends, len(ids))
    begin = 0
    while begin < len(ids):
        # Whole lines only: as many as fit, at least one.
        first = int(np.searchsorted(ends, begin))
        last = max(first, int(np.searchsorted(ends, begin + _CHUNK)) - 1)
        chunk = ids[begin : int(ends[last]) + 1]
        chunk[:] = chunk[_places(ends[first : last + 1] - begin)[: len(chunk)]]
        begin += len(chunk)
    return ids


def ends_of_lines(newline: int) -> list[int]:
    """The ids after which a line begins, given that of "\\n", which is <UNK> where the vocabulary has no line ends."""
    return [EOS] if newline == UNK else [EOS, newline]


def from_the_end(ends: Ids) -> Ids:
    """Where each id goes when the lines of columns are reversed, which is also where the one at its place comes from,
    given where lines end, both (T, B). What ends a line stays."""
    begins, stops = runs(~ends)
    places = np.arange(len(ends))[:, None]
    return np.where(ends, places, begins + stops - 1 - places)


def runs(inside: Ids) -> tuple[Ids, Ids]:
    """Where the run at each place begins and stops, given which places are inside of one, all (T, B). Elsewhere it
    stops before it begins."""
    T = len(inside)
    places = np.broadcast_to(np.arange(T)[:, None], inside.shape)
    begins = np.maximum.accumulate(np.where(inside, 0, places + 1), axis=0)
    stops = np.minimum.accumulate(np.where(inside, T, places)[::-1], axis=0)[::-1]
    return begins, stops


def _places(ends: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each id comes from, when lines that end at these places are reversed."""
    starts = np.append(0, ends[:-1] + 1)
    places = np.repeat(starts + ends - 1, ends - starts + 1) - np.arange(ends[-1] + 1)
    places[ends] = ends
    return places
