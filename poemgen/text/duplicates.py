"""Poems that come more than once, word for word or nearly so, found as the poems stream by.

Two poems are alike to the degree that their shingles are: all runs of 12 bytes (12 Latin letters, 6 Cyrillic ones,
4 Chinese ones: about two words in each) of the poem's letters, in lower case, without spaces and punctuation. Let J be
the number of shingles that both poems have, over the number that at least one has. Min-hashing finds a large J without
comparing poems pair by pair: the least value that a random function takes on the shingles is the same for both poems
with probability J. Of every poem 16 bands are kept, each a hash of 8 such least values, and a poem that shares a band
with an earlier one counts as its near duplicate. That has the probability 1 - (1 - J^8)^16:

    J              0.25     0.33    0.5     0.7     0.8     0.9
    probability    0.0002   0.002   0.06    0.61    0.95    0.9999

Ten lines that lost one have J = 0.9; two haiku with one line of three in common have J = 0.2.
"""

import re
from enum import Enum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from poemgen.text.hash_set import HashSet

Hashes = NDArray[np.uint64]

SHINGLE_BYTES = 12
BANDS = 16
VALUES_PER_BAND = 8
# A poem with fewer shingles has only its exact copies: one changed word alters most of it.
FEWEST_SHINGLES = 24
# Of a longer poem, a whole library in one stream perhaps, only the beginning is compared.
LONGEST = 1_000_000
# So many shingles at a time stay in the processor's cache, whatever the poem's length.
_CHUNK = 1024

_NOT_LETTERS = re.compile(r"[\W_]+")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


class Repeat(Enum):
    """How a poem relates to those before it."""

    NONE = "none"
    EXACT = "exact"
    NEAR = "near"


class DuplicateFinder:
    """Remembers the poems it has been shown, in 136 bytes each: 8 for each band, and 8 for the whole."""

    def __init__(self) -> None:
        self._texts = HashSet()
        self._bands = HashSet()
        self._multipliers = _odd_multipliers(BANDS * VALUES_PER_BAND)

    def see(self, poem: str) -> Repeat:
        """Whether the poem repeats an earlier one, exactly (but for case and white space) or nearly.

        Only a poem that repeats none is remembered, so that likeness does not drift from copy to copy.
        """
        words = poem[:LONGEST].casefold()
        text = _hash_of_text(words)
        if self._texts.holds_any(text):
            return Repeat.EXACT
        bands = self._bands_of(words)
        if self._bands.holds_any(bands):
            return Repeat.NEAR
        self._texts.add(text.tolist())
        self._bands.add(bands.tolist())
        return Repeat.NONE

    def _bands_of(self, words: str) -> Hashes:
        shingles = hash_shingles(_NOT_LETTERS.sub("", words).encode("utf-8", "surrogatepass"))
        if shingles.size < FEWEST_SHINGLES:
            return np.empty(0, np.uint64)
        least = least_values(shingles, self._multipliers).reshape(BANDS, VALUES_PER_BAND)
        return np.frombuffer(b"".join(_digest(values.tobytes()) for values in least), np.uint64)


def hash_shingles(letters: bytes) -> Hashes:
    """One hash for each run of `SHINGLE_BYTES` bytes, in order: (len(letters) - SHINGLE_BYTES + 1,), or none."""
    if len(letters) < SHINGLE_BYTES:
        return np.empty(0, np.uint64)
    ones = np.frombuffer(letters, np.uint8).astype(np.uint64)
    twos = _joined(ones, ones, 1)
    fours = _joined(twos, twos, 2)
    eights = _joined(fours, fours, 4)
    return _mixed(_joined(eights, fours, 8))


def least_values(shingles: Hashes, multipliers: Hashes) -> Hashes:
    """For each of n multipliers the least product (modulo 2^64) with any shingle: (n,)."""
    chunks = (shingles[start : start + _CHUNK] for start in range(0, len(shingles), _CHUNK))
    least: Hashes = np.min([np.multiply.outer(multipliers, chunk).min(axis=1) for chunk in chunks], axis=0)
    return least


def _joined(left: Hashes, right: Hashes, offset: int) -> Hashes:
    """A hash of each run that is a `left` run and, `offset` bytes on, a `right` run."""
    ends = right[offset:]
    return _mixed(left[: len(ends)]) + ends


def _mixed(hashes: Hashes) -> Hashes:
    mixed = hashes * _MIX
    mixed ^= mixed >> _HALF
    return mixed


def _hash_of_text(words: str) -> Hashes:
    return np.frombuffer(_digest(" ".join(words.split()).encode("utf-8", "surrogatepass")), np.uint64)


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=8).digest()


def _odd_multipliers(count: int) -> Hashes:
    digests = b"".join(_digest(number.to_bytes(4, "little")) for number in range(count))
    return np.frombuffer(digests, np.uint64) | np.uint64(1)
