"""Poems by an n-gram."""

import numpy as np
from numpy.typing import NDArray

from poemgen.ngram.foretelling import next_probabilities
from poemgen.ngram.tree import NGram, Places
from poemgen.text.tokenizer import EOS, UNK


def sample(
    ngram: NGram, rng: np.random.Generator, *, count: int, max_length: int, temperature: float = 1.0
) -> list[NDArray[np.int64]]:
    """So many poems as ids, without <EOS>; <UNK>, the unknown character, is never drawn."""
    reach = len(ngram.orders) - 1
    poems = np.full((count, reach + max_length), ngram.boundary)
    lengths = np.full(count, max_length)
    writing = np.arange(count)
    for step in range(max_length):
        if not len(writing):
            break
        p = next_probabilities(ngram, poems[writing, step : step + reach])
        p[:, UNK] = 0
        drawn = _draw(p, rng.random(len(writing)), temperature)
        poems[writing, reach + step] = drawn
        lengths[writing[drawn == EOS]] = step
        writing = writing[drawn != EOS]
    return [poem[reach : reach + length] for poem, length in zip(poems, lengths, strict=True)]


def _draw(p: NDArray[np.float64], uniform: NDArray[np.float64], temperature: float) -> Places:
    """One id a row, by the probabilities to the power 1 / temperature; the likeliest at temperature 0."""
    if temperature == 0:
        likeliest: Places = p.argmax(axis=1)
        return likeliest
    weights = (p / p.max(axis=1, keepdims=True)) ** (1 / temperature)
    cumulative = np.cumsum(weights, axis=1)
    drawn: Places = np.minimum((cumulative <= uniform[:, None] * cumulative[:, -1:]).sum(axis=1), p.shape[1] - 1)
    return drawn
