"""A corpus as a network reads it: poems as ids, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from poemgen.text.tokenizer import EOS, FIRST_CHARACTER, UNK, Ids, Vocabulary

# NumPy widens ids to 8 bytes each where it uses them as indices, so only so many are used at a time.
_CHUNK = 1 << 20


@dataclass(frozen=True, eq=False)
class EncodedCorpus:
    """Poems in their order, each followed by `EOS`: poem i is `ids[starts[i] : starts[i + 1]]`.

    ids: (characters + poems,), of `vocabulary.dtype`; only a corpus that was cut inside a poem lacks its last `EOS`.
    starts: (poems + 1,).
    counts: how often each character came, in the vocabulary or not.
    unknown: how many ids are `UNK`.
    exact_duplicates, near_duplicates: how many poems were left out because they repeat another one.
    sha256: of the poems in UTF-8, each followed by a NUL byte.

    A part of a corpus keeps the duplicates and the hash of the whole.
    """

    ids: Ids
    starts: NDArray[np.int64]
    vocabulary: Vocabulary
    counts: Mapping[str, int]
    unknown: int
    exact_duplicates: int
    near_duplicates: int
    sha256: str

    @property
    def poems(self) -> int:
        """How many poems it has."""
        return len(self.starts) - 1

    @property
    def characters(self) -> int:
        """How many characters its poems have, `EOS` not counted."""
        cut = len(self.ids) > 0 and self.ids[-1] != EOS  # inside its last poem
        return len(self.ids) - self.poems + int(cut)


def with_vocabulary(corpus: EncodedCorpus, vocabulary: Vocabulary) -> EncodedCorpus:
    """The same corpus in the ids of another vocabulary; the counts stay. Ids of the same width are written over."""
    lost = sum(corpus.counts.get(character, 0) for character in vocabulary.unknown(corpus.vocabulary.characters))
    ids = remap(corpus.ids, corpus.vocabulary.ids_in(vocabulary))
    return replace(corpus, ids=ids, vocabulary=vocabulary, unknown=corpus.unknown + lost)


def with_ids(corpus: EncodedCorpus, ids: Ids, starts: NDArray[np.int64]) -> EncodedCorpus:
    """A part of the corpus: these of its ids, counted anew."""
    counts = count_ids(ids, len(corpus.vocabulary)).tolist()
    counted = zip(corpus.vocabulary.characters, counts[FIRST_CHARACTER:], strict=True)
    of_characters = {character: count for character, count in counted if count}
    return replace(corpus, ids=ids, starts=starts, counts=of_characters, unknown=counts[UNK])


def remap(ids: Ids, new_ids: Ids) -> Ids:
    """`new_ids[ids]`: (len(ids),); written over `ids` if that has the same type."""
    result = ids if ids.dtype == new_ids.dtype else np.empty(len(ids), new_ids.dtype)
    for start in range(0, len(ids), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        result[chunk] = new_ids[ids[chunk]]
    return result


def moved_together(ids: Ids, begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Ids:
    """The pieces `ids[begin:end]`, which must be in order, one after the other, in the memory of `ids`."""
    place = 0
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        for start in range(begin, end, _CHUNK):
            length = min(_CHUNK, end - start)
            ids[place : place + length] = ids[start : start + length]
            place += length
    return ids[:place]


def count_ids(ids: Ids, size: int) -> NDArray[np.int64]:
    """How often each id below `size` comes: (size,)."""
    counts = np.zeros(size, np.int64)
    for start in range(0, len(ids), _CHUNK):
        counts += np.bincount(ids[start : start + _CHUNK], minlength=size)
    return counts


def poems_of(corpus: EncodedCorpus) -> list[Ids]:
    """The ids of each poem, its `EOS` included."""
    return [corpus.ids[begin:end] for begin, end in zip(corpus.starts[:-1], corpus.starts[1:], strict=True)]
