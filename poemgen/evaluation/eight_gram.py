"""The character 8-gram of a corpus, the plain model that a network is measured against.

A character that comes once in the corpus is unknown to it, as in `poemgen train`, and unknown characters and <EOS> are
counted as in `scoring`.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from poemgen import ngram
from poemgen.ngram import NGram
from poemgen.scoring import UNICODE
from poemgen.text.corpus import encode_corpus
from poemgen.text.tokenizer import EOS, UNK, Vocabulary

ORDER = 8
FEWEST = 2  # times that a character comes in the corpus, to be known


class Counted(NamedTuple):
    """An n-gram and the characters that it knows."""

    ngram: NGram
    vocabulary: Vocabulary


def fit(poems: Iterable[str], order: int = ORDER) -> Counted:
    """The n-gram of a corpus. Raises PoemgenError for a corpus without text."""
    encoded = encode_corpus(poems, min_count=FEWEST)
    return Counted(ngram.fit(encoded.ids, len(encoded.vocabulary), order), encoded.vocabulary)


def bits(counted: Counted, poems: Sequence[str], *, ends: bool = True) -> list[tuple[float, int]]:
    """The surprisal of each poem in bits, and its characters; with `ends` each <EOS> is one."""
    if not poems:
        return []
    encoded = [counted.vocabulary.encode_poem(poem) for poem in poems]
    ids = np.concatenate(encoded)
    found = -ngram.log_probabilities(counted.ngram, ids) / math.log(2)
    found[ids == UNK] += math.log2(UNICODE - (len(counted.vocabulary) - 2))
    if not ends:
        found[ids == EOS] = 0
    lengths = np.array([len(each) for each in encoded])
    sums = np.add.reduceat(found, np.cumsum(lengths) - lengths)
    return list(zip(sums.tolist(), (lengths - (not ends)).tolist(), strict=True))
