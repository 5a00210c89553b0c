"""A text with gaps, as people write it: `_` is one missing character, `...` some.

the ____ sea        four characters
the ... sea         one to sixteen characters, each length a layout of its own
"""

import re
from collections.abc import Sequence
from itertools import islice, product
from typing import NamedTuple

import numpy as np

from poemgen.network.arrays import Ids
from poemgen.text.tokenizer import Vocabulary

ANY_LENGTH = range(1, 17)
MOST_LAYOUTS = 256  # of several gaps of any length not all combinations are tried
MISSING = "_."  # what gaps are written with
GAP = re.compile(r"\.{3,}|_+")


class Layout(NamedTuple):
    """A text whose gaps have a length each: its ids (N,), 0 where they are missing; where those are, (N,); lengths."""

    ids: Ids
    missing: Ids
    lengths: tuple[int, ...]


def has_gap(text: str) -> bool:
    """Whether there is anything to fill."""
    return GAP.search(text) is not None


def layouts(text: str, vocabulary: Vocabulary, rng: np.random.Generator) -> list[Layout]:
    """Every choice of lengths for the gaps of a text, or as many as are tried, drawn at random."""
    between = [vocabulary.encode(part).astype(np.int64) for part in GAP.split(text)]
    allowed = [[len(gap)] if "_" in gap else list(ANY_LENGTH) for gap in GAP.findall(text)]
    return [_layout(between, lengths) for lengths in _chosen(allowed, rng)]


def filled(text: str, gaps: Sequence[str]) -> str:
    """The text with so many characters in each gap."""
    parts = GAP.split(text)
    return "".join(part for pair in zip(parts, [*gaps, ""], strict=True) for part in pair)


def _layout(between: Sequence[Ids], lengths: tuple[int, ...]) -> Layout:
    gaps = [np.zeros(length, np.int64) for length in lengths]
    pieces = [piece for pair in zip(between, gaps, strict=False) for piece in pair] + [between[-1]]
    missing = [np.full(len(piece), number % 2 == 1) for number, piece in enumerate(pieces)]
    return Layout(np.concatenate(pieces), np.concatenate(missing), lengths)


def _chosen(allowed: Sequence[Sequence[int]], rng: np.random.Generator) -> list[tuple[int, ...]]:
    """All combinations if they are few, else some of them."""
    if np.prod([float(len(lengths)) for lengths in allowed]) <= MOST_LAYOUTS:
        return list(product(*allowed))
    draws = (tuple(int(rng.choice(lengths)) for lengths in allowed) for _ in iter(int, 1))
    return sorted(set(islice(draws, MOST_LAYOUTS)))
