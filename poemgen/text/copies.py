"""Which passages of a text stand word for word in a corpus.

The corpus is kept as its code points, 1 to 4 bytes each, and an index of the pieces of 16 characters that begin at
every 15th place, 12 bytes each. A window of 30 or more characters that stands in the corpus holds one of those pieces
whole, so it is found by looking up the pieces of the text and comparing what lies around them. Runs shorter than that
are looked for in the whole corpus, by the hashes of all its runs of that length.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from poemgen.text.code_points import code_points

PIECE = 16  # characters whose hash is looked up
STEP = 15  # places from one piece of the index to the next
SHORTEST = PIECE + STEP - 1  # a window of so many characters holds a piece of the index whole
WINDOW = 30
CHUNK = 1 << 16  # places of the corpus hashed at once, in a processor's cache
CELLS = 1 << 22  # characters compared at once

_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_TABLE_BITS = np.uint64(16)
_GAP = 0  # stands around every text of the corpus; nothing that is looked for equals it
_NOTHING = np.uint32(0xFFFFFFFF)  # stands around the text that is looked for; nothing in the corpus equals it

Codes = NDArray[np.unsignedinteger]
Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]


class Copies:
    """What stands in some texts; no passage reaches from one into the next, and the character NUL matches nothing."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._codes = _joined(texts)
        self._hashes, self._places = _index(self._codes)

    def shared_windows(self, text: str, length: int = WINDOW) -> int:
        """How many of the text's windows of so many characters, at least `SHORTEST`, stand in the corpus."""
        return int(np.count_nonzero(self._shared(_wanted(text), length)))

    def contains_copy(self, text: str, length: int = WINDOW) -> bool:
        """Whether one of them does; for a line of verse in less than 100 µs."""
        return bool(np.any(self._shared(_wanted(text), length)))

    def longest(self, text: str, *, most: int | None = None) -> str:
        """The first of the longest passages of the text that stand in the corpus, or of those of `most` characters;
        a second or two if it is short."""
        wanted = _wanted(text)
        low, high, begin = 0, min(len(text), len(text) if most is None else most), 0
        while low < high:
            length = (low + high + 1) // 2
            look = self._shared if length >= SHORTEST else self._shared_short
            found = np.flatnonzero(look(wanted, length))
            if len(found):
                low, begin = length, int(found[0])
            else:
                high = length - 1
        return text[begin : begin + low]

    def _shared(self, wanted: Codes, length: int) -> NDArray[np.bool_]:
        """For each window of the text whether it stands in the corpus: (len(wanted) - length + 1,)."""
        if length < SHORTEST:
            raise ValueError(f"windows of {length} characters are too short for the index; take {SHORTEST} or more")
        windows = max(0, len(wanted) - length + 1)
        changes = np.zeros(windows + 1, np.int64)
        for ours, theirs in self._meetings(wanted, length):
            first, last = self._around(wanted, ours, theirs, length)
            long_enough = first <= last
            np.add.at(changes, first[long_enough], 1)
            np.add.at(changes, last[long_enough] + 1, -1)
        return np.cumsum(changes)[:windows] > 0

    def _meetings(self, wanted: Codes, length: int) -> Iterator[tuple[Places, Places]]:
        """Places of the text and of the corpus that have the hash of a piece in common, some at a time."""
        if len(wanted) < length:
            return
        hashes = run_hashes(wanted, PIECE)
        begins = np.searchsorted(self._hashes, hashes, "left")
        counts = np.searchsorted(self._hashes, hashes, "right") - begins
        if not counts.any():
            return
        ours = np.repeat(np.arange(len(hashes)), counts)
        ranks = np.arange(len(ours)) - np.repeat(np.cumsum(counts) - counts, counts)
        theirs = self._places[np.repeat(begins, counts) + ranks].astype(np.int64)
        some = max(1, CELLS // (2 * length))
        for start in range(0, len(ours), some):
            yield ours[start : start + some], theirs[start : start + some]

    def _around(self, wanted: Codes, ours: Places, theirs: Places, length: int) -> tuple[Places, Places]:
        """The first and the last window of the text that hold such a piece and stand in the corpus around it.

        The last is before the first if there is none.
        """
        reach = length - PIECE
        offsets = np.arange(-reach, PIECE + reach)
        padded = np.pad(wanted, reach, constant_values=_NOTHING)
        text = padded[ours[:, None] + (offsets + reach)]
        equal = self._codes.take(theirs[:, None] + offsets, mode="clip") == text
        before = _run(equal[:, :reach][:, ::-1])
        after = _run(equal[:, reach:])
        return ours - before, np.where(after >= PIECE, ours + after - length, -1 - length)

    def _shared_short(self, wanted: Codes, length: int) -> NDArray[np.bool_]:
        """As `_shared`, for any length, by reading the whole corpus."""
        hashes = run_hashes(wanted, length)
        ordered, first_places = np.unique(hashes, return_index=True)
        table = np.zeros(1 << int(_TABLE_BITS), np.bool_)
        table[hashes >> (np.uint64(64) - _TABLE_BITS)] = True
        found = np.zeros(len(ordered), np.bool_)
        for begin, runs in _hashes_by_chunk(self._codes, length):
            likely = np.flatnonzero(table[runs >> (np.uint64(64) - _TABLE_BITS)])
            ranks = np.searchsorted(ordered, runs[likely]).clip(max=len(ordered) - 1)
            same = ordered[ranks] == runs[likely]
            ranks, first = np.unique(ranks[same], return_index=True)
            theirs = begin + likely[same][first]
            steps = np.arange(length)
            equal = self._codes[theirs[:, None] + steps] == wanted[first_places[ranks][:, None] + steps]
            found[ranks[equal.all(axis=1)]] = True
        return found[np.searchsorted(ordered, hashes)]


def run_hashes(codes: Codes, length: int) -> Hashes:
    """The hash of each run of so many numbers: (len(codes) - length + 1,), or none. Equal runs have equal hashes.

    The hash of c<0>, c<1>, ... is the sum of c<j> b^j modulo 2^64: a difference of two sums over all numbers so far,
    with b^i, the power of the run's place, divided out.
    """
    if len(codes) < length:
        return np.empty(0, np.uint64)
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(codes * _powers(_BASE, len(codes)), out=sums[1:])
    runs: Hashes = sums[length:] - sums[: len(sums) - length]
    return runs * _powers(_INVERSE, len(runs))


def _powers(base: np.uint64, count: int) -> Hashes:
    powers = np.full(count, base)
    powers[:1] = 1
    return np.multiply.accumulate(powers)


def _hashes_by_chunk(codes: Codes, length: int) -> Iterator[tuple[int, Hashes]]:
    """The hashes of all runs, `CHUNK` or fewer at a time, with the place of the first of them."""
    for begin in range(0, len(codes) - length + 1, CHUNK):
        yield begin, run_hashes(codes[begin : begin + CHUNK + length - 1], length)


def _index(codes: Codes) -> tuple[Hashes, NDArray[np.uint32]]:
    """The hashes of the pieces at every `STEP`th place, sorted, and those places."""
    chunks = [runs[-begin % STEP :: STEP] for begin, runs in _hashes_by_chunk(codes, PIECE)]
    hashes = np.concatenate([np.empty(0, np.uint64), *chunks])
    order = np.argsort(hashes, kind="stable")
    return hashes[order], (order * STEP).astype(np.uint32)


def _joined(texts: Iterable[str]) -> Codes:
    """All texts as code points, a gap before, between and after them."""
    gap = np.array([_GAP], np.uint8)
    return np.concatenate([gap, *(part for text in texts for part in (_narrow(code_points(text)), gap))])


def _narrow(codes: Codes) -> Codes:
    return codes.astype(np.min_scalar_type(int(codes.max(initial=0))))


def _wanted(text: str) -> NDArray[np.uint32]:
    codes = code_points(text).astype(np.uint32)
    codes[codes == _GAP] = _NOTHING
    return codes


def _run(equal: NDArray[np.bool_]) -> Places:
    """How many columns of each row are true before the first that is not: (rows,)."""
    ended = np.pad(~equal, ((0, 0), (0, 1)), constant_values=True)
    runs: Places = ended.argmax(axis=1)
    return runs
