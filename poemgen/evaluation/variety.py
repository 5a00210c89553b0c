"""How varied poems are: different pairs of words, and how alike two poems are."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from poemgen.evaluation.bootstrap import Floats, Times, bootstrap, divided
from poemgen.evaluation.figures import NOTHING, Figure
from poemgen.evaluation.real_words import plain_words

ORDERS = 200  # in which the poems are read
WIDE = 1.96  # standard deviations on either side, in the interval
COMPARED = 100  # words from the beginning of a poem

Ids = NDArray[np.int64]


def distinct_pairs(poems: Sequence[str], words: int, rng: np.random.Generator) -> Figure | None:
    """Distinct-2 (Li et al. 2016): of the pairs of neighbouring words in a text of so many, the share that differ.

    The poems are read in 200 random orders, each up to so many words; the mean is the figure. No pair reaches from one
    poem into the next. None if the poems do not have so many words.

    To draw a poem twice would be a repetition that nobody wrote. So the interval comes from the orders themselves, by
    the delete-d jackknife (Shao and Wu 1989): their variance, times the words read over those not read.
    """
    found = [plain_words(poem) for poem in poems]
    lengths = [len(each) for each in found]
    if not 0 < words <= sum(lengths):
        return None
    numbers: dict[tuple[str, str], int] = {}
    pairs = [np.array([numbers.setdefault(pair, len(numbers)) for pair in pairwise(each)], np.int64) for each in found]
    texts = (np.concatenate([*_first_words(pairs, lengths, rng.permutation(len(found)), words)]) for _ in range(ORDERS))
    shares = np.array([len(np.unique(text)) / len(text) for text in texts if len(text)])
    if not len(shares):
        return NOTHING
    value, unread = float(shares.mean()), sum(lengths) - words
    if not unread:
        return Figure(value)
    half = WIDE * float(shares.std()) * math.sqrt(words / unread)
    return Figure(value, value - half, value + half)


def _first_words(pairs: Sequence[Ids], lengths: Sequence[int], order: Ids, words: int) -> Iterator[Ids]:
    """The pairs of the first so many words of the poems in that order."""
    for poem in order.tolist():
        if words <= 0:
            return
        yield pairs[poem][: max(0, words - 1)]
        words -= lengths[poem]


def likeness(poems: Sequence[str], rng: np.random.Generator) -> Figure:
    """How alike two of the poems are on the average, in percent: of the pairs of neighbouring words in the first 100
    words of either, the share that stand in both (Jaccard's index). Poems without such pairs do not count."""
    beginnings = (set(pairwise(plain_words(poem)[:COMPARED])) for poem in poems)
    sets = [pairs for pairs in beginnings if pairs]
    if len(sets) < 2:
        return NOTHING
    alike = np.zeros((len(sets), len(sets)))
    for one, ours in enumerate(sets):
        for other, theirs in enumerate(sets[:one]):
            common = len(ours & theirs)
            alike[one, other] = alike[other, one] = common / (len(ours) + len(theirs) - common)

    def mean(times: Times) -> Floats:
        """Over all pairs of different poems, each as often as its poems were drawn."""
        return 100 * divided(((times @ alike) * times).sum(axis=1), times.sum(axis=1) ** 2 - (times**2).sum(axis=1))

    return bootstrap(mean, len(sets), rng)
