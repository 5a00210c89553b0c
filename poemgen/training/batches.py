"""Windows of parallel streams, for teacher forcing.

The corpus is one long ring of ids, each poem followed by its <EOS>. B streams read it side by side from evenly spaced
places, T characters a window, and carry their states from window to window. Where a poem starts, x<t> = 0 and the state
is zero, as in generation; no gradient crosses that line. Now and then a stream jumps to a random place with a zero
state. It reads the true character before that place, so that a jump does not pass for the start of a poem.

The ring may hold but the beginnings of poems. Where a poem goes on after its beginning, nothing is foretold: the next
one starts there. So long poems have less to say on how long poems and lines are.
"""

from typing import NamedTuple

import numpy as np

from poemgen.model import Window
from poemgen.network.arrays import Ids


class Beginnings(NamedTuple):
    """The beginnings of P poems as a ring of their own, both (P,): the place in it after each, and how much farther on
    among the ids its places are."""

    stop: Ids
    shift: Ids


class Corpus(NamedTuple):
    """The ring: ids, the id that ends a poem, the id of x<t> = 0, and what of the poems is read, if it is not all."""

    ids: Ids
    end: int
    no_character: int
    beginnings: Beginnings | None = None

    @property
    def size(self) -> int:
        """How many places the ring has."""
        return int(self.beginnings.stop[-1]) if self.beginnings else len(self.ids)

    def among_ids(self, places: Ids) -> Ids:
        """Where among the ids places of the ring are."""
        if not self.beginnings:
            return places
        stop, shift = self.beginnings
        index: Ids = places + shift[np.searchsorted(stop, places, side="right")]
        return index


def beginnings(starts: Ids, most: int) -> Beginnings:
    """No more than so many characters of each poem, the <EOS> counted; `starts` (P+1,) are of an `EncodedCorpus`."""
    lengths = np.minimum(np.diff(starts), most)
    stop = lengths.cumsum()
    return Beginnings(stop, starts[:-1] - (stop - lengths))


def widths(batch: int) -> list[int]:
    """How many streams are in each half (there is but one, if there is but one stream)."""
    return [cut.stop - cut.start for cut in cuts(batch)]


def cuts(batch: int) -> list[slice]:
    """The streams of each half."""
    return [slice(0, batch // 2), slice(batch // 2, batch)] if batch > 1 else [slice(0, 1)]


def even_places(corpus: Corpus, batch: int) -> Ids:
    """Where the streams begin: (B,) evenly spaced places."""
    return np.arange(batch, dtype=np.int64) * corpus.size // batch


def jump(corpus: Corpus, places: Ids, chance: float, rng: np.random.Generator) -> tuple[Ids, Ids]:
    """Moves each stream to a random place with the given chance. Returns the places and which streams jumped, (B,)."""
    jumped = rng.random(len(places)) < chance
    return np.where(jumped, rng.integers(corpus.size, size=len(places)), places), jumped


def window(corpus: Corpus, places: Ids, jumped: Ids, steps: int) -> Window:
    """The window of T steps that begins at the places, one stream a column; a stream that jumped starts from zero."""
    index = corpus.among_ids((places + np.arange(steps)[:, None]) % corpus.size)
    before = corpus.ids[index - 1].astype(np.int64)
    starts = (index == 0) | (before == corpus.end)
    keep = (~starts).astype(np.float32)
    keep[0, jumped] = 0
    x = np.where(starts, corpus.no_character, before)
    return Window(x, corpus.ids[index].astype(np.int64), keep[:, :, None])


def halves(window: Window) -> list[Window]:
    """The window's streams in two halves (one, if there is but one stream), for two workers."""
    return [Window(*(np.ascontiguousarray(part[:, cut]) for part in window)) for cut in cuts(window.y.shape[1])]
