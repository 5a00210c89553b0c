"""Where an n-gram's figures are kept, and how the contexts of a place are found.

Contexts are the nodes of a tree that is read backwards: the children of a node extend it by one earlier character. The
nodes of a level are numbered in the order of their keys, `(parent << bits) | character`, and an n-gram's key is
`(node << bits) | next character`, so that a vocabulary of any size fits, and one descent finds all contexts of a place.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from poemgen.text.tokenizer import EOS

Ids = NDArray[np.integer[Any]]
Keys = NDArray[np.uint64]
Places = NDArray[np.int64]


class Order(NamedTuple):
    """What is known of the n-grams of one length.

    `contexts` are the sorted keys of their contexts (none at order 1, whose one context is empty) and `gamma` the share
    of the probability that each of these hands down; `grams` are the sorted keys of the n-grams and `shares` the
    probability that each has of its own.
    """

    contexts: Keys
    gamma: NDArray[np.float32]
    grams: Keys
    shares: NDArray[np.float32]


class NGram(NamedTuple):
    """All orders, the lowest first, over the ids below `vocabulary`."""

    vocabulary: int
    orders: tuple[Order, ...]

    @property
    def boundary(self) -> int:
        """The id that stands before a poem."""
        return self.vocabulary

    @property
    def bits(self) -> np.uint64:
        """The bits of an id, the boundary's too."""
        return np.uint64(self.vocabulary.bit_length())


def earlier_characters(ngram: NGram, ids: Ids) -> Iterator[Keys]:
    """The characters one place back, then two, and so on: (characters,) each, boundaries before a poem's first."""
    poems = np.cumsum(np.append(0, ids[:-1] == EOS)[: len(ids)])
    back = 0
    while True:
        back += 1
        shifted = np.full(len(ids), ngram.boundary, np.uint64)
        same = poems[back:] == poems[:-back]
        shifted[back:][same] = ids[:-back][same]
        yield shifted


def descend(ngram: NGram, order: Order, nodes: Places, earlier: Keys) -> Places:
    """The children of nodes by an earlier character; -1 where there is none, or was no node."""
    found = find(order.contexts, (nodes.astype(np.uint64) << ngram.bits) | earlier)
    return np.where(nodes >= 0, found, -1)


def find(keys: Keys, wanted: Keys) -> Places:
    """The place of each wanted key, -1 if it is not there."""
    if not len(keys):
        return np.full(len(wanted), -1)
    places = np.searchsorted(keys, wanted)
    return np.where(keys.take(places, mode="clip") == wanted, places, -1)
